/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.RateLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the job's rates of records and bytes. */
@Timeout(120)
class RateLimitITCase {

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    @TempDir private Path savepoints;

    private static final int KEYS = 100;
    private static final int TIMES = 40;

    /** Up to a second's worth of each limit may come at once. */
    private static final int BURST_SECONDS = 1;

    @ParameterizedTest(name = "{0} readers")
    @ValueSource(ints = {1, 4})
    void theJobReadsNoMoreRecordsASecondThanItMay(int readers, TablestoreEmulator emulator)
            throws Exception {
        int records = KEYS * TIMES;
        int perSecond = 1_600;
        Duration took = read(emulator, readers, RateLimit.none().withRecordsPerSecond(perSecond));
        assertThat(took)
                .isGreaterThan(
                        Duration.ofMillis(1_000L * records / perSecond - 1_000L * BURST_SECONDS))
                .isLessThan(Duration.ofMillis(1_000L * records / perSecond).plusSeconds(20));
    }

    @Test
    void theJobReadsNoMoreBytesASecondThanItMay(TablestoreEmulator emulator) throws Exception {
        int leastBytes = KEYS * TIMES * 60;
        int perSecond = 100_000;
        Duration took = read(emulator, 2, RateLimit.none().withBytesPerSecond(perSecond));
        assertThat(took)
                .isGreaterThan(
                        Duration.ofMillis(
                                1_000L * leastBytes / perSecond - 1_000L * BURST_SECONDS));
    }

    /** Three readers have four shards: were each given a third of the rate, shards would differ. */
    @Test
    void aRescaledJobKeepsItsRateAndEveryShardGetsTheSame(TablestoreEmulator emulator)
            throws Exception {
        int perSecond = 600;
        int times = 60;
        try (KeyedHistory history = new KeyedHistory(emulator, "rescaled", KEYS)) {
            history.write(1);
            history.split(0);
            history.split(0);
            history.split(2);
            for (ShardInfo shard : emulator.control().shards(history.table())) {
                if (!shard.isOpen()) {
                    emulator.control().expireShard(history.table(), shard.shardId());
                }
            }
            history.write(times);
            HistoryCheck check = new HistoryCheck(2);
            OtsStreamSource<ChangeRecord> source =
                    history.source()
                            .rateLimit(RateLimit.none().withRecordsPerSecond(perSecond))
                            .build();
            JobClient job = start(check, source, 1, null);
            check.awaitSomething();
            String savepoint = TestJobs.stop(job, savepoints);
            Map<String, Long> before = Map.copyOf(check.recordsByShard());

            job = start(check, source, 3, savepoint);
            Awaitility.await().until(() -> readSince(before, check).size() == 4);
            long begin = System.nanoTime();
            Map<String, Long> beginning = Map.copyOf(check.recordsByShard());
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> sum(readSince(beginning, check)) >= 6L * perSecond);
            Map<String, Long> since = readSince(beginning, check);
            double seconds = (System.nanoTime() - begin) / 1e9;
            TestJobs.cancel(job);

            assertThat(sum(since) / seconds).isLessThan(perSecond * (1 + BURST_SECONDS / seconds));
            assertThat(since)
                    .hasSize(4)
                    .allSatisfy(
                            (shard, read) ->
                                    assertThat(read)
                                            .isCloseTo(sum(since) / 4, withinPercentage(25)));
            check.assertNoViolation();
        }
    }

    private static Map<String, Long> readSince(Map<String, Long> before, HistoryCheck check) {
        Map<String, Long> read = new HashMap<>(check.recordsByShard());
        before.forEach((shard, records) -> read.merge(shard, -records, Long::sum));
        read.values().removeIf(records -> records == 0);
        return read;
    }

    private static long sum(Map<String, Long> records) {
        return records.values().stream().mapToLong(Long::longValue).sum();
    }

    private static JobClient start(
            HistoryCheck check,
            OtsStreamSource<ChangeRecord> source,
            int parallelism,
            String savepoint)
            throws Exception {
        Configuration configuration = new Configuration();
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        env.setMaxParallelism(16);
        check.attach(
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes").uid("source"));
        return env.executeAsync();
    }

    private static Duration read(TablestoreEmulator emulator, int readers, RateLimit limit)
            throws Exception {
        try (KeyedHistory history = new KeyedHistory(emulator, "limited", KEYS)) {
            history.write(1);
            history.split(0);
            history.write(TIMES - 1);
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
            env.setParallelism(readers);
            OtsStreamSource<ChangeRecord> source =
                    history.source()
                            .stoppingPosition(StoppingPosition.latest())
                            .rateLimit(limit)
                            .build();
            DataStream<ChangeRecord> records =
                    env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes");
            HistoryCheck check = new HistoryCheck(1);
            check.attach(records);
            long begin = System.nanoTime();
            env.execute();
            check.assertAll(KEYS, TIMES);
            return Duration.ofNanos(System.nanoTime() - begin);
        }
    }
}
