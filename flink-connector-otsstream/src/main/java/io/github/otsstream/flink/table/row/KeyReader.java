/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnType;
import java.util.Arrays;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Reads columns of records' keys as rows would show them, without making rows.
 *
 * <p>Used by one thread, for one record after the other.
 */
@Internal
public final class KeyReader {

    private final KeyColumns key;
    private final Object[] values;

    /**
     * @param columns the columns, by their names and declared types
     */
    public KeyReader(RowType columns) {
        ValueConverter[] converters = new ValueConverter[columns.getFieldCount()];
        Arrays.setAll(converters, i -> ValueConverters.of(columns.getTypeAt(i)));
        key = new KeyColumns(columns, converters);
        values = new Object[converters.length];
    }

    /** Whether values of a key column can become a declared type, as far as their types tell. */
    public static boolean canBecome(ColumnType found, LogicalType declared) {
        ValueConverter converter = ValueConverters.of(declared);
        byte[] none = new byte[0];
        switch (found) {
            case INTEGER:
                return converter.fromInteger(0) != Misfit.TYPE;
            case STRING:
                return converter.fromText(none, 0, 0) != Misfit.TYPE;
            default:
                return converter.fromBinary(none, 0, 0) != Misfit.TYPE;
        }
    }

    /** Takes the key of a record. */
    public void read(ChangeRecord record) {
        key.read(record);
        Arrays.fill(values, null);
        for (int i = 0; i < key.count(); i++) {
            int field = key.field(i);
            Object value = key.value(field);
            values[field] = value instanceof Misfit ? null : value;
        }
    }

    /**
     * Returns the value of one of the columns, as Flink's rows hold it; null if the record's key
     * has no such column, or if its value does not become the declared type.
     */
    @Nullable
    public Object value(int column) {
        return values[column];
    }
}
