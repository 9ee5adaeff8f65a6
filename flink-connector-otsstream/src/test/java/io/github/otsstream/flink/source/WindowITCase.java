/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.DeleteTableRequest;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs jobs that read a window, or can't, while the clock of their own emulator is moved. */
@Timeout(120)
class WindowITCase {

    private static final int KEYS = 60;

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path savepoints;

    private TablestoreEmulator emulator;
    private KeyedHistory history;
    private JobClient job;

    @BeforeEach
    void startEmulator() {
        emulator = TablestoreEmulator.builder().start();
        history = new KeyedHistory(emulator, "orders", KEYS);
    }

    @AfterEach
    void cleanUp() throws Exception {
        TestJobs.cancel(job);
        history.close();
        emulator.close();
    }

    @Test
    void anEndWithinTheMarginIsRefused() throws Exception {
        history.write(1);
        long end = now();
        emulator.clock().advance(Duration.ofMinutes(4));
        start(
                new HistoryCheck(1),
                history.source().stoppingPosition(StoppingPosition.timestamp(end)),
                null);
        assertFailsWith(
                "Table orders can't be read up to",
                "(" + end + ") yet",
                "has to be 300 s past",
                "clocks of the service's machines differ");
    }

    @Test
    void anEndWithoutAMarginIsTaken() throws Exception {
        history.write(2);
        emulator.clock().advance(Duration.ofSeconds(1));
        long end = now();
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(
                check,
                history.source()
                        .stoppingPosition(
                                StoppingPosition.timestamp(end).withEndMargin(Duration.ZERO)),
                null);
        awaitEnd();
        check.assertAll(KEYS, 2);
    }

    @Test
    void aJobThatWaitsForItsEndReadsLateWritesAndEndsAfterTheMargin() throws Exception {
        history.write(2);
        long end = now() + Duration.ofHours(1).toMillis();
        HistoryCheck check = new HistoryCheck(1);
        start(check, waitingFor(end), null);
        check.awaitAll(KEYS, 2);
        history.write(1);
        check.awaitAll(KEYS, 3);

        // The end has passed, the margin has not; a machine whose clock is behind writes.
        emulator.clock().advance(Duration.ofMinutes(64));
        awaitEmptyReads();
        emulator.clock().advance(Duration.ofMinutes(-10));
        history.write(1);
        check.awaitAll(KEYS, 4);
        emulator.clock().advance(Duration.ofMinutes(10));
        awaitEmptyReads();
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);

        emulator.clock().advance(Duration.ofMinutes(2));
        awaitEnd();
        check.assertAll(KEYS, 4);
    }

    @Test
    void aJobThatWaitsForItsEndStopsAtTheFirstRecordBehindIt() throws Exception {
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(check, waitingFor(now() + Duration.ofHours(1).toMillis()), null);
        check.awaitAll(KEYS, 1);
        history.split(0);
        history.write(1);
        check.awaitAll(KEYS, 2);

        emulator.clock().advance(Duration.ofHours(1));
        history.write(1);
        awaitEnd();
        check.assertAll(KEYS, 2);
    }

    @Test
    void aStartThatHasLeftRetentionIsRefusedWithTheOldestPossibleOne() throws Exception {
        long start = now();
        history.write(2);
        emulator.clock().advance(Duration.ofHours(30));
        start(
                new HistoryCheck(1),
                history.source().startingPosition(StartingPosition.timestamp(start)),
                null);
        assertFailsWith(
                "Table orders can't be read from",
                "(" + start + ") on",
                "retains changes for 24 hours",
                "The oldest possible start is");
    }

    @Test
    void aStartThatHasLeftRetentionCanBeginWithTheOldestRecord() throws Exception {
        long start = now();
        history.write(2);
        emulator.clock().advance(Duration.ofHours(30));
        history.write(3);
        HistoryCheck check = new HistoryCheck(3);
        start(
                check,
                history.source()
                        .startingPosition(StartingPosition.timestamp(start).orEarliest())
                        .stoppingPosition(StoppingPosition.latest()),
                null);
        awaitEnd();
        check.assertAll(KEYS, 5);
    }

    @Test
    void aWindowWithSplitsAndMergesInItIsReadOnceThroughFailuresAndARestore() throws Exception {
        history.write(2);
        history.split(0);
        emulator.clock().advance(Duration.ofHours(1));
        long start = now();
        long end = start + Duration.ofHours(2).toMillis();
        OtsStreamSourceBuilder<ChangeRecord> window =
                waitingFor(end).startingPosition(StartingPosition.timestamp(start));
        HistoryCheck check = new HistoryCheck(3);
        FailingMap.failuresLeft.set(2);
        liveOn(6);
        startFailing(check, window, null);
        liveOn(12);
        check.awaitAll(KEYS, 20);
        assertThat(FailingMap.failuresLeft.get()).isZero();
        String savepoint = stop();

        liveOn(6);
        emulator.clock().advance(Duration.ofHours(1));
        liveOn(6);
        FailingMap.failuresLeft.set(1);
        startFailing(check, window, savepoint);
        check.awaitAll(KEYS, 32);
        emulator.clock().advance(Duration.ofHours(2));
        awaitEnd();
        check.assertAll(KEYS, 32);
    }

    /** A restored job knows the end of the shards that it was reading, and of no others. */
    @Test
    void aShardThatWasOpenInTheSavepointEndsAtTheWindowsEnd() throws Exception {
        history.write(1);
        history.split(0);
        history.write(1);
        long end = now() + Duration.ofHours(1).toMillis();
        HistoryCheck check = new HistoryCheck(1);
        start(check, waitingFor(end), null);
        check.awaitAll(KEYS, 2);
        String savepoint = stop();

        history.write(1);
        start(check, waitingFor(end), savepoint);
        check.awaitAll(KEYS, 3);
        emulator.clock().advance(Duration.ofHours(1));
        history.write(1);
        emulator.clock().advance(Duration.ofMinutes(6));
        awaitEnd();
        check.assertAll(KEYS, 3);
    }

    /** All that a skipped shard's children hold is in the window, and none of it is sought. */
    @Test
    void aStartAfterAParentsLastRecordReadsItsChildrenFully() throws Exception {
        history.write(2);
        emulator.clock().advance(Duration.ofMinutes(30));
        long start = now();
        emulator.clock().advance(Duration.ofMinutes(30));
        history.split(0);
        history.split(1);
        history.merge(0);
        history.write(3);
        emulator.clock().advance(Duration.ofMinutes(10));
        HistoryCheck check = new HistoryCheck(3);
        start(
                check,
                history.source()
                        .startingPosition(StartingPosition.timestamp(start))
                        .stoppingPosition(
                                StoppingPosition.timestamp(
                                        now() - Duration.ofMinutes(5).toMillis())),
                null);
        awaitEnd();
        check.assertAll(KEYS, 5);
    }

    /** Also where the service's seek lands some minutes away from where it should. */
    @ParameterizedTest(name = "a seek misses by {0} min")
    @ValueSource(longs = {-9, 0, 9})
    void aStartIsSoughtAndWhatIsBeforeItIsNotRead(long missedMinutes) throws Exception {
        emulator.control()
                .streamBehavior(
                        behavior -> behavior.withSeekError(Duration.ofMinutes(missedMinutes)));
        history.write(40);
        emulator.clock().advance(Duration.ofHours(3));
        history.write(1);
        emulator.clock().advance(Duration.ofMinutes(30));
        long start = now();
        history.write(2);
        HistoryCheck check = new HistoryCheck(42);
        start(
                check,
                history.source()
                        .startingPosition(StartingPosition.timestamp(start))
                        .stoppingPosition(StoppingPosition.latest()),
                null);
        awaitEnd();
        check.assertAll(KEYS, 43);
        long read = emulator.control().counters("GetStreamRecord").bytesOut();

        emulator.control().resetCounters();
        start(
                new HistoryCheck(1),
                history.source().stoppingPosition(StoppingPosition.latest()),
                null);
        awaitEnd();
        assertThat(read * 10).isLessThan(emulator.control().counters("GetStreamRecord").bytesOut());
    }

    @Test
    void aReaderThatFailsBeforeItsFirstRecordMissesNothing() throws Exception {
        history.write(2);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
        emulator.control().faults(FaultPlan.of(1, busy.onOperation("GetStreamRecord")));
        HistoryCheck check = new HistoryCheck(3);
        StreamExecutionEnvironment env = environment(10_000, null);
        check.attach(
                read(
                        env,
                        history.source()
                                .startingPosition(StartingPosition.latest())
                                .maxRetries(0)));
        job = env.executeAsync();
        Awaitility.await().until(() -> reads() > 2);
        history.write(1);
        long failures = reads();
        Awaitility.await().until(() -> reads() > failures + 2);
        emulator.control().faults(FaultPlan.NONE);
        history.write(1);
        check.awaitAll(KEYS, 4);
    }

    @Test
    void aJobThatGoesOnFromASavepointBeforeItsFirstRecordMissesNothing() throws Exception {
        history.write(2);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
        HistoryCheck check = new HistoryCheck(3);
        OtsStreamSourceBuilder<ChangeRecord> latest =
                history.source().startingPosition(StartingPosition.latest());
        emulator.control().faults(FaultPlan.of(1, busy.onOperation("GetShardIterator")));
        start(check, latest, null);
        Awaitility.await().until(() -> emulator.control().counters("GetShardIterator").calls() > 0);
        String savepoint = stop();

        history.write(1);
        emulator.clock().advance(Duration.ofHours(1));
        emulator.control().faults(FaultPlan.NONE);
        start(check, latest, savepoint);
        history.write(1);
        check.awaitAll(KEYS, 4);
    }

    @Test
    void aStreamThatIsBeingEnabledIsWaitedFor() throws Exception {
        emulator.control().enabling("orders", Duration.ofHours(1));
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source(), null);
        Awaitility.await().until(() -> emulator.control().counters("DescribeStream").calls() > 1);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        emulator.clock().advance(Duration.ofHours(2));
        history.write(1);
        check.awaitAll(KEYS, 1);
    }

    @Test
    void aStreamThatWasEnabledAnewWhileTheJobWasDownIsAnErrorThatNamesBoth() throws Exception {
        String savepoint = readOneWriteAndStop();
        String before = streamId();
        enableAnew();
        start(new HistoryCheck(1), history.source(), savepoint);
        assertFailsWith(
                "Stream "
                        + before
                        + " of table orders is gone, and its stream is now "
                        + streamId());
    }

    @Test
    void aStreamThatIsEnabledAnewWhileItIsReadIsAnErrorThatNamesBoth() throws Exception {
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source(), null);
        check.awaitAll(KEYS, 1);
        String before = streamId();
        // Else it could be looked for while there is none.
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Server is busy.")
                                        .onOperation("ListStream")));
        enableAnew();
        emulator.control().faults(FaultPlan.NONE);
        assertFailsWith(
                "Stream "
                        + before
                        + " of table orders is gone, and its stream is now "
                        + streamId());
    }

    @Test
    void aStreamThatIsDisabledWhileItIsReadIsAnErrorThatSaysSo() throws Exception {
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source(), null);
        check.awaitAll(KEYS, 1);
        String before = streamId();
        specify(new StreamSpecification(false));
        assertFailsWith("Stream " + before + " of table orders is gone", "it has no stream now");
    }

    @Test
    void anEmptyStreamIsReadFromItsFirstRecordOn() throws Exception {
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source(), null);
        awaitEmptyReads();
        assertThat(check.keysSeen()).isZero();
        history.write(1);
        check.awaitAll(KEYS, 1);
    }

    @Test
    void aBoundedJobOverAnEmptyStreamEnds() throws Exception {
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source().stoppingPosition(StoppingPosition.latest()), null);
        awaitEnd();
        assertThat(check.keysSeen()).isZero();
    }

    @Test
    void aTableThatIsDeletedWhileItIsReadIsAnErrorThatSaysSo() throws Exception {
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source(), null);
        check.awaitAll(KEYS, 1);
        String before = streamId();
        SyncClientInterface client = client();
        client.deleteTable(new DeleteTableRequest("orders"));
        client.shutdown();
        assertFailsWith(
                "Stream " + before + " of table orders is gone", "there is no such table now");
    }

    @Test
    void aListingThatFailsForNowIsTriedAgain() throws Exception {
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Server is busy.")
                                        .onOperation("DescribeStream")
                                        .afterSkipping(1)
                                        .times(4)));
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source().shardDiscoveryInterval(Duration.ofMillis(100)), null);
        history.write(1);
        check.awaitAll(KEYS, 1);
        Awaitility.await().until(() -> emulator.control().counters("DescribeStream").calls() > 7);
        history.split(0);
        history.write(1);
        check.awaitAll(KEYS, 2);
    }

    private String readOneWriteAndStop() throws Exception {
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(check, history.source(), null);
        check.awaitAll(KEYS, 1);
        return stop();
    }

    private String stop() {
        return TestJobs.stop(job, savepoints);
    }

    private String streamId() {
        SyncClientInterface client = client();
        String streamId =
                client.listStream(new ListStreamRequest("orders"))
                        .getStreams()
                        .get(0)
                        .getStreamId();
        client.shutdown();
        return streamId;
    }

    private void enableAnew() {
        specify(new StreamSpecification(false));
        specify(new StreamSpecification(true, 24));
    }

    private void specify(StreamSpecification specification) {
        SyncClientInterface client = client();
        UpdateTableRequest request = new UpdateTableRequest("orders");
        request.setStreamSpecification(specification);
        client.updateTable(request);
        client.shutdown();
    }

    private SyncClientInterface client() {
        return SyncClients.of(emulator);
    }

    private long now() {
        return emulator.clock().millis();
    }

    private OtsStreamSourceBuilder<ChangeRecord> waitingFor(long end) {
        return history.source()
                .stoppingPosition(StoppingPosition.timestamp(end).waitForEnd())
                .fetchSettings(
                        FetchSettings.defaults()
                                .withIdleInterval(Duration.ofMillis(10), Duration.ofMillis(50)));
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

    /** Waits until the one shard has been asked several times at the present time. */
    private void awaitEmptyReads() {
        long calls = reads();
        Awaitility.await().until(() -> reads() > calls + 5);
    }

    private long reads() {
        return emulator.control().counters("GetStreamRecord").calls();
    }

    private void start(
            HistoryCheck check, OtsStreamSourceBuilder<ChangeRecord> source, String savepoint)
            throws Exception {
        StreamExecutionEnvironment env = environment(0, savepoint);
        check.attach(read(env, source));
        job = env.executeAsync();
    }

    private void startFailing(
            HistoryCheck check, OtsStreamSourceBuilder<ChangeRecord> source, String savepoint)
            throws Exception {
        StreamExecutionEnvironment env = environment(20, savepoint);
        DataStream<ChangeRecord> records = read(env, source);
        check.attach(records.map(new FailingMap()).returns(records.getType()).uid("failing"));
        job = env.executeAsync();
    }

    private static StreamExecutionEnvironment environment(int restarts, String savepoint) {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        env.enableCheckpointing(100);
        return env;
    }

    private static DataStream<ChangeRecord> read(
            StreamExecutionEnvironment env, OtsStreamSourceBuilder<ChangeRecord> source) {
        return env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "changes")
                .uid("source");
    }

    private void awaitEnd() throws Exception {
        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FINISHED);
    }

    private void assertFailsWith(String... texts) {
        assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
                .satisfies(
                        error -> {
                            for (String text : texts) {
                                assertThat(error).hasStackTraceContaining(text);
                            }
                        });
    }

    /** Fails after some records each time, until it has done so a number of times. */
    private static final class FailingMap implements MapFunction<ChangeRecord, ChangeRecord> {
        private static final long serialVersionUID = 1L;
        private static final int RECORDS_BETWEEN_FAILURES = 100;

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
