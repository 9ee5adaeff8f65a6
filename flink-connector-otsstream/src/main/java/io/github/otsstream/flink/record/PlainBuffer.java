/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The PlainBuffer format's numbers, and how its integers lie in memory. A row is
 *
 * <pre>
 * header  [ROW_PK cell*]  [ROW_DATA cell*]  [DELETE_ROW_MARKER]  [EXTENSION length (tag length bytes)*]  ROW_CHECKSUM crc
 * cell =  CELL  [CELL_NAME length bytes]  [CELL_VALUE length value]  [CELL_TYPE byte]  [CELL_TIMESTAMP 8 bytes]  CELL_CHECKSUM crc
 * value = type  (8 bytes | 1 byte | length bytes)
 * </pre>
 *
 * with tags, types and checksums of one byte and lengths of four, all little-endian.
 */
final class PlainBuffer {

    static final int HEADER = 0x75;

    static final byte ROW_PK = 0x01;
    static final byte ROW_DATA = 0x02;
    static final byte CELL = 0x03;
    static final byte CELL_NAME = 0x04;
    static final byte CELL_VALUE = 0x05;
    static final byte CELL_TYPE = 0x06;
    static final byte CELL_TIMESTAMP = 0x07;
    static final byte DELETE_ROW_MARKER = 0x08;
    static final byte ROW_CHECKSUM = 0x09;
    static final byte CELL_CHECKSUM = 0x0A;
    static final byte EXTENSION = 0x0B;
    static final byte SEQ_INFO = 0x0C;
    static final byte SEQ_INFO_EPOCH = 0x0D;
    static final byte SEQ_INFO_TIMESTAMP = 0x0E;
    static final byte SEQ_INFO_ROW_INDEX = 0x0F;

    static final byte INTEGER = 0x0;
    static final byte DOUBLE = 0x1;
    static final byte BOOLEAN = 0x2;
    static final byte STRING = 0x3;
    static final byte BINARY = 0x7;

    static final byte DELETE_ALL_VERSIONS = 0x1;
    static final byte DELETE_ONE_VERSION = 0x3;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private PlainBuffer() {}

    static int readInt(byte[] buffer, int offset) {
        return (int) INT.get(buffer, offset);
    }

    static long readLong(byte[] buffer, int offset) {
        return (long) LONG.get(buffer, offset);
    }

    /**
     * Compares bytes at two places that are not among the first eight of the array, since bytes
     * before them may be looked at.
     */
    static boolean equal(byte[] buffer, int offset, int otherOffset, int length) {
        int i = 0;
        for (; i <= length - 8; i += 8) {
            if (readLong(buffer, offset + i) != readLong(buffer, otherOffset + i)) {
                return false;
            }
        }
        long rest =
                readLong(buffer, offset + length - 8) ^ readLong(buffer, otherOffset + length - 8);
        return i == length || rest >>> 8 * (8 - (length - i)) == 0;
    }

    static void writeInt(byte[] buffer, int offset, int value) {
        INT.set(buffer, offset, value);
    }

    static void writeLong(byte[] buffer, int offset, long value) {
        LONG.set(buffer, offset, value);
    }
}
