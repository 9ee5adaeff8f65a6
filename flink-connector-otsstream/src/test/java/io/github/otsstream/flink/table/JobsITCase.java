/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.source.TestJobs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs of SQL: joins, several sinks, compiled plans, and savepoints. */
@Timeout(180)
class JobsITCase {

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

    private static final String COLUMNS =
            "item STRING, id BIGINT, price DOUBLE, op STRING METADATA FROM 'op-type',"
                    + " ts TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp'";

    private static final String TOTALS =
            "CREATE TEMPORARY TABLE totals (item STRING, changes BIGINT,"
                    + " PRIMARY KEY (item) NOT ENFORCED) WITH ('connector' = 'stored')";

    private static final String COUNT =
            "INSERT INTO totals SELECT item, COUNT(*) FROM orders WHERE op = 'PUT' GROUP BY item";

    @TempDir private Path directory;

    private SqlTable orders;
    private JobClient job;

    @BeforeEach
    void createTable(TablestoreEmulator emulator) {
        orders = new SqlTable(emulator, "orders", "item", "price");
        StoredRows.clear();
    }

    @AfterEach
    void close() throws Exception {
        TestJobs.cancel(job);
        orders.close();
    }

    /** Then the readers run one after the other. */
    @Test
    void aBatchJobMayHaveFewerSlotsThanReaders() throws Exception {
        orders.put(1, "item", "tea");
        orders.put(2, "item", "tea");
        SqlSession sql = SqlSession.batch();
        sql.execute(orders.ddl(COLUMNS, "scan.bounded.mode", "latest", "scan.parallelism", "6"));

        assertThat(sql.changes("SELECT item, COUNT(*) FROM orders GROUP BY item"))
                .containsExactly("+I[tea, 2]");
    }

    @Test
    void tablesAreJoined(TablestoreEmulator emulator) throws Exception {
        try (SqlTable items = new SqlTable(emulator, "items", "label")) {
            items.put(10, "label", "tea");
            items.update(10, "label", "green tea");
            orders.put(1, "item", "10", "price", 2.5);
            orders.put(2, "item", "11", "price", 3.5);
            SqlSession sql = SqlSession.streaming();
            sql.execute(orders.ddl(COLUMNS, "scan.bounded.mode", "latest"));
            sql.execute(
                    items.ddl(
                            "id BIGINT, label STRING, PRIMARY KEY (id) NOT ENFORCED",
                            "changelog-mode",
                            "upsert",
                            "scan.bounded.mode",
                            "latest"));

            Map<String, Integer> joined = new TreeMap<>();
            sql.changes(
                            "SELECT orders.id, label FROM orders JOIN items"
                                    + " ON CAST(orders.item AS BIGINT) = items.id")
                    .forEach(
                            change ->
                                    joined.merge(
                                            change.substring(2),
                                            change.startsWith("+") ? 1 : -1,
                                            Integer::sum));
            joined.values().removeIf(count -> count == 0);
            assertThat(joined).isEqualTo(Map.of("[1, green tea]", 1));
        }
    }

    @Test
    void onePlanIsRunAgainAndAgain() throws Exception {
        for (int i = 0; i < 10; i++) {
            orders.put(i, "item", "tea");
        }
        orders.delete(3);
        SqlSession sql = SqlSession.streaming();
        sql.execute(
                orders.ddl(
                        COLUMNS + ", WATERMARK FOR ts AS ts - INTERVAL '1' SECOND",
                        "scan.bounded.mode",
                        "latest",
                        "scan.parallelism",
                        "1"));
        sql.execute(TOTALS);
        Path plan = directory.resolve("plan.json");
        sql.execute("COMPILE PLAN '" + plan + "' FOR " + COUNT);
        assertThat(plan)
                .content()
                .contains("WatermarkPushDown", "ReadingMetadata", "ProjectPushDown");

        sql.tables().loadPlan(PlanReference.fromFile(plan)).execute().await(60, TimeUnit.SECONDS);
        assertThat(StoredRows.of("totals")).containsExactly(Map.entry("[tea]", "+I[tea, 10]"));
    }

    @Test
    void aPlanHoldsWhatTheSourceDoes() throws Exception {
        for (int i = 0; i < 10; i++) {
            orders.put(i, "item", "tea", "price", 1.0 * i);
            orders.update(i, "price", 2.0 * i);
        }
        SqlSession sql = SqlSession.streaming();
        sql.execute(
                orders.ddl(
                        "id BIGINT, item STRING, price DOUBLE, PRIMARY KEY (id) NOT ENFORCED",
                        "changelog-mode",
                        "upsert",
                        "scan.bounded.mode",
                        "latest",
                        "scan.parallelism",
                        "3"));
        sql.execute(
                "CREATE TEMPORARY TABLE prices (price DOUBLE, id BIGINT,"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'stored')");
        Path plan = directory.resolve("plan.json");
        sql.execute(
                "COMPILE PLAN '"
                        + plan
                        + "' FOR INSERT INTO prices SELECT price, id FROM orders WHERE id IN (1, 4)");
        assertThat(plan).content().contains("FilterPushDown", "ProjectPushDown");

        sql.tables().loadPlan(PlanReference.fromFile(plan)).execute().await(60, TimeUnit.SECONDS);
        assertThat(StoredRows.of("prices").values()).containsExactly("+I[2.0, 1]", "+I[8.0, 4]");
    }

    @Test
    void aStoppedQueryGoesOnFromItsSavepoint() throws Exception {
        SqlSession sql = declare(null);
        job = sql.execute(COUNT).getJobClient().orElseThrow();
        String savepoint = countAndStop();

        sql = declare(savepoint);
        job = sql.execute(COUNT).getJobClient().orElseThrow();
        countOn();
    }

    @Test
    void aStoppedPlanGoesOnFromItsSavepoint() throws Exception {
        Path plan = directory.resolve("plan.json");
        SqlSession sql = declare(null);
        sql.execute("COMPILE PLAN '" + plan + "' FOR " + COUNT);
        job = run(sql, plan);
        String savepoint = countAndStop();

        job = run(declare(savepoint), plan);
        countOn();
    }

    private static JobClient run(SqlSession sql, Path plan) {
        return sql.tables()
                .loadPlan(PlanReference.fromFile(plan))
                .execute()
                .getJobClient()
                .orElseThrow();
    }

    private SqlSession declare(String savepoint) {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        SqlSession sql = SqlSession.streaming(configuration);
        sql.execute(orders.ddl(COLUMNS));
        sql.execute(TOTALS);
        return sql;
    }

    private String countAndStop() throws Exception {
        orders.put(1, "item", "tea");
        orders.put(2, "item", "tea");
        orders.put(3, "item", "rice");
        awaitTotals("+I[rice, 1]", "+I[tea, 2]");
        // Refused while one of the tasks is still to run.
        String savepoint = TestJobs.stop(job, directory);
        StoredRows.clear();
        orders.put(4, "item", "tea");
        return savepoint;
    }

    /** What was counted before is counted on, and not once more. */
    private void countOn() {
        awaitTotals("+I[tea, 3]");
        orders.put(5, "item", "rice");
        awaitTotals("+I[rice, 2]", "+I[tea, 3]");
    }

    private static void awaitTotals(String... rows) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(StoredRows.of("totals").values()).containsExactly(rows));
    }
}
