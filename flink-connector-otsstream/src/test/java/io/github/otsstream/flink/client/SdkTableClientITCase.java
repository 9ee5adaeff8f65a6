/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DefinedColumnType;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.client.OtsStreamException.Kind;
import io.github.otsstream.flink.record.ColumnType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables and rows over HTTP against the emulator. */
class SdkTableClientITCase {

    private static final String TABLE = "notes";
    private static final RetryPolicy FAST =
            RetryPolicy.defaults()
                    .withMaxRetries(3)
                    .withBackoff(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(2));

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private final RecordingCallListener listener = new RecordingCallListener();
    private TablestoreEmulator emulator;
    private TableClient client;

    @BeforeEach
    void open() {
        emulator = EMULATOR.emulator();
        client = open(OtsCredentials.of(emulator.accessKeyId(), emulator.accessKeySecret()));
    }

    private TableClient open(OtsCredentials credentials) {
        return open(OtsCredentialsProvider.fixed(credentials));
    }

    private TableClient open(OtsCredentialsProvider credentials) {
        return OtsConnection.builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .credentials(credentials)
                .build()
                .openTables(FAST, listener);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static TableSchema schema(String table) {
        Map<String, ColumnType> key = new LinkedHashMap<>();
        key.put("who", ColumnType.STRING);
        key.put("nr", ColumnType.INTEGER);
        return new TableSchema(table, key, Duration.ofDays(30), 1);
    }

    private static Map<String, Object> key(String who, long nr) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("who", who);
        key.put("nr", nr);
        return key;
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

    private static List<Object> numbers(List<TableRow> rows) {
        return rows.stream().map(row -> row.getKey().get("nr")).collect(Collectors.toList());
    }

    @Test
    void aTableThatDoesNotExistIsCreatedOnceAndDescribed() {
        assertThat(get(client.describeTable(TABLE))).isEmpty();
        assertThat(get(client.createTable(schema(TABLE)))).isTrue();
        assertThat(get(client.createTable(schema(TABLE)))).isFalse();

        TableSchema found = get(client.describeTable(TABLE)).orElseThrow().getSchema();

        assertThat(found.hasSameKeyAs(schema(TABLE))).isTrue();
        assertThat(found.describeKey()).isEqualTo("(who STRING, nr INTEGER)");
        assertThat(found.getTimeToLive()).isEqualTo(Duration.ofSeconds(2_592_000));
        assertThat(found.getMaxVersions()).isEqualTo(1);
    }

    @Test
    void aTableThatTheSdkHasMadeIsDescribedWithItsColumnsAndItsStream() {
        SyncClientInterface sdk = SyncClients.of(emulator);
        try {
            TableMeta meta = new TableMeta(TABLE);
            meta.addPrimaryKeyColumn("who", PrimaryKeyType.STRING);
            meta.addPrimaryKeyColumn("raw", PrimaryKeyType.BINARY);
            meta.addDefinedColumn("price", DefinedColumnType.DOUBLE);
            meta.addDefinedColumn("note", DefinedColumnType.STRING);
            CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 2));
            StreamSpecification stream = new StreamSpecification(true, 24);
            stream.addOriginColumnsToGet("price");
            stream.addOriginColumnsToGet("state");
            request.setStreamSpecification(stream);
            sdk.createTable(request);

            TableDescription found = get(client.describeTable(TABLE)).orElseThrow();
            assertThat(found.getSchema().describeKey()).isEqualTo("(who STRING, raw BINARY)");
            assertThat(found.getSchema().getMaxVersions()).isEqualTo(2);
            assertThat(found.getDefinedColumns())
                    .containsExactly(
                            Map.entry("price", ColumnType.DOUBLE),
                            Map.entry("note", ColumnType.STRING));
            assertThat(found.isStreamEnabled()).isTrue();
            assertThat(found.getOriginColumns()).containsExactlyInAnyOrder("price", "state");

            UpdateTableRequest off = new UpdateTableRequest(TABLE);
            off.setStreamSpecification(new StreamSpecification(false));
            sdk.updateTable(off);
            TableDescription without = get(client.describeTable(TABLE)).orElseThrow();
            assertThat(without.isStreamEnabled()).isFalse();
            assertThat(without.getOriginColumns()).isEmpty();
        } finally {
            sdk.shutdown();
        }
    }

    @Test
    void aRowComesBackAsItWasWritten() {
        get(client.createTable(schema(TABLE)));
        byte[] bytes = {0, 1, -1};
        TableRow row =
                new TableRow(
                        key("käse", Long.MIN_VALUE),
                        Map.of(
                                "text",
                                "ü\t",
                                "big",
                                Long.MAX_VALUE,
                                "real",
                                0.1,
                                "yes",
                                true,
                                "raw",
                                bytes));

        get(client.putRow(TABLE, row));
        TableRow found = get(client.getRow(TABLE, row.getKey())).orElseThrow();

        assertThat(found.getKey()).isEqualTo(row.getKey());
        assertThat(found.getColumns()).usingRecursiveComparison().isEqualTo(row.getColumns());
        assertThat(get(client.getRow(TABLE, key("käse", 0)))).isEmpty();
    }

    @Test
    void aWrittenRowReplacesTheOneBeforeAsAWhole() {
        get(client.createTable(schema(TABLE)));

        get(client.putRow(TABLE, new TableRow(key("a", 1), Map.of("old", "x"))));
        get(client.putRow(TABLE, new TableRow(key("a", 1), Map.of("new", "y"))));

        assertThat(get(client.getRow(TABLE, key("a", 1))).orElseThrow().getColumns())
                .isEqualTo(Map.of("new", "y"));

        get(client.deleteRow(TABLE, key("a", 1)));
        get(client.deleteRow(TABLE, key("a", 1)));

        assertThat(get(client.getRow(TABLE, key("a", 1)))).isEmpty();
    }

    @Test
    void aRangeIsReadForwardAsAWholeAndItsLastRowBackward() {
        get(client.createTable(schema(TABLE)));
        String large = "x".repeat(128 * 1024);
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (long nr = 0; nr < 40; nr++) {
            writes.add(client.putRow(TABLE, new TableRow(key("a", nr), Map.of("text", large))));
        }
        writes.add(client.putRow(TABLE, new TableRow(key("b", 0), Map.of("text", "b"))));
        writes.forEach(SdkTableClientITCase::get);
        emulator.control().resetCounters();

        assertThat(numbers(get(client.getRange(TABLE, key("a", 1), key("a", 39)))))
                .hasSize(38)
                .startsWith(1L, 2L)
                .endsWith(37L, 38L);
        assertThat(emulator.control().counters("GetRange").calls()).isGreaterThan(1);

        assertThat(get(client.getLast(TABLE, key("a", 30), key("a", 7))).orElseThrow().getKey())
                .isEqualTo(key("a", 30));
        assertThat(get(client.getLast(TABLE, key("a", 999), key("a", 39)))).isEmpty();
        assertThat(get(client.getLast(TABLE, key("a", 999), key("a", 38)))).isPresent();
    }

    /** Writes rows (a, 0), (a, 1) and so on, whose columns hold their number and its double. */
    private void putRows(int rows) {
        get(client.createTable(schema(TABLE)));
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (long nr = 0; nr < rows; nr++) {
            writes.add(
                    client.putRow(
                            TABLE,
                            new TableRow(key("a", nr), Map.of("once", nr, "twice", 2 * nr))));
        }
        writes.forEach(SdkTableClientITCase::get);
        emulator.control().resetCounters();
    }

    private static List<Map<String, Object>> keys(int from, int to) {
        return IntStream.range(from, to).mapToObj(nr -> key("a", nr)).collect(Collectors.toList());
    }

    private static List<Object> values(List<Optional<TableRow>> rows, String column) {
        return rows.stream()
                .map(row -> row.map(found -> found.get(column)).orElse("none"))
                .collect(Collectors.toList());
    }

    @Test
    void rowsComeInTheOrderOfTheirKeysHoweverManyThereAre() {
        putRows(230);
        List<Map<String, Object>> keys = new ArrayList<>(keys(0, 260));
        Collections.shuffle(keys, new Random(1));

        List<Optional<TableRow>> rows = get(client.getRows(TABLE, keys, null));

        assertThat(rows).hasSize(260);
        for (int i = 0; i < 260; i++) {
            long nr = (Long) keys.get(i).get("nr");
            if (nr < 230) {
                TableRow row = rows.get(i).orElseThrow();
                assertThat(row.getKey()).isEqualTo(key("a", nr));
                assertThat(row.getColumns()).isEqualTo(Map.of("once", nr, "twice", 2 * nr));
            } else {
                assertThat(rows.get(i)).isEmpty();
            }
        }
        assertThat(emulator.control().counters("BatchGetRow").calls()).isEqualTo(3);
        assertThat(get(client.getRows(TABLE, List.of(), null))).isEmpty();
    }

    @Test
    void aRowWithoutTheWantedColumnsIsThereAllTheSame() {
        putRows(2);

        List<Optional<TableRow>> some = get(client.getRows(TABLE, keys(0, 3), Set.of("twice")));
        assertThat(some.get(1).orElseThrow().getColumns()).isEqualTo(Map.of("twice", 2L));
        assertThat(some.get(2)).isEmpty();

        for (Set<String> columns : List.of(Set.of("other"), Set.<String>of())) {
            List<Optional<TableRow>> none = get(client.getRows(TABLE, keys(0, 3), columns));
            assertThat(none.get(1).orElseThrow().getColumns()).isEmpty();
            assertThat(none.get(1).orElseThrow().getKey()).isEqualTo(key("a", 1));
            assertThat(none.get(2)).isEmpty();
        }
    }

    @Test
    void moreColumnsThanARequestTakesAreCutFromWholeRows() {
        putRows(1);
        Set<String> columns =
                IntStream.range(0, 200).mapToObj(i -> "c" + i).collect(Collectors.toSet());
        columns.add("once");

        List<Optional<TableRow>> rows = get(client.getRows(TABLE, keys(0, 1), columns));

        assertThat(rows.get(0).orElseThrow().getColumns()).isEqualTo(Map.of("once", 0L));
        assertThat(emulator.control().counters("BatchGetRow").bytesIn()).isLessThan(200);
    }

    @Test
    void theNewestVersionOfAColumnIsRead() {
        Map<String, ColumnType> key = new LinkedHashMap<>();
        key.put("who", ColumnType.STRING);
        get(client.createTable(new TableSchema(TABLE, key, Duration.ofDays(30), 3)));
        for (String text : List.of("old", "middle", "new")) {
            get(client.putRow(TABLE, new TableRow(Map.of("who", "a"), Map.of("text", text))));
            emulator.clock().advance(Duration.ofSeconds(1));
        }

        assertThat(values(get(client.getRows(TABLE, List.of(Map.of("who", "a")), null)), "text"))
                .containsExactly("new");
    }

    @Test
    void onlyTheRowsThatFailedAreReadAgain() {
        putRows(10);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.rowError(1, "OTSServerBusy", "Busy.").times(1),
                                FaultRule.rowError(4, "OTSNotEnoughCapacityUnit", "Too much.")
                                        .afterSkipping(1)
                                        .times(1),
                                FaultRule.error(503, "OTSServerUnavailable", "Down.")
                                        .onOperation("BatchGetRow")
                                        .afterSkipping(2)
                                        .times(1)));

        List<Optional<TableRow>> rows = get(client.getRows(TABLE, keys(0, 11), Set.of("twice")));

        assertThat(values(rows, "twice"))
                .containsExactly(0L, 2L, 4L, 6L, 8L, 10L, 12L, 14L, 16L, 18L, "none");
        assertThat(listener.failures())
                .containsExactly(
                        "BatchGetRow TRANSIENT OTSServerBusy, retried",
                        "BatchGetRow THROTTLED OTSNotEnoughCapacityUnit, retried",
                        "BatchGetRow TRANSIENT OTSServerUnavailable, retried");
    }

    @Test
    void theNextAttemptAsksForTheFailedRowsOnly() {
        putRows(10);
        emulator.control()
                .faults(FaultPlan.of(1, FaultRule.rowError(5, "OTSServerBusy", "Busy.").times(1)));
        get(client.getRows(TABLE, keys(0, 10), Set.of()));
        long bothRequests = emulator.control().counters("BatchGetRow").bytesIn();

        emulator.control().resetCounters();
        get(client.getRows(TABLE, keys(0, 10), Set.of()));
        long ten = emulator.control().counters("BatchGetRow").bytesIn();
        emulator.control().resetCounters();
        get(client.getRows(TABLE, keys(0, 2), Set.of()));
        long two = emulator.control().counters("BatchGetRow").bytesIn();

        assertThat(bothRequests).isEqualTo(ten + two);
    }

    @Test
    void aRowThatCannotBeReadFailsTheWholeWithTheWorstError() {
        putRows(100);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.rowError(7, "OTSServerBusy", "Busy.").times(1),
                                FaultRule.rowError(9, "OTSSomethingNew", "Never.")
                                        .afterSkipping(1)));

        OtsStreamException failure = failureOf(client.getRows(TABLE, keys(0, 100), null));

        assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
        assertThat(failure)
                .hasMessageContaining("BatchGetRow of table 'notes' failed after 2 attempts")
                .hasMessageContaining("OTSSomethingNew: 2 of 15 rows could not be read: Never.");
    }

    @Test
    void rowsThatStayUnreadableAreGivenUpAfterTheRetries() {
        putRows(3);
        emulator.control().faults(FaultPlan.of(1, FaultRule.rowError(2, "OTSServerBusy", "Busy.")));

        OtsStreamException failure = failureOf(client.getRows(TABLE, keys(0, 3), null));

        assertThat(failure.getKind()).isEqualTo(Kind.TRANSIENT);
        assertThat(failure.getAttempts()).isEqualTo(4);
        assertThat(failure).hasMessageContaining("1 of 1 rows could not be read: Busy.");
    }

    @Test
    void rowsOfATableThatIsNotThereAreAnError() {
        OtsStreamException failure = failureOf(client.getRows(TABLE, keys(0, 3), null));

        assertThat(failure.getKind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure.getAttempts()).isEqualTo(1);
    }

    @Test
    void tablesAndStreamsOfTheInstanceAreListed() {
        assertThat(get(client.listTables())).isEmpty();
        assertThat(get(client.listStreams())).isEmpty();

        SyncClientInterface sdk = SyncClients.of(emulator);
        try {
            TableMeta meta = new TableMeta("streamed");
            meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
            CreateTableRequest create = new CreateTableRequest(meta, new TableOptions(-1, 1));
            create.setStreamSpecification(new StreamSpecification(true, 24));
            sdk.createTable(create);
            get(client.createTable(schema(TABLE)));

            assertThat(get(client.listTables())).containsExactlyInAnyOrder(TABLE, "streamed");
            assertThat(get(client.listStreams()))
                    .extracting(StreamInfo::getStreamId, StreamInfo::getTableName)
                    .containsExactly(
                            tuple(
                                    sdk.listStream(new ListStreamRequest("streamed"))
                                            .getStreams()
                                            .get(0)
                                            .getStreamId(),
                                    "streamed"));
        } finally {
            sdk.shutdown();
        }
    }

    @Test
    void aFailedListingNamesTheInstance() {
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(403, "OTSNoPermissionAccess", "Denied.")
                                        .onOperation("ListTable")));

        assertThat(failureOf(client.listTables()))
                .hasMessageContaining("ListTable of instance 'emulator' failed")
                .hasMessageContaining("needs the action ots:ListTable on this instance");
    }

    @Test
    void aSampleIsOfBothEndsAndHoldsNoRowTwice() {
        get(client.createTable(schema(TABLE)));
        assertThat(get(client.sampleRows(TABLE, List.of("who", "nr"), 10))).isEmpty();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (long nr = 0; nr < 40; nr++) {
            writes.add(client.putRow(TABLE, new TableRow(key("a", nr), Map.of("text", "x"))));
        }
        writes.forEach(SdkTableClientITCase::get);

        assertThat(numbers(get(client.sampleRows(TABLE, List.of("who", "nr"), 5))))
                .containsExactly(0L, 1L, 2L, 39L, 38L);
        assertThat(numbers(get(client.sampleRows(TABLE, List.of("who", "nr"), 1))))
                .containsExactly(0L);
        assertThat(numbers(get(client.sampleRows(TABLE, List.of("who", "nr"), 60))))
                .hasSize(40)
                .doesNotHaveDuplicates();
    }

    @Test
    void aSampleOfLargeRowsIsNoMoreThanAFewPages() {
        get(client.createTable(schema(TABLE)));
        String large = "x".repeat(1024 * 1024);
        for (long nr = 0; nr < 48; nr++) {
            get(client.putRow(TABLE, new TableRow(key("a", nr), Map.of("text", large))));
        }
        emulator.control().resetCounters();

        List<Object> sampled = numbers(get(client.sampleRows(TABLE, List.of("who", "nr"), 100)));

        assertThat(sampled).contains(0L, 47L).hasSizeLessThan(48).doesNotHaveDuplicates();
        assertThat(emulator.control().counters("GetRange").calls()).isEqualTo(8);
    }

    @Test
    void aFailedAttemptIsMadeAgain() {
        get(client.createTable(schema(TABLE)));
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSPartitionUnavailable", "Not yet.")
                                        .onOperation("PutRow")
                                        .times(1),
                                FaultRule.dropAfter()
                                        .onOperation("PutRow")
                                        .afterSkipping(1)
                                        .times(1),
                                FaultRule.corruptBody().onOperation("GetRow").times(1)));

        get(client.putRow(TABLE, new TableRow(key("a", 1), Map.of("text", "x"))));

        assertThat(get(client.getRow(TABLE, key("a", 1))).orElseThrow().get("text")).isEqualTo("x");
        assertThat(listener.failures())
                .containsExactly(
                        "PutRow TRANSIENT OTSPartitionUnavailable, retried",
                        "PutRow TRANSIENT network, retried",
                        "GetRow TRANSIENT malformed, retried");
    }

    @Test
    void aTableThatACutAnswerSaidNothingOfIsNotCreatedTwice() {
        emulator.control()
                .faults(FaultPlan.of(1, FaultRule.dropAfter().onOperation("CreateTable").times(1)));

        assertThat(get(client.createTable(schema(TABLE)))).isFalse();
        assertThat(get(client.describeTable(TABLE))).isPresent();
    }

    @Test
    void whatStaysBrokenSaysWhatWasTriedAndHowOften() {
        get(client.createTable(schema(TABLE)));
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Busy.")
                                        .onOperation("GetRow")));

        OtsStreamException failure = failureOf(client.getRow(TABLE, key("a", 1)));

        assertThat(failure.getKind()).isEqualTo(Kind.TRANSIENT);
        assertThat(failure.getAttempts()).isEqualTo(4);
        assertThat(failure)
                .hasMessageContaining("GetRow of table 'notes' failed after 4 attempts")
                .hasMessageContaining("OTSServerBusy: Busy.");
    }

    @Test
    void aMissingRightNamesTheActionAndIsNotTriedAgain() {
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(
                                                403,
                                                "OTSNoPermissionAccess",
                                                "You have no permission.")
                                        .onOperation("DescribeTable")));

        OtsStreamException failure = failureOf(client.describeTable(TABLE));

        assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
        assertThat(failure)
                .hasMessageContaining(
                        "the access key needs the action ots:DescribeTable on this table");
        assertThat(listener.requests()).isEqualTo(1);
    }

    @Test
    void wrongCredentialsAreNamedWithoutTheirSecret() {
        try (LogCapture log = new LogCapture();
                TableClient wrong =
                        open(OtsCredentials.of(emulator.accessKeyId(), "not-the-secret"))) {
            OtsStreamException failure = failureOf(wrong.getRow(TABLE, key("a", 1)));

            assertThat(failure.getKind()).isEqualTo(Kind.FATAL);
            assertThat(failure.getErrorCode()).isEqualTo("OTSAuthFailed");
            assertThat(failure.toString() + log.messages()).doesNotContain("not-the-secret");
        }
    }

    @Test
    void credentialsAreAskedForAtEachAttempt() {
        AtomicInteger asked = new AtomicInteger();
        try (TableClient changing =
                open(
                        () -> {
                            if (asked.incrementAndGet() == 1) {
                                throw new IllegalStateException("no token yet");
                            }
                            return OtsCredentials.of(
                                    emulator.accessKeyId(), emulator.accessKeySecret());
                        })) {
            assertThat(get(changing.describeTable(TABLE))).isEmpty();
        }
        assertThat(asked).hasValue(2);
        assertThat(listener.failures()).first().asString().contains("DescribeTable TRANSIENT");
    }

    @Test
    void credentialsThatHaveExpiredOnTheWayAreReplaced() {
        AtomicInteger asked = new AtomicInteger();
        try (TableClient changing =
                open(
                        () ->
                                OtsCredentials.of(
                                        emulator.accessKeyId(),
                                        asked.incrementAndGet() == 1
                                                ? "expired"
                                                : emulator.accessKeySecret()))) {
            assertThat(get(changing.describeTable(TABLE))).isEmpty();
        }
        assertThat(listener.failures())
                .first()
                .isEqualTo("DescribeTable TRANSIENT OTSAuthFailed, retried");
    }

    @Test
    void closingFailsWhatIsUnderWay() {
        emulator.control().faults(FaultPlan.of(1, FaultRule.latency(60_000)));
        CompletableFuture<?> waiting = client.describeTable(TABLE);

        client.close();

        assertThat(failureOf(waiting).getKind()).isEqualTo(Kind.CLOSED);
        assertThat(failureOf(client.describeTable(TABLE)).getKind()).isEqualTo(Kind.CLOSED);
    }
}
