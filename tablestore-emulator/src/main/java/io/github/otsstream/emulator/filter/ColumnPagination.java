/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import io.github.otsstream.emulator.storage.Row;

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
        return row.slice(offset, limit);
    }
}
