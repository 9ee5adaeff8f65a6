/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.server;

import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the rows of a benchmark's table hold, besides the key {@code id}. */
public enum RowShape {
    /** Three attributes; 220 bytes as a record of the stream. */
    NARROW(3) {
        @Override
        void fill(RowPutChange put, long number) {
            put.addColumn("amount", ColumnValue.fromLong(number));
            put.addColumn("text", ColumnValue.fromString(TEXT.substring(0, 37)));
            put.addColumn("price", ColumnValue.fromDouble(number));
        }

        @Override
        public Map<String, String> sqlColumns() {
            Map<String, String> columns = new LinkedHashMap<>();
            columns.put("amount", "BIGINT");
            columns.put("text", "STRING");
            columns.put("price", "DOUBLE");
            return columns;
        }
    },

    /** Twenty attributes, of each three one integer, one text and one double. */
    MEDIUM(20),

    /** A hundred of the same. */
    WIDE(100),

    /** One attribute of 4,000 bytes: a page of a thousand has four megabytes. */
    LARGE(1) {
        @Override
        void fill(RowPutChange put, long number) {
            put.addColumn("document", ColumnValue.fromString(TEXT.repeat(80)));
        }

        @Override
        public Map<String, String> sqlColumns() {
            return Map.of("document", "STRING");
        }
    };

    private static final String TEXT = "The quick brown fox jumps over the dog. 0123456789";

    private static final String[] TYPES = {"BIGINT", "STRING", "DOUBLE"};

    private final int attributes;

    RowShape(int attributes) {
        this.attributes = attributes;
    }

    void fill(RowPutChange put, long number) {
        for (int i = 0; i < attributes; i++) {
            put.addColumn(column(i), value(i, number));
        }
    }

    /** The attributes' names and types in SQL. */
    public Map<String, String> sqlColumns() {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < attributes; i++) {
            columns.put(column(i), TYPES[i % TYPES.length]);
        }
        return columns;
    }

    private static ColumnValue value(int index, long number) {
        switch (index % TYPES.length) {
            case 0:
                return ColumnValue.fromLong(number + index);
            case 1:
                return ColumnValue.fromString(TEXT.substring(index % 10, index % 10 + 20));
            default:
                return ColumnValue.fromDouble(number + index);
        }
    }

    private static String column(int index) {
        return String.format("column_%02d", index);
    }
}
