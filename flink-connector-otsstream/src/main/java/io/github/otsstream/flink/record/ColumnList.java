/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.RandomAccess;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Columns of one record, in the order in which the service gave them, as an immutable list, and
 * with access by index that creates no object. The same name can appear more than once: a write may
 * touch several versions of a column.
 */
@PublicEvolving
public final class ColumnList extends AbstractList<Column> implements RandomAccess {

    private final byte[] buffer;
    private final int[] cells;
    private final int from;
    private final int size;
    private final boolean fields;
    private final RecordLayout layout;

    /**
     * @param fields whether each name is followed by a colon and the type, as in time-series tables
     */
    ColumnList(
            byte[] buffer, int[] cells, int from, int size, boolean fields, RecordLayout layout) {
        this.buffer = buffer;
        this.cells = cells;
        this.from = from;
        this.size = size;
        this.fields = fields;
        this.layout = layout;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Column get(int index) {
        return new Column(buffer, cell(index), fields);
    }

    /** Returns the index of the first column with this name, or -1. */
    public int find(String name) {
        return find(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the index of the first column with this name in UTF-8, or -1. */
    public int find(byte[] utf8Name) {
        for (int i = 0; i < size; i++) {
            if (nameEquals(i, utf8Name)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the first column with this name, or null. */
    @Nullable
    public Column get(String name) {
        int index = find(name);
        return index < 0 ? null : get(index);
    }

    /** Returns the name of the column at an index, from 0 on. */
    public String name(int index) {
        return Cell.name(buffer, cell(index), nameLength(index));
    }

    /** Returns whether the column at an index has this name, without making a string of it. */
    public boolean nameEquals(int index, byte[] utf8) {
        return Cell.nameEquals(buffer, cell(index), nameLength(index), utf8);
    }

    /** See {@link Column#getOperation()}. */
    public ColumnOperation operation(int index) {
        return Cell.operation(buffer, cell(index));
    }

    /** See {@link Column#getType()}. */
    @Nullable
    public ColumnType type(int index) {
        return Cell.type(buffer, cell(index));
    }

    /** See {@link Column#getVersionMillis()}, but returns -1 if there is no version. */
    public long versionMillis(int index) {
        return Cell.version(buffer, cell(index));
    }

    /** See {@link Column#asLong()}. */
    public long asLong(int index) {
        return Cell.longValue(buffer, cell(index));
    }

    /** See {@link Column#asDouble()}. */
    public double asDouble(int index) {
        return Cell.doubleValue(buffer, cell(index));
    }

    /** See {@link Column#asBoolean()}. */
    public boolean asBoolean(int index) {
        return Cell.booleanValue(buffer, cell(index));
    }

    /**
     * Returns the array that all names and values lie in; it is shared with other records and must
     * not be changed.
     */
    @Internal
    public byte[] buffer() {
        return buffer;
    }

    /** Returns where the column's name begins in {@link #buffer()}. */
    @Internal
    public int nameOffset(int index) {
        return Cell.nameOffset(cell(index));
    }

    /** Returns the number of bytes of the column's name. */
    @Internal
    public int nameLength(int index) {
        return fields
                ? Cell.fieldNameLength(buffer, cell(index))
                : Cell.nameLength(buffer, cell(index));
    }

    /**
     * Returns where the column's value begins in {@link #buffer()}: text in UTF-8, numbers in
     * little-endian.
     */
    @Internal
    public int valueOffset(int index) {
        return Cell.valueOffset(buffer, cell(index));
    }

    /** Returns the number of bytes of the column's value. */
    @Internal
    public int valueLength(int index) {
        return Cell.valueLength(buffer, cell(index));
    }

    /**
     * Returns what lists of the same kind, key, columns or origin columns, have in common only if
     * they have the same names in the same order. Those of consecutive records mostly do.
     */
    @Internal
    public Object layout() {
        return layout;
    }

    private int cell(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("Column " + index + " of " + size);
        }
        return cells[from + index];
    }
}
