/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnOperation;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.MultiVersionCell.OpType;
import org.apache.flink.annotation.Internal;

/**
 * The lines that DataX and DataWorks export of a record, counted from 0: one {@code DR} where the
 * record removes or replaces the row, and one for each of its columns. A view; immutable.
 */
@Internal
public final class MultiVersionLines {

    private final ColumnList columns;

    /** How many lines come before the columns'. */
    private final int before;

    public MultiVersionLines(ChangeRecord record) {
        this.columns = record.getColumns();
        this.before = record.getOperation() == OperationType.UPDATE ? 0 : 1;
    }

    public int size() {
        return before + columns.size();
    }

    public OpType opType(int line) {
        if (!hasColumn(line)) {
            return OpType.DR;
        }
        switch (columns.operation(column(line))) {
            case PUT:
                return OpType.U;
            case DELETE_ONE_VERSION:
                return OpType.DO;
            default:
                return OpType.DA;
        }
    }

    /** Whether the line is about a column, rather than the row. */
    public boolean hasColumn(int line) {
        return line >= before;
    }

    /** Whether a version was written or deleted, rather than all of them. */
    public boolean hasVersion(int line) {
        return hasColumn(line)
                && columns.operation(column(line)) != ColumnOperation.DELETE_ALL_VERSIONS;
    }

    /** Whether a value was written. */
    public boolean hasValue(int line) {
        return hasColumn(line) && columns.operation(column(line)) == ColumnOperation.PUT;
    }

    /** The index in {@link #columns} of the column that the line is about. */
    public int column(int line) {
        return line - before;
    }

    public ColumnList columns() {
        return columns;
    }
}
