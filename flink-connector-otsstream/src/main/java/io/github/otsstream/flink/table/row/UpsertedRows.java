/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.LookupContext;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * Makes of each PUT and UPDATE the row as it is after it (UPDATE_AFTER), and of each DELETE the key
 * of the row that is gone. An UPDATE is completed as {@link PartialUpdate} says; where that leaves
 * it open what a wanted column shows, the job fails.
 *
 * <p>An UPDATE that writes all wanted columns is complete by itself. It is taken to write their
 * newest versions then: whoever writes older ones, which don't show, needs origin columns or
 * lookups.
 */
final class UpsertedRows implements RowMaker {

    private final List<String> names;
    private final PartialUpdate partialUpdate;
    private final boolean ignoreDelete;
    private final RowFiller rows;
    private final VisibleCells cells;

    UpsertedRows(RowFormat format, RowFiller rows) {
        this.names = format.columns().getFieldNames();
        this.partialUpdate = format.partialUpdate();
        this.ignoreDelete = format.leavesOutDeletes();
        this.rows = rows;
        this.cells = new VisibleCells(names);
    }

    @Override
    public void make(ChangeRecord record, Context context, Collector<RowData> out)
            throws IOException {
        rows.begin(record, context);
        RowData row;
        switch (record.getOperation()) {
            case PUT:
                cells.startEmpty();
                row = written(record, context);
                break;
            case UPDATE:
                row = updated(record, context);
                break;
            default:
                row = rows.fill(RowKind.DELETE);
        }
        if (row != null) {
            out.collect(row);
        }
    }

    private RowData updated(ChangeRecord record, Context context) throws IOException {
        if (partialUpdate == PartialUpdate.LOOKUP
                && context instanceof LookupContext
                && ((LookupContext) context).hasLookedUp()) {
            return lookedUp(((LookupContext) context).currentRow());
        }
        if (partialUpdate == PartialUpdate.ORIGIN_COLUMNS && record.hasOriginColumns()) {
            cells.startFrom(record.getOriginColumns());
        } else {
            cells.startUntouched();
        }
        return written(record, context);
    }

    /** The row as it is now, which may be the work of later records. */
    private RowData lookedUp(TableRow row) throws IOException {
        if (row != null) {
            return rows.fill(RowKind.UPDATE_AFTER, row);
        }
        return ignoreDelete ? null : rows.fill(RowKind.DELETE);
    }

    private RowData written(ChangeRecord record, Context context) throws IOException {
        cells.apply(record.getColumns());
        if (partialUpdate != PartialUpdate.NULL) {
            for (int i = 0; i < cells.size(); i++) {
                if (cells.isUnknown(i) && !rows.key().contains(i)) {
                    throw incomplete(i, record, context);
                }
            }
        }
        return rows.fill(RowKind.UPDATE_AFTER, cells);
    }

    private IOException incomplete(int column, ChangeRecord record, Context context) {
        if (!cells.isUntouched(column)) {
            return UnknownVersion.failure(names.get(column), record, context);
        }
        String advice;
        switch (partialUpdate) {
            case ORIGIN_COLUMNS:
                advice =
                        "The record carries no origin columns. Set all declared columns as the"
                                + " stream's columns to get with UpdateTable"
                                + " (StreamSpecification.addOriginColumnsToGet), and start after"
                                + " that; or choose 'partial-update' = 'lookup', which reads the"
                                + " row.";
                break;
            case LOOKUP:
                advice = "The row was not looked up, which is an error of the connector.";
                break;
            default:
                advice =
                        "'partial-update' says how such records are completed: 'origin-columns'"
                                + " or 'lookup'.";
        }
        return new IOException(
                "The record does not say what the column '"
                        + names.get(column)
                        + "' is ("
                        + RecordText.placeAndKey(record, context)
                        + "). "
                        + advice);
    }
}
