/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * Makes of each record what the row was before it, from its origin columns, and what it is after
 * it. Written rows are INSERT where there was none, else UPDATE_BEFORE and UPDATE_AFTER, also for a
 * PUT; deleted ones are DELETE, and nothing where there was none.
 *
 * <p>A record's origin says whether the row existed only by the columns that it carries: one that
 * existed without any of them looks like one that did not exist. (The service says nowhere that the
 * two differ, and the key that the origin can carry is not promised to.) So to this changelog a row
 * exists as long as it has one of the declared columns besides its key, which all are among the
 * origin columns. Every row that is retracted has been inserted before, then, whatever the scan
 * wants of it. A record that leaves a row with none of them would take it out of the table in
 * silence, so it is dirty; where that is tolerated, the row is taken out.
 *
 * <p>A row that can't be converted, where that is tolerated, is none: it is left out before and
 * after, so that nothing is retracted that was not there.
 *
 * <p>The metadata of both rows are the record's.
 */
final class ChangelogRows implements RowMaker {

    /** The wanted columns, and behind them those declared ones that only tell that a row exists. */
    private final List<String> names;

    private final int wanted;
    private final RowFiller rows;
    private final DirtyRecords dirty;
    private final VisibleCells before;
    private final VisibleCells after;

    ChangelogRows(RowFormat format, RowFiller rows, DirtyRecords dirty) {
        this.names = new ArrayList<>(format.columns().getFieldNames());
        this.wanted = names.size();
        for (String declared : format.declaredColumns()) {
            if (!names.contains(declared)) {
                names.add(declared);
            }
        }
        this.rows = rows;
        this.dirty = dirty;
        this.before = new VisibleCells(names);
        this.after = new VisibleCells(names);
    }

    @Override
    public void make(ChangeRecord record, Context context, Collector<RowData> out)
            throws IOException {
        if (!record.hasOriginColumns()) {
            throw new IOException(
                    "The record does not say what the row was before, for it carries no origin"
                            + " columns ("
                            + RecordText.placeAndKey(record, context)
                            + "). 'changelog-mode' = 'all' needs them: set all declared columns as"
                            + " the stream's columns to get with UpdateTable"
                            + " (StreamSpecification.addOriginColumnsToGet), and start after that;"
                            + " or choose 'changelog-mode' = 'upsert'.");
        }
        rows.begin(record, context);
        before.startFrom(record.getOriginColumns());
        GenericRowData old = exists(before) ? rows.fill(RowKind.DELETE, before) : null;
        emit(old, afterwards(record, context), out);
    }

    @Nullable
    private GenericRowData afterwards(ChangeRecord record, Context context) throws IOException {
        if (record.getOperation() == OperationType.DELETE) {
            return null;
        }
        if (record.getOperation() == OperationType.PUT) {
            after.startEmpty();
        } else {
            after.startFrom(record.getOriginColumns());
        }
        after.apply(record.getColumns());
        boolean exists = exists(after);
        for (int i = 0; i < (exists ? wanted : names.size()); i++) {
            if (after.isUnknown(i)) {
                throw UnknownVersion.failure(names.get(i), record, context);
            }
        }
        if (!exists) {
            dirty.leaveOut(
                    "The record leaves the row with none of the declared columns, and later records"
                            + " won't tell it from a row that does not exist; 'changelog-mode' ="
                            + " 'all' needs one declared column that every row has");
            return null;
        }
        return rows.fill(RowKind.INSERT, after);
    }

    private boolean exists(VisibleCells cells) {
        for (int i = 0; i < cells.size(); i++) {
            if (cells.isKnownValue(i)) {
                return true;
            }
        }
        return false;
    }

    private static void emit(
            @Nullable GenericRowData old, @Nullable GenericRowData row, Collector<RowData> out) {
        if (old != null && row != null) {
            old.setRowKind(RowKind.UPDATE_BEFORE);
            row.setRowKind(RowKind.UPDATE_AFTER);
        }
        if (old != null) {
            out.collect(old);
        }
        if (row != null) {
            out.collect(row);
        }
    }
}
