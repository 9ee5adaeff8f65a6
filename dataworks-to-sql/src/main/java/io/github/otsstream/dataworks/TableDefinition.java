/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A CREATE TABLE that is being put together, with the comments that belong above it. */
final class TableDefinition {

    private final String name;
    private final List<String> comments = new ArrayList<>();
    private final Map<String, String> columns = new LinkedHashMap<>();
    private final Map<String, String> options = new LinkedHashMap<>();

    TableDefinition(String name) {
        this.name = name;
    }

    void comment(String comment) {
        comments.add(comment);
    }

    /**
     * @param type what follows the name: the type, and where the column comes from
     */
    void column(String column, String type) {
        columns.put(column, type);
    }

    void option(String key, String value) {
        options.put(key, value);
    }

    String name() {
        return name;
    }

    List<String> columns() {
        return new ArrayList<>(columns.keySet());
    }

    String print() {
        StringBuilder sql = new StringBuilder();
        comments.forEach(comment -> sql.append(comment(comment, "")));
        sql.append("CREATE TABLE ").append(identifier(name)).append(" (\n");
        List<String> lines = new ArrayList<>();
        columns.forEach((column, type) -> lines.add("    " + identifier(column) + ' ' + type));
        sql.append(String.join(",\n", lines)).append("\n) WITH (\n");
        lines.clear();
        options.forEach((key, value) -> lines.add("    " + literal(key) + " = " + literal(value)));
        return sql.append(String.join(",\n", lines)).append("\n);\n").toString();
    }

    static String identifier(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    /** One line whatever the text is, and without what clients split scripts at. */
    static String comment(String text, String mark) {
        return "-- " + mark + text.replaceAll("\\s+", " ").replace(';', ',') + '\n';
    }
}
