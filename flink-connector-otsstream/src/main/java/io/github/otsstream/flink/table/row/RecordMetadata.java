/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.MultiVersionText;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * The metadata of a record that a scan asks for; what it doesn't ask for is not made.
 *
 * <p>Used by one thread, for one record after the other.
 */
final class RecordMetadata {

    private static final Map<OperationType, StringData> OPERATIONS =
            new EnumMap<>(OperationType.class);

    static {
        for (OperationType operation : OperationType.values()) {
            OPERATIONS.put(operation, StringData.fromString(operation.name()));
        }
    }

    private final MetadataColumn[] wanted;
    private final Object[] values;

    private final SeldomText tableName = new SeldomText();
    private final SeldomText streamId = new SeldomText();
    private final SeldomText shardId = new SeldomText();

    private ChangeRecord record;
    private ColumnSummary columns;

    RecordMetadata(List<MetadataColumn> wanted) {
        this.wanted = wanted.toArray(new MetadataColumn[0]);
        this.values = new Object[this.wanted.length];
    }

    int size() {
        return wanted.length;
    }

    /** Takes the metadata of a record. */
    void read(ChangeRecord nextRecord, Context context) {
        record = nextRecord;
        columns = null;
        for (int i = 0; i < wanted.length; i++) {
            values[i] = valueOf(wanted[i], context);
        }
    }

    /** The record's value of one of the wanted columns. */
    Object value(int index) {
        return values[index];
    }

    private Object valueOf(MetadataColumn column, Context context) {
        switch (column) {
            case OP_TYPE:
            case TYPE:
                return OPERATIONS.get(record.getOperation());
            case ROW_TIMESTAMP:
                long micros = record.getTimestampMicros();
                return TimestampData.fromEpochMillis(
                        Math.floorDiv(micros, 1_000L), (int) Math.floorMod(micros, 1_000L) * 1_000);
            case TIMESTAMP:
                return record.getTimestampMicros();
            case SEQUENCE_INFO:
                return StringData.fromString(MultiVersionText.sequence(record));
            case EPOCH:
                return record.getSequence().getEpoch();
            case ROW_INDEX:
                return record.getSequence().getRowIndex();
            case SHARD_ID:
                return shardId.of(record.getShardId());
            case STREAM_ID:
                return streamId.of(context.getStreamId());
            case TABLE_NAME:
                return tableName.of(context.getTableName());
            case ORIGIN_COLUMNS:
                return record.hasOriginColumns()
                        ? new ColumnSummary(record.getOriginColumns()).values()
                        : null;
            default:
                return columnsValue(column);
        }
    }

    private Object columnsValue(MetadataColumn column) {
        if (columns == null) {
            columns = new ColumnSummary(record.getColumns());
        }
        switch (column) {
            case PRESENT_COLUMNS:
                return columns.names(true);
            case DELETED_COLUMNS:
                return columns.names(false);
            case COLUMN_VERSIONS:
                return columns.versions();
            case COLUMN_OPS:
                return columns.operations();
            case ATTRIBUTES:
                return columns.values();
            default:
                throw new IllegalArgumentException(column.key());
        }
    }

    /** A text that is mostly the same as that of the record before. */
    private static final class SeldomText {
        private String text;
        private StringData data;

        StringData of(String next) {
            if (!next.equals(text)) {
                text = next;
                data = StringData.fromString(next);
            }
            return data;
        }
    }
}
