/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import com.alicloud.openservices.tablestore.model.ColumnValue;
import io.github.otsstream.emulator.storage.Row;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Keeps {@code limit} attribute columns of each row, after skipping {@code offset} of them. */
final class ColumnPagination implements ReadFilter {

    private final int offset;
    private final int limit;

    ColumnPagination(int offset, int limit) {
        this.offset = offset;
        this.limit = limit;
    }

    @Override
    public Row apply(Row row) {
        NavigableMap<String, NavigableMap<Long, ColumnValue>> page = new TreeMap<>();
        int index = 0;
        for (Map.Entry<String, NavigableMap<Long, ColumnValue>> column : row.columns().entrySet()) {
            if (index >= offset && page.size() < limit) {
                page.put(column.getKey(), column.getValue());
            }
            index++;
        }
        return row.withColumns(page);
    }
}
