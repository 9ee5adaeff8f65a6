/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.record.OperationType;
import java.util.Arrays;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One line of DataX's multi-version layout: what a change did to one version of one column, or that
 * it removed the row. See {@link MultiVersionCellSchema}.
 *
 * <table>
 * <caption>What is null</caption>
 * <tr><th>opType</th><th>columnName</th><th>version</th><th>columnValue, columnType</th></tr>
 * <tr><td>U</td><td>set</td><td>set</td><td>set</td></tr>
 * <tr><td>DO</td><td>set</td><td>set</td><td>null</td></tr>
 * <tr><td>DA</td><td>set</td><td>null</td><td>null</td></tr>
 * <tr><td>DR</td><td>null</td><td>null</td><td>null</td></tr>
 * </table>
 *
 * <p>The other properties are never null in what the schema makes. A POJO to Flink, and so
 * serialized without Kryo. Equal cells have equal hash codes in every process. Not thread-safe.
 */
@PublicEvolving
public final class MultiVersionCell {

    /** What was done, by the names that DataX gives it. */
    @PublicEvolving
    public enum OpType {
        /** A version of a column was written. */
        U,
        /** One version of a column was deleted. */
        DO,
        /** All versions of a column were deleted. */
        DA,
        /**
         * The row was removed, with all its columns: deleted, or about to be replaced by the cells
         * that follow. {@link MultiVersionCell#getOperation()} tells which.
         */
        DR
    }

    private String[] primaryKey;
    @Nullable private String columnName;
    @Nullable private Long version;
    @Nullable private String columnValue;
    @Nullable private ColumnType columnType;
    private OpType opType;
    private OperationType operation;
    private String sequenceInfo;

    /** For Flink; all properties are null. */
    public MultiVersionCell() {}

    /** Returns the primary key's values as text, in the table's order; binary ones in Base64. */
    public String[] getPrimaryKey() {
        return primaryKey;
    }

    /** Sets the primary key's values as text, for serializers. */
    public void setPrimaryKey(String[] primaryKey) {
        this.primaryKey = primaryKey;
    }

    /** Returns the column's name; null where the row was removed. */
    @Nullable
    public String getColumnName() {
        return columnName;
    }

    /** Sets the column's name, for serializers. */
    public void setColumnName(@Nullable String columnName) {
        this.columnName = columnName;
    }

    /**
     * Returns the version that was written or deleted: usually milliseconds since
     * 1970-01-01T00:00:00Z, but the writer is free to give any number.
     */
    @Nullable
    public Long getVersion() {
        return version;
    }

    /** Sets the version, for serializers. */
    public void setVersion(@Nullable Long version) {
        this.version = version;
    }

    /**
     * Returns the value as text: doubles without an exponent, booleans as {@code true} and {@code
     * false}, binary values in Base64. {@link #getColumnType()} tells what it was.
     */
    @Nullable
    public String getColumnValue() {
        return columnValue;
    }

    /** Sets the value as text, for serializers. */
    public void setColumnValue(@Nullable String columnValue) {
        this.columnValue = columnValue;
    }

    /** Returns the type that the value had; null where none was written. */
    @Nullable
    public ColumnType getColumnType() {
        return columnType;
    }

    /** Sets the value's type, for serializers. */
    public void setColumnType(@Nullable ColumnType columnType) {
        this.columnType = columnType;
    }

    /** Returns what happened to the cell, never null. */
    public OpType getOpType() {
        return opType;
    }

    /** Sets what happened to the cell, for serializers. */
    public void setOpType(OpType opType) {
        this.opType = opType;
    }

    /**
     * Returns what the change did to the row. With {@code PUT} a {@code DR} is not the end of the
     * row, but the begin of another one.
     */
    public OperationType getOperation() {
        return operation;
    }

    /** Sets what the change did to the row, for serializers. */
    public void setOperation(OperationType operation) {
        this.operation = operation;
    }

    /**
     * Returns {@code <epoch>_<microseconds>_<row index>_<shard>:<cell>}, the numbers padded with
     * zeros to 10, 20, 10 and 10 digits, the cells of a change counted from 0. Compared as texts,
     * those of one shard are in its order.
     */
    public String getSequenceInfo() {
        return sequenceInfo;
    }

    /** Sets the cell's sequence as text, for serializers. */
    public void setSequenceInfo(String sequenceInfo) {
        this.sequenceInfo = sequenceInfo;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof MultiVersionCell)) {
            return false;
        }
        MultiVersionCell other = (MultiVersionCell) o;
        return Arrays.equals(primaryKey, other.primaryKey)
                && Objects.equals(columnName, other.columnName)
                && Objects.equals(version, other.version)
                && Objects.equals(columnValue, other.columnValue)
                && columnType == other.columnType
                && opType == other.opType
                && operation == other.operation
                && Objects.equals(sequenceInfo, other.sequenceInfo);
    }

    /** Leaves the enums out: their hash codes differ from process to process. */
    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(primaryKey)
                + Objects.hash(columnName, version, columnValue, sequenceInfo);
    }

    /** Shows no values. */
    @Override
    public String toString() {
        return "MultiVersionCell{"
                + operation
                + ", "
                + opType
                + ", column="
                + columnName
                + ", version="
                + version
                + ", sequence="
                + sequenceInfo
                + '}';
    }
}
