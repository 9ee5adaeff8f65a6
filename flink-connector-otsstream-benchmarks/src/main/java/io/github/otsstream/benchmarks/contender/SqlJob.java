/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import io.github.otsstream.flink.table.OtsStreamTableFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** A whole SQL job that drops the rows that it reads. */
final class SqlJob implements Contender {

    @Override
    public void start(Task task, Meter meter) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(Jobs.environment(task));
        Map<String, String> declared = new LinkedHashMap<>();
        declared.put("id", "STRING");
        declared.putAll(task.shape.sqlColumns());
        List<String> selected = task.columns == 0 ? List.copyOf(declared.keySet()) : some(task);
        tables.executeSql(create("input", declared, options(task)));
        Map<String, String> output = new LinkedHashMap<>();
        selected.forEach(column -> output.put(column, declared.get(column)));
        tables.executeSql(create("output", output, Map.of("connector", CountingTable.CONNECTOR)));
        JobClient job =
                tables.executeSql(
                                "INSERT INTO output SELECT "
                                        + selected.stream()
                                                .map(SqlJob::quoted)
                                                .collect(Collectors.joining(", "))
                                        + " FROM input")
                        .getJobClient()
                        .orElseThrow();
        Jobs.watch(job);
    }

    /** Evenly spread over the row. */
    private static List<String> some(Task task) {
        List<String> all = new ArrayList<>(task.shape.sqlColumns().keySet());
        List<String> some = new ArrayList<>();
        for (int i = 0; i < task.columns; i++) {
            some.add(all.get((2 * i + 1) * all.size() / (2 * task.columns)));
        }
        return some;
    }

    private static Map<String, String> options(Task task) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector", OtsStreamTableFactory.IDENTIFIER);
        options.put("connection.verify-content-md5", String.valueOf(task.contentMd5));
        options.put("endpoint", task.endpoint);
        options.put("instance-name", Task.INSTANCE);
        options.put("table-name", task.table);
        options.put("access-key-id", Task.ACCESS_KEY_ID);
        options.put("access-key-secret", Task.ACCESS_KEY_SECRET);
        options.put("fetch.records-per-request", String.valueOf(task.recordsPerRequest));
        return options;
    }

    private static String create(
            String name, Map<String, String> columns, Map<String, String> options) {
        return columns.entrySet().stream()
                        .map(column -> quoted(column.getKey()) + ' ' + column.getValue())
                        .collect(Collectors.joining(", ", "CREATE TABLE " + name + " (", ")"))
                + options.entrySet().stream()
                        .map(option -> "'" + option.getKey() + "' = '" + option.getValue() + "'")
                        .collect(Collectors.joining(", ", " WITH (", ")"));
    }

    private static String quoted(String column) {
        return '`' + column + '`';
    }
}
