/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.flink.record.ChangeRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs whole jobs on a MiniCluster against the emulator. */
@Timeout(120)
class OtsStreamSourceITCase {

    private static final int KEYS = 150;

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(2)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    private static TablestoreEmulator emulator;

    @TempDir private Path savepoints;

    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private KeyedHistory history;
    private JobClient job;

    @BeforeAll
    static void startEmulator() {
        emulator = TablestoreEmulator.builder().start();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @AfterEach
    void cleanUp() throws Exception {
        background.shutdownNow();
        TestJobs.cancel(job);
        if (history != null) {
            history.close();
        }
    }

    @Test
    void everyRecordOnceThroughSplitsMergesASavepointAndAnotherParallelism(TestInfo test)
            throws Exception {
        history = history(test);
        HistoryCheck check = new HistoryCheck(1);
        Future<?> writer = background.submit(() -> liveOn(40));
        start(check, continuous(StartingPosition.earliest()), 2, null);
        check.awaitSomething();
        String savepoint = stop();

        start(check, continuous(StartingPosition.latest()), 3, savepoint);
        writer.get(60, TimeUnit.SECONDS);
        check.awaitAll(KEYS, 40);
        savepoint = stop();

        history.split(0);
        history.write(2);
        history.merge(0);
        history.write(2);
        start(check, continuous(StartingPosition.latest()), 1, savepoint);
        check.awaitAll(KEYS, 44);
        assertThat(check.recordsByShard()).hasSizeGreaterThan(10);
    }

    @Test
    void everyRecordOnceThroughFailures(TestInfo test) throws Exception {
        history = history(test);
        HistoryCheck check = new HistoryCheck(1);
        FailingMap.failuresLeft.set(4);
        Future<?> writer = background.submit(() -> liveOn(40));
        StreamExecutionEnvironment env = environment(2, null);
        DataStream<ChangeRecord> records = read(env, continuous(StartingPosition.earliest()));
        check.attach(records.map(new FailingMap()).returns(records.getType()).uid("failing"));
        job = env.executeAsync();

        writer.get(60, TimeUnit.SECONDS);
        check.awaitAll(KEYS, 40);
        assertThat(FailingMap.failuresLeft.get()).isZero();
    }

    /** The position is in the savepoint alone, so any of them can be gone back to. */
    @Test
    void anOlderSavepointRewindsTheJobExactly(TestInfo test) throws Exception {
        history = history(test);
        HistoryCheck check = new HistoryCheck(1);
        liveOn(6);
        start(check, continuous(StartingPosition.earliest()), 2, null);
        check.awaitAll(KEYS, 6);
        liveOn(6);
        String first = stop();
        liveOn(6);
        start(check, continuous(StartingPosition.earliest()), 3, first);
        check.awaitAll(KEYS, 18);
        String second = stop();

        for (String savepoint : List.of(first, second, first)) {
            liveOn(1);
            start(check, continuous(StartingPosition.latest()), 2, savepoint);
            check.awaitAll(KEYS, history.timesWritten());
            TestJobs.cancel(job);
        }
    }

    @Test
    void aBoundedJobReadsWhatIsThereAndEnds(TestInfo test) throws Exception {
        history = history(test);
        liveOn(30);
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source().stoppingPosition(StoppingPosition.latest()).build(), 2, null);

        awaitEnd();
        check.assertAll(KEYS, 30);
    }

    @Test
    void adjacentWindowsHoldEveryRecordOnce(TestInfo test) throws Exception {
        history = history(test);
        emulator.clock().advance(Duration.ofMinutes(20));
        long a = emulator.clock().millis();
        liveOn(12);
        emulator.clock().advance(Duration.ofMinutes(20));
        long b = emulator.clock().millis();
        liveOn(12);
        emulator.clock().advance(Duration.ofMinutes(20));
        long c = emulator.clock().millis();
        liveOn(12);
        emulator.clock().advance(Duration.ofMinutes(20));

        HistoryCheck first = new HistoryCheck(1);
        start(first, window(a, b), 2, null);
        awaitEnd();
        first.assertAll(KEYS, 12);

        HistoryCheck second = new HistoryCheck(13);
        start(second, window(b, c), 3, null);
        awaitEnd();
        second.assertAll(KEYS, 24);
    }

    @Test
    void aBoundedJobEndsAfterARestore(TestInfo test) throws Exception {
        history = history(test);
        liveOn(30);
        HistoryCheck check = new HistoryCheck(1);
        FailingMap.failuresLeft.set(2);
        StreamExecutionEnvironment env = environment(2, null);
        DataStream<ChangeRecord> records =
                read(env, history.source().stoppingPosition(StoppingPosition.latest()).build());
        check.attach(records.map(new FailingMap()).returns(records.getType()).uid("failing"));
        job = env.executeAsync();

        awaitEnd();
        check.assertAll(KEYS, 30);
        assertThat(FailingMap.failuresLeft.get()).isZero();
    }

    @Test
    void latestLeavesOutWhatWasThereAtTheStart(TestInfo test) throws Exception {
        history = history(test);
        history.write(5);
        HistoryCheck check = new HistoryCheck(6);
        start(check, continuous(StartingPosition.latest()), 2, null);
        // The shard has been listed, and so the position resolved, once it is being read.
        Awaitility.await()
                .until(() -> emulator.control().shards(history.table()).get(0).reads() > 0);

        history.write(5);
        check.awaitAll(KEYS, 10);
    }

    @Test
    void moreReadersThanShardsAreNoTrouble(TestInfo test) throws Exception {
        history = history(test);
        history.write(3);
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source().stoppingPosition(StoppingPosition.latest()).build(), 4, null);

        awaitEnd();
        check.assertAll(KEYS, 3);
    }

    @Test
    void wrongKeysFailTheJobWithAClearError(TestInfo test) throws Exception {
        history = history(test);
        StreamExecutionEnvironment env = environment(1, null);
        env.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        read(env, history.source().credentials("LTAIwrong", "wrong-secret").build()).print();
        job = env.executeAsync();

        assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
                .hasStackTraceContaining("The stream's shards can't be listed")
                .hasStackTraceContaining("OTSAuthFailed")
                .satisfies(
                        error ->
                                assertThat(
                                                org.apache.flink.util.ExceptionUtils
                                                        .stringifyException(error))
                                        .doesNotContain("wrong-secret"));
    }

    private KeyedHistory history(TestInfo test) {
        String table = test.getTestMethod().get().getName();
        return new KeyedHistory(emulator, table.substring(0, Math.min(40, table.length())), KEYS);
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

    private OtsStreamSource<ChangeRecord> continuous(StartingPosition start) {
        return history.source()
                .startingPosition(start)
                .shardDiscoveryInterval(Duration.ofMillis(500))
                .build();
    }

    private OtsStreamSource<ChangeRecord> window(long start, long end) {
        return history.source()
                .startingPosition(StartingPosition.timestamp(start))
                .stoppingPosition(StoppingPosition.timestamp(end))
                .build();
    }

    private StreamExecutionEnvironment environment(int parallelism, String savepoint) {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
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

    private DataStream<ChangeRecord> read(
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

    private String stop() throws Exception {
        return TestJobs.stop(job, savepoints);
    }

    private void awaitEnd() throws Exception {
        job.getJobExecutionResult().get(90, TimeUnit.SECONDS);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FINISHED);
    }

    private static int calls(String operation) {
        return (int) emulator.control().counters(operation).calls();
    }

    /** Fails after some records each time, until it has done so a number of times. */
    private static final class FailingMap implements MapFunction<ChangeRecord, ChangeRecord> {
        private static final long serialVersionUID = 1L;
        private static final int RECORDS_BETWEEN_FAILURES = 700;

        private static final AtomicInteger failuresLeft = new AtomicInteger();
        private int records;

        @Override
        public ChangeRecord map(ChangeRecord record) {
            if (++records == RECORDS_BETWEEN_FAILURES
                    && failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("Failing on purpose");
            }
            return record;
        }
    }
}
