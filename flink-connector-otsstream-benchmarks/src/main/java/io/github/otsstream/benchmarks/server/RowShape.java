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
    NARROW {
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

    /** A hundred attributes, of each three one integer, one text and one double. */
    WIDE {
        @Override
        void fill(RowPutChange put, long number) {
            for (int i = 0; i < WIDE_COLUMNS; i++) {
                put.addColumn(wideColumn(i), wideValue(i, number));
            }
        }

        private ColumnValue wideValue(int index, long number) {
            switch (index % 3) {
                case 0:
                    return ColumnValue.fromLong(number + index);
                case 1:
                    return ColumnValue.fromString(TEXT.substring(index % 10, index % 10 + 20));
                default:
                    return ColumnValue.fromDouble(number + index);
            }
        }

        @Override
        public Map<String, String> sqlColumns() {
            Map<String, String> columns = new LinkedHashMap<>();
            String[] types = {"BIGINT", "STRING", "DOUBLE"};
            for (int i = 0; i < WIDE_COLUMNS; i++) {
                columns.put(wideColumn(i), types[i % types.length]);
            }
            return columns;
        }
    },

    /** One attribute of 4,000 bytes: a page of a thousand has four megabytes. */
    LARGE {
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

    private static final int WIDE_COLUMNS = 100;

    private static String wideColumn(int index) {
        return String.format("column_%02d", index);
    }

    abstract void fill(RowPutChange put, long number);

    /** The attributes' names and types in SQL. */
    public abstract Map<String, String> sqlColumns();
}
