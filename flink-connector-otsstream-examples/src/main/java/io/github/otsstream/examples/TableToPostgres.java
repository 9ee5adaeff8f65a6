/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import static io.github.otsstream.examples.ExampleTable.option;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Keeps a table of PostgreSQL as a Tablestore table of orders is. New and changed rows are upserted
 * by their key, and deleted rows are deleted, so what is written again after a failure does no
 * harm. Goes on without end.
 */
public final class TableToPostgres {

    private static final String COLUMNS =
            "order_id STRING, state STRING, amount BIGINT, note STRING, revision BIGINT,"
                    + " PRIMARY KEY (order_id) NOT ENFORCED";

    @Mixin private ExampleTable table;

    @Option(names = "--jdbc-url", required = true, defaultValue = "${env:JDBC_URL}")
    private String jdbcUrl;

    private TableToPostgres() {}

    public static void main(String[] arguments) throws Exception {
        CommandLine.populateCommand(new TableToPostgres(), arguments).run();
    }

    private void run() throws Exception {
        createTarget();
        TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        // Rows are flushed at each checkpoint.
        sql.getConfig().set("execution.checkpointing.interval", "1 s");
        sql.executeSql(
                "CREATE TABLE orders ("
                        + COLUMNS
                        + ") WITH "
                        + table.with(
                                option("changelog-mode", "upsert"),
                                // An UPDATE says only what it changes; the rest is looked up.
                                option("partial-update", "lookup")));
        sql.executeSql(
                "CREATE TABLE copies ("
                        + COLUMNS
                        + ") WITH ('connector' = 'jdbc', 'table-name' = 'orders', "
                        + option("url", jdbcUrl)
                        + ")");
        sql.executeSql("INSERT INTO copies SELECT * FROM orders").await();
    }

    private void createTarget() throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, state TEXT,"
                            + " amount BIGINT, note TEXT, revision BIGINT)");
        }
    }
}
