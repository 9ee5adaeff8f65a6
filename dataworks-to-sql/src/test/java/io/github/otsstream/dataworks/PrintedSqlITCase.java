/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed of the reference page's script plans, and reads what the job would. */
class PrintedSqlITCase {

    private static final String TABLE = "person";
    private static final Pattern SET = Pattern.compile("SET '(.*)' = '(.*)'");

    private static final DateTimeFormatter DATAWORKS =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneId.of("Asia/Shanghai"));

    @TempDir private Path directory;

    @Test
    void thePagesScriptPlans() throws Exception {
        Call call =
                Call.with(
                        directory,
                        Call.referencePage(),
                        "-DstartTime=20171019161000",
                        "-DendTime=20171019162600",
                        "--endpoint=https://my-instance.cn-hangzhou.ots.aliyuncs.com",
                        "--instance=my-instance",
                        "--key=id=BIGINT");
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

        List<String> statements = call.statements();
        statements.subList(0, statements.size() - 1).forEach(each -> execute(tables, each));

        assertThat(tables.explainSql(statements.get(statements.size() - 1)))
                .contains(
                        "TableSourceScan(table=[[default_catalog, default_database, person_changes");
    }

    @Test
    void thePagesScriptReadsTheWindow() throws Exception {
        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
            createTable(emulator);
            Instant start = emulator.clock().instant();
            write(emulator, 7, "Ada");
            emulator.clock().advance(Duration.ofMinutes(16));
            Instant end = emulator.clock().instant();
            emulator.clock().advance(Duration.ofMinutes(1));
            write(emulator, 8, "too late");
            emulator.clock().advance(Duration.ofMinutes(6));
            Call call =
                    Call.with(
                            directory,
                            Call.referencePage(),
                            "-DstartTime=" + DATAWORKS.format(start),
                            "-DendTime=" + DATAWORKS.format(end),
                            "--endpoint=" + emulator.endpoint(),
                            "--instance=" + emulator.instanceName(),
                            "--key=id=BIGINT");

            TableEnvironment tables =
                    TableEnvironment.create(EnvironmentSettings.inStreamingMode());
            String select = "";
            for (String statement : here(call.statements(), emulator)) {
                execute(tables, statement);
                select = statement.substring(Math.max(0, statement.indexOf("SELECT")));
            }

            // It waits for its end, and leaves it in the status table.
            assertThat(tablesIn(emulator)).contains("TableStoreStreamReaderStatusTable");
            assertThat(rows(tables, select))
                    .satisfiesExactly(
                            row -> assertThat(row).isEqualTo("+I[7, null, null, null, DR, null]"),
                            row -> assertThat(row).matches("\\+I\\[7, name, \\d+, Ada, U, null]"));
        }
    }

    /** With the emulator's keys instead of those of the environment, and without long pauses. */
    private static List<String> here(List<String> statements, TablestoreEmulator emulator) {
        List<String> all = new ArrayList<>();
        for (String statement : statements) {
            all.add(
                    statement
                            .replace(
                                    "'credentials.provider' = 'environment'",
                                    "'access-key-id' = '"
                                            + emulator.accessKeyId()
                                            + "', 'access-key-secret' = '"
                                            + emulator.accessKeySecret()
                                            + "'")
                            .replace("'10 s'", "'200 ms'"));
        }
        return all;
    }

    /** As the SQL client does it: SET is the client's own. */
    private static void execute(TableEnvironment tables, String statement) {
        Matcher set = SET.matcher(statement);
        if (set.matches()) {
            tables.getConfig().set(set.group(1), set.group(2));
        } else {
            tables.executeSql(statement);
        }
    }

    private static List<String> rows(TableEnvironment tables, String query) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<Row> result = tables.executeSql(query).collect()) {
            result.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows;
    }

    private static SyncClientInterface client(TablestoreEmulator emulator) {
        return SyncClients.of(emulator);
    }

    private static void createTable(TablestoreEmulator emulator) {
        SyncClientInterface client = client(emulator);
        TableMeta meta = new TableMeta(TABLE);
        meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
        client.shutdown();
    }

    private static void write(TablestoreEmulator emulator, long id, String name) {
        SyncClientInterface client = client(emulator);
        RowPutChange put =
                new RowPutChange(
                        TABLE,
                        PrimaryKeyBuilder.createPrimaryKeyBuilder()
                                .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(id))
                                .build());
        put.addColumn("name", ColumnValue.fromString(name));
        client.putRow(new PutRowRequest(put));
        client.shutdown();
    }

    private static List<String> tablesIn(TablestoreEmulator emulator) {
        SyncClientInterface client = client(emulator);
        List<String> names = client.listTable().getTableNames();
        client.shutdown();
        return names;
    }
}
