/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables whose rows change and go. What a query ends with is held against the rows that the
 * Tablestore table itself has, after random changes and splits.
 */
@Timeout(180)
class ChangelogITCase {

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

    /** The key is neither first nor last, so that no place of it is right by chance. */
    private static final String COLUMNS =
            "item STRING, id BIGINT, price DOUBLE, PRIMARY KEY (id) NOT ENFORCED";

    private static final int KEYS = 30;

    private SqlSession sql;
    private final Random random = new Random(4);
    private TablestoreEmulator emulator;
    private SqlTable orders;

    @BeforeEach
    void start(TablestoreEmulator running) {
        emulator = running;
        sql = SqlSession.streaming();
        StoredRows.clear();
    }

    @AfterEach
    void close() {
        orders.close();
    }

    @ParameterizedTest
    @CsvSource({
        "upsert, origin-columns, 2",
        "upsert, origin-columns, 3",
        "upsert, lookup, 2",
        "all, , 2",
        "all, , 3"
    })
    void aSinkEndsWithTheRowsThatTheTableHas(String mode, String partialUpdate, String parallelism)
            throws Exception {
        orders = new SqlTable(emulator, "orders", "item", "price");
        changeAtRandom(300);
        declare(
                "changelog-mode",
                mode,
                "scan.bounded.mode",
                "latest",
                "scan.parallelism",
                parallelism,
                partialUpdate == null ? "max-retries" : "partial-update",
                partialUpdate == null ? "30" : partialUpdate);
        sql.execute(
                "CREATE TEMPORARY TABLE whole (id BIGINT, item STRING, price DOUBLE,"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'stored')");
        sql.execute(
                "CREATE TEMPORARY TABLE dear (id BIGINT, price DOUBLE,"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'stored')");
        String wholeRows = "INSERT INTO whole SELECT id, item, price FROM orders";
        String dearRows = "INSERT INTO dear SELECT id, price FROM orders WHERE price >= 50";
        if (parallelism.equals("2")) {
            // One scan for both.
            sql.run("EXECUTE STATEMENT SET BEGIN " + wholeRows + "; " + dearRows + "; END");
        } else {
            // In the second scan the key is not where it is declared.
            sql.run(wholeRows);
            sql.run(dearRows);
        }

        Map<String, String> whole = new TreeMap<>();
        Map<String, String> dear = new TreeMap<>();
        orders.rows()
                .forEach(
                        (id, row) -> {
                            Object price = row.get("price");
                            whole.put(
                                    "[" + id + "]",
                                    "+I[" + id + ", " + row.get("item") + ", " + price + "]");
                            if (price != null && (Double) price >= 50) {
                                dear.put("[" + id + "]", "+I[" + id + ", " + price + "]");
                            }
                        });
        assertThat(StoredRows.of("whole")).isEqualTo(whole).isNotEmpty();
        assertThat(StoredRows.of("dear")).isEqualTo(dear).isNotEmpty();
    }

    private void changeAtRandom(int times) {
        for (int i = 0; i < times; i++) {
            long id = random.nextBoolean() ? random.nextInt(KEYS) : random.nextInt(3);
            switch (random.nextInt(8)) {
                case 0:
                    orders.delete(id);
                    break;
                case 1:
                    orders.put(id, "item", "item " + i, "price", random.nextInt(100) / 1.0);
                    break;
                case 2:
                    orders.put(id, "price", random.nextInt(100) / 1.0);
                    break;
                case 3:
                    orders.update(id, "item", null, "price", random.nextInt(100) / 1.0);
                    break;
                case 4:
                    orders.update(id, "item", "item " + i);
                    break;
                default:
                    orders.update(id, "price", random.nextInt(100) / 1.0);
            }
            if (i % 70 == 50) {
                emulator.control().split("orders");
            }
        }
    }

    @Test
    void allChangesComeWithWhatTheyReplace() throws Exception {
        orders = new SqlTable(emulator, "orders", "item", "price");
        orders.put(1, "item", "tea", "price", 2.5);
        orders.update(1, "price", 3.5);
        orders.put(1, "item", "rice");
        orders.delete(1);
        declare("changelog-mode", "all", "scan.bounded.mode", "latest");

        assertThat(sql.changes("SELECT id, item, price FROM orders"))
                .containsExactly(
                        "+I[1, tea, 2.5]",
                        "-U[1, tea, 2.5]",
                        "+U[1, tea, 3.5]",
                        "-U[1, tea, 3.5]",
                        "+U[1, rice, null]",
                        "-D[1, rice, null]");
        assertThat(
                        sql.changes(
                                "SELECT id, item FROM orders"
                                        + " /*+ OPTIONS('ignore-delete' = 'true') */"))
                .last()
                .isEqualTo("+U[1, rice]");
    }

    @Test
    void aggregatesFollowChangesOfRows() throws Exception {
        orders = new SqlTable(emulator, "orders", "item", "price");
        orders.put(1, "item", "tea", "price", 2.0);
        orders.put(2, "item", "tea", "price", 3.0);
        orders.update(1, "item", "rice");
        orders.delete(2);
        declare("changelog-mode", "upsert", "scan.bounded.mode", "latest");

        assertThat(sql.changes("SELECT item, COUNT(*), SUM(price) FROM orders GROUP BY item"))
                .contains("-D[tea, 1, 3.0]")
                .last()
                .isEqualTo("-D[tea, 1, 3.0]");
        assertThat(sql.changes("SELECT COUNT(*) FROM orders")).last().isEqualTo("+U[1]");
        assertThat(
                        sql.changes(
                                "SELECT COUNT(*) FROM orders"
                                        + " /*+ OPTIONS('changelog-mode' = 'all') */"))
                .last()
                .isEqualTo("+U[1]");
    }

    @Test
    void whatARecordDoesNotSayIsNullWhereThatIsChosen() throws Exception {
        orders = new SqlTable(emulator, "orders");
        orders.put(1, "item", "tea", "price", 2.5);
        orders.update(1, "price", 3.5);
        declare(
                "changelog-mode",
                "upsert",
                "partial-update",
                "NULL",
                "scan.bounded.mode",
                "latest");

        assertThat(sql.changes("SELECT id, item, price FROM orders"))
                .containsExactly("+I[1, tea, 2.5]", "-U[1, tea, 2.5]", "+U[1, null, 3.5]");
    }

    @Test
    void aRecordThatDoesNotSayAllFailsWhereThatIsChosen() throws Exception {
        orders = new SqlTable(emulator, "orders");
        orders.put(1, "item", "tea", "price", 2.5);
        orders.update(1, "price", 3.5);
        declare(
                "changelog-mode",
                "upsert",
                "partial-update",
                "fail",
                "scan.bounded.mode",
                "latest");

        assertThatThrownBy(() -> sql.changes("SELECT * FROM orders"))
                .hasStackTraceContaining("The record does not say what the column 'item' is");
        assertThat(sql.changes("SELECT id, price FROM orders")).last().isEqualTo("+U[1, 3.5]");
    }

    /** And what the error says to do is what helps. */
    @Test
    void missingOriginColumnsAreAnErrorAtTheStart() throws Exception {
        orders = new SqlTable(emulator, "orders", "item");
        declare("changelog-mode", "upsert", "scan.bounded.mode", "latest");

        assertThatThrownBy(() -> sql.changes("SELECT * FROM orders"))
                .hasStackTraceContaining("don't say what 'price' was before a change")
                .hasStackTraceContaining("only the origin columns 'item'")
                .hasStackTraceContaining("new UpdateTableRequest(\"orders\")")
                .hasStackTraceContaining(
                        "addOriginColumnsToGet(new String[] {\"item\", \"price\"})")
                .hasStackTraceContaining("'partial-update' = 'lookup'");
        assertThatThrownBy(
                        () ->
                                sql.changes(
                                        "SELECT id FROM orders"
                                                + " /*+ OPTIONS('changelog-mode' = 'all') */"))
                .hasStackTraceContaining("no rows for 'changelog-mode' = 'all'");
        // A query that does not read the column does not need it.
        assertThat(sql.changes("SELECT id, item FROM orders")).isEmpty();

        UpdateTableRequest request = new UpdateTableRequest("orders");
        request.setStreamSpecification(new StreamSpecification(false));
        orders.client().updateTable(request);
        StreamSpecification specification = new StreamSpecification(true, 24);
        specification.addOriginColumnsToGet(new String[] {"item", "price"});
        request.setStreamSpecification(specification);
        orders.client().updateTable(request);
        orders.put(1, "item", "tea", "price", 2.5);
        orders.update(1, "price", 3.5);

        assertThat(sql.changes("SELECT id, item, price FROM orders"))
                .last()
                .isEqualTo("+U[1, tea, 3.5]");
    }

    @Test
    void anotherKeyThanTheTablesIsAnErrorAtTheStart() {
        orders = new SqlTable(emulator, "orders", "item");
        sql.execute(
                orders.ddl(
                        "item STRING, id BIGINT, PRIMARY KEY (id, item) NOT ENFORCED",
                        "changelog-mode",
                        "upsert"));

        assertThatThrownBy(() -> sql.changes("SELECT * FROM orders"))
                .hasStackTraceContaining("PRIMARY KEY (id, item) is declared of table 'orders'")
                .hasStackTraceContaining("its primary key is (id INTEGER)");
    }

    private void declare(String... options) {
        sql.execute(orders.ddl(COLUMNS, options));
    }
}
