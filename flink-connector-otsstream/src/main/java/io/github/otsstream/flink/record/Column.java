/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One column of a record: a primary key column, an attribute column that was written or deleted, or
 * an attribute column as it was before. An immutable view over the record's bytes: a value becomes
 * an object only when it is asked for.
 */
@PublicEvolving
public final class Column {

    private final byte[] buffer;
    private final int cell;
    private final boolean field;

    /**
     * @param field whether the name is followed by a colon and the type, as in time-series tables
     */
    Column(byte[] buffer, int cell, boolean field) {
        this.buffer = buffer;
        this.cell = cell;
        this.field = field;
    }

    /** Returns the name; in a time-series table the field's. */
    public String getName() {
        return field
                ? Cell.name(buffer, cell, Cell.fieldNameLength(buffer, cell))
                : Cell.name(buffer, cell);
    }

    /**
     * Returns what was done to the column; always {@code PUT} for primary key columns and columns
     * as they were before.
     */
    public ColumnOperation getOperation() {
        return Cell.operation(buffer, cell);
    }

    /** Returns the type of the value, or null if the column was deleted. */
    @Nullable
    public ColumnType getType() {
        return Cell.type(buffer, cell);
    }

    /**
     * Returns whether there is a version: not for primary key columns, nor where all versions were
     * deleted.
     */
    public boolean hasVersion() {
        return Cell.version(buffer, cell) != Cell.NO_VERSION;
    }

    /**
     * Returns the version that was written or deleted: usually the time of the write in
     * milliseconds since 1970-01-01T00:00:00Z, but the writer is free to give any number.
     *
     * @throws IllegalStateException if there is none
     */
    public long getVersionMillis() {
        long version = Cell.version(buffer, cell);
        if (version == Cell.NO_VERSION) {
            throw new IllegalStateException("The column '" + getName() + "' has no version here.");
        }
        return version;
    }

    /**
     * Returns the value.
     *
     * @throws IllegalStateException if the type is not INTEGER
     */
    public long asLong() {
        return Cell.longValue(buffer, cell);
    }

    /**
     * Returns the value.
     *
     * @throws IllegalStateException if the type is not DOUBLE
     */
    public double asDouble() {
        return Cell.doubleValue(buffer, cell);
    }

    /**
     * Returns the value.
     *
     * @throws IllegalStateException if the type is not BOOLEAN
     */
    public boolean asBoolean() {
        return Cell.booleanValue(buffer, cell);
    }

    /**
     * Returns the value; bytes that are not UTF-8 become replacement characters.
     *
     * @throws IllegalStateException if the type is not STRING
     */
    public String asString() {
        return Cell.stringValue(buffer, cell);
    }

    /**
     * Returns a copy of the text's bytes, as they were written.
     *
     * @throws IllegalStateException if the type is not STRING
     */
    public byte[] asUtf8() {
        return Cell.utf8Value(buffer, cell);
    }

    /**
     * Returns a copy of the value.
     *
     * @throws IllegalStateException if the type is not BINARY
     */
    public byte[] asBytes() {
        return Cell.binaryValue(buffer, cell);
    }

    /**
     * Returns the value as {@code Long}, {@code Double}, {@code Boolean}, {@code String} or {@code
     * byte[]}, by its type, or null if the column was deleted.
     */
    @Nullable
    public Object getValue() {
        return Cell.value(buffer, cell);
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof Column)) {
            return false;
        }
        Column other = (Column) o;
        return Cell.equal(buffer, cell, other.buffer, other.cell);
    }

    @Override
    public int hashCode() {
        return Cell.hash(buffer, cell);
    }

    /** Shows the name, and what was done to it, but not the value. */
    @Override
    public String toString() {
        return getName() + ':' + (getType() == null ? getOperation() : getType());
    }
}
