/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.client.OtsStreamException.Kind;
import io.github.otsstream.flink.record.ColumnType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
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

        TableSchema found = get(client.describeTable(TABLE)).orElseThrow();

        assertThat(found.hasSameKeyAs(schema(TABLE))).isTrue();
        assertThat(found.describeKey()).isEqualTo("(who STRING, nr INTEGER)");
        assertThat(found.getTimeToLive()).isEqualTo(Duration.ofSeconds(2_592_000));
        assertThat(found.getMaxVersions()).isEqualTo(1);
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
                        "GetRow TRANSIENT network, retried");
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
                        "The access key needs the action ots:DescribeTable on this table");
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
