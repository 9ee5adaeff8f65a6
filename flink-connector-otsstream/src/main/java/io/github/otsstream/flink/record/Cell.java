/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.annotation.Nullable;

/**
 * Reads the parts of a cell where they lie. A cell is known by the offset of its name's length,
 * which the decoder has stored after it verified the cell, so nothing is checked again here except
 * that the caller asks for the right type.
 */
final class Cell {

    /** What {@link #version} returns if the cell has none. */
    static final long NO_VERSION = -1;

    private Cell() {}

    static int nameOffset(int cell) {
        return cell + 4;
    }

    static int nameLength(byte[] buffer, int cell) {
        return PlainBuffer.readInt(buffer, cell);
    }

    /** The number of bytes before the last colon, or of the whole name if it has none. */
    static int fieldNameLength(byte[] buffer, int cell) {
        int length = nameLength(buffer, cell);
        for (int i = length - 1; i >= 0; i--) {
            if (buffer[cell + 4 + i] == ':') {
                return i;
            }
        }
        return length;
    }

    static String name(byte[] buffer, int cell) {
        return name(buffer, cell, nameLength(buffer, cell));
    }

    /** Returns so many bytes of the name. */
    static String name(byte[] buffer, int cell, int length) {
        return new String(buffer, nameOffset(cell), length, StandardCharsets.UTF_8);
    }

    /** Compares so many bytes of the name. */
    static boolean nameEquals(byte[] buffer, int cell, int length, byte[] utf8) {
        int from = nameOffset(cell);
        return Arrays.equals(buffer, from, from + length, utf8, 0, utf8.length);
    }

    static ColumnOperation operation(byte[] buffer, int cell) {
        int at = afterName(buffer, cell);
        // The decoder lets a value stand only in cells that write one.
        if (buffer[at] == PlainBuffer.CELL_VALUE) {
            return ColumnOperation.PUT;
        }
        return buffer[at + 1] == PlainBuffer.DELETE_ONE_VERSION
                ? ColumnOperation.DELETE_ONE_VERSION
                : ColumnOperation.DELETE_ALL_VERSIONS;
    }

    @Nullable
    static ColumnType type(byte[] buffer, int cell) {
        int at = afterName(buffer, cell);
        if (buffer[at] != PlainBuffer.CELL_VALUE) {
            return null;
        }
        switch (buffer[at + 5]) {
            case PlainBuffer.INTEGER:
                return ColumnType.INTEGER;
            case PlainBuffer.DOUBLE:
                return ColumnType.DOUBLE;
            case PlainBuffer.BOOLEAN:
                return ColumnType.BOOLEAN;
            case PlainBuffer.STRING:
                return ColumnType.STRING;
            default:
                return ColumnType.BINARY;
        }
    }

    /** Returns the version in milliseconds, or {@link #NO_VERSION}. */
    static long version(byte[] buffer, int cell) {
        int at = afterName(buffer, cell);
        if (buffer[at] == PlainBuffer.CELL_VALUE) {
            at = payloadOffset(buffer, at) + payloadLength(buffer, at);
        }
        if (buffer[at] == PlainBuffer.CELL_TYPE) {
            at += 2;
        }
        return buffer[at] == PlainBuffer.CELL_TIMESTAMP
                ? PlainBuffer.readLong(buffer, at + 1)
                : NO_VERSION;
    }

    static long longValue(byte[] buffer, int cell) {
        return PlainBuffer.readLong(
                buffer, valueOf(buffer, cell, PlainBuffer.INTEGER, ColumnType.INTEGER) + 6);
    }

    static double doubleValue(byte[] buffer, int cell) {
        int value = valueOf(buffer, cell, PlainBuffer.DOUBLE, ColumnType.DOUBLE);
        return Double.longBitsToDouble(PlainBuffer.readLong(buffer, value + 6));
    }

    static boolean booleanValue(byte[] buffer, int cell) {
        return buffer[valueOf(buffer, cell, PlainBuffer.BOOLEAN, ColumnType.BOOLEAN) + 6] != 0;
    }

    static String stringValue(byte[] buffer, int cell) {
        int value = valueOf(buffer, cell, PlainBuffer.STRING, ColumnType.STRING);
        return new String(
                buffer,
                payloadOffset(buffer, value),
                payloadLength(buffer, value),
                StandardCharsets.UTF_8);
    }

    static byte[] utf8Value(byte[] buffer, int cell) {
        return payload(buffer, valueOf(buffer, cell, PlainBuffer.STRING, ColumnType.STRING));
    }

    static byte[] binaryValue(byte[] buffer, int cell) {
        return payload(buffer, valueOf(buffer, cell, PlainBuffer.BINARY, ColumnType.BINARY));
    }

    /** Returns the value as an object, null if the cell deletes. */
    @Nullable
    static Object value(byte[] buffer, int cell) {
        ColumnType type = type(buffer, cell);
        if (type == null) {
            return null;
        }
        switch (type) {
            case INTEGER:
                return longValue(buffer, cell);
            case DOUBLE:
                return doubleValue(buffer, cell);
            case BOOLEAN:
                return booleanValue(buffer, cell);
            case STRING:
                return stringValue(buffer, cell);
            default:
                return binaryValue(buffer, cell);
        }
    }

    /**
     * Returns where the bytes of a value lie; for text and binary they do not include their length.
     */
    static int valueOffset(byte[] buffer, int cell) {
        return payloadOffset(buffer, valueOf(buffer, cell));
    }

    /** Returns how many bytes the value at {@link #valueOffset} has. */
    static int valueLength(byte[] buffer, int cell) {
        return payloadLength(buffer, valueOf(buffer, cell));
    }

    /** Compares names, operations, versions and values, but not how they are laid out. */
    static boolean equal(byte[] buffer, int cell, byte[] otherBuffer, int otherCell) {
        int name = nameOffset(cell);
        int otherName = nameOffset(otherCell);
        int nameEnd = name + nameLength(buffer, cell);
        int otherNameEnd = otherName + nameLength(otherBuffer, otherCell);
        ColumnType type = type(buffer, cell);
        if (!Arrays.equals(buffer, name, nameEnd, otherBuffer, otherName, otherNameEnd)
                || type != type(otherBuffer, otherCell)
                || version(buffer, cell) != version(otherBuffer, otherCell)) {
            return false;
        }
        if (type == null) {
            return operation(buffer, cell) == operation(otherBuffer, otherCell);
        }
        if (type == ColumnType.BOOLEAN) {
            return booleanValue(buffer, cell) == booleanValue(otherBuffer, otherCell);
        }
        int value = valueOffset(buffer, cell);
        int otherValue = valueOffset(otherBuffer, otherCell);
        return Arrays.equals(
                buffer,
                value,
                value + valueLength(buffer, cell),
                otherBuffer,
                otherValue,
                otherValue + valueLength(otherBuffer, otherCell));
    }

    /** Agrees with {@link #equal}. */
    static int hash(byte[] buffer, int cell) {
        int hash = hash(1, buffer, nameOffset(cell), nameLength(buffer, cell));
        hash = 31 * hash + Long.hashCode(version(buffer, cell));
        ColumnType type = type(buffer, cell);
        if (type == null) {
            return hash;
        }
        if (type == ColumnType.BOOLEAN) {
            return 31 * hash + (booleanValue(buffer, cell) ? 1 : 0);
        }
        return hash(hash, buffer, valueOffset(buffer, cell), valueLength(buffer, cell));
    }

    private static int hash(int hash, byte[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + buffer[i];
        }
        return hash;
    }

    private static int afterName(byte[] buffer, int cell) {
        return cell + 4 + nameLength(buffer, cell);
    }

    private static int valueOf(byte[] buffer, int cell) {
        int value = afterName(buffer, cell);
        if (buffer[value] != PlainBuffer.CELL_VALUE) {
            throw new IllegalStateException(
                    "The column '" + name(buffer, cell) + "' was deleted: it has no value.");
        }
        return value;
    }

    /** Returns where the value's tag lies, after checking the type. */
    private static int valueOf(byte[] buffer, int cell, byte wanted, ColumnType wantedType) {
        int value = valueOf(buffer, cell);
        if (buffer[value + 5] != wanted) {
            throw new IllegalStateException(
                    "The column '"
                            + name(buffer, cell)
                            + "' holds "
                            + type(buffer, cell)
                            + ", not "
                            + wantedType
                            + '.');
        }
        return value;
    }

    private static int payloadOffset(byte[] buffer, int value) {
        byte type = buffer[value + 5];
        return type == PlainBuffer.STRING || type == PlainBuffer.BINARY ? value + 10 : value + 6;
    }

    private static int payloadLength(byte[] buffer, int value) {
        switch (buffer[value + 5]) {
            case PlainBuffer.INTEGER:
            case PlainBuffer.DOUBLE:
                return 8;
            case PlainBuffer.BOOLEAN:
                return 1;
            default:
                return PlainBuffer.readInt(buffer, value + 6);
        }
    }

    private static byte[] payload(byte[] buffer, int value) {
        int offset = payloadOffset(buffer, value);
        return Arrays.copyOfRange(buffer, offset, offset + payloadLength(buffer, value));
    }
}
