/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Plans queries over one table without a service and without running anything. */
final class Planning {

    /** Columns that fit the table, whatever it is. */
    static final String COLUMNS = "id BIGINT, note STRING";

    private final TableEnvironment tables =
            TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    private Planning() {}

    /**
     * A session with a table {@code t}.
     *
     * @param columns what stands in the parentheses
     * @param options a key and a value in turns, in addition to what is required; null takes one
     *     away
     */
    static Planning of(String columns, String... options) {
        Planning planning = new Planning();
        planning.declare("t", columns, options);
        return planning;
    }

    void declare(String name, String columns, String... options) {
        tables.executeSql(SqlTable.ddl(name, columns, options(options)));
    }

    static Map<String, String> options(String... options) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("connector", "otsstream");
        all.put("endpoint", "https://shop.cn-hangzhou.ots.aliyuncs.com");
        all.put("instance-name", "shop");
        all.put("table-name", "orders");
        for (int i = 0; i < options.length; i += 2) {
            if (options[i + 1] == null) {
                all.remove(options[i]);
            } else {
                all.put(options[i], options[i + 1]);
            }
        }
        return all;
    }

    TableEnvironment tables() {
        return tables;
    }

    /** Plans to read the whole table. */
    String explain() {
        return explain("SELECT * FROM t");
    }

    String explain(String query) {
        return tables.explainSql(query);
    }

    /** The plan as it is run. */
    String optimized(String query) {
        String plan = explain(query);
        return plan.substring(plan.indexOf("== Optimized Execution Plan =="));
    }

    /** The line of that plan that reads the table. */
    String scan(String query) {
        return optimized(query)
                .lines()
                .filter(line -> line.contains("TableSourceScan("))
                .findFirst()
                .orElseThrow();
    }

    /** The messages of an error and of all its causes. */
    static String messages(Throwable error) {
        StringBuilder messages = new StringBuilder();
        Set<Throwable> seen = new HashSet<>();
        for (Throwable t = error; t != null && seen.add(t); t = t.getCause()) {
            messages.append(t.getMessage()).append('\n');
        }
        return messages.toString();
    }
}
