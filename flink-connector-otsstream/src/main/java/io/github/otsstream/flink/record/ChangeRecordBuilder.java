/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.util.Preconditions;

/**
 * Makes a {@link ChangeRecord} without a service, byte for byte as the service would send it: for
 * tests of what works on records. Operation and at least one key column are required. Not
 * thread-safe.
 */
@PublicEvolving
public final class ChangeRecordBuilder {

    private String shardId = "test-shard";
    private OperationType operation;
    private SequenceInfo sequence = new SequenceInfo(0, 0, 0);
    private final List<PendingCell> key = new ArrayList<>();
    private final List<PendingCell> columns = new ArrayList<>();
    @Nullable private List<PendingCell> originColumns;

    ChangeRecordBuilder() {}

    /** Default {@code test-shard}. */
    public ChangeRecordBuilder shardId(String shardId) {
        this.shardId = Preconditions.checkNotNull(shardId, "shardId");
        return this;
    }

    /** What was done to the row. It has to be given. */
    public ChangeRecordBuilder operation(OperationType operation) {
        this.operation = Preconditions.checkNotNull(operation, "operation");
        return this;
    }

    /** Default 0/0/0. */
    public ChangeRecordBuilder sequence(SequenceInfo sequence) {
        this.sequence = Preconditions.checkNotNull(sequence, "sequence");
        return this;
    }

    /** The time in microseconds since 1970-01-01T00:00:00Z. */
    public ChangeRecordBuilder sequence(int epoch, long timestampMicros, int rowIndex) {
        return sequence(new SequenceInfo(epoch, timestampMicros, rowIndex));
    }

    /**
     * Adds a primary key column.
     *
     * @param value a {@code Long}, {@code Integer}, {@code String} or {@code byte[]}
     */
    public ChangeRecordBuilder key(String name, Object value) {
        byte[] encoded = encode(name, value);
        Preconditions.checkArgument(
                encoded[0] != PlainBuffer.DOUBLE && encoded[0] != PlainBuffer.BOOLEAN,
                "The primary key column '%s' can't hold a %s.",
                name,
                value.getClass().getSimpleName());
        key.add(new PendingCell(name, encoded, (byte) 0, Cell.NO_VERSION));
        return this;
    }

    /** Adds a written column, with the sequence's time as its version; give the sequence first. */
    public ChangeRecordBuilder put(String name, Object value) {
        return put(name, value, sequence.timestampMillis());
    }

    /**
     * Adds a written column.
     *
     * @param value a {@code Long}, {@code Integer}, {@code Double}, {@code Boolean}, {@code String}
     *     or {@code byte[]}
     * @param versionMillis not negative
     */
    public ChangeRecordBuilder put(String name, Object value, long versionMillis) {
        columns.add(
                new PendingCell(name, encode(name, value), (byte) 0, checkVersion(versionMillis)));
        return this;
    }

    /** Adds a column of which one version was deleted. */
    public ChangeRecordBuilder deleteVersion(String name, long versionMillis) {
        columns.add(
                new PendingCell(
                        name, null, PlainBuffer.DELETE_ONE_VERSION, checkVersion(versionMillis)));
        return this;
    }

    /** Adds a column of which all versions were deleted. */
    public ChangeRecordBuilder deleteAllVersions(String name) {
        columns.add(new PendingCell(name, null, PlainBuffer.DELETE_ALL_VERSIONS, Cell.NO_VERSION));
        return this;
    }

    /**
     * Makes the record one of a stream with origin columns, without any yet: the row did not exist
     * before.
     */
    public ChangeRecordBuilder withOriginColumns() {
        if (originColumns == null) {
            originColumns = new ArrayList<>();
        }
        return this;
    }

    /** Adds a column as it was before the change. */
    public ChangeRecordBuilder origin(String name, Object value, long versionMillis) {
        withOriginColumns();
        originColumns.add(
                new PendingCell(name, encode(name, value), (byte) 0, checkVersion(versionMillis)));
        return this;
    }

    /**
     * @throws IllegalStateException if operation or key are missing
     */
    public ChangeRecord build() {
        Preconditions.checkState(operation != null, "A record needs an operation.");
        Preconditions.checkState(!key.isEmpty(), "A record needs at least one key column.");
        PlainBufferWriter row = writeRow(columns);
        if (operation == OperationType.DELETE) {
            row.deleteMarker();
        }
        byte[] rowBytes = row.sequence(sequence).finish();
        byte[] originBytes = originColumns == null ? new byte[0] : writeRow(originColumns).finish();

        byte[] buffer = new byte[rowBytes.length + originBytes.length];
        System.arraycopy(rowBytes, 0, buffer, 0, rowBytes.length);
        System.arraycopy(originBytes, 0, buffer, rowBytes.length, originBytes.length);
        return new PlainBufferDecoder(buffer, shardId)
                .decode(
                        operation,
                        0,
                        rowBytes.length,
                        rowBytes.length,
                        originColumns == null ? ChangeRecord.NO_ORIGIN : originBytes.length);
    }

    private PlainBufferWriter writeRow(List<PendingCell> attributes) {
        PlainBufferWriter row = new PlainBufferWriter().beginKey();
        key.forEach(cell -> cell.writeTo(row));
        if (!attributes.isEmpty()) {
            row.beginColumns();
            attributes.forEach(cell -> cell.writeTo(row));
        }
        return row;
    }

    private static long checkVersion(long versionMillis) {
        Preconditions.checkArgument(
                versionMillis >= 0, "A version can't be negative: %s", versionMillis);
        return versionMillis;
    }

    private static byte[] encode(String name, Object value) {
        if (value instanceof Long || value instanceof Integer) {
            return PlainBufferWriter.integerValue(((Number) value).longValue());
        } else if (value instanceof String) {
            byte[] utf8 = ((String) value).getBytes(StandardCharsets.UTF_8);
            return PlainBufferWriter.bytesValue(PlainBuffer.STRING, utf8);
        } else if (value instanceof byte[]) {
            return PlainBufferWriter.bytesValue(PlainBuffer.BINARY, (byte[]) value);
        } else if (value instanceof Double) {
            return PlainBufferWriter.doubleValue((Double) value);
        } else if (value instanceof Boolean) {
            return PlainBufferWriter.booleanValue((Boolean) value);
        }
        throw new IllegalArgumentException(
                "The column '"
                        + name
                        + "' can't hold "
                        + (value == null ? "null" : "a " + value.getClass().getName())
                        + ".");
    }

    /** A cell that waits to be written. */
    private static final class PendingCell {

        private final byte[] name;
        @Nullable private final byte[] value;
        private final byte operation;
        private final long version;

        PendingCell(String name, @Nullable byte[] value, byte operation, long version) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.value = value;
            this.operation = operation;
            this.version = version;
        }

        void writeTo(PlainBufferWriter row) {
            row.cell(name, value, operation, version);
        }
    }
}
