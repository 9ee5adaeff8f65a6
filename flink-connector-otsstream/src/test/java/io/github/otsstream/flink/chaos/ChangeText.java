/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.Column;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A change as text, the same whether it is made of what was written or of the record that was read:
 * all but the sequence and the versions that the service gives. Columns are in order of name.
 */
final class ChangeText {

    static final String DELETED = " deleted";

    private ChangeText() {}

    static String put(Object value) {
        return value instanceof byte[]
                ? "=" + Base64.getEncoder().encodeToString((byte[]) value)
                : "=" + value.getClass().getSimpleName() + ' ' + value;
    }

    static String deletedVersion(long version) {
        return " deleted@" + version;
    }

    static String of(String operation, Map<String, String> columns) {
        return columns.isEmpty() ? operation : operation + ' ' + columns;
    }

    static String of(ChangeRecord record) {
        Map<String, String> columns = new TreeMap<>();
        for (Column column : record.getColumns()) {
            String text;
            switch (column.getOperation()) {
                case PUT:
                    text = put(column.getValue());
                    break;
                case DELETE_ONE_VERSION:
                    text = deletedVersion(column.getVersionMillis());
                    break;
                default:
                    text = DELETED;
            }
            columns.merge(column.getName(), text, String::concat);
        }
        return of(record.getOperation().name(), columns);
    }
}
