/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.status.CheckpointSet;
import io.github.otsstream.flink.status.DataxReader;
import io.github.otsstream.flink.status.JobDescription;
import io.github.otsstream.flink.status.ShardCheckpoint;
import io.github.otsstream.flink.status.StatusTable;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
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
import org.junit.jupiter.params.provider.EnumSource;

/** Runs jobs that begin where the status table says, and leave in it where they stopped. */
@Timeout(120)
class StatusTableJobITCase {

    private static final int KEYS = 60;
    private static final String STATUS = "status";
    private static final String CHECKPOINT = "CheckpointForDataxReader";
    private static final Duration NO_CHECKPOINTS = Duration.ZERO;
    private static final Duration QUICK = Duration.ofMillis(50);

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
    private SyncClientInterface sdk;
    private String streamId;
    private DataxReader datax;
    private JobClient job;

    @BeforeEach
    void startEmulator() {
        emulator = TablestoreEmulator.builder().start();
        history = new KeyedHistory(emulator, "orders", KEYS);
        sdk = SyncClients.of(emulator);
        streamId =
                sdk.listStream(new ListStreamRequest("orders")).getStreams().get(0).getStreamId();
        datax = new DataxReader(sdk, STATUS, streamId);
    }

    @AfterEach
    void cleanUp() throws Exception {
        TestJobs.cancel(job);
        sdk.shutdown();
        history.close();
        emulator.close();
    }

    @Test
    void windowsFollowEachOtherThroughSplitsAndMerges() throws Exception {
        history.write(1);
        emulator.clock().advance(Duration.ofMinutes(1));
        long start = now();
        long written = history.timesWritten();
        for (int i = 0; i < 4; i++) {
            long first = written + 1;
            liveOn(4, i);
            emulator.clock().advance(Duration.ofMinutes(1));
            long end = now();
            written = history.timesWritten();
            liveOn(3, i + 1);
            emulator.clock().advance(Duration.ofMinutes(6));

            HistoryCheck check = new HistoryCheck(first);
            run(check, StartingPosition.statusTable(start), StoppingPosition.timestamp(end));
            check.assertAll(KEYS, written);
            assertBeginsAt(end, endOfRun(end));
            start = end;
        }
    }

    /** A late write has its place behind the window's end, though it is dated before it. */
    @Test
    void theNextWindowSkipsNothingNotEvenWhatIsDatedBeforeIt() throws Exception {
        long end = readOneWindow();
        writeLateAndOn(end);

        HistoryCheck next = new HistoryCheck(2);
        run(next, StartingPosition.statusTable(end), StoppingPosition.latest());
        next.assertAll(KEYS, 3);
    }

    @Test
    void rowsOfOthersSpoilNothingAndStay() throws Exception {
        long end = readOneWindow();
        String shard = emulator.control().shards("orders").get(0).shardId();
        List<PrimaryKey> others =
                List.of(
                        statusKey("another_stream", "DataxJobDesc", time(end)),
                        statusKey("another_stream", CHECKPOINT, time(end) + "\tshard"),
                        statusKey(streamId, "Notes", time(end)),
                        statusKey(streamId, "DataxJobDesc", time(end - 1)),
                        statusKey(streamId, CHECKPOINT, time(end - 1) + "\t" + shard),
                        statusKey(streamId, "ShardTimeCheckpointForDataxReader", shard + "\tnow"));
        for (PrimaryKey key : others) {
            update(key, "Version", ColumnValue.fromString("7-another"));
            update(key, "ShardIds_0", ColumnValue.fromBinary(new byte[] {1, 2, 3}));
            update(key, "Checkpoint", ColumnValue.fromLong(7));
        }
        writeLateAndOn(end);

        HistoryCheck next = new HistoryCheck(2);
        run(next, StartingPosition.statusTable(end), StoppingPosition.latest());
        next.assertAll(KEYS, 3);
        for (PrimaryKey key : others) {
            SingleRowQueryCriteria row = new SingleRowQueryCriteria(STATUS, key);
            row.setMaxVersions(1);
            assertThat(sdk.getRow(new GetRowRequest(row)).getRow().getColumns()).hasSize(3);
        }
    }

    /** What can happen to the rows of a run. */
    private enum Damage {
        HALF_A_SET,
        ANOTHER_RUNS_VERSION,
        CORRUPT_DESCRIPTION
    }

    /**
     * The start is found by time then, as the late write shows that an exact start would not skip.
     */
    @ParameterizedTest
    @EnumSource
    void aSetThatIsNotWholeIsNoExactStart(Damage damage) throws Exception {
        history.split(0);
        long end = readOneWindow();
        damage(damage, end);
        writeLateAndOn(end);

        HistoryCheck next = new HistoryCheck(3);
        run(next, StartingPosition.statusTable(end), StoppingPosition.latest());
        next.assertAll(KEYS, 3);
    }

    @Test
    void aLastRunWhoseDescriptionIsCorruptFailsTheJob() throws Exception {
        long end = readOneWindow();
        damage(Damage.CORRUPT_DESCRIPTION, end);

        assertThatThrownBy(
                        () ->
                                run(
                                        new HistoryCheck(2),
                                        StartingPosition.lastRun(),
                                        StoppingPosition.latest()))
                .hasStackTraceContaining("can't be told from the status table status")
                .hasStackTraceContaining("not zlib data");
    }

    private void damage(Damage damage, long end) {
        String shard = emulator.control().shards("orders").get(0).shardId();
        PrimaryKey checkpoint = statusKey(streamId, CHECKPOINT, time(end) + "\t" + shard);
        switch (damage) {
            case HALF_A_SET:
                sdk.deleteRow(new DeleteRowRequest(new RowDeleteChange(STATUS, checkpoint)));
                break;
            case ANOTHER_RUNS_VERSION:
                update(checkpoint, "Version", ColumnValue.fromString("7-another"));
                break;
            default:
                update(
                        statusKey(streamId, "DataxJobDesc", time(end)),
                        "ShardIds_0",
                        ColumnValue.fromBinary(new byte[] {1, 2, 3, 4}));
        }
    }

    private void update(PrimaryKey key, String column, ColumnValue value) {
        RowUpdateChange change = new RowUpdateChange(STATUS, key);
        change.put(column, value);
        sdk.updateRow(new UpdateRowRequest(change));
    }

    private static PrimaryKey statusKey(String streamId, String type, String value) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("StreamId", PrimaryKeyValue.fromString(streamId))
                .addPrimaryKeyColumn("StatusType", PrimaryKeyValue.fromString(type))
                .addPrimaryKeyColumn("StatusValue", PrimaryKeyValue.fromString(value))
                .build();
    }

    private static String time(long millis) {
        return String.format("%16d", millis);
    }

    /** Writes each key once, and reads it up to an end that is returned. */
    private long readOneWindow() throws Exception {
        history.write(1);
        emulator.clock().advance(Duration.ofMinutes(10));
        long end = now();
        emulator.clock().advance(Duration.ofMinutes(6));
        run(new HistoryCheck(1), StartingPosition.earliest(), StoppingPosition.timestamp(end));
        assertThat(datax.lookup(end)).isPresent();
        return end;
    }

    /** Writes each key twice: dated before the end that was read up to, and behind it. */
    private void writeLateAndOn(long end) {
        emulator.clock().advance(Duration.ofMinutes(-9));
        history.write(1);
        assertThat(now()).isLessThan(end);
        emulator.clock().advance(Duration.ofMinutes(20));
        history.write(1);
    }

    @Test
    void aJobGoesOnWhereADataxJobStopped() throws Exception {
        history.write(3);
        history.split(0);
        String parent = emulator.control().shards("orders").get(0).shardId();
        String oldest =
                sdk.getShardIterator(new GetShardIteratorRequest(streamId, parent))
                        .getShardIterator();
        GetStreamRecordRequest twoWrites = new GetStreamRecordRequest(oldest);
        twoWrites.setLimit(2 * KEYS);
        String behind = sdk.getStreamRecord(twoWrites).getNextShardIterator();
        long end = now();
        try (StatusTable table = openStatusTable()) {
            table.createIfMissing();
            CheckpointSet set =
                    new CheckpointSet(
                            new JobDescription(
                                    "orders", streamId, "1-datax", 0, end, List.of(parent)),
                            List.of(ShardCheckpoint.at(parent, behind)));
            table.writeCheckpoints(set);
            table.writeDescription(set.getDescription());
        }
        history.write(2);

        HistoryCheck check = new HistoryCheck(3);
        run(check, StartingPosition.statusTable(end), StoppingPosition.latest());
        check.assertAll(KEYS, 5);
    }

    @Test
    void theLastRunIsGoneOnWith() throws Exception {
        history.write(1);
        assertThatThrownBy(
                        () ->
                                run(
                                        new HistoryCheck(1),
                                        StartingPosition.lastRun(),
                                        StoppingPosition.latest()))
                .hasStackTraceContaining("The status table status has no run")
                .hasStackTraceContaining("orEarliest");

        HistoryCheck first = new HistoryCheck(1);
        OtsStreamSourceBuilder<ChangeRecord> firstRun =
                source(StartingPosition.lastRun().orEarliest())
                        .stoppingPosition(StoppingPosition.latest());
        start(first, firstRun, null, QUICK);
        awaitEnd();
        first.assertAll(KEYS, 1);
        emulator.clock().advance(Duration.ofMinutes(1));
        history.split(0);
        history.write(2);
        emulator.clock().advance(Duration.ofMinutes(1));
        HistoryCheck second = new HistoryCheck(2);
        run(second, StartingPosition.lastRun(), StoppingPosition.latest());
        second.assertAll(KEYS, 3);
    }

    @Test
    void aStartThatHasLeftRetentionIsRefusedThoughARunHasStoppedThere() throws Exception {
        history.write(1);
        long end = now();
        emulator.clock().advance(Duration.ofMinutes(6));
        run(new HistoryCheck(1), StartingPosition.earliest(), StoppingPosition.timestamp(end));
        assertThat(datax.lookup(end)).isPresent();
        emulator.clock().advance(Duration.ofHours(25));

        assertThatThrownBy(
                        () ->
                                run(
                                        new HistoryCheck(1),
                                        StartingPosition.lastRun(),
                                        StoppingPosition.latest()))
                .hasStackTraceContaining("The oldest possible start is");
    }

    @Test
    void theEndIsWrittenAfterARestoreToo() throws Exception {
        history.write(1);
        long end = now() + Duration.ofHours(1).toMillis();
        OtsStreamSourceBuilder<ChangeRecord> source =
                source(StartingPosition.earliest())
                        .stoppingPosition(StoppingPosition.timestamp(end).waitForEnd());
        HistoryCheck check = new HistoryCheck(1);
        start(check, source, null, QUICK);
        check.awaitAll(KEYS, 1);
        String savepoint = TestJobs.stop(job, savepoints);
        assertThat(datax.lookup(end)).isEmpty();

        history.split(0);
        history.write(1);
        start(check, source, savepoint, QUICK);
        check.awaitAll(KEYS, 2);
        emulator.clock().advance(Duration.ofHours(2));
        awaitEnd();
        assertBeginsAt(end, endOfRun(end));
        assertThat(endOfRun(end)).containsValue("SHARD_END").hasSize(3);
    }

    @Test
    void aContinuousJobLeavesTimePointsThatLaterJobsBeginWith() throws Exception {
        history.write(1);
        HistoryCheck check = new HistoryCheck(1);
        start(check, source(StartingPosition.earliest()), null, QUICK);
        check.awaitAll(KEYS, 1);
        String shard = emulator.control().shards("orders").get(0).shardId();
        Awaitility.await().until(() -> timePoint(shard, now()).isPresent());
        long first = now();

        emulator.clock().advance(Duration.ofMinutes(11));
        history.write(1);
        Awaitility.await().until(() -> !timePoint(shard, now()).equals(timePoint(shard, first)));
        String point = timePoint(shard, now()).orElseThrow();
        assertThat(
                        sdk.getStreamRecord(new GetStreamRecordRequest(point))
                                .getRecords()
                                .get(0)
                                .getColumns()
                                .get(0)
                                .getColumn()
                                .getValue()
                                .asLong())
                .isEqualTo(2);
        TestJobs.cancel(job);

        emulator.clock().advance(Duration.ofMinutes(30));
        long start = now();
        history.write(1);
        long seeks = emulator.control().counters("GetShardIterator").calls();
        HistoryCheck later = new HistoryCheck(3);
        run(later, StartingPosition.statusTable(start), StoppingPosition.latest());
        later.assertAll(KEYS, 3);
        assertThat(emulator.control().counters("GetShardIterator").calls()).isEqualTo(seeks);
    }

    @Test
    void aMirrorThatFailsDoesNotFailTheJob() throws Exception {
        history.write(1);
        refuseWrites();
        HistoryCheck check = new HistoryCheck(1);
        OtsStreamSourceBuilder<ChangeRecord> source =
                source(StartingPosition.earliest())
                        .statusTable(settings())
                        .stoppingPosition(StoppingPosition.latest());
        start(check, source, null, QUICK);
        awaitEnd();
        check.assertAll(KEYS, 1);
    }

    @Test
    void aMirrorThatIsRequiredFailsTheJob() {
        history.write(1);
        refuseWrites();
        assertThatThrownBy(
                        () ->
                                runWith(
                                        settings().withRequired(true),
                                        QUICK,
                                        StoppingPosition.latest()))
                .hasStackTraceContaining("can't be mirrored in the status table")
                .hasStackTraceContaining("OTSNoPermissionAccess: No;");
    }

    @Test
    void aMirrorThatIsRequiredIsThereWhenTheJobEnds() throws Exception {
        history.write(1);
        long end = now();
        emulator.clock().advance(Duration.ofMinutes(6));
        runWith(settings().withRequired(true), QUICK, StoppingPosition.timestamp(end));
        assertThat(datax.lookup(end)).isPresent();
    }

    @Test
    void withoutCheckpointsTheEndCountsOnlyIfItMayWhenItIsRead() throws Exception {
        history.write(1);
        long end = now();
        emulator.clock().advance(Duration.ofMinutes(6));
        runWith(settings(), NO_CHECKPOINTS, StoppingPosition.timestamp(end));
        assertThat(datax.lookup(end)).isEmpty();

        runWith(
                settings().withCommit(StatusTableSettings.Commit.READ),
                NO_CHECKPOINTS,
                StoppingPosition.timestamp(end));
        assertThat(datax.lookup(end)).isPresent();
    }

    @Test
    void aTableThatIsNoStatusTableFailsTheJob() {
        TableMeta meta = new TableMeta(STATUS);
        meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
        sdk.createTable(new CreateTableRequest(meta, new TableOptions(-1, 1)));
        assertThatThrownBy(() -> runWith(settings(), QUICK, StoppingPosition.latest()))
                .hasStackTraceContaining("Table status can't be the status table")
                .hasStackTraceContaining("(id INTEGER)");
    }

    private void refuseWrites() {
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(403, "OTSNoPermissionAccess", "No.")
                                        .onOperation("PutRow")));
    }

    /** The iterators that a set holds lead to nothing that is dated before the window's end. */
    private void assertBeginsAt(long end, Map<String, String> checkpoints) {
        assertThat(checkpoints).isNotEmpty();
        checkpoints.forEach(
                (shardId, position) -> {
                    if (!position.equals("SHARD_END") && !position.equals("TRIM_HORIZON")) {
                        GetStreamRecordResponse page =
                                sdk.getStreamRecord(new GetStreamRecordRequest(position));
                        page.getRecords()
                                .forEach(
                                        record ->
                                                assertThat(record.getSequenceInfo().getTimestamp())
                                                        .isGreaterThanOrEqualTo(end * 1_000));
                    }
                });
    }

    private Map<String, String> endOfRun(long end) throws Exception {
        return datax.lookup(end).orElseThrow();
    }

    private Optional<String> timePoint(String shard, long upTo) {
        return datax.timePoint(shard, 0, upTo);
    }

    private StatusTable openStatusTable() {
        return new StatusTable(
                OtsConnection.builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                        .build()
                        .openTables(RetryPolicy.defaults(), CallListener.NONE),
                STATUS);
    }

    private long now() {
        return emulator.clock().millis();
    }

    /** Writes each key a number of times while partitions split and merge. */
    private void liveOn(int times, int seed) {
        for (int i = 0; i < times; i++) {
            history.write(1);
            if ((i + seed) % 3 == 1) {
                history.split(i + seed);
            }
            if ((i + seed) % 4 == 3) {
                history.merge(i + seed);
            }
        }
    }

    private static StatusTableSettings settings() {
        return StatusTableSettings.of(STATUS).withInterval(Duration.ZERO);
    }

    private OtsStreamSourceBuilder<ChangeRecord> source(StartingPosition start) {
        return history.source()
                .startingPosition(start)
                .statusTable(settings().withRequired(true))
                .fetchSettings(
                        FetchSettings.defaults()
                                .withRecordsPerRequest(7)
                                .withIdleInterval(Duration.ofMillis(10), Duration.ofMillis(50)));
    }

    private void run(HistoryCheck check, StartingPosition start, StoppingPosition stop)
            throws Exception {
        start(check, source(start).stoppingPosition(stop), null, QUICK);
        awaitEnd();
    }

    private void runWith(
            StatusTableSettings settings, Duration checkpointInterval, StoppingPosition stop)
            throws Exception {
        start(
                new HistoryCheck(1),
                source(StartingPosition.earliest()).statusTable(settings).stoppingPosition(stop),
                null,
                checkpointInterval);
        awaitEnd();
    }

    private void start(
            HistoryCheck check,
            OtsStreamSourceBuilder<ChangeRecord> source,
            String savepoint,
            Duration checkpointInterval)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        if (!checkpointInterval.isZero()) {
            env.enableCheckpointing(checkpointInterval.toMillis());
        }
        check.attach(
                env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "changes")
                        .uid("source"));
        job = env.executeAsync();
    }

    private void awaitEnd() throws Exception {
        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FINISHED);
    }
}
