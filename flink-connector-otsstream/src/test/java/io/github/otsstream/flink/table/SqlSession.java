/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * A session of SQL on the test's cluster, whose jobs fail at the first failure. To be made before
 * each test, when Flink knows the cluster.
 */
final class SqlSession {

    private final StreamTableEnvironment tables;

    private SqlSession(Configuration configuration, EnvironmentSettings settings, int parallelism) {
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        tables = StreamTableEnvironment.create(env, settings);
    }

    static SqlSession streaming() {
        return streaming(new Configuration());
    }

    static SqlSession streaming(Configuration configuration) {
        return new SqlSession(configuration, EnvironmentSettings.inStreamingMode(), 2);
    }

    static SqlSession batch() {
        return new SqlSession(new Configuration(), EnvironmentSettings.inBatchMode(), 2);
    }

    StreamTableEnvironment tables() {
        return tables;
    }

    TableResult execute(String statement) {
        return tables.executeSql(statement);
    }

    String explain(String query) {
        return tables.explainSql(query);
    }

    /** All changes that a bounded query makes, as {@code +I[1, a]}. */
    List<String> changes(String query) throws Exception {
        List<String> changes = new ArrayList<>();
        TableResult result = execute(query);
        try (CloseableIterator<Row> rows = result.collect()) {
            rows.forEachRemaining(row -> changes.add(row.toString()));
        }
        return changes;
    }

    /** The first so many changes that a query makes, which is then cancelled. */
    List<String> changes(String query, int count) throws Exception {
        List<String> changes = new ArrayList<>();
        TableResult result = execute(query);
        try (CloseableIterator<Row> rows = result.collect()) {
            while (changes.size() < count && rows.hasNext()) {
                changes.add(rows.next().toString());
            }
        }
        return changes;
    }

    /** Runs a bounded INSERT or STATEMENT SET to its end. */
    void run(String statement) throws Exception {
        execute(statement).await(60, TimeUnit.SECONDS);
    }
}
