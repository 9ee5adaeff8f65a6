/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * One change of one row, as the stream carries it.
 *
 * <p>An immutable view over the bytes that came from the service. They were checked against their
 * checksums when the record was made; text, numbers and lists are created from them only when asked
 * for, so a job pays for what it uses. A record holds the bytes of the whole page that it came in,
 * until it is serialized, as on its way to another task and in keyed state, or {@linkplain
 * #compact() compacted}. Between operators of one chain the same object is handed on. Thread-safe.
 *
 * <p>For tests of what works on records, {@link #builder()} makes one without a service.
 */
@PublicEvolving
@TypeInfo(ChangeRecordTypeInfoFactory.class)
public final class ChangeRecord {

    /** The origin row's length if the stream does not carry origin columns. */
    static final int NO_ORIGIN = -1;

    private final String shardId;
    private final OperationType operation;
    private final int epoch;
    private final long timestampMicros;
    private final int rowIndex;

    private final byte[] buffer;
    private final int offset;
    private final int length;
    private final int originOffset;
    private final int originLength;

    /**
     * Shared by the records of a page: key cells, then column cells, then origin cells of this
     * record.
     */
    private final int[] cells;

    private final int firstCell;
    private final RecordLayout layout;

    ChangeRecord(
            String shardId,
            OperationType operation,
            int epoch,
            long timestampMicros,
            int rowIndex,
            byte[] buffer,
            int offset,
            int length,
            int originOffset,
            int originLength,
            int[] cells,
            int firstCell,
            RecordLayout layout) {
        this.shardId = shardId;
        this.operation = operation;
        this.epoch = epoch;
        this.timestampMicros = timestampMicros;
        this.rowIndex = rowIndex;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.originOffset = originOffset;
        this.originLength = originLength;
        this.cells = cells;
        this.firstCell = firstCell;
        this.layout = layout;
    }

    /** Makes a record without a service. */
    public static ChangeRecordBuilder builder() {
        return new ChangeRecordBuilder();
    }

    /** Returns the id of the shard that the record was read from. */
    public String getShardId() {
        return shardId;
    }

    /** Returns what was done to the row. */
    public OperationType getOperation() {
        return operation;
    }

    /** Returns the record's place in its shard's log, a new object with each call. */
    public SequenceInfo getSequence() {
        return new SequenceInfo(epoch, timestampMicros, rowIndex);
    }

    /** Returns when the write entered the service, in microseconds since 1970-01-01T00:00:00Z. */
    public long getTimestampMicros() {
        return timestampMicros;
    }

    /**
     * Compares this record's sequence with another one, as {@code getSequence().compareTo(other)}
     * does.
     */
    public int compareSequence(SequenceInfo other) {
        return SequenceInfo.compare(
                epoch,
                timestampMicros,
                rowIndex,
                other.getEpoch(),
                other.getTimestampMicros(),
                other.getRowIndex());
    }

    /** Returns whether the record's sequence is greater than that of another one. */
    @Internal
    public boolean isAfter(ChangeRecord other) {
        return SequenceInfo.compare(
                        epoch,
                        timestampMicros,
                        rowIndex,
                        other.epoch,
                        other.timestampMicros,
                        other.rowIndex)
                > 0;
    }

    /**
     * Returns whether the record is one of a time-series table. The table's first key column, a
     * hash that spreads the series, is left out then, and columns are named as the fields, without
     * the type that the table adds to their names. {@link TimeSeriesKey} takes the key apart.
     */
    public boolean isTimeSeries() {
        return layout.timeSeries;
    }

    /** Returns the row's primary key, one to four columns in the table's order. */
    public ColumnList getPrimaryKey() {
        return new ColumnList(buffer, cells, firstCell, layout.keyCount, false, layout);
    }

    /** Returns the attribute columns that were written or deleted; empty if the row was deleted. */
    public ColumnList getColumns() {
        return new ColumnList(
                buffer,
                cells,
                firstCell + layout.keyCount,
                layout.columnCount,
                layout.timeSeries,
                layout);
    }

    /**
     * Returns whether the record carries columns as they were before the change. It does when the
     * stream was enabled with columns to get.
     */
    public boolean hasOriginColumns() {
        return originLength != NO_ORIGIN;
    }

    /**
     * Returns those of the stream's columns to get that the row had before the change; empty if the
     * row did not exist, or had none of them, or {@link #hasOriginColumns()} is false.
     */
    public ColumnList getOriginColumns() {
        return new ColumnList(
                buffer,
                cells,
                firstCell + layout.keyCount + layout.columnCount,
                layout.originCount,
                layout.timeSeries,
                layout);
    }

    /**
     * Returns the size of the record as it came from the service, origin columns included, in
     * bytes.
     */
    public int sizeInBytes() {
        return length + Math.max(0, originLength);
    }

    /**
     * Returns an equal record that holds its own bytes only. Use it to keep few of many records for
     * long in a task that also reads them: in fields, in operator state, or in asynchronous calls.
     * Records that come from another task have been serialized, and need it not.
     */
    public ChangeRecord compact() {
        int size = sizeInBytes();
        if (buffer.length == size) {
            return this;
        }
        byte[] own = new byte[size];
        System.arraycopy(buffer, offset, own, 0, length);
        int rowCells = layout.keyCount + layout.columnCount;
        int[] ownCells = new int[rowCells + layout.originCount];
        for (int i = 0; i < rowCells; i++) {
            ownCells[i] = cells[firstCell + i] - offset;
        }
        if (originLength > 0) {
            System.arraycopy(buffer, originOffset, own, length, originLength);
            for (int i = rowCells; i < ownCells.length; i++) {
                ownCells[i] = cells[firstCell + i] - originOffset + length;
            }
        }
        return new ChangeRecord(
                shardId,
                operation,
                epoch,
                timestampMicros,
                rowIndex,
                own,
                0,
                length,
                length,
                originLength,
                ownCells,
                0,
                layout);
    }

    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    int originOffset() {
        return originOffset;
    }

    int originLength() {
        return originLength;
    }

    /** Compares shard, operation, sequence and all columns. */
    @Override
    public boolean equals(Object o) {
        if (this == o) {
            return true;
        }
        if (!(o instanceof ChangeRecord)) {
            return false;
        }
        ChangeRecord other = (ChangeRecord) o;
        return operation == other.operation
                && timestampMicros == other.timestampMicros
                && rowIndex == other.rowIndex
                && epoch == other.epoch
                && shardId.equals(other.shardId)
                && hasOriginColumns() == other.hasOriginColumns()
                && getPrimaryKey().equals(other.getPrimaryKey())
                && getColumns().equals(other.getColumns())
                && getOriginColumns().equals(other.getOriginColumns());
    }

    @Override
    public int hashCode() {
        int hash = 31 * shardId.hashCode() + Long.hashCode(timestampMicros);
        return 31 * (31 * hash + rowIndex) + getPrimaryKey().hashCode();
    }

    /**
     * Shows operation, shard, sequence and the names of the columns, but no values. See {@link
     * #describe()}.
     */
    @Override
    public String toString() {
        return ChangeRecordText.withoutValues(this);
    }

    /**
     * Shows the record with its values, on one line, for people. Values may be confidential: keep
     * it out of logs.
     */
    public String describe() {
        return ChangeRecordText.withValues(this);
    }
}
