/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.RowKind;

/**
 * Fills the rows of a scan: the key from the record, the other columns from where it is told to
 * take them, and metadata behind them. Only what is asked for is made.
 *
 * <p>Used by one thread, for one record after the other.
 */
final class RowFiller {

    private final String[] names;
    private final LogicalType[] types;
    private final ValueConverter[] converters;
    private final boolean[] required;
    private final boolean anyRequired;
    private final KeyColumns key;
    private final RecordMetadata metadata;
    private final DirtyRecords dirty;

    private GenericRowData row;
    private boolean leftOut;

    RowFiller(RowFormat format, DirtyRecords dirty) {
        this.names = format.columns().getFieldNames().toArray(new String[0]);
        this.types = format.columns().getChildren().toArray(new LogicalType[0]);
        this.converters = new ValueConverter[names.length];
        this.required = new boolean[names.length];
        boolean any = false;
        for (int i = 0; i < names.length; i++) {
            converters[i] = ValueConverters.of(types[i]);
            required[i] = !types[i].isNullable() || format.primaryKey().contains(names[i]);
            any |= required[i];
        }
        this.anyRequired = any;
        this.key = new KeyColumns(format, converters);
        this.metadata = new RecordMetadata(format.metadata());
        this.dirty = dirty;
    }

    /** Tells which record the next rows are made of. */
    void begin(ChangeRecord record, Context context) {
        dirty.begin(record, context);
        key.read(record);
        metadata.read(record, context);
    }

    /** The columns that are part of the key of the record. */
    KeyColumns key() {
        return key;
    }

    /**
     * Makes a row of the record's key alone.
     *
     * @return null if it is to be left out
     * @throws IOException if the record is dirty and not tolerated
     */
    @Nullable
    GenericRowData fill(RowKind kind) throws IOException {
        start(kind);
        return finish();
    }

    /** Makes a row of what the cells show; what they don't know is null. */
    @Nullable
    GenericRowData fill(RowKind kind, VisibleCells cells) throws IOException {
        start(kind);
        for (int i = 0; i < names.length; i++) {
            if (cells.isKnownValue(i)) {
                ColumnList list = cells.list(i);
                int index = cells.index(i);
                Object value = converters[i].fromColumn(list, index);
                if (value instanceof Misfit) {
                    Object found = list.type(index);
                    misfit(
                            i,
                            (Misfit) value,
                            cells.isOrigin(i) ? found + " before the record" : found,
                            !required[i]);
                } else {
                    row.setField(i, value);
                }
            }
        }
        return finish();
    }

    /** Makes a row of what was read from the table. */
    @Nullable
    GenericRowData fill(RowKind kind, TableRow tableRow) throws IOException {
        start(kind);
        for (int i = 0; i < names.length; i++) {
            Object found = tableRow.get(names[i]);
            if (found != null) {
                set(i, converters[i].fromObject(found), ValueConverter.typeOf(found));
            }
        }
        return finish();
    }

    /** Begins a row with the record's key, to be filled by {@link #set} and {@link #finish}. */
    void start(RowKind kind) throws IOException {
        row = new GenericRowData(kind, names.length + metadata.size());
        leftOut = false;
        for (int i = 0; i < key.count(); i++) {
            int field = key.field(i);
            Object value = key.value(field);
            if (value instanceof Misfit) {
                misfit(field, (Misfit) value, key.found(field), false);
            } else {
                row.setField(field, value);
            }
        }
    }

    /**
     * @param value the converted value, or a {@link Misfit}
     * @param found what it was before
     */
    void set(int field, Object value, ColumnType found) throws IOException {
        if (value instanceof Misfit) {
            misfit(field, (Misfit) value, found, !required[field]);
        } else {
            row.setField(field, value);
        }
    }

    private void misfit(int field, Misfit misfit, Object found, boolean nullable)
            throws IOException {
        if (!dirty.nullFor(names[field], found, types[field], misfit, nullable)) {
            leftOut = true;
        }
    }

    /** Returns the row, or null if it is to be left out. */
    @Nullable
    GenericRowData finish() throws IOException {
        if (anyRequired && !leftOut) {
            checkRequired();
        }
        if (leftOut) {
            return null;
        }
        for (int i = 0; i < metadata.size(); i++) {
            row.setField(names.length + i, metadata.value(i));
        }
        return row;
    }

    private void checkRequired() throws IOException {
        for (int i = 0; i < names.length && !leftOut; i++) {
            if (required[i] && row.isNullAt(i)) {
                leftOut = true;
                dirty.missing(names[i], types[i]);
            }
        }
    }
}
