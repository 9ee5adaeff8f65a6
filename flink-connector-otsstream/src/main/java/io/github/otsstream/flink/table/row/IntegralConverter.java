/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** Makes TINYINT, SMALLINT, INT and BIGINT of integers that fit, and of text that says one. */
final class IntegralConverter extends ValueConverter {

    private final LogicalTypeRoot type;
    private final long min;
    private final long max;

    private IntegralConverter(LogicalTypeRoot type, long min, long max) {
        this.type = type;
        this.min = min;
        this.max = max;
    }

    static IntegralConverter of(LogicalTypeRoot type) {
        switch (type) {
            case TINYINT:
                return new IntegralConverter(type, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT:
                return new IntegralConverter(type, Short.MIN_VALUE, Short.MAX_VALUE);
            case INTEGER:
                return new IntegralConverter(type, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT:
                return new IntegralConverter(type, Long.MIN_VALUE, Long.MAX_VALUE);
            default:
                throw new IllegalArgumentException(type + " is not integral");
        }
    }

    @Override
    Object fromInteger(long value) {
        if (value < min || value > max) {
            return Misfit.RANGE;
        }
        switch (type) {
            case TINYINT:
                return (byte) value;
            case SMALLINT:
                return (short) value;
            case INTEGER:
                return (int) value;
            default:
                return value;
        }
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        try {
            return fromInteger(Long.parseLong(ascii(buffer, offset, length)));
        } catch (NumberFormatException e) {
            return Misfit.TEXT;
        }
    }
}
