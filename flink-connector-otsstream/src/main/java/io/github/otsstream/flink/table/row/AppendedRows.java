/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * Makes one inserted row of each record, which shows what the record writes: a column's newest
 * version, and null where the record does not write the column, or deletes what it shows. A DELETE
 * has nothing but its key.
 */
final class AppendedRows implements RowMaker {

    private final RowFiller rows;
    private final VisibleCells cells;

    AppendedRows(RowFormat format, RowFiller rows) {
        this.rows = rows;
        this.cells = new VisibleCells(format.columns().getFieldNames());
    }

    @Override
    public void make(ChangeRecord record, Context context, Collector<RowData> out)
            throws IOException {
        cells.startEmpty();
        cells.apply(record.getColumns());
        rows.begin(record, context);
        RowData row = rows.fill(RowKind.INSERT, cells);
        if (row != null) {
            out.collect(row);
        }
    }
}
