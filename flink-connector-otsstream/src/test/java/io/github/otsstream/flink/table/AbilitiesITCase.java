/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the planner leaves to the source is done there, and changes no result. */
@Timeout(180)
class AbilitiesITCase {

    private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private static final String READ = "GetStreamRecord";

    private static final String COLUMNS =
            "item STRING, id BIGINT, price DOUBLE, op STRING METADATA FROM 'op-type',"
                    + " ts TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp'";

    private SqlSession sql;
    private TablestoreEmulator emulator;
    private SqlTable orders;

    @BeforeEach
    void createTable(TablestoreEmulator running) {
        emulator = running;
        sql = SqlSession.streaming();
        orders = new SqlTable(emulator, "orders", "item", "price");
    }

    @AfterEach
    void close() {
        orders.close();
    }

    @AfterAll
    static void closeReporter() {
        REPORTER.close();
    }

    @Test
    void noRowIsMadeOfARecordThatIsNotWanted() throws Exception {
        for (int i = 0; i < 20; i++) {
            orders.put(i, "item", "tea", "price", i / 2.0);
        }
        orders.delete(3);
        declare(COLUMNS, "scan.bounded.mode", "latest");

        assertThat(run("SELECT id FROM orders WHERE op = 'DELETE'", "+I[3]")).isEqualTo(20);
        assertThat(run("SELECT price FROM orders WHERE id = 5", "+I[2.5]")).isEqualTo(20);
        // What is no key is for the planner to ask, on rows.
        assertThat(run("SELECT id FROM orders WHERE price = 2.5", "+I[5]")).isEqualTo(0);
    }

    /** Runs a query and returns how many records were left out by the readers. */
    private long run(String query, String... rows) throws Exception {
        long before = leftOut();
        assertThat(sql.changes(query)).containsExactly(rows);
        return leftOut() - before;
    }

    /** Of all jobs that there were. */
    private static long leftOut() {
        return REPORTER.getMetricsByGroup().values().stream()
                .filter(metrics -> metrics.containsKey("filteredRecords"))
                .mapToLong(metrics -> ((Counter) metrics.get("filteredRecords")).getCount())
                .sum();
    }

    /** With and without the source's help, on the same records. */
    @ParameterizedTest
    @ValueSource(strings = {"append", "upsert", "all", "multi-version"})
    void filtersLeaveOutTheSameAsThePlannerDoes(String mode) throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 120; i++) {
            long id = random.nextInt(12);
            if (random.nextInt(6) == 0) {
                orders.delete(id);
            } else if (random.nextInt(3) == 0) {
                orders.update(id, "price", random.nextInt(10) / 1.0);
            } else {
                orders.put(id, "item", "item " + random.nextInt(3), "price", 1.0 * id);
            }
            if (i == 60) {
                emulator.clock().advance(Duration.ofHours(3));
            }
        }
        long middle = emulator.clock().millis() - Duration.ofMinutes(90).toMillis();
        boolean cells = mode.equals("multi-version");
        boolean append = mode.equals("append") || cells;
        declare(
                cells
                        ? "id BIGINT, colname STRING, colvalue STRING, op STRING METADATA FROM"
                                + " 'op-type', ts TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp'"
                        : COLUMNS + (append ? "" : ", PRIMARY KEY (id) NOT ENFORCED"),
                cells ? "read-mode" : "changelog-mode",
                mode,
                "scan.bounded.mode",
                "latest");
        String time = "ts %s TO_TIMESTAMP_LTZ(" + middle + ", 3)";
        List<String> filters =
                List.of(
                        "id BETWEEN 3 AND 7 AND id <> 5",
                        "id IN (1, 2, 3) OR op = 'DELETE'",
                        (cells ? "colvalue" : "item") + " <> 'item 1' AND id > 4",
                        String.format(time, ">=") + " AND op <> 'PUT'",
                        "NOT (" + String.format(time, ">=") + " OR id < 3)");
        for (String filter : filters) {
            String columns = "SELECT id, " + (cells ? "colvalue" : "price");
            List<String> leftToTheSource = signed(columns + " FROM orders WHERE " + filter);
            List<String> asked =
                    signed(columns + ", " + filter + " FROM orders").stream()
                            .filter(row -> row.endsWith(", true]"))
                            .map(row -> row.replace(", true]", "]"))
                            .collect(Collectors.toList());
            assertThat(leftToTheSource)
                    .as(filter)
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(asked);
        }
    }

    /** Rows that come and go; whether it is by a change is not told by all Flink versions alike. */
    private List<String> signed(String query) throws Exception {
        return sql.changes(query).stream()
                .map(row -> row.charAt(0) + row.substring(2))
                .collect(Collectors.toList());
    }

    @Test
    void whatIsBeforeTheWantedTimeIsNotFetched() throws Exception {
        String text = "x".repeat(500);
        for (int i = 0; i < 300; i++) {
            orders.put(i, "item", text);
        }
        emulator.clock().advance(Duration.ofHours(2));
        long wanted = emulator.clock().millis();
        orders.put(1, "item", "tea");
        declare(COLUMNS, "scan.bounded.mode", "latest");
        String query = "SELECT item FROM orders WHERE ts >= TO_TIMESTAMP_LTZ(%d, 3) AND id = 1";

        assertThat(sql.changes(String.format(query, wanted))).containsExactly("+I[tea]");
        assertThat(emulator.control().counters(READ).bytesOut()).isLessThan(5_000);

        assertThat(sql.changes(String.format(query, 0)))
                .containsExactly("+I[" + text + "]", "+I[tea]");
        assertThat(emulator.control().counters(READ).bytesOut()).isGreaterThan(150_000);
        // No record has such a time, which is no error.
        assertThat(sql.changes(String.format(query, wanted + 100_000_000))).isEmpty();
    }

    @Test
    void aLimitEndsReadingEarlyInTheRowsThatAreWanted() throws Exception {
        for (int i = 0; i < 600; i++) {
            orders.put(i, "item", "tea", "price", 1.0 * i);
        }
        declare(
                COLUMNS,
                "scan.bounded.mode",
                "latest",
                "fetch.records-per-request",
                "20",
                "scan.parallelism",
                "1");

        assertThat(sql.explain("SELECT id FROM orders LIMIT 3")).contains("limit=[3]");
        assertThat(sql.changes("SELECT id FROM orders LIMIT 3"))
                .containsExactly("+I[0]", "+I[1]", "+I[2]");
        assertThat(emulator.control().counters(READ).calls()).isLessThan(10);

        assertThat(sql.changes("SELECT id FROM orders WHERE op = 'PUT' LIMIT 2 OFFSET 1"))
                .hasSize(2);
        // The last one that is wanted is far behind the limit.
        assertThat(sql.changes("SELECT id FROM orders WHERE price > 500 LIMIT 2"))
                .hasSize(2)
                .allMatch(row -> row.startsWith("+I[5"));
        assertThat(sql.changes("SELECT id FROM orders WHERE id >= 598 LIMIT 3"))
                .containsExactlyInAnyOrder("+I[598]", "+I[599]");
    }

    /** Rows that are deleted later would be among the first ones. */
    @Test
    void aLimitOfChangingRowsReadsThemAll() throws Exception {
        for (int i = 0; i < 20; i++) {
            orders.put(i, "item", "tea", "price", 1.0);
        }
        for (int i = 0; i < 18; i++) {
            orders.delete(i);
        }
        declare(
                COLUMNS + ", PRIMARY KEY (id) NOT ENFORCED",
                "changelog-mode",
                "upsert",
                "scan.bounded.mode",
                "latest");

        List<String> left = new ArrayList<>();
        for (String change : sql.changes("SELECT id FROM orders LIMIT 2")) {
            if (change.startsWith("+")) {
                left.add(change.substring(2));
            } else {
                left.remove(change.substring(2));
            }
        }
        assertThat(left).containsExactlyInAnyOrder("[18]", "[19]");
    }

    @Test
    void theSourcesOwnWatermarkClosesWindowsOfAQuietTable() throws Exception {
        beginMinute();
        orders.put(1, "item", "tea");
        orders.put(2, "item", "tea");
        declare(
                COLUMNS + ", WATERMARK FOR ts AS SOURCE_WATERMARK()",
                "source-watermark.clock-margin",
                "10 s");
        try (CloseableIterator<Row> windows = windowedCounts().collect()) {
            emulator.clock().advance(Duration.ofMinutes(10));
            assertThat(windows.next()).hasToString("+I[2]");
            orders.put(3, "item", "tea");
            emulator.clock().advance(Duration.ofMinutes(10));
            assertThat(windows.next()).hasToString("+I[1]");
        }
    }

    @Test
    void watermarksOfRowsAreMadeShardByShard() throws Exception {
        // A reader without shards would hold time back.
        declare(
                COLUMNS + ", WATERMARK FOR ts AS ts - INTERVAL '1' SECOND",
                "scan.parallelism",
                "1",
                "scan.shard-discovery.interval",
                "200 ms");
        emulator.control().splitAt("orders", SqlTable.keyValue(100));
        beginMinute();
        try (CloseableIterator<Row> windows = windowedCounts().collect()) {
            orders.put(1, "item", "tea");
            orders.put(101, "item", "tea");
            emulator.clock().advance(Duration.ofMinutes(10));
            orders.put(2, "item", "tea");
            orders.put(102, "item", "tea");
            assertThat(windows.next()).hasToString("+I[2]");
        }
    }

    /** What is written next is in one window. */
    private void beginMinute() {
        emulator.clock().advance(Duration.ofMillis(60_000 - emulator.clock().millis() % 60_000));
    }

    private TableResult windowedCounts() {
        return sql.execute(
                "SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1'"
                        + " MINUTE)) GROUP BY window_start, window_end");
    }

    @Test
    void aScanHasItsOwnParallelism() throws Exception {
        orders.put(1, "item", "tea");
        declare(COLUMNS, "scan.bounded.mode", "latest", "scan.parallelism", "3");
        assertThat(
                        sql.tables()
                                .explainSql(
                                        "SELECT id FROM orders",
                                        org.apache.flink.table.api.ExplainDetail
                                                .JSON_EXECUTION_PLAN))
                .contains("\"parallelism\" : 3");
        assertThat(sql.changes("SELECT id FROM orders")).containsExactly("+I[1]");
    }

    private void declare(String columns, String... options) {
        sql.execute(orders.ddl(columns, options));
    }
}
