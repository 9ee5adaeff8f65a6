/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of SQL see of a catalog: its tables, their rows, its errors, and never a secret. */
@Timeout(120)
class CatalogSqlITCase {

    private static final String SECRET = "the-secret";
    private static final String BOUNDED = "/*+ OPTIONS('scan.bounded.mode'='latest') */";

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create(
                            TablestoreEmulator.builder()
                                    .instanceName("shop")
                                    .accessKey("the-id", SECRET))
                    .wipedBetweenTests();

    private TablestoreEmulator emulator;
    private EmulatedInstance instance;
    private StreamTableEnvironment sql;

    private final ClientThreads threads = new ClientThreads();

    @BeforeEach
    void open() {
        emulator = EMULATOR.emulator();
        instance = new EmulatedInstance(emulator);
        instance.create("orders", true);
        instance.create("silent", false);
        sql = session();
        createCatalog("ots");
    }

    @AfterEach
    void close() {
        dropCatalogs();
        instance.close();
    }

    private void dropCatalogs() {
        sql.useCatalog("default_catalog");
        for (String catalog : sql.listCatalogs()) {
            if (!catalog.equals("default_catalog")) {
                sql.executeSql("DROP CATALOG " + catalog);
            }
        }
    }

    private static StreamTableEnvironment session() {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        return StreamTableEnvironment.create(env, EnvironmentSettings.inStreamingMode());
    }

    private String createStatement(String catalog, String... further) {
        return "CREATE CATALOG "
                + catalog
                + " WITH ('type' = 'otsstream', "
                + instance.options(further).entrySet().stream()
                        .map(option -> "'" + option.getKey() + "' = '" + option.getValue() + "'")
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private void createCatalog(String name, String... further) {
        sql.executeSql(createStatement(name, further));
    }

    private List<String> rows(String statement) throws Exception {
        List<String> rows = new ArrayList<>();
        TableResult result = sql.executeSql(statement);
        try (CloseableIterator<Row> all = result.collect()) {
            all.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows;
    }

    private static String allMessages(Throwable error) {
        StringBuilder messages = new StringBuilder();
        for (Throwable e = error; e != null; e = e.getCause()) {
            messages.append(e).append('\n');
        }
        return messages.toString();
    }

    // ------------------------------------------------------------------ what is there

    @Test
    void tablesAreShownAndDescribed() throws Exception {
        assertThat(rows("SHOW DATABASES IN ots")).containsExactly("+I[default]");
        assertThat(rows("SHOW TABLES IN ots.`default`")).containsExactly("+I[orders]");
        assertThat(rows("DESCRIBE ots.`default`.orders"))
                .containsExactly(
                        "+I[id, BIGINT, false, null, null, null]",
                        "+I[line, STRING, false, null, null, null]",
                        "+I[price, DOUBLE, true, null, null, null]",
                        "+I[raw, BYTES, true, null, null, null]");

        createCatalog("state", "table-default.changelog-mode", "upsert");

        assertThat(rows("DESCRIBE state.`default`.orders"))
                .startsWith(
                        "+I[id, BIGINT, false, PRI(id, line), null, null]",
                        "+I[line, STRING, false, PRI(id, line), null, null]");
    }

    @Test
    void aTablesStatementHoldsAllOptionsButTheCredentials() throws Exception {
        createCatalog(
                "all_options", "maxRetries", "7", "table-default.scan.startup.mode", "latest");

        assertThat(rows("SHOW CREATE TABLE all_options.`default`.orders").get(0))
                .contains("CREATE TABLE `all_options`.`default`.`orders`")
                .contains("'connector' = 'otsstream'")
                .contains("'endpoint' = '" + emulator.endpoint() + "'")
                .contains("'instance-name' = 'shop'")
                .contains("'table-name' = 'orders'")
                .contains("'max-retries' = '7'")
                .contains("'scan.startup.mode' = 'latest'")
                .doesNotContain(SECRET, "the-id");
    }

    // ------------------------------------------------------------------ rows

    @Test
    void aTableIsReadWithoutADeclaration() throws Exception {
        instance.put("orders", 1, "price", 2.5, "undefined", "x");
        instance.put("orders", 1, "price", 3.5);
        instance.delete("orders", 1);

        assertThat(rows("SELECT * FROM ots.`default`.orders " + BOUNDED))
                .containsExactly(
                        "+I[1, a, 2.5, null]", "+I[1, a, 3.5, null]", "+I[1, a, null, null]");

        sql.executeSql("USE CATALOG ots");
        assertThat(rows("SELECT price FROM orders " + BOUNDED))
                .containsExactly("+I[2.5]", "+I[3.5]", "+I[null]");
    }

    /** A declared key is taken for unique, and the aggregation would be left out. */
    @Test
    void changesOfARowAreAggregated() throws Exception {
        instance.put("orders", 1, "price", 2.5);
        instance.put("orders", 1, "price", 3.5);

        assertThat(rows("SELECT DISTINCT id, line FROM ots.`default`.orders " + BOUNDED))
                .containsExactly("+I[1, a]");
        assertThat(
                        rows(
                                "SELECT id, line, SUM(price) FROM ots.`default`.orders "
                                        + BOUNDED
                                        + " GROUP BY id, line"))
                .last()
                .isEqualTo("+U[1, a, 6.0]");
    }

    @Test
    void rowsAreKeptUpToDateWhereTheCatalogSaysSo() throws Exception {
        createCatalog(
                "state",
                "table-default.changelog-mode",
                "upsert",
                "table-default.scan.bounded.mode",
                "latest");
        instance.put("orders", 1, "price", 2.5);
        instance.put("orders", 1, "price", 3.5);
        instance.put("orders", 2, "price", 4.0);
        instance.delete("orders", 2);

        assertThat(rows("SELECT SUM(price) FROM state.`default`.orders"))
                .last()
                .isEqualTo("+U[3.5]");
    }

    @Test
    void sampledColumnsAndMetadataAreRead() throws Exception {
        instance.put("orders", 1, "price", 2.5, "note", "x", "mixed", 1L);
        instance.put("orders", 2, "note", "y", "mixed", "1");
        createCatalog(
                "more",
                "sample-rows",
                "10",
                "metadata-columns",
                "op-type;table-name",
                "table-default.scan.bounded.mode",
                "latest");

        assertThat(rows("SELECT * FROM more.`default`.orders"))
                .containsExactly(
                        "+I[1, a, 2.5, null, x, PUT, orders]",
                        "+I[2, a, null, null, y, PUT, orders]");
        assertThat(rows("SHOW CREATE TABLE more.`default`.orders").get(0))
                .contains("mixed [INTEGER, STRING]");
    }

    @Test
    void aDeclarationCanBeginWithATableOfTheCatalog() throws Exception {
        instance.put("orders", 1, "price", 2.5);
        sql.executeSql(
                "CREATE TEMPORARY TABLE declared ("
                        + "ts TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp', WATERMARK FOR ts AS ts"
                        + ") WITH ('scan.bounded.mode' = 'latest', 'access-key-id' = 'the-id',"
                        + " 'access-key-secret' = '"
                        + SECRET
                        + "') LIKE ots.`default`.orders");

        assertThat(rows("SELECT id, price FROM declared")).containsExactly("+I[1, 2.5]");
    }

    /** Flink asks the catalog's factory about its own tables only. */
    @Test
    void aTemporaryTableInTheCatalogIsOfItsOwnConnector() throws Exception {
        sql.executeSql(
                "CREATE TEMPORARY TABLE ots.`default`.made (id INT) WITH ('connector' = 'datagen',"
                        + " 'number-of-rows' = '1', 'fields.id.min' = '7', 'fields.id.max' = '7')");

        assertThat(rows("SELECT * FROM ots.`default`.made")).containsExactly("+I[7]");
        assertThat(rows("SHOW TABLES IN ots.`default`")).containsExactly("+I[made]", "+I[orders]");
    }

    // ------------------------------------------------------------------ secrets

    @Test
    void noPlanHoldsACredential() {
        String query = "SELECT * FROM ots.`default`.orders " + BOUNDED;

        assertThat(
                        sql.explainSql(
                                query,
                                ExplainDetail.JSON_EXECUTION_PLAN,
                                ExplainDetail.PLAN_ADVICE,
                                ExplainDetail.CHANGELOG_MODE))
                .contains("TableSourceScan(table=[[ots, default, orders]]")
                .doesNotContain(SECRET, "the-id");
    }

    @Test
    void aCompiledPlanHoldsNoCredentialAndGetsThemFromTheCatalog() throws Exception {
        String sink = "CREATE TEMPORARY TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')";
        createCatalog("bounded", "table-default.scan.bounded.mode", "latest");
        sql.executeSql(sink);
        instance.put("orders", 1, "price", 2.5);

        String plan =
                sql.compilePlanSql("INSERT INTO nowhere SELECT id FROM bounded.`default`.orders")
                        .asJsonString();

        assertThat(plan).contains("bounded").doesNotContain(SECRET, "the-id");

        dropCatalogs();
        sql = session();
        createCatalog("bounded", "table-default.scan.bounded.mode", "latest");
        sql.executeSql(sink);
        emulator.control().resetCounters();
        sql.loadPlan(PlanReference.fromJsonString(plan)).execute().await(60, TimeUnit.SECONDS);

        assertThat(emulator.control().counters("GetStreamRecord").calls()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'nonsense' = '1'",
                "'changelog-mode' = 'upsert'",
                "'accessKey' = '" + SECRET + "'",
                "'accessKey' = '" + SECRET + "', 'table-name' = 'other'"
            })
    void noErrorOfAScanHoldsASecret(String hints) {
        assertThatThrownBy(
                        () ->
                                rows(
                                        "SELECT * FROM ots.`default`.orders /*+"
                                                + " OPTIONS('scan.bounded.mode' = 'latest', "
                                                + hints
                                                + ") */"))
                .satisfies(e -> assertThat(allMessages(e)).doesNotContain(SECRET));
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense, 1, Unsupported options found for 'otsstream'",
        "sample-rows, many, sample-rows",
        "accessKey, other, 'access-key-secret' and 'accessKey' are names of the same option"
    })
    void noErrorOfACatalogHoldsASecret(String key, String value, String message) {
        assertThatThrownBy(() -> createCatalog("bad", key, value))
                .isInstanceOf(ValidationException.class)
                .satisfies(
                        e -> assertThat(allMessages(e)).contains(message).doesNotContain(SECRET));
        assertThat(sql.listCatalogs()).doesNotContain("bad");
    }

    // ------------------------------------------------------------------ errors

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM ots.`default`.silent | table 'silent' of instance 'shop' has no stream",
                "DESCRIBE ots.`default`.silent | Enable Stream on it",
                "SELECT * FROM ots.`default`.nope | Object 'nope' not found within 'ots.default'",
                "SHOW TABLES IN ots.other | other",
                "SELECT * FROM ots.`default`.orders /*+ OPTIONS('table-name'='o', 'scan.bounded.mode'='latest') */"
                        + " | 'table-name' = 'o' can't be used",
                "CREATE TABLE ots.`default`.x (i INT) WITH ('connector'='blackhole')"
                        + " | Catalog 'ots' is read-only: it can't create 'x'",
                "CREATE VIEW ots.`default`.v AS SELECT 1 | read-only: it can't create 'v'",
                "DROP TABLE ots.`default`.orders | read-only: it can't drop table 'orders'",
                "ALTER TABLE ots.`default`.orders SET ('a'='b') | can't change table 'orders'",
                "ALTER TABLE ots.`default`.orders RENAME TO o | can't rename table 'orders'",
                "CREATE DATABASE ots.more | can't create database 'more'",
                "DROP DATABASE ots.`default` | can't drop database 'default'",
                "CREATE FUNCTION ots.`default`.f AS 'x.Y' | can't create function 'f'",
                "INSERT INTO ots.`default`.orders (id, line) VALUES (1, 'a')"
                        + " | can only be used as a source",
            })
    void whatCantBeDoneSaysWhy(String statement, String message) {
        assertThatThrownBy(() -> rows(statement))
                .satisfies(
                        e -> assertThat(allMessages(e)).contains(message).doesNotContain(SECRET));
    }

    @Test
    void wrongCredentialsFailTheFirstStatementThatNeedsThem() {
        createCatalog("wrong", "access-key-secret", "not-" + SECRET);

        assertThatThrownBy(() -> rows("SELECT * FROM wrong.`default`.orders"))
                .satisfies(
                        e ->
                                assertThat(allMessages(e))
                                        .contains("Catalog 'wrong' can't describe table 'orders'")
                                        .contains("OTSAuthFailed")
                                        .doesNotContain(SECRET));
    }

    @Test
    void aDroppedCatalogIsClosed() throws Exception {
        rows("SHOW TABLES IN ots.`default`");
        assertThat(threads.added()).isNotEmpty();

        sql.executeSql("DROP CATALOG ots");

        Awaitility.await().untilAsserted(() -> assertThat(threads.added()).isEmpty());
    }
}
