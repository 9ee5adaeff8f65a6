/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every SQL snippet of the documentation is one that Flink plans: in a session for each page, in
 * which the snippets follow on each other, on an emulator in place of {@code my-instance}.
 */
class SqlSnippetsITCase {

    private static final Pattern COMMENT = Pattern.compile("(?m)--.*$");
    private static final Pattern SET = Pattern.compile("SET '(.*)' = '(.*)'");
    private static final Pattern TABLE = Pattern.compile("(?s)CREATE (TEMPORARY )?TABLE (\\S+) .*");
    private static final Pattern WITH = Pattern.compile("(?s)WITH \\((?=.*'otsstream')");
    private static final Pattern KEY =
            Pattern.compile(
                    "'(access-?key(-secret)?|accessId|accessKey|access-key-id)' = '[^']*',?\\s*");

    private static TablestoreEmulator emulator;

    @BeforeAll
    static void createTable() {
        emulator = TablestoreEmulator.builder().start();
        SyncClientInterface client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta("orders");
        meta.addPrimaryKeyColumn("order_id", PrimaryKeyType.STRING);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
        client.shutdown();
    }

    @AfterAll
    static void closeEmulator() {
        emulator.close();
    }

    static Stream<Page> pages() throws IOException {
        return Page.all().stream().filter(page -> !page.code("sql").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void snippetsArePlanned(Page page) {
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        // As the quickstart declares it.
        run(
                tables,
                "CREATE TABLE orders (order_id STRING, state STRING, amount INT,"
                        + " changed_at TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp')"
                        + " WITH ('connector' = 'otsstream', 'table-name' = 'orders')");
        List<String> statements = new ArrayList<>();
        for (String snippet : page.code("sql")) {
            for (String statement : COMMENT.matcher(snippet).replaceAll("").split(";")) {
                if (!statement.isBlank()) {
                    statements.add(statement.strip());
                }
            }
        }

        assertThat(statements).isNotEmpty().allSatisfy(statement -> run(tables, statement));
    }

    private static void run(TableEnvironment tables, String statement) {
        Matcher set = SET.matcher(statement);
        if (set.matches()) {
            tables.getConfig().set(set.group(1), set.group(2));
        } else if (statement.startsWith("SELECT") || statement.startsWith("INSERT")) {
            tables.explainSql(statement);
        } else {
            Matcher table = TABLE.matcher(statement);
            if (table.matches()) {
                String temporary = table.group(1) == null ? "" : table.group(1);
                tables.executeSql("DROP " + temporary + "TABLE IF EXISTS " + table.group(2));
            }
            tables.executeSql(here(statement));
            if (table.matches()) {
                // Its options are looked at only now.
                tables.explainSql("SELECT * FROM " + table.group(2));
            }
        }
    }

    /** With the emulator's address and keys. */
    private static String here(String statement) {
        String keys =
                "'access-key-id' = '"
                        + emulator.accessKeyId()
                        + "', 'access-key-secret' = '"
                        + emulator.accessKeySecret()
                        + "'";
        if (statement.contains(" LIKE ")) {
            return KEY.matcher(statement).replaceAll("").replace("WITH ()", "WITH (" + keys + ")");
        }
        String address =
                "'endpoint' = '"
                        + emulator.endpoint()
                        + "', 'instance-name' = '"
                        + emulator.instanceName()
                        + "', ";
        return WITH.matcher(
                        KEY.matcher(statement)
                                .replaceAll("")
                                .replaceAll("'(endpoint|endPoint)' = '[^']*',?\\s*", "")
                                .replaceAll("'(instance-name|instanceName)' = '[^']*'(,?)\\s*", ""))
                .replaceFirst(Matcher.quoteReplacement("WITH (" + address + keys + ", "))
                .replaceAll(",\\s*\\)", ")");
    }
}
