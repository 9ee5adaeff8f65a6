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
import io.github.otsstream.emulator.stream.EmptyPage;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests event time and watermarks of a user's strategy, which Flink applies to each shard. */
@Timeout(120)
class WatermarkITCase {

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

    private static final String TABLE = "events";
    private static final int RECORDS_PER_PAGE = 5;

    private static final Duration IDLE_INTERVAL = Duration.ofMillis(20);

    /** Long enough for what must not happen to happen several times. */
    private static final Duration WATCHED = Duration.ofMillis(300);

    /** A watermark says that no record at or before its time will come. */
    private static final long BEFORE = 1;

    private static final WatermarkStrategy<ChangeRecord> IN_ORDER =
            WatermarkStrategy.forBoundedOutOfOrderness(Duration.ZERO);

    private WatermarkProbe probe = new WatermarkProbe();
    private TablestoreEmulator emulator;
    private KeyRangeTable table;
    private JobClient job;

    @BeforeEach
    void createTable(TablestoreEmulator running) {
        emulator = running;
        emulator.control().streamBehavior(any -> any.withMaxPageRecords(RECORDS_PER_PAGE));
        table = new KeyRangeTable(emulator, TABLE);
    }

    @AfterEach
    void stop() throws Exception {
        TestJobs.cancel(job);
        table.close();
    }

    @Test
    void eventTimeIsWhenTheChangeEnteredTheService() throws Exception {
        for (int i = 0; i < 12; i++) {
            table.write(0, "change " + i);
            emulator.clock().advance(Duration.ofMillis(1_234));
        }
        start(IN_ORDER, 1);

        awaitRecords(12);
        assertThat(probe.arrivals())
                .allSatisfy(
                        arrival ->
                                assertThat(arrival.eventMillis())
                                        .isEqualTo(arrival.sequenceMicros() / 1_000));
        assertThat(probe.arrivals().get(11).eventMillis())
                .isGreaterThan(probe.arrivals().get(0).eventMillis() + 11 * 1_234 - 1);
        awaitWatermark(probe.lastMillis(0) - BEFORE);
    }

    @Test
    void aShardThatIsReadSlowlyHoldsBackTheWatermarkAndItsRecordsAreNotLate() throws Exception {
        int slow = 0;
        int fast = 1;
        table.withUnrelatedShards(2);
        table.write(slow, "first");
        table.write(fast, "first");
        Duration outOfOrderness = Duration.ofSeconds(10);
        start(WatermarkStrategy.forBoundedOutOfOrderness(outOfOrderness), 1);
        awaitRecords(2);

        nothingComesFrom(slow);
        emulator.clock().advance(Duration.ofMinutes(10));
        table.write(slow, "second");
        emulator.clock().advance(Duration.ofHours(1));
        table.write(fast, "second");
        awaitRecords(3);
        assertThat(probe.values(fast)).containsExactly("first", "second");
        long held = probe.lastMillis(slow) - outOfOrderness.toMillis() - BEFORE;
        watch("the slow shard holds back the watermark", () -> probe.watermark() <= held);

        everythingComes();
        awaitRecords(4);
        awaitWatermark(probe.lastMillis(slow) - outOfOrderness.toMillis() - BEFORE);
        assertThat(probe.lastMillis(slow)).isLessThan(probe.lastMillis(fast));
        assertThat(probe.arrivals()).noneMatch(WatermarkProbe.Arrival::isLate);
    }

    @Test
    void aShardWithoutRecordsHoldsBackTheWatermarkUnlessItCountsAsIdle() throws Exception {
        int busy = 0;
        table.withUnrelatedShards(2);
        table.write(busy, "first");
        start(IN_ORDER, 1);
        awaitRecords(1);
        watch("there is no watermark", () -> probe.watermark() == Long.MIN_VALUE);
        TestJobs.cancel(job);

        probe = new WatermarkProbe();
        start(IN_ORDER.withIdleness(Duration.ofMillis(200)), 1);
        // Were the busy shard idle as well, Flink would let the watermark stay where it is.
        await().until(
                        () -> {
                            table.write(busy, "next");
                            return probe.watermark() > Long.MIN_VALUE;
                        });
        emulator.clock().advance(Duration.ofMinutes(10));
        table.write(busy, "last");
        await().until(() -> probe.values(busy).contains("last"));
        awaitWatermark(probe.lastMillis(busy) - BEFORE);
    }

    @Test
    void aShardThatHasEndedHoldsBackNothing() throws Exception {
        table.write(0, "of the parent");
        start(IN_ORDER, 1);
        awaitRecords(1);

        table.splitBefore(1);
        emulator.clock().advance(Duration.ofMinutes(10));
        table.write(0, "of a child");
        emulator.clock().advance(Duration.ofMinutes(10));
        table.write(1, "of the other child");
        awaitRecords(3);

        awaitWatermark(probe.lastMillis(0) - BEFORE);
        assertThat(probe.arrivals()).noneMatch(WatermarkProbe.Arrival::isLate);
    }

    @Test
    void readersWithoutAShardBlockNoWatermark() throws Exception {
        table.write(0, "first");
        start(IN_ORDER.withIdleness(Duration.ofMillis(100)), 4);
        awaitRecords(1);
        awaitWatermark(probe.lastMillis(0) - BEFORE);

        emulator.clock().advance(Duration.ofMinutes(10));
        table.write(0, "second");
        awaitRecords(2);
        awaitWatermark(probe.lastMillis(0) - BEFORE);
    }

    @ParameterizedTest(name = "by {0} readers")
    @ValueSource(ints = {1, 2})
    void alignmentStopsTheFetchingOfTheShardThatIsAheadUntilTheOtherFollows(int readers)
            throws Exception {
        int behind = 0;
        int ahead = 1;
        table.withUnrelatedShards(2);
        table.write(behind, "0");
        table.write(ahead, "0");
        start(
                IN_ORDER.withWatermarkAlignment(
                        "shards", Duration.ofMinutes(5), Duration.ofMillis(20)),
                readers,
                readers);
        awaitRecords(2);
        assertThat(probe.subtasks()).isEqualTo(readers);

        nothingComesFrom(behind);
        emulator.clock().advance(Duration.ofMinutes(30));
        table.write(ahead, "1");
        awaitRecords(3);
        awaitNoMoreReadsOf(ahead);

        long reads = table.shard(ahead).reads();
        for (int i = 2; i <= 6 * RECORDS_PER_PAGE; i++) {
            emulator.clock().advance(Duration.ofMinutes(1));
            table.write(ahead, Integer.toString(i));
        }
        watch(
                "the shard that is ahead is not read",
                // One request more can have been under way.
                () -> table.shard(ahead).reads() <= reads + 1 && probe.arrivals().size() == 3);

        emulator.clock().advance(Duration.ofMinutes(1));
        table.write(behind, "1");
        everythingComes();
        awaitRecords(3 + 6 * RECORDS_PER_PAGE);
        assertThat(probe.values(behind)).containsExactly("0", "1");
        for (int i = 0; i <= 6 * RECORDS_PER_PAGE; i++) {
            assertThat(probe.values(ahead).get(i)).isEqualTo(Integer.toString(i));
        }
    }

    private void nothingComesFrom(int range) {
        FaultRule empty = FaultRule.emptyPage(EmptyPage.CAUGHT_UP);
        emulator.control().faults(FaultPlan.of(1, empty.onShard(table.shard(range).shardId())));
    }

    private void everythingComes() {
        emulator.control().faults(FaultPlan.NONE);
    }

    private void awaitRecords(int count) {
        await().untilAsserted(() -> assertThat(probe.arrivals()).hasSize(count));
    }

    private void awaitWatermark(long millis) {
        await().untilAsserted(() -> assertThat(probe.watermark()).isEqualTo(millis));
    }

    /** Waits until a shard is not read for some time, in which an idle one would be. */
    private void awaitNoMoreReadsOf(int range) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(IDLE_INTERVAL.multipliedBy(4))
                .during(WATCHED)
                .until(
                        () -> {
                            long reads = table.shard(range).reads();
                            return last.getAndSet(reads) == reads;
                        });
    }

    private static ConditionFactory await() {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(30));
    }

    /** Checks for some time that a condition holds. */
    private static void watch(String what, Callable<Boolean> condition) {
        await().during(WATCHED).failFast(what, () -> !condition.call()).until(condition);
    }

    private void start(WatermarkStrategy<ChangeRecord> strategy, int readers) throws Exception {
        start(strategy, readers, 1);
    }

    private void start(WatermarkStrategy<ChangeRecord> strategy, int readers, int probes)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(10));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.enableCheckpointing(100);
        OtsStreamSource<ChangeRecord> source =
                table.<ChangeRecord>source()
                        .deserializer(new ChangeRecordSchema())
                        .fetchSettings(
                                FetchSettings.defaults()
                                        .withIdleInterval(IDLE_INTERVAL, IDLE_INTERVAL))
                        .build();
        probe.attach(env.fromSource(source, strategy, "changes").setParallelism(readers), probes);
        job = env.executeAsync();
    }
}
