/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How readers share many shards, and when they ask for what. */
@Timeout(120)
class ManyShardsITCase {

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(5)
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private static final String TABLE = "events";

    @TempDir private Path savepoints;

    private final Readers readers = new Readers();
    private TablestoreEmulator emulator;
    private KeyRangeTable table;
    private JobClient job;

    @BeforeEach
    void createTable(TablestoreEmulator running) {
        emulator = running;
        table = new KeyRangeTable(emulator, TABLE);
    }

    @AfterEach
    void stop() throws Exception {
        TestJobs.cancel(job);
        table.close();
    }

    /** One request after the other would take minutes. */
    @Test
    void everyShardOfAReaderHasItsRequestUnderWayAtTheSameTime() throws Exception {
        int shards = 40;
        table.withUnrelatedShards(shards);
        FaultRule slow = FaultRule.latency(10_000).onOperation("GetStreamRecord");
        emulator.control().faults(FaultPlan.of(1, slow));
        start(source(), 1, null);

        await().atMost(Duration.ofSeconds(20)).until(() -> calls("GetStreamRecord") >= shards);
        for (int range = 0; range < shards; range++) {
            table.write(range, "first");
        }
        await().until(() -> readers.records() == shards);
    }

    /** Any wait between two full pages would be an hour's. */
    @Test
    void aPageIsFollowedAtOnceByTheNext() throws Exception {
        for (int i = 0; i < 500; i++) {
            table.write(0, "change " + i);
        }
        start(
                source().fetchSettings(
                                FetchSettings.defaults()
                                        .withRecordsPerRequest(10)
                                        .withIdleInterval(
                                                Duration.ofHours(1), Duration.ofHours(1))),
                1,
                null);
        await().until(() -> readers.records() == 500);
        assertThat(calls("GetStreamRecord")).isBetween(50L, 52L);
    }

    @Test
    void childrenAreLookedUpWhenTheirParentEndsAndAtNoOtherTimeIfToldSo() throws Exception {
        table.write(0, "of the parent");
        start(source().shardDiscoveryInterval(Duration.ZERO), 2, null);
        await().until(() -> readers.records() == 1);
        assertThat(calls("DescribeStream")).isOne();

        table.splitBefore(1);
        table.write(0, "of a child");
        table.write(1, "of a child");
        await().until(() -> readers.records() == 3);
        assertThat(calls("DescribeStream")).isEqualTo(2);

        emulator.control().merge(TABLE, table.shard(0).shardId(), table.shard(1).shardId());
        table.write(0, "of both");
        await().until(() -> readers.records() == 4);
        // For each parent that has ended.
        await().until(() -> calls("DescribeStream") == 4);
        table.write(1, "of both");
        await().until(() -> readers.records() == 5);
        assertThat(calls("DescribeStream")).isEqualTo(4);
    }

    @Test
    void readersStayWithinOneShardOfEachOtherAfterARescale() throws Exception {
        int shards = 13;
        table.withUnrelatedShards(shards);
        String savepoint = null;
        for (int parallelism : new int[] {2, 5, 3, 4}) {
            readers.forget();
            start(source(), parallelism, savepoint);
            for (int range = 0; range < shards; range++) {
                table.write(range, "for " + parallelism);
            }
            await().until(() -> readers.shards() == shards);
            assertThat(IntStream.of(readers.shardsOfEach(parallelism)).boxed())
                    .as("shards of %d readers", parallelism)
                    .allMatch(
                            count ->
                                    count == shards / parallelism
                                            || count == shards / parallelism + 1);
            savepoint = TestJobs.stop(job, savepoints);
        }
    }

    private OtsStreamSourceBuilder<ChangeRecord> source() {
        return table.<ChangeRecord>source().deserializer(new ChangeRecordSchema());
    }

    private long calls(String operation) {
        return emulator.control().counters(operation).calls();
    }

    private static ConditionFactory await() {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(60));
    }

    private void start(
            OtsStreamSourceBuilder<ChangeRecord> source, int parallelism, String savepoint)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        env.setMaxParallelism(16);
        env.enableCheckpointing(100);
        env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "changes")
                .uid("source")
                .map(readers)
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
    }

    /** Sees which reader reads which shard: it is chained to the source. */
    private static final class Readers extends RichMapFunction<ChangeRecord, Long> {

        private static final long serialVersionUID = 1L;

        private static final Map<String, Map<String, Integer>> SEEN = new ConcurrentHashMap<>();
        private static final Map<String, AtomicLong> RECORDS = new ConcurrentHashMap<>();

        private final String id = UUID.randomUUID().toString();

        private Readers() {
            SEEN.put(id, new ConcurrentHashMap<>());
            RECORDS.put(id, new AtomicLong());
        }

        @Override
        public Long map(ChangeRecord record) {
            int reader = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
            SEEN.get(id).put(record.getShardId(), reader);
            return RECORDS.get(id).incrementAndGet();
        }

        private long records() {
            return RECORDS.get(id).get();
        }

        private int shards() {
            return SEEN.get(id).size();
        }

        private void forget() {
            SEEN.get(id).clear();
        }

        /** How many shards each of so many readers reads. */
        private int[] shardsOfEach(int readers) {
            int[] counts = new int[readers];
            SEEN.get(id).values().forEach(reader -> counts[reader]++);
            return counts;
        }
    }
}
