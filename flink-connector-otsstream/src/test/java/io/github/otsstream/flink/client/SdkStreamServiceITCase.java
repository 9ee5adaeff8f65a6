/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.flink.client.OtsStreamException.Kind;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.record.SdkRows;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The four operations over HTTP against the emulator, which the official SDK cannot tell from the
 * service.
 */
class SdkStreamServiceITCase {

    private static final String TABLE = "orders";
    private static final String SECRET = "a-very-secret-secret";
    private static final String TOKEN = "a-very-secret-token";

    private TablestoreEmulator emulator;
    private SyncClientInterface sdk;
    private StreamService service;

    @BeforeEach
    void start() {
        emulator =
                TablestoreEmulator.builder()
                        .accessKey("key-id", SECRET)
                        .accessKey("temporary-id", "another-secret-secret", TOKEN)
                        .start();
        sdk = SyncClients.create(emulator.endpoint(), "key-id", SECRET, emulator.instanceName());
        service = connection().build().open();
        createTable(TABLE);
    }

    @AfterEach
    void stop() {
        service.close();
        sdk.shutdown();
        emulator.close();
    }

    private OtsConnection.Builder connection() {
        return OtsConnection.builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .credentials("key-id", SECRET)
                .verifyContentMd5(true)
                .ioThreads(1);
    }

    private void createTable(String name, String... originColumns) {
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(new PrimaryKeySchema("id", PrimaryKeyType.INTEGER));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        StreamSpecification stream = new StreamSpecification(true, 24);
        for (String column : originColumns) {
            stream.addOriginColumnsToGet(column);
        }
        request.setStreamSpecification(stream);
        sdk.createTable(request);
    }

    private static PrimaryKey key(long id) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(id))
                .build();
    }

    private void put(String table, long id, String value) {
        RowPutChange change = new RowPutChange(table, key(id));
        change.addColumn(new Column("value", ColumnValue.fromString(value)));
        change.addColumn(new Column("price", ColumnValue.fromDouble(id / 2.0)));
        sdk.putRow(new PutRowRequest(change));
    }

    private void writeEveryKindOfChange(String table) {
        put(table, 1, "käse");
        RowUpdateChange update = new RowUpdateChange(table, key(1));
        update.put(new Column("value", ColumnValue.fromString("brot")));
        update.put(new Column("blob", ColumnValue.fromBinary(new byte[] {1, 2, 3})));
        update.deleteColumns("price");
        sdk.updateRow(new UpdateRowRequest(update));
        sdk.deleteRow(new DeleteRowRequest(new RowDeleteChange(table, key(1))));
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (OtsStreamException) e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static OtsStreamException failureOf(CompletableFuture<?> future) {
        try {
            Object value = get(future);
            throw new AssertionError("No failure, but " + value);
        } catch (OtsStreamException e) {
            return e;
        }
    }

    private String streamId(String table) {
        return get(service.listStreams(table)).get(0).getStreamId();
    }

    private String onlyShard(String table) {
        return emulator.control().shards(table).get(0).shardId();
    }

    private String oldest(String table) {
        return get(service.getShardIterator(
                        streamId(table), onlyShard(table), OptionalLong.empty(), null))
                .getIterator();
    }

    private RecordPage read(StreamService from, String table) {
        return get(from.getRecords(table, onlyShard(table), oldest(table), 0));
    }

    private void assertSameAsTheSdkReads(RecordPage page, String table) {
        List<StreamRecord> expected =
                sdk.getStreamRecord(new GetStreamRecordRequest(oldest(table))).getRecords();
        assertThat(page.getRecords()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            SdkRows.assertSame(page.getRecords().get(i), expected.get(i));
            assertThat(page.getRecords().get(i).getShardId()).isEqualTo(onlyShard(table));
        }
    }

    @Test
    void listsTheStreamOfATable() {
        List<StreamInfo> streams = get(service.listStreams(TABLE));

        assertThat(streams).hasSize(1);
        assertThat(streams.get(0).getTableName()).isEqualTo(TABLE);
        assertThat(streams.get(0).getStreamId()).startsWith(TABLE);
        assertThat(streams.get(0).getCreationTimeMicros()).isPositive();
    }

    @Test
    void tellsTheServicesTimeAndNotThisMachines() {
        emulator.clock().advance(Duration.ofHours(1));
        StreamClient client =
                new RetryingStreamClient(service, RetryPolicy.defaults(), CallListener.NONE);

        assertThat(get(client.describeStream(streamId(TABLE))).getServiceTimeMillis())
                .isCloseTo(emulator.clock().millis(), within10Seconds());
    }

    @Test
    void describesAStreamPageByPage() {
        emulator.control().split(TABLE, onlyShard(TABLE));
        List<ShardInfo> open = emulator.control().openShards(TABLE);
        emulator.control().merge(TABLE, open.get(0).shardId(), open.get(1).shardId());
        emulator.control().streamBehavior(behavior -> behavior.withMaxShardsPerDescribe(2));
        StreamClient client =
                new RetryingStreamClient(service, RetryPolicy.defaults(), CallListener.NONE);

        StreamDescription stream = get(client.describeStream(streamId(TABLE)));

        assertThat(emulator.control().counters("DescribeStream").calls()).isEqualTo(2);
        assertThat(stream.getTableName()).isEqualTo(TABLE);
        assertThat(stream.getStatus()).isEqualTo(StreamDescription.Status.ACTIVE);
        assertThat(stream.getRetention()).isEqualTo(Duration.ofHours(24));
        assertThat(stream.isTimeSeries()).isFalse();
        assertThat(stream.getServiceTimeMillis())
                .isCloseTo(emulator.clock().millis(), within10Seconds());
        List<io.github.otsstream.flink.client.ShardInfo> shards = stream.getShards();
        assertThat(shards).hasSize(4);
        String root = shards.get(0).getShardId();
        assertThat(shards.get(0).getParentId()).isNull();
        assertThat(shards.get(1).getParentId()).isEqualTo(root);
        assertThat(shards.get(1).getParentSiblingId()).isNull();
        assertThat(shards.get(2).getParentId()).isEqualTo(root);
        assertThat(List.of(shards.get(3).getParentId(), shards.get(3).getParentSiblingId()))
                .containsExactlyInAnyOrder(shards.get(1).getShardId(), shards.get(2).getShardId());
        client.close();
    }

    private static Offset<Long> within10Seconds() {
        return within(10_000L);
    }

    @Test
    void saysThatAStreamIsNotReadyYet() {
        emulator.control().enabling(TABLE, Duration.ofMinutes(1));

        StreamDescription stream =
                get(service.describeStream(streamId(TABLE), null)).getDescription();

        assertThat(stream.getStatus()).isEqualTo(StreamDescription.Status.ENABLING);
    }

    @Test
    void followsASeekThatTakesSeveralSteps() {
        for (int i = 0; i < 10; i++) {
            put(TABLE, i, "value");
        }
        emulator.control().streamBehavior(behavior -> behavior.withSeekRecordsPerCall(2));
        StreamClient client =
                new RetryingStreamClient(service, RetryPolicy.defaults(), CallListener.NONE);
        long wanted = read(service, TABLE).getRecords().get(7).getTimestampMicros();
        emulator.control().resetCounters();

        String iterator =
                get(client.getShardIterator(
                                streamId(TABLE), onlyShard(TABLE), OptionalLong.of(wanted)))
                        .getIterator();

        assertThat(emulator.control().counters("GetShardIterator").calls()).isGreaterThan(2);
        RecordPage page = get(service.getRecords(TABLE, onlyShard(TABLE), iterator, 0));
        assertThat(page.getRecords().get(0).getTimestampMicros()).isEqualTo(wanted);
        client.close();
    }

    @Test
    void findsNoIteratorWhereAShardHasEndedBefore() {
        put(TABLE, 1, "value");
        String root = onlyShard(TABLE);
        emulator.control().split(TABLE, root);
        long future = (emulator.clock().millis() + 3_600_000) * 1000;

        IteratorStep step =
                get(service.getShardIterator(streamId(TABLE), root, OptionalLong.of(future), null));

        assertThat(step.getIterator()).isNull();
        assertThat(step.getNextToken()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsWhatTheSdkReads(boolean compression) {
        writeEveryKindOfChange(TABLE);
        try (StreamService compressing = connection().compression(compression).build().open()) {
            RecordPage page = read(compressing, TABLE);

            assertSameAsTheSdkReads(page, TABLE);
            assertThat(page.getRecords())
                    .extracting(ChangeRecord::getOperation)
                    .containsExactly(OperationType.PUT, OperationType.UPDATE, OperationType.DELETE);
            assertThat(page.getRecords()).noneMatch(ChangeRecord::hasOriginColumns);
            assertThat(page.getNextIterator()).isNotNull();
            assertThat(page.getServiceTimeMillis())
                    .isCloseTo(emulator.clock().millis(), within10Seconds());
        }
    }

    @Test
    void readsOriginColumns() {
        createTable("with_origin", "value");
        writeEveryKindOfChange("with_origin");

        RecordPage page = read(service, "with_origin");

        assertSameAsTheSdkReads(page, "with_origin");
        assertThat(page.getRecords()).allMatch(ChangeRecord::hasOriginColumns);
        assertThat(page.getRecords().get(0).getOriginColumns()).isEmpty();
        assertThat(page.getRecords().get(1).getOriginColumns().get("value").asString())
                .isEqualTo("käse");
        assertThat(page.getRecords().get(2).getOriginColumns().get("value").asString())
                .isEqualTo("brot");
    }

    @Test
    void readsPageByPageToTheShardsEnd() {
        for (int i = 0; i < 25; i++) {
            put(TABLE, i, "value " + i);
        }
        String shard = onlyShard(TABLE);
        emulator.control().split(TABLE, shard);
        List<Integer> sizes = new ArrayList<>();
        List<String> values = new ArrayList<>();
        String iterator = oldest(TABLE);
        while (iterator != null) {
            RecordPage page = get(service.getRecords(TABLE, shard, iterator, 10));
            sizes.add(page.getRecords().size());
            page.getRecords()
                    .forEach(record -> values.add(record.getColumns().get("value").asString()));
            iterator = page.getNextIterator();
        }
        assertThat(values).hasSize(25).doesNotHaveDuplicates();
        assertThat(sizes).startsWith(10, 10, 5);
    }

    @Test
    void readsALargePage() {
        String large = "x".repeat(100_000);
        for (int i = 0; i < 20; i++) {
            put(TABLE, i, large);
        }
        RecordPage page = read(service, TABLE);

        assertThat(page.getRecords()).isNotEmpty();
        assertThat(page.getRecords())
                .allMatch(r -> r.getColumns().get("value").asString().equals(large));
        assertThat(page.sizeInBytes()).isGreaterThan(page.getRecords().size() * large.length());
    }

    @Test
    void servesManyCallsOverFewConnections() {
        writeEveryKindOfChange(TABLE);
        String iterator = oldest(TABLE);
        try (StreamService narrow = connection().maxConnections(4).build().open()) {
            List<CompletableFuture<RecordPage>> pages = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                pages.add(narrow.getRecords(TABLE, onlyShard(TABLE), iterator, 0));
            }
            pages.forEach(page -> assertThat(get(page).getRecords()).hasSize(3));
        }
    }

    @Test
    void takesTemporaryCredentialsAndChangesThemWithoutARestart() {
        AtomicInteger calls = new AtomicInteger();
        OtsCredentialsProvider rotating =
                () ->
                        calls.getAndIncrement() % 2 == 0
                                ? OtsCredentials.of("key-id", SECRET)
                                : OtsCredentials.of("temporary-id", "another-secret-secret", TOKEN);
        try (StreamService rotatingService = connection().credentials(rotating).build().open()) {
            for (int i = 0; i < 4; i++) {
                assertThat(get(rotatingService.listStreams(TABLE))).hasSize(1);
            }
            assertThat(calls).hasValue(4);
        }
    }

    @Test
    void saysThatCredentialsAreMissing() {
        OtsCredentialsProvider broken =
                () -> {
                    throw new IllegalStateException("no role");
                };
        try (StreamService without = connection().credentials(broken).build().open();
                StreamService withNull = connection().credentials(() -> null).build().open()) {
            OtsStreamException failure = failureOf(without.listStreams(TABLE));
            assertThat(failure.getKind()).isEqualTo(Kind.TRANSIENT);
            assertThat(failure).hasMessageContaining("credentials").hasMessageContaining("no role");
            assertThat(failureOf(withNull.listStreams(TABLE))).hasMessageContaining("credentials");
        }
    }

    @Test
    void failsForGoodWhereTheSetUpOfTheCredentialsIsWrong() {
        OtsCredentialsProvider wrong =
                () -> {
                    throw new IllegalArgumentException("no variable");
                };
        try (StreamService without = connection().credentials(wrong).build().open()) {
            OtsStreamException failure = failureOf(without.listStreams(TABLE));
            assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
            assertThat(failure)
                    .hasMessageContaining("ListStream of table 'orders'")
                    .hasMessageContaining("no variable");
        }
    }

    @Test
    void makesARequestAgainWhoseCredentialsExpiredOnTheWay() {
        OtsCredentials expired =
                OtsCredentials.of("temporary-id", "another-secret-secret", "expired-token");
        OtsCredentials fresh = OtsCredentials.of("temporary-id", "another-secret-secret", TOKEN);
        AtomicInteger asked = new AtomicInteger();
        OtsCredentialsProvider refreshing = () -> asked.getAndIncrement() == 0 ? expired : fresh;
        RecordingCallListener calls = new RecordingCallListener();
        try (StreamClient client =
                new RetryingStreamClient(
                        connection().credentials(refreshing).build().open(),
                        RetryPolicy.defaults(),
                        calls)) {
            assertThat(get(client.findStream(TABLE))).isPresent();
        }
        assertThat(calls.failures()).containsExactly("ListStream TRANSIENT OTSAuthFailed, retried");
        assertThat(calls.requests()).isEqualTo(2);
    }

    @Test
    void doesNotMakeARequestAgainWhereThereAreNoOtherCredentials() {
        OtsCredentials expired =
                OtsCredentials.of("temporary-id", "another-secret-secret", "expired-token");
        AtomicInteger asked = new AtomicInteger();
        OtsCredentialsProvider exhausted =
                () -> {
                    if (asked.getAndIncrement() > 0) {
                        throw new IllegalStateException("none any more");
                    }
                    return expired;
                };
        for (OtsCredentialsProvider provider :
                List.of(OtsCredentialsProvider.fixed(expired), exhausted)) {
            try (StreamClient client =
                    new RetryingStreamClient(
                            connection().credentials(provider).build().open(),
                            RetryPolicy.defaults(),
                            CallListener.NONE)) {
                OtsStreamException failure = failureOf(client.findStream(TABLE));
                assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
                assertThat(failure.getErrorCode()).isEqualTo("OTSAuthFailed");
                assertThat(failure.getAttempts()).isOne();
            }
        }
    }

    @Test
    void namesWhatTheServiceRefuses() {
        try (StreamService stranger =
                connection().credentials("key-id", "wrong-secret").build().open()) {
            OtsStreamException failure = failureOf(stranger.listStreams(TABLE));
            assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
            assertThat(failure.getErrorCode()).isEqualTo("OTSAuthFailed");
            assertThat(failure.getRequestId()).isNotEmpty();
            assertThat(failure)
                    .hasMessageContaining("ListStream of table 'orders'")
                    .hasMessageContaining("check the access key id")
                    .hasMessageNotContaining("wrong-secret");
        }
        assertThat(failureOf(service.listStreams("missing")).getKind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failureOf(service.describeStream("missing_1", null)).getKind())
                .isEqualTo(Kind.NOT_FOUND);
        OtsStreamException noIterator =
                failureOf(service.getRecords(TABLE, "shard-1", "no iterator", 0));
        assertThat(noIterator.getKind()).isEqualTo(Kind.FATAL);
        assertThat(noIterator)
                .hasMessageContaining("GetStreamRecord of table 'orders', shard 'shard-1'")
                .hasMessageContaining("HTTP 4");
    }

    @Test
    void tellsWhenDataWasTrimmed() {
        writeEveryKindOfChange(TABLE);
        String iterator = oldest(TABLE);
        emulator.control().trimAll(TABLE);

        OtsStreamException failure =
                failureOf(service.getRecords(TABLE, onlyShard(TABLE), iterator, 0));

        assertThat(failure.getKind()).isEqualTo(Kind.TRIMMED);
        assertThat(failure.getErrorCode()).isEqualTo("OTSTrimmedDataAccess");
    }

    @Test
    void tellsFailuresThatPass() {
        writeEveryKindOfChange(TABLE);
        String shard = onlyShard(TABLE);
        String iterator = oldest(TABLE);

        emulator.control()
                .faults(FaultPlan.of(1, FaultRule.error(503, "OTSServerBusy", "Busy.").times(1)));
        OtsStreamException busy = failureOf(service.getRecords(TABLE, shard, iterator, 0));
        assertThat(busy.getKind()).isEqualTo(Kind.TRANSIENT);
        assertThat(busy.getErrorCode()).isEqualTo("OTSServerBusy");
        assertThat(busy.getHttpStatus()).isEqualTo(503);

        emulator.control()
                .faults(FaultPlan.of(1, FaultRule.error(429, "OTSFlowControl", "Slow.").times(1)));
        assertThat(failureOf(service.getRecords(TABLE, shard, iterator, 0)).getKind())
                .isEqualTo(Kind.THROTTLED);

        for (FaultRule rule :
                List.of(
                        FaultRule.dropBefore(),
                        FaultRule.dropAfter(),
                        FaultRule.truncateBody(),
                        FaultRule.corruptBody())) {
            emulator.control().faults(FaultPlan.of(1, rule.times(1)));
            OtsStreamException failure = failureOf(service.getRecords(TABLE, shard, iterator, 0));
            assertThat(failure.getKind()).as(failure.getMessage()).isEqualTo(Kind.TRANSIENT);
        }
        emulator.control().faults(FaultPlan.NONE);
        assertThat(get(service.getRecords(TABLE, shard, iterator, 0)).getRecords()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"true, MD5 sum", "false, A cell's checksum does not match"})
    void noticesADamagedValue(boolean verifyContentMd5, String message) {
        put(TABLE, 1, "before");
        put(TABLE, 2, "x".repeat(10_000));
        put(TABLE, 3, "behind");
        String shard = onlyShard(TABLE);
        String iterator = oldest(TABLE);
        try (StreamService own = connection().verifyContentMd5(verifyContentMd5).build().open()) {
            emulator.control().faults(FaultPlan.of(1, FaultRule.corruptBody().times(1)));

            OtsStreamException failure = failureOf(own.getRecords(TABLE, shard, iterator, 0));

            assertThat(failure.getKind()).isEqualTo(Kind.TRANSIENT);
            assertThat(failure)
                    .hasMessageContaining(message)
                    .hasMessageContaining(shard)
                    .hasMessageNotContaining("xxx");
            assertThat(get(own.getRecords(TABLE, shard, iterator, 0)).getRecords()).hasSize(3);
        }
    }

    @Test
    void getsThroughFaultsByRetrying() {
        writeEveryKindOfChange(TABLE);
        String iterator = oldest(TABLE);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Busy.").times(2),
                                FaultRule.dropAfter().afterSkipping(2).times(2),
                                FaultRule.corruptBody().afterSkipping(4).times(2)));
        RecordingCallListener calls = new RecordingCallListener();
        RetryPolicy quick =
                RetryPolicy.defaults()
                        .withBackoff(
                                Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(10));
        StreamClient client = new RetryingStreamClient(service, quick, calls);

        assertThat(get(client.getRecords(TABLE, onlyShard(TABLE), iterator, 0)).getRecords())
                .hasSize(3);

        assertThat(calls.failures())
                .containsExactly(
                        "GetStreamRecord TRANSIENT OTSServerBusy, retried",
                        "GetStreamRecord TRANSIENT OTSServerBusy, retried",
                        "GetStreamRecord TRANSIENT network, retried",
                        "GetStreamRecord TRANSIENT network, retried",
                        "GetStreamRecord TRANSIENT malformed, retried",
                        "GetStreamRecord TRANSIENT malformed, retried");
        assertThat(calls.requests()).isEqualTo(7);
        assertThat(calls.answers()).isOne();
        assertThat(calls.inFlight()).isZero();
        client.close();
    }

    /** And neither the I/O thread nor other calls suffer from it. */
    @Test
    void anErrorFailsItsCallAtOnceAndForGood() {
        ServiceHttp http = new ServiceHttp(connection().build(), "test-http", 1, 1);
        for (int i = 0; i < 3; i++) {
            OtsStreamException failure =
                    failureOf(
                            http.send(
                                    Operation.LIST_STREAM,
                                    Target.table(TABLE),
                                    OtsInternalApi.ListStreamRequest.newBuilder()
                                            .setTableName(TABLE)
                                            .build(),
                                    answer -> {
                                        throw new OutOfMemoryError("Java heap space");
                                    }));

            assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
            assertThat(failure)
                    .hasMessageContaining("ListStream of table 'orders'")
                    .hasMessageContaining("Java heap space");
            CompletableFuture<String> another =
                    http.send(
                            Operation.LIST_STREAM,
                            Target.table(TABLE),
                            OtsInternalApi.ListStreamRequest.newBuilder()
                                    .setTableName(TABLE)
                                    .build(),
                            answer -> "answer");
            assertThat(get(another)).isEqualTo("answer");
        }
        http.close();
    }

    @Test
    void believesTheFirstOfTheHttpClientsVerdicts() {
        ServiceCall<String> call =
                new ServiceCall<>(
                        Operation.GET_STREAM_RECORD,
                        Target.shardOfTable(TABLE, "shard"),
                        OtsInternalApi.ListStreamRequest.getDefaultInstance(),
                        OtsCredentials.of("key-id", SECRET),
                        answer -> "answer");
        ServiceHttp http = new ServiceHttp(connection().build(), "test-http", 1, 1);
        List<String> ends = new ArrayList<>();
        for (int first = 0; first < 5; first++) {
            CompletableFuture<String> result = new CompletableFuture<>();
            result.whenComplete((value, error) -> ends.add(error == null ? value : "failed"));
            ServiceHttp.Completion<String> completion =
                    http
                    .new Completion<>(
                            call,
                            new AnswerConsumer<>(call, new AnswerChecks(false, false)),
                            result);
            switch (first) {
                case 0:
                    completion.completed(Optional.of("answer"));
                    break;
                case 1:
                    completion.failed(
                            new IOException("No room", new OutOfMemoryError("Java heap space")));
                    assertThat(failureOf(result).getKind()).isEqualTo(Kind.FATAL);
                    break;
                case 2:
                    completion.completed(null);
                    assertThat(failureOf(result).getKind()).isEqualTo(Kind.TRANSIENT);
                    break;
                case 3:
                    completion.completed(Optional.empty());
                    break;
                default:
                    completion.cancelled();
            }
            completion.completed(Optional.of("another"));
            completion.failed(new IOException("given up"));
            completion.cancelled();
        }
        http.close();
        assertThat(ends).containsExactly("answer", "failed", "failed", null, "failed");
    }

    @Test
    void givesUpOnASilentService() {
        String iterator = oldest(TABLE);
        emulator.control().faults(FaultPlan.of(1, FaultRule.latency(20_000)));
        try (StreamService impatient =
                connection().requestTimeout(Duration.ofMillis(200)).build().open()) {
            OtsStreamException failure =
                    failureOf(impatient.getRecords(TABLE, onlyShard(TABLE), iterator, 0));

            assertThat(failure.getKind()).isEqualTo(Kind.TRANSIENT);
            assertThat(failure).hasMessageContaining(emulator.endpoint());
        } finally {
            emulator.control().faults(FaultPlan.NONE);
        }
    }

    @Test
    void saysWhereNobodyAnswers() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (StreamService nowhere =
                connection().endpoint("http://127.0.0.1:" + port).build().open()) {
            OtsStreamException failure = failureOf(nowhere.listStreams(TABLE));

            assertThat(failure.getKind()).isEqualTo(Kind.TRANSIENT);
            assertThat(failure).hasMessageContaining("http://127.0.0.1:" + port);
        }
    }

    @Test
    void closingFailsWhatIsUnderWay() {
        String iterator = oldest(TABLE);
        emulator.control().faults(FaultPlan.of(1, FaultRule.latency(20_000)));
        StreamService closing = connection().maxConnections(1).build().open();
        CompletableFuture<RecordPage> unanswered =
                closing.getRecords(TABLE, onlyShard(TABLE), iterator, 0);
        CompletableFuture<RecordPage> waitsForAConnection =
                closing.getRecords(TABLE, onlyShard(TABLE), iterator, 0);

        closing.close();

        assertThat(failureOf(unanswered).getKind()).isEqualTo(Kind.CLOSED);
        assertThat(failureOf(waitsForAConnection).getKind()).isEqualTo(Kind.CLOSED);
        assertThat(failureOf(closing.listStreams(TABLE)).getKind()).isEqualTo(Kind.CLOSED);
        closing.close();
        emulator.control().faults(FaultPlan.NONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingLeavesNoThreads(boolean interrupted) {
        Set<Thread> before = threads();
        StreamService closing = connection().ioThreads(3).build().open();
        StreamClient client =
                new RetryingStreamClient(closing, RetryPolicy.defaults(), CallListener.NONE);
        assertThat(get(client.findStream(TABLE))).isPresent();
        assertThat(newThreads(before)).isNotEmpty();

        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        client.close();

        assertThat(Thread.interrupted()).isEqualTo(interrupted);
        await().untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
    }

    private static Set<Thread> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet());
    }

    /**
     * Threads that came since, but for those of the emulator and of Awaitility, which come and go.
     */
    private static Set<String> newThreads(Set<Thread> before) {
        return threads().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> !name.matches("(XNIO|ForkJoinPool|awaitility).*"))
                .collect(Collectors.toSet());
    }

    @Test
    void logsNoSecretAtAnyLevel() {
        writeEveryKindOfChange(TABLE);
        String iterator = oldest(TABLE);
        OtsCredentialsProvider temporary =
                OtsCredentialsProvider.fixed(
                        OtsCredentials.of("temporary-id", "another-secret-secret", TOKEN));
        try (LogCapture log = new LogCapture();
                StreamService own = connection().credentials(temporary).build().open();
                StreamService stranger =
                        connection()
                                .credentials(
                                        OtsCredentialsProvider.fixed(
                                                OtsCredentials.of("key-id", "wrong-secret", TOKEN)))
                                .build()
                                .open()) {
            get(own.getRecords(TABLE, onlyShard(TABLE), iterator, 0));
            failureOf(stranger.listStreams(TABLE));
            emulator.control().faults(FaultPlan.of(1, FaultRule.corruptBody().times(1)));
            failureOf(own.getRecords(TABLE, onlyShard(TABLE), iterator, 0));

            assertThat(log.messages()).isNotEmpty();
            assertThat(log.messages())
                    .noneMatch(line -> line.contains(TOKEN))
                    .noneMatch(line -> line.contains("-secret"))
                    .noneMatch(line -> line.contains("käse"));
        }
    }
}
