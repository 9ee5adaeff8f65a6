/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.io.ByteArrayOutputStream;

/** Writes one PlainBuffer row, part by part in the format's order. */
final class PlainBufferWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final byte[] number = new byte[8];
    private byte rowCrc;
    private boolean deleted;

    PlainBufferWriter() {
        writeInt(PlainBuffer.HEADER);
    }

    PlainBufferWriter beginKey() {
        bytes.write(PlainBuffer.ROW_PK);
        return this;
    }

    PlainBufferWriter beginColumns() {
        bytes.write(PlainBuffer.ROW_DATA);
        return this;
    }

    /**
     * @param value type and payload as they stand after the value's length, null if there is none
     * @param operation a delete's number, 0 if the cell writes
     * @param version milliseconds, {@link Cell#NO_VERSION} if there is none
     */
    PlainBufferWriter cell(byte[] name, byte[] value, byte operation, long version) {
        byte crc = Crc8.update((byte) 0, name, 0, name.length);
        bytes.write(PlainBuffer.CELL);
        bytes.write(PlainBuffer.CELL_NAME);
        writeInt(name.length);
        bytes.writeBytes(name);
        if (value != null) {
            bytes.write(PlainBuffer.CELL_VALUE);
            writeInt(value.length);
            bytes.writeBytes(value);
            crc = Crc8.update(crc, value, 0, value.length);
        }
        if (operation != 0) {
            bytes.write(PlainBuffer.CELL_TYPE);
            bytes.write(operation);
        }
        if (version != Cell.NO_VERSION) {
            bytes.write(PlainBuffer.CELL_TIMESTAMP);
            writeLong(version);
            crc = Crc8.update(crc, version);
        }
        if (operation != 0) {
            crc = Crc8.update(crc, operation);
        }
        bytes.write(PlainBuffer.CELL_CHECKSUM);
        bytes.write(crc);
        rowCrc = Crc8.update(rowCrc, crc);
        return this;
    }

    PlainBufferWriter deleteMarker() {
        bytes.write(PlainBuffer.DELETE_ROW_MARKER);
        deleted = true;
        return this;
    }

    PlainBufferWriter sequence(SequenceInfo sequence) {
        int sequenceLength = 1 + 4 + 1 + 8 + 1 + 4;
        bytes.write(PlainBuffer.EXTENSION);
        writeInt(1 + 4 + sequenceLength);
        bytes.write(PlainBuffer.SEQ_INFO);
        writeInt(sequenceLength);
        bytes.write(PlainBuffer.SEQ_INFO_EPOCH);
        writeInt(sequence.getEpoch());
        bytes.write(PlainBuffer.SEQ_INFO_TIMESTAMP);
        writeLong(sequence.getTimestampMicros());
        bytes.write(PlainBuffer.SEQ_INFO_ROW_INDEX);
        writeInt(sequence.getRowIndex());
        return this;
    }

    byte[] finish() {
        bytes.write(PlainBuffer.ROW_CHECKSUM);
        bytes.write(Crc8.update(rowCrc, deleted ? (byte) 1 : (byte) 0));
        return bytes.toByteArray();
    }

    static byte[] integerValue(long value) {
        byte[] bytes = new byte[9];
        bytes[0] = PlainBuffer.INTEGER;
        PlainBuffer.writeLong(bytes, 1, value);
        return bytes;
    }

    static byte[] doubleValue(double value) {
        byte[] bytes = new byte[9];
        bytes[0] = PlainBuffer.DOUBLE;
        PlainBuffer.writeLong(bytes, 1, Double.doubleToRawLongBits(value));
        return bytes;
    }

    static byte[] booleanValue(boolean value) {
        return new byte[] {PlainBuffer.BOOLEAN, value ? (byte) 1 : (byte) 0};
    }

    /** Text in UTF-8, or binary. */
    static byte[] bytesValue(byte type, byte[] payload) {
        byte[] bytes = new byte[5 + payload.length];
        bytes[0] = type;
        PlainBuffer.writeInt(bytes, 1, payload.length);
        System.arraycopy(payload, 0, bytes, 5, payload.length);
        return bytes;
    }

    private void writeInt(int value) {
        PlainBuffer.writeInt(number, 0, value);
        bytes.write(number, 0, 4);
    }

    private void writeLong(long value) {
        PlainBuffer.writeLong(number, 0, value);
        bytes.write(number, 0, 8);
    }
}
