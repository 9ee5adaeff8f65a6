/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCrc8;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.WireFormat;
import io.github.otsstream.emulator.storage.CommittedChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Encodes a change as the bytes of one {@code stream_records} field of {@code
 * GetStreamRecordResponse}, tag and length included: a page is then such encodings back to back.
 *
 * <p>Reuses its buffers. Not thread-safe: one per stream, used under the table's write lock.
 */
final class StreamRecordEncoder {

    private static final byte RECORDS_TAG = tag(1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final byte ACTION_TAG = tag(1, WireFormat.WIRETYPE_VARINT);
    private static final byte RECORD_TAG = tag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final byte ORIGIN_TAG = tag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    /** Tag and three values of a sequence, as their length is written in the extension. */
    private static final int SEQUENCE_VALUES_BYTES = 1 + 4 + 1 + 8 + 1 + 4;

    private final Buffer row = new Buffer();
    private final Buffer origin = new Buffer();
    private final Buffer field = new Buffer();

    /**
     * @param originColumns the columns whose earlier values the stream carries; empty if it carries
     *     none
     * @return the number of bytes, found in {@link #encoded()} until the next call
     */
    int encode(CommittedChange change, Sequence sequence, Set<String> originColumns) {
        try {
            row.size = 0;
            writeRow(
                    row,
                    change.primaryKey(),
                    change.cells(),
                    change.type() == CommittedChange.Type.DELETE,
                    null,
                    sequence);
            int length = 2 + 1 + varintBytes(row.size) + row.size;
            boolean withOrigin = !originColumns.isEmpty();
            if (withOrigin) {
                origin.size = 0;
                writeRow(
                        origin,
                        change.primaryKey(),
                        change.originCells(),
                        false,
                        originColumns,
                        null);
                length += 1 + varintBytes(origin.size) + origin.size;
            }
            field.size = 0;
            field.writeByte(RECORDS_TAG);
            field.writeVarint(length);
            field.writeByte(ACTION_TAG);
            field.writeVarint(action(change.type()).getNumber());
            field.writeByte(RECORD_TAG);
            field.writeVarint(row.size);
            field.write(row.bytes, row.size);
            if (withOrigin) {
                field.writeByte(ORIGIN_TAG);
                field.writeVarint(origin.size);
                field.write(origin.bytes, origin.size);
            }
            return field.size;
        } catch (IOException e) {
            throw new UncheckedIOException("A committed value has no PlainBuffer form.", e);
        }
    }

    byte[] encoded() {
        return field.bytes;
    }

    private static ActionType action(CommittedChange.Type type) {
        switch (type) {
            case PUT:
                return ActionType.PUT_ROW;
            case UPDATE:
                return ActionType.UPDATE_ROW;
            default:
                return ActionType.DELETE_ROW;
        }
    }

    /**
     * @param only names of the cells to write, or null for all
     * @param sequence written as an extension, unless null
     */
    private static void writeRow(
            Buffer out,
            PrimaryKey key,
            List<PlainBufferCell> cells,
            boolean deleted,
            Set<String> only,
            Sequence sequence)
            throws IOException {
        byte checksum = 0;
        out.writeInt(PlainBufferConsts.HEADER);
        out.writeByte(PlainBufferConsts.TAG_ROW_PK);
        for (PrimaryKeyColumn column : key.getPrimaryKeyColumns()) {
            checksum = PlainBufferCrc8.crc8(checksum, writeKeyColumn(out, column));
        }
        boolean first = true;
        for (PlainBufferCell cell : cells) {
            if (only != null && !only.contains(cell.getCellName())) {
                continue;
            }
            if (first) {
                out.writeByte(PlainBufferConsts.TAG_ROW_DATA);
                first = false;
            }
            checksum = PlainBufferCrc8.crc8(checksum, writeCell(out, cell));
        }
        if (deleted) {
            out.writeByte(PlainBufferConsts.TAG_DELETE_ROW_MARKER);
        }
        checksum = PlainBufferCrc8.crc8(checksum, (byte) (deleted ? 1 : 0));
        if (sequence != null) {
            writeSequence(out, sequence);
        }
        out.writeByte(PlainBufferConsts.TAG_ROW_CHECKSUM);
        out.writeByte(checksum);
    }

    private static byte writeKeyColumn(Buffer out, PrimaryKeyColumn column) throws IOException {
        byte[] name = column.getNameRawData();
        PrimaryKeyValue value = column.getValue();
        writeCellStart(out, name);
        out.writeByte(PlainBufferConsts.TAG_CELL_VALUE);
        switch (value.getType()) {
            case STRING:
                writeBytes(out, PlainBufferConsts.VT_STRING, value.asStringInBytes());
                break;
            case INTEGER:
                writeLong(out, PlainBufferConsts.VT_INTEGER, value.asLong());
                break;
            case BINARY:
                writeBytes(out, PlainBufferConsts.VT_BLOB, value.asBinary());
                break;
            default:
                throw new IOException("A primary key cannot hold " + value.getType());
        }
        byte checksum = value.getChecksum(PlainBufferCrc8.crc8((byte) 0, name));
        out.writeByte(PlainBufferConsts.TAG_CELL_CHECKSUM);
        out.writeByte(checksum);
        return checksum;
    }

    private static byte writeCell(Buffer out, PlainBufferCell cell) throws IOException {
        writeCellStart(out, cell.getNameRawData());
        if (cell.hasCellValue()) {
            out.writeByte(PlainBufferConsts.TAG_CELL_VALUE);
            writeValue(out, cell.getCellValue());
        }
        if (cell.hasCellType()) {
            out.writeByte(PlainBufferConsts.TAG_CELL_TYPE);
            out.writeByte(cell.getCellType());
        }
        if (cell.hasCellTimestamp()) {
            out.writeByte(PlainBufferConsts.TAG_CELL_TIMESTAMP);
            out.writeLong(cell.getCellTimestamp());
        }
        byte checksum = cell.getChecksum();
        out.writeByte(PlainBufferConsts.TAG_CELL_CHECKSUM);
        out.writeByte(checksum);
        return checksum;
    }

    private static void writeCellStart(Buffer out, byte[] name) {
        out.writeByte(PlainBufferConsts.TAG_CELL);
        out.writeByte(PlainBufferConsts.TAG_CELL_NAME);
        out.writeInt(name.length);
        out.write(name, name.length);
    }

    private static void writeValue(Buffer out, ColumnValue value) throws IOException {
        switch (value.getType()) {
            case STRING:
                writeBytes(out, PlainBufferConsts.VT_STRING, value.asStringInBytes());
                break;
            case INTEGER:
                writeLong(out, PlainBufferConsts.VT_INTEGER, value.asLong());
                break;
            case BINARY:
                writeBytes(out, PlainBufferConsts.VT_BLOB, value.asBinary());
                break;
            case DOUBLE:
                writeLong(
                        out,
                        PlainBufferConsts.VT_DOUBLE,
                        Double.doubleToRawLongBits(value.asDouble()));
                break;
            case BOOLEAN:
                out.writeInt(2);
                out.writeByte(PlainBufferConsts.VT_BOOLEAN);
                out.writeByte((byte) (value.asBoolean() ? 1 : 0));
                break;
            default:
                throw new IOException("A column cannot hold " + value.getType());
        }
    }

    private static void writeBytes(Buffer out, byte type, byte[] value) {
        out.writeInt(1 + 4 + value.length);
        out.writeByte(type);
        out.writeInt(value.length);
        out.write(value, value.length);
    }

    private static void writeLong(Buffer out, byte type, long value) {
        out.writeInt(1 + 8);
        out.writeByte(type);
        out.writeLong(value);
    }

    private static void writeSequence(Buffer out, Sequence sequence) {
        out.writeByte(PlainBufferConsts.TAG_EXTENSION);
        out.writeInt(1 + 4 + SEQUENCE_VALUES_BYTES);
        out.writeByte(PlainBufferConsts.TAG_SEQ_INFO);
        out.writeInt(SEQUENCE_VALUES_BYTES);
        out.writeByte(PlainBufferConsts.TAG_SEQ_INFO_EPOCH);
        out.writeInt(sequence.epoch());
        out.writeByte(PlainBufferConsts.TAG_SEQ_INFO_TS);
        out.writeLong(sequence.micros());
        out.writeByte(PlainBufferConsts.TAG_SEQ_INFO_ROW_INDEX);
        out.writeInt(sequence.rowIndex());
    }

    private static byte tag(int field, int wireType) {
        return (byte) (field << 3 | wireType);
    }

    private static int varintBytes(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** A growing byte array, little-endian as PlainBuffer wants it. */
    private static final class Buffer {
        byte[] bytes = new byte[1024];
        int size;

        void writeByte(byte value) {
            reserve(1);
            bytes[size++] = value;
        }

        void writeInt(int value) {
            reserve(4);
            for (int i = 0; i < 4; i++) {
                bytes[size++] = (byte) (value >> 8 * i);
            }
        }

        void writeLong(long value) {
            reserve(8);
            for (int i = 0; i < 8; i++) {
                bytes[size++] = (byte) (value >> 8 * i);
            }
        }

        void writeVarint(int value) {
            reserve(5);
            int rest = value;
            while ((rest & ~0x7f) != 0) {
                bytes[size++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[size++] = (byte) rest;
        }

        void write(byte[] source, int length) {
            reserve(length);
            System.arraycopy(source, 0, bytes, size, length);
            size += length;
        }

        private void reserve(int length) {
            if (size + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
            }
        }
    }
}
