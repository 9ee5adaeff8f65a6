/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnType;
import java.nio.charset.StandardCharsets;

/**
 * Makes values of one declared type, in the form in which Flink's rows hold them, out of the values
 * of any column. What it refuses is a {@link Misfit} in the value's place, so that a refusal costs
 * no more than a value; nothing is wrapped, cut off or rounded but where a subclass says so.
 *
 * <p>One for each column, used by one thread.
 */
abstract class ValueConverter {

    Object fromInteger(long value) {
        return Misfit.TYPE;
    }

    Object fromDouble(double value) {
        return Misfit.TYPE;
    }

    Object fromBoolean(boolean value) {
        return Misfit.TYPE;
    }

    /**
     * @param buffer holds the text in UTF-8, and may become part of the value: it never changes
     */
    Object fromText(byte[] buffer, int offset, int length) {
        return Misfit.TYPE;
    }

    Object fromBinary(byte[] buffer, int offset, int length) {
        return Misfit.TYPE;
    }

    /** From a JSON number that is not an integer of 64 bits. */
    Object fromJsonNumber(String number) {
        return Misfit.TYPE;
    }

    Object fromJsonText(String text) {
        return fromString(text);
    }

    final Object fromString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return fromText(utf8, 0, utf8.length);
    }

    /** From a column that has a value. */
    final Object fromColumn(ColumnList columns, int index) {
        switch (columns.type(index)) {
            case INTEGER:
                return fromInteger(columns.asLong(index));
            case DOUBLE:
                return fromDouble(columns.asDouble(index));
            case BOOLEAN:
                return fromBoolean(columns.asBoolean(index));
            case STRING:
                return fromText(
                        columns.buffer(), columns.valueOffset(index), columns.valueLength(index));
            default:
                return fromBinary(
                        columns.buffer(), columns.valueOffset(index), columns.valueLength(index));
        }
    }

    /** From a value as it is read from the table: the same types, as objects. */
    final Object fromObject(Object value) {
        switch (typeOf(value)) {
            case INTEGER:
                return fromInteger((Long) value);
            case DOUBLE:
                return fromDouble((Double) value);
            case BOOLEAN:
                return fromBoolean((Boolean) value);
            case STRING:
                return fromString((String) value);
            default:
                byte[] bytes = (byte[]) value;
                return fromBinary(bytes, 0, bytes.length);
        }
    }

    /** The type of a value as it is read from the table. */
    static ColumnType typeOf(Object value) {
        if (value instanceof Long) {
            return ColumnType.INTEGER;
        } else if (value instanceof String) {
            return ColumnType.STRING;
        } else if (value instanceof Double) {
            return ColumnType.DOUBLE;
        } else if (value instanceof Boolean) {
            return ColumnType.BOOLEAN;
        }
        return ColumnType.BINARY;
    }

    /**
     * The characters of what can only be a number or a time. Other characters than ASCII become
     * such as no number or time has.
     */
    static String ascii(byte[] buffer, int offset, int length) {
        return new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
    }
}
