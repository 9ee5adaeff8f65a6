/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.Column;
import io.github.otsstream.flink.record.ColumnOperation;
import io.github.otsstream.flink.record.OperationType;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A change as the writer meant it and as a reader saw it, in one form, so that the two can be
 * compared and printed: row, operation, and columns as {@code name=value} or {@code -name} for a
 * deleted one, ordered by that text. Immutable.
 */
final class Change {

    private static final int SHOWN_BYTES = 16;

    private final String key;
    private final OperationType operation;
    private final List<String> columns;

    Change(String key, OperationType operation, Collection<String> columns) {
        this.key = key;
        this.operation = operation;
        this.columns = columns.stream().sorted().collect(Collectors.toUnmodifiableList());
    }

    static Change of(ChangeRecord record) {
        return new Change(
                record.getPrimaryKey().stream()
                        .map(column -> value(column.getValue()))
                        .collect(Collectors.joining(", ")),
                record.getOperation(),
                record.getColumns().stream().map(Change::column).collect(Collectors.toList()));
    }

    private static String column(Column column) {
        return column.getOperation() == ColumnOperation.PUT
                ? put(column.getName(), column.getValue())
                : deleted(column.getName());
    }

    /** A column that was written. */
    static String put(String name, Object value) {
        return name + '=' + value(value);
    }

    /** A column that was deleted. */
    static String deleted(String name) {
        return '-' + name;
    }

    private static String value(Object value) {
        if (!(value instanceof byte[])) {
            return String.valueOf(value);
        }
        byte[] bytes = (byte[]) value;
        StringBuilder hex = new StringBuilder("0x");
        for (int i = 0; i < Math.min(bytes.length, SHOWN_BYTES); i++) {
            hex.append(String.format("%02x", bytes[i]));
        }
        return bytes.length > SHOWN_BYTES
                ? hex + "... (" + bytes.length + " bytes)"
                : hex.toString();
    }

    /** The primary key's values. */
    String key() {
        return key;
    }

    OperationType operation() {
        return operation;
    }

    List<String> columns() {
        return columns;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof Change)) {
            return false;
        }
        Change that = (Change) o;
        return key.equals(that.key) && operation == that.operation && columns.equals(that.columns);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, operation, columns);
    }

    @Override
    public String toString() {
        return operation + " " + key + (columns.isEmpty() ? "" : " " + columns);
    }
}
