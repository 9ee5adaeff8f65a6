/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableResponse;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.client.RetryingStreamClient;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.client.StreamDescription;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.zip.DeflaterOutputStream;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The status table in the service, in both directions: what we write is found by a {@link
 * DataxReader}, and what was laid out by hand through the official SDK is found by us.
 */
class StatusTableITCase {

    private static final String TABLE = "orders";
    private static final String STATUS = "TableStoreStreamReaderStatusTable";

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private TablestoreEmulator emulator;
    private SyncClientInterface sdk;
    private StreamClient streams;
    private StatusTable table;
    private String streamId;

    @BeforeEach
    void open() throws Exception {
        emulator = EMULATOR.emulator();
        sdk = SyncClients.of(emulator);
        OtsConnection connection =
                OtsConnection.builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                        .build();
        RetryPolicy policy =
                RetryPolicy.defaults()
                        .withMaxRetries(2)
                        .withBackoff(
                                Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(2));
        streams = new RetryingStreamClient(connection.open(), policy, CallListener.NONE);
        table = new StatusTable(connection.openTables(policy, CallListener.NONE), STATUS);
        createStreamedTable();
        streamId = sdk.listStream(new ListStreamRequest(TABLE)).getStreams().get(0).getStreamId();
        table.createIfMissing();
    }

    @AfterEach
    void close() {
        table.close();
        streams.close();
        sdk.shutdown();
    }

    private void createStreamedTable() {
        TableMeta meta = new TableMeta(TABLE);
        meta.addPrimaryKeyColumn(new PrimaryKeySchema("id", PrimaryKeyType.INTEGER));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        sdk.createTable(request);
    }

    private void write(long id) {
        RowPutChange change =
                new RowPutChange(
                        TABLE,
                        PrimaryKeyBuilder.createPrimaryKeyBuilder()
                                .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(id))
                                .build());
        change.addColumn("value", ColumnValue.fromLong(id));
        sdk.putRow(new PutRowRequest(change));
    }

    private StreamDescription stream() throws Exception {
        return streams.describeStream(streamId).get();
    }

    private List<String> shards() {
        return emulator.control().shards(TABLE).stream()
                .map(shard -> shard.shardId())
                .collect(Collectors.toList());
    }

    private DataxReader datax() {
        return new DataxReader(sdk, STATUS, streamId);
    }

    private static String version() {
        return System.currentTimeMillis() + "-" + UUID.randomUUID();
    }

    private JobDescription run(long end, List<String> shards) {
        return new JobDescription(TABLE, streamId, version(), end - 3_600_000, end, shards);
    }

    private void commit(CheckpointSet set) throws Exception {
        table.writeCheckpoints(set);
        table.writeDescription(set.getDescription());
    }

    private void putStatus(String stream, String type, String value, Object... columns) {
        PrimaryKey key =
                PrimaryKeyBuilder.createPrimaryKeyBuilder()
                        .addPrimaryKeyColumn("StreamId", PrimaryKeyValue.fromString(stream))
                        .addPrimaryKeyColumn("StatusType", PrimaryKeyValue.fromString(type))
                        .addPrimaryKeyColumn("StatusValue", PrimaryKeyValue.fromString(value))
                        .build();
        RowPutChange change = new RowPutChange(STATUS, key);
        for (int i = 0; i < columns.length; i += 2) {
            Object column = columns[i + 1];
            change.addColumn(
                    (String) columns[i],
                    column instanceof Long
                            ? ColumnValue.fromLong((Long) column)
                            : column instanceof byte[]
                                    ? ColumnValue.fromBinary((byte[]) column)
                                    : ColumnValue.fromString((String) column));
        }
        sdk.putRow(new PutRowRequest(change));
    }

    private static byte[] zlib(String text) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** The ids of the rows that an iterator's records are about. */
    private List<Long> read(String iterator) {
        return sdk.getStreamRecord(new GetStreamRecordRequest(iterator)).getRecords().stream()
                .map(record -> record.getPrimaryKey().getPrimaryKeyColumn(0).getValue().asLong())
                .collect(Collectors.toList());
    }

    @Test
    void theTableIsCreatedAsOthersCreateIt() throws Exception {
        DescribeTableResponse created = sdk.describeTable(new DescribeTableRequest(STATUS));

        assertThat(created.getTableMeta().getPrimaryKeyList())
                .isEqualTo(
                        List.of(
                                new PrimaryKeySchema("StreamId", PrimaryKeyType.STRING),
                                new PrimaryKeySchema("StatusType", PrimaryKeyType.STRING),
                                new PrimaryKeySchema("StatusValue", PrimaryKeyType.STRING)));
        assertThat(created.getTableOptions().getTimeToLive()).isEqualTo(2_592_000);
        assertThat(created.getTableOptions().getMaxVersions()).isEqualTo(1);

        table.createIfMissing();
    }

    @Test
    void aTableThatIsSomethingElseIsRefused() {
        OtsConnection connection =
                OtsConnection.builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                        .build();
        try (StatusTable wrong =
                new StatusTable(
                        connection.openTables(RetryPolicy.defaults(), CallListener.NONE), TABLE)) {
            assertThatThrownBy(wrong::createIfMissing)
                    .isInstanceOf(FlinkException.class)
                    .hasMessageContaining("its primary key is (id INTEGER)")
                    .hasMessageContaining(
                            "(StreamId STRING, StatusType STRING, StatusValue STRING)");
        }
    }

    @Test
    void aDataxJobGoesOnWhereWeStopped() throws Exception {
        write(1);
        write(2);
        String shard = shards().get(0);
        String oldest =
                sdk.getShardIterator(new GetShardIteratorRequest(streamId, shard))
                        .getShardIterator();
        GetStreamRecordRequest first = new GetStreamRecordRequest(oldest);
        first.setLimit(1);
        String afterFirst = sdk.getStreamRecord(first).getNextShardIterator();
        long end = emulator.clock().millis();
        CheckpointSet set =
                new CheckpointSet(
                        run(end, List.of(shard, "gone", "child")),
                        List.of(
                                ShardCheckpoint.at(shard, afterFirst).withRecordCount(1),
                                ShardCheckpoint.ended("gone"),
                                ShardCheckpoint.notBegun("child")));

        table.writeCheckpoints(set);
        assertThat(datax().lookup(end)).isEmpty();

        table.writeDescription(set.getDescription());
        Map<String, String> found = datax().lookup(end).orElseThrow();
        assertThat(found)
                .isEqualTo(Map.of(shard, afterFirst, "gone", "SHARD_END", "child", "TRIM_HORIZON"));
        assertThat(read(found.get(shard))).containsExactly(2L);
    }

    @Test
    void weGoOnWhereADataxJobStopped() throws Exception {
        write(1);
        write(2);
        emulator.control().split(TABLE);
        List<String> shards = shards();
        String parent = shards.get(0);
        long end = 1_503_460_000_000L;
        String version = "1503460300123-6f0c5f3e-6b1c-4a39-9d8e-3f7f1c0b2a11";
        putStatus(
                streamId,
                "DataxJobDesc",
                "   1503460000000",
                "ShardIds_0",
                zlib("[\"" + parent + "\",\"expired\",\"" + shards.get(1) + "\"]"),
                "Version",
                version,
                "TableName",
                TABLE,
                "JobStreamId",
                streamId,
                "StartTime",
                1_503_456_400_000L,
                "EndTime",
                end);
        putStatus(
                streamId,
                "CheckpointForDataxReader",
                "   1503460000000\t" + parent,
                "Version",
                version,
                "Checkpoint",
                "an iterator",
                "SkipCount",
                0L,
                "SendRecordCount",
                17L);
        putStatus(
                streamId,
                "CheckpointForDataxReader",
                "   1503460000000\texpired",
                "Version",
                version,
                "Checkpoint",
                "SHARD_END",
                "SkipCount",
                0L);
        assertThat(table.find(stream(), end).isExact()).isFalse();

        putStatus(
                streamId,
                "CheckpointForDataxReader",
                "   1503460000000\t" + shards.get(1),
                "Version",
                version,
                "Checkpoint",
                "TRIM_HORIZON",
                "SkipCount",
                0L);

        StatusStart start = table.find(stream(), end);
        assertThat(start.isExact()).isTrue();
        assertThat(start.getCheckpoints())
                .isEqualTo(
                        Map.of(
                                parent,
                                ShardCheckpoint.at(parent, "an iterator").withRecordCount(17),
                                shards.get(1),
                                ShardCheckpoint.notBegun(shards.get(1))));
        assertThat(table.findLastRun(stream()).orElseThrow().getStartMillis()).isEqualTo(end);
        assertThat(datax().lookup(end)).isPresent();
    }

    @Test
    void theRowsOfARunThatADataxJobBeganAndLeftAreReplaced() throws Exception {
        String shard = shards().get(0);
        long end = emulator.clock().millis();
        String value = String.format("%16d", end);
        putStatus(
                streamId,
                "DataxJobDesc",
                value,
                "ShardIds_0",
                zlib("[\"" + shard + "\",\"x\"]"),
                "Version",
                "1-datax",
                "TableName",
                TABLE,
                "JobStreamId",
                streamId,
                "StartTime",
                1L,
                "EndTime",
                end);
        putStatus(
                streamId,
                "CheckpointForDataxReader",
                value + "\tx",
                "Version",
                "1-datax",
                "Checkpoint",
                "SHARD_END",
                "SkipCount",
                0L);

        commit(
                new CheckpointSet(
                        run(end, List.of(shard)), List.of(ShardCheckpoint.at(shard, "ours"))));

        assertThat(datax().lookup(end)).contains(Map.of(shard, "ours"));
        assertThat(table.find(stream(), end).isExact()).isTrue();
    }

    @Test
    void timePointsAreFoundInBothDirections() throws Exception {
        String shard = shards().get(0);
        long start = emulator.clock().millis();
        long ours = start - Duration.ofMinutes(40).toMillis();
        long theirs = start - Duration.ofMinutes(20).toMillis();
        table.writeTimePoints(streamId, List.of(new TimePoint(shard, ours, "ours")));

        assertThat(datax().timePoint(shard, start - 3_600_000, start - 1)).contains("ours");
        assertThat(table.find(stream(), start).getTimePoints())
                .isEqualTo(Map.of(shard, new TimePoint(shard, ours, "ours")));

        putStatus(
                streamId,
                "ShardTimeCheckpointForDataxReader",
                shard + "\t" + String.format("%16d", theirs),
                "Checkpoint",
                "theirs");
        assertThat(table.find(stream(), start).getTimePoints())
                .isEqualTo(Map.of(shard, new TimePoint(shard, theirs, "theirs")));
    }

    @Test
    void theShardsOfALargeStreamAreWrittenAndFound() throws Exception {
        Random random = new Random(7);
        List<ShardCheckpoint> checkpoints = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            checkpoints.add(
                    ShardCheckpoint.ended(
                            new UUID(random.nextLong(), random.nextLong()) + "_1503457292411000"));
        }
        CheckpointSet set =
                new CheckpointSet(
                        run(
                                1000,
                                checkpoints.stream()
                                        .map(ShardCheckpoint::getShardId)
                                        .collect(Collectors.toList())),
                        checkpoints);

        commit(set);

        assertThat(table.readSet(streamId, 1000)).isEqualTo(set);
        Map<String, String> expected = new TreeMap<>();
        checkpoints.forEach(checkpoint -> expected.put(checkpoint.getShardId(), "SHARD_END"));
        assertThat(datax().lookup(1000)).contains(expected);
    }

    @Test
    void streamsShareATableWithoutSeeingEachOther() throws Exception {
        long end = emulator.clock().millis();
        String shard = shards().get(0);
        commit(
                new CheckpointSet(
                        new JobDescription("lines", streamId + "0", "1-x", 0, end + 1, List.of()),
                        List.of()));
        commit(
                new CheckpointSet(
                        run(end, List.of(shard)), List.of(ShardCheckpoint.at(shard, "ours"))));

        assertThat(table.findLastRun(stream()).orElseThrow().getStartMillis()).isEqualTo(end);
    }

    @Test
    void theLastRunThatWasDoneIsFoundAmongManyThatWereNot() throws Exception {
        String shard = shards().get(0);
        commit(
                new CheckpointSet(
                        run(5_000, List.of(shard)), List.of(ShardCheckpoint.at(shard, "done"))));
        for (long end = 6_000; end < 26_000; end += 1_000) {
            table.writeDescription(run(end, List.of(shard)));
        }

        StatusStart start = table.findLastRun(stream()).orElseThrow();

        assertThat(start.getStartMillis()).isEqualTo(5_000);
        assertThat(start.getCheckpoints())
                .isEqualTo(Map.of(shard, ShardCheckpoint.at(shard, "done")));
    }

    @Test
    void theMirrorOutlivesAServiceThatFails() throws Exception {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        String shard = shards().get(0);
        long end = emulator.clock().millis();
        CheckpointSet set =
                new CheckpointSet(
                        run(end, List.of(shard)), List.of(ShardCheckpoint.at(shard, "ours")));
        StatusMirror mirror = new StatusMirror(table, streamId, Duration.ofHours(1), failures::add);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Busy.")
                                        .onOperation("PutRow")));

        mirror.offer(List.of(new TimePoint(shard, end - 1, "point")));
        Callable<CheckpointSet> atEnd = () -> set;
        mirror.writeEnd(atEnd);
        await().until(() -> failures.size() == 2);
        assertThat(failures)
                .allSatisfy(
                        failure ->
                                assertThat(failure)
                                        .isInstanceOf(OtsStreamException.class)
                                        .hasMessageContaining("after 3 attempts"));
        emulator.control().faults(FaultPlan.NONE);

        mirror.commit(atEnd);
        mirror.offer(List.of(new TimePoint(shard, end, "a later point")));
        mirror.close();

        assertThat(failures).hasSize(2);
        assertThat(datax().lookup(end)).contains(Map.of(shard, "ours"));
        assertThat(datax().timePoint(shard, 0, end)).contains("a later point");
    }

    @Test
    void whatIsOlderThanThirtyDaysIsGone() throws Exception {
        String shard = shards().get(0);
        long end = emulator.clock().millis();
        commit(
                new CheckpointSet(
                        run(end, List.of(shard)), List.of(ShardCheckpoint.at(shard, "ours"))));
        assertThat(table.find(stream(), end).isExact()).isTrue();

        emulator.control().advanceClock(Duration.ofDays(31));

        assertThat(table.find(stream(), end).getRejection().orElseThrow().getReason())
                .isEqualTo(RejectedSetException.Reason.NO_DESCRIPTION);
        assertThat(table.findLastRun(stream())).isEmpty();
    }

    @Test
    void rowsOfAnyTextInIteratorsComeBackAsTheyWere() throws Exception {
        String shard = shards().get(0);
        String odd = String.join("", Arrays.asList("a/b+c=", "\u0001", "käse", "\t", "x"));
        CheckpointSet set =
                new CheckpointSet(
                        run(1000, List.of(shard)), List.of(ShardCheckpoint.at(shard, odd)));

        commit(set);

        assertThat(table.readSet(streamId, 1000)).isEqualTo(set);
    }
}
