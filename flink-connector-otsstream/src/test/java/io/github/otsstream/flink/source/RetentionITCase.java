/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.stream.EmptyPage;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.TrimmedData;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs whose positions age: what is retained is read exactly once however long it took, and what
 * may be lost is never lost in silence. Each test has an emulator whose clock it moves, and no job
 * is restarted by Flink.
 */
@Timeout(120)
class RetentionITCase {

    private static final int KEYS = 150;

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir private Path savepoints;

    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private TablestoreEmulator emulator;
    private KeyedHistory history;
    private JobClient job;

    @BeforeEach
    void setUp() {
        emulator = TablestoreEmulator.builder().start();
        history = new KeyedHistory(emulator, "orders", KEYS);
    }

    @AfterEach
    void cleanUp() throws Exception {
        background.shutdownNow();
        TestJobs.cancel(job);
        history.close();
        emulator.close();
    }

    @Test
    void aShardThatWasIdleForThreeRetentionsIsReadOn() throws Exception {
        history.split(0);
        history.write(3);
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().build(), 2, null);
        check.awaitAll(KEYS, 3);

        for (int hours = 0; hours < 72; hours += 7) {
            long renewed = calls("GetShardIterator");
            emulator.clock().advance(Duration.ofHours(7));
            Awaitility.await().until(() -> calls("GetShardIterator") >= renewed + openShards());
            awaitPolls();
        }
        history.write(2);
        check.awaitAll(KEYS, 5);
        String savepoint = stop();
        start(check, source().build(), 1, savepoint);
        history.write(1);
        check.awaitAll(KEYS, 6);
    }

    @Test
    void aSavepointWhoseIteratorsHaveLeftRetentionIsRestoredExactly() throws Exception {
        history.write(3);
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().build(), 2, null);
        check.awaitAll(KEYS, 3);
        // Not long enough for a renewal, but long enough to be told that there was nothing more.
        for (int hours = 0; hours < 5; hours++) {
            emulator.clock().advance(Duration.ofHours(1));
            awaitPolls();
        }
        String savepoint = stop();

        emulator.clock().advance(Duration.ofHours(21));
        long seeks = calls("GetShardIterator");
        start(check, source().build(), 2, savepoint);
        Awaitility.await().until(() -> calls("GetShardIterator") > seeks);
        history.write(2);
        check.awaitAll(KEYS, 5);
    }

    @Test
    void whatWasTrimmedUnreadFailsTheJob() throws Exception {
        Instant begin = now();
        String savepoint = savepointBeforeTrimming();
        Duration away = Duration.ofHours(30);
        start(new HistoryCheck(1), source().build(), 2, savepoint);
        Throwable failure = failure();

        assertThat(failure)
                .hasStackTraceContaining("Table orders can't be read: Records of shard ")
                .hasStackTraceContaining("may have left the stream's retention of 24 h")
                .hasStackTraceContaining("set trimmedData to EARLIEST");
        assertThat(ExceptionUtils.stringifyException(failure))
                .containsPattern(
                        " from "
                                + HourPattern.within(begin, now().minus(away))
                                + "\\S+ up to "
                                + HourPattern.within(
                                        begin.plus(away).minus(Duration.ofHours(24)),
                                        now().minus(Duration.ofHours(24))));
    }

    @Test
    void aJobGoesOnWithWhatIsThereIfItIsToldTo() throws Exception {
        String savepoint = savepointBeforeTrimming();
        StreamExecutionEnvironment env = environment(2, savepoint);
        env.configure(
                new Configuration()
                        .set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true));
        NumbersSeen seen = new NumbersSeen();
        read(env, source().trimmedData(TrimmedData.EARLIEST).build())
                .map(seen)
                .uid("seen")
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
        history.write(1);

        Awaitility.await().untilAsserted(() -> seen.assertEachKeySaw(6L, 7L, 8L));
    }

    /** Each key's fourth and fifth changes are trimmed between the savepoint and now. */
    private String savepointBeforeTrimming() throws Exception {
        history.write(3);
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().build(), 2, null);
        check.awaitAll(KEYS, 3);
        String savepoint = stop();
        emulator.clock().advance(Duration.ofHours(1));
        history.write(2);
        emulator.clock().advance(Duration.ofHours(9));
        history.write(2);
        emulator.clock().advance(Duration.ofHours(20));
        return savepoint;
    }

    @Test
    void aJobThatWasAwayForLongerThanRetentionFailsAlsoWhereNothingIsThere() throws Exception {
        history.write(3);
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().build(), 1, null);
        check.awaitAll(KEYS, 3);
        String savepoint = stop();
        emulator.clock().advance(Duration.ofHours(40));
        start(check, source().build(), 1, savepoint);

        assertThat(failure())
                .hasStackTraceContaining("may have left the stream's retention of 24 h");
    }

    @Test
    void aStartThatLeftRetentionBeforeAnythingWasReadFailsTheJob() throws Exception {
        Instant begin = now();
        FaultRule unreadable = FaultRule.error(503, "OTSServerBusy", "Busy.");
        emulator.control().faults(FaultPlan.of(1, unreadable.onOperation("GetShardIterator")));
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().startingPosition(StartingPosition.latest()).build(), 1, null);
        Awaitility.await().until(() -> calls("GetShardIterator") > 0);
        Instant end = now();
        String savepoint = stop();
        history.write(2);
        emulator.clock().advance(Duration.ofHours(30));
        emulator.control().faults(FaultPlan.NONE);
        start(check, source().build(), 1, savepoint);

        assertThat(ExceptionUtils.stringifyException(failure()))
                .containsPattern("Records of shard \\S+ from " + HourPattern.within(begin, end));
    }

    @Test
    void positionsThatAreGoneAgainAndAgainAreFoundAgainExactly() throws Exception {
        emulator.control().streamBehavior(behavior -> behavior.withMaxPageRecords(23));
        FaultRule trimmed = FaultRule.error(404, "OTSTrimmedDataAccess", "Already trimmed.");
        emulator.control()
                .faults(
                        FaultPlan.of(
                                5, trimmed.onOperation("GetStreamRecord").withProbability(0.05)));
        everythingOnce();
    }

    @Test
    void emptyPagesInTheMiddleAreNoTrouble() throws Exception {
        emulator.control()
                .faults(
                        FaultPlan.of(
                                5,
                                FaultRule.emptyPage(EmptyPage.MORE_FOLLOWS).withProbability(0.2),
                                FaultRule.emptyPage(EmptyPage.CAUGHT_UP).withProbability(0.1),
                                FaultRule.emptyPage(EmptyPage.SILENT).withProbability(0.1)));
        everythingOnce();
    }

    @Test
    void aServiceThatDoesNotSayIfMoreFollowsIsNoTrouble() throws Exception {
        emulator.control().streamBehavior(behavior -> behavior.withMayMoreRecordSent(false));
        everythingOnce();
    }

    /** Reads a history while it is written, with splits, merges, and a savepoint in the middle. */
    private void everythingOnce() throws Exception {
        HistoryCheck check = new HistoryCheck(1);
        Future<?> writer = background.submit(() -> liveOn(30));
        start(check, source().build(), 2, null);
        check.awaitSomething();
        String savepoint = stop();
        start(check, source().build(), 3, savepoint);
        writer.get(60, TimeUnit.SECONDS);
        check.awaitAll(KEYS, 30);
    }

    @Test
    void anEmptyPageThatMoreFollowsDoesNotEndABoundedJob() throws Exception {
        liveOn(12);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                5,
                                FaultRule.emptyPage(EmptyPage.MORE_FOLLOWS).withProbability(0.4)));
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().stoppingPosition(StoppingPosition.latest()).build(), 2, null);
        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);

        check.assertAll(KEYS, 12);
    }

    @Test
    void pagesMayHaveOtherLengthsAfterARestore() throws Exception {
        HistoryCheck check = new HistoryCheck(1);
        Future<?> writer = background.submit(() -> liveOn(40));
        String savepoint = null;
        for (int records : new int[] {100, 7, 41, 3}) {
            emulator.control().streamBehavior(behavior -> behavior.withMaxPageRecords(records));
            start(check, source().build(), 2, savepoint);
            long reads = calls("GetStreamRecord");
            Awaitility.await().until(() -> calls("GetStreamRecord") > reads + 4);
            savepoint = stop();
        }
        emulator.control().streamBehavior(behavior -> behavior.withMaxPageRecords(1_000));
        start(check, source().build(), 2, savepoint);
        writer.get(60, TimeUnit.SECONDS);
        check.awaitAll(KEYS, 40);
    }

    @Test
    void tablesInATableGroupAreRead() throws Exception {
        emulator.control().tableGroup("orders", true);
        liveOn(6);
        HistoryCheck check = new HistoryCheck(1);
        start(check, source().stoppingPosition(StoppingPosition.latest()).build(), 2, null);
        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);

        check.assertAll(KEYS, 6);
    }

    /** Writes each key a number of times while partitions split and merge. */
    private void liveOn(int times) {
        for (int i = 0; i < times; i++) {
            history.write(1);
            if (i % 3 == 1) {
                history.split(i);
            }
            if (i % 4 == 3) {
                history.merge(i);
            }
        }
    }

    private OtsStreamSourceBuilder<ChangeRecord> source() {
        return history.source()
                .shardDiscoveryInterval(Duration.ofMillis(500))
                .fetchSettings(
                        FetchSettings.defaults()
                                .withIdleInterval(Duration.ofMillis(5), Duration.ofMillis(20)));
    }

    private StreamExecutionEnvironment environment(int parallelism, String savepoint) {
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
        return env;
    }

    private static DataStream<ChangeRecord> read(
            StreamExecutionEnvironment env, OtsStreamSource<ChangeRecord> source) {
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes").uid("source");
    }

    private void start(
            HistoryCheck check,
            OtsStreamSource<ChangeRecord> source,
            int parallelism,
            String savepoint)
            throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, savepoint);
        check.attach(read(env, source));
        job = env.executeAsync();
    }

    private String stop() {
        return TestJobs.stop(job, savepoints);
    }

    private long calls(String operation) {
        return emulator.control().counters(operation).calls();
    }

    private int openShards() {
        return emulator.control().openShards("orders").size();
    }

    /** Waits until every shard has been asked again, and its answer has been dealt with. */
    private void awaitPolls() {
        long polls = calls("GetStreamRecord");
        Awaitility.await().until(() -> calls("GetStreamRecord") >= polls + 5L * openShards());
    }

    private Throwable failure() {
        return catchThrowable(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS));
    }

    private Instant now() {
        return emulator.clock().instant();
    }

    /** Keeps the numbers of each key's records in the order in which they come. */
    private static final class NumbersSeen implements MapFunction<ChangeRecord, Long> {
        private static final long serialVersionUID = 1L;

        private static final Map<Long, Queue<Long>> NUMBERS = new ConcurrentHashMap<>();

        private NumbersSeen() {
            NUMBERS.clear();
        }

        @Override
        public Long map(ChangeRecord record) {
            long number = KeyedHistory.number(record);
            NUMBERS.computeIfAbsent(KeyedHistory.key(record), k -> new ConcurrentLinkedQueue<>())
                    .add(number);
            return number;
        }

        private void assertEachKeySaw(Long... numbers) {
            assertThat(NUMBERS).hasSize(KEYS);
            assertThat(NUMBERS.values())
                    .allSatisfy(seen -> assertThat(seen).containsExactly(numbers));
        }
    }
}
