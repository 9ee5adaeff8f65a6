/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar for SQL alone, in processes that hold nothing but it and Flink's jars, as its users have
 * it: in Flink's lib folder under the SQL client and under the SQL gateway, and added by a
 * statement.
 */
@Timeout(180)
class SqlJarITCase {

    private static final Path JAR = Path.of(System.getProperty("sql.jar"));
    private static final String CLIENT = "org.apache.flink.table.client.SqlClient";
    private static final String GATEWAY = "org.apache.flink.table.gateway.SqlGateway";
    private static final Pattern BOUND = Pattern.compile("Rest endpoint listening at (\\S+:\\d+)");
    private static final long SECONDS = 120;

    private static final String SELECT =
            "SELECT order_id, amount, JSON_VALUE(note, '$.wrap') AS wrap, op FROM orders";
    private static final List<List<String>> ROWS =
            List.of(
                    List.of("a", "250", "paper", "PUT"),
                    List.of("b", "99", "none", "PUT"),
                    List.of("a", "300", "", "UPDATE"),
                    List.of("b", "", "", "DELETE"));

    @RegisterExtension
    static final TablestoreEmulatorExtension EMULATOR = TablestoreEmulatorExtension.create();

    @TempDir private Path directory;

    @BeforeAll
    static void writeOrders() {
        TablestoreEmulator emulator = EMULATOR.emulator();
        SyncClientInterface client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta("orders");
        meta.addPrimaryKeyColumn(new PrimaryKeySchema("order_id", PrimaryKeyType.STRING));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
        put(client, "a", 250, "{\"wrap\":\"paper\"}");
        put(client, "b", 99, "{\"wrap\":\"none\"}");
        RowUpdateChange update = new RowUpdateChange("orders", key("a"));
        update.put("amount", ColumnValue.fromLong(300));
        client.updateRow(new UpdateRowRequest(update));
        client.deleteRow(new DeleteRowRequest(new RowDeleteChange("orders", key("b"))));
        client.shutdown();
    }

    private static void put(SyncClientInterface client, String order, long amount, String note) {
        RowPutChange change = new RowPutChange("orders", key(order));
        change.addColumn("amount", ColumnValue.fromLong(amount));
        change.addColumn("note", ColumnValue.fromString(note));
        client.putRow(new PutRowRequest(change));
    }

    private static PrimaryKey key(String order) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("order_id", PrimaryKeyValue.fromString(order))
                .build();
    }

    private static String createTable() {
        TablestoreEmulator emulator = EMULATOR.emulator();
        return String.join(
                "\n",
                "CREATE TABLE orders (",
                "  order_id STRING, amount BIGINT, note STRING,",
                "  op STRING METADATA FROM 'op-type'",
                ") WITH (",
                "  'connector' = 'otsstream',",
                "  'endpoint' = '" + emulator.endpoint() + "',",
                "  'instance-name' = '" + emulator.instanceName() + "',",
                "  'table-name' = 'orders',",
                "  'credentials.provider' = 'environment',",
                "  'scan.bounded.mode' = 'latest'",
                ")");
    }

    private FlinkProcess start(List<Path> lib, String mainClass, String... arguments)
            throws IOException {
        return FlinkProcess.start(EMULATOR.emulator(), directory, lib, mainClass, arguments);
    }

    private FlinkProcess startScript(List<Path> lib, String... statements) throws IOException {
        Path script = directory.resolve("script.sql");
        Files.writeString(
                script,
                "SET 'sql-client.execution.result-mode' = 'tableau';\n"
                        + String.join(";\n", statements)
                        + ";\n");
        return start(lib, CLIENT, "-f", script.toString());
    }

    /** The fields of the rows in a table that the SQL client has printed. */
    private static List<List<String>> rows(String output) {
        return output.lines()
                .filter(line -> line.startsWith("| +I |"))
                .map(line -> line.substring("| +I |".length()).split("\\|"))
                .map(
                        fields ->
                                Arrays.stream(fields)
                                        .map(String::strip)
                                        .map(field -> field.equals("<NULL>") ? "" : field)
                                        .collect(Collectors.toList()))
                .collect(Collectors.toList());
    }

    @Test
    void worksInTheLibFolderAndLogsThroughFlinkOnlyWhatHoldsNoSecret() throws Exception {
        TablestoreEmulator emulator = EMULATOR.emulator();
        try (FlinkProcess client = startScript(List.of(JAR), createTable(), SELECT)) {
            int exitCode = client.await(SECONDS);

            assertThat(rows(client.output())).as(client.output()).isEqualTo(ROWS);
            assertThat(exitCode).isZero();
            assertThat(client.log())
                    .contains("DEBUG", " io.github.otsstream.flink.")
                    .doesNotContain(
                            "io.github.otsstream.shaded",
                            "x-ots-",
                            emulator.accessKeyId(),
                            emulator.accessKeySecret());
        }
    }

    @Test
    void worksWhenItIsAddedByAStatement() throws Exception {
        try (FlinkProcess client =
                startScript(List.of(), "ADD JAR '" + JAR + "'", createTable(), SELECT)) {
            int exitCode = client.await(SECONDS);

            assertThat(rows(client.output())).as(client.output()).isEqualTo(ROWS);
            assertThat(exitCode).isZero();
        }
    }

    @Test
    void worksUnderTheSqlGateway() throws Exception {
        try (FlinkProcess gateway =
                start(
                        List.of(JAR),
                        GATEWAY,
                        "-Dsql-gateway.endpoint.rest.address=localhost",
                        "-Dsql-gateway.endpoint.rest.bind-port=0")) {
            GatewaySession session = new GatewaySession(address(gateway));
            await().atMost(Duration.ofSeconds(SECONDS))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .failFast("The gateway has ended", () -> !gateway.isAlive())
                    .untilAsserted(session::open);

            session.execute(createTable());

            assertThat(session.execute("SHOW TABLES")).containsExactly(List.of("orders"));
            assertThat(session.execute(SELECT)).as(gateway.output()).isEqualTo(ROWS);
        }
    }

    private static URI address(FlinkProcess gateway) {
        Matcher bound =
                await().atMost(Duration.ofSeconds(SECONDS))
                        .failFast("The gateway has ended", () -> !gateway.isAlive())
                        .until(() -> BOUND.matcher(gateway.log()), Matcher::find);
        return URI.create("http://" + bound.group(1));
    }
}
