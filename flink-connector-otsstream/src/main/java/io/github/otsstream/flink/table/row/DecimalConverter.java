/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;

/**
 * Makes DECIMAL of integers, doubles and text, never rounding: a value with more digits after the
 * point than declared does not fit, unless they are zeros. A double stands for the shortest decimal
 * number that gives it back.
 */
final class DecimalConverter extends ValueConverter {

    /** Longer text is no DECIMAL, and takes a time to read that grows with its square. */
    private static final int LONGEST_TEXT = 1_000;

    private static final int DIGITS_OF_LONG = 18;

    private final int precision;
    private final int scale;

    DecimalConverter(int precision, int scale) {
        this.precision = precision;
        this.scale = scale;
    }

    @Override
    Object fromInteger(long value) {
        if (precision <= DIGITS_OF_LONG && value == (int) value) {
            long limit = powerOfTen(precision - scale);
            return value >= limit || value <= -limit
                    ? Misfit.RANGE
                    : DecimalData.fromUnscaledLong(value * powerOfTen(scale), precision, scale);
        }
        return fromDecimal(BigDecimal.valueOf(value));
    }

    @Override
    Object fromDouble(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Misfit.RANGE;
        }
        return fromDecimal(BigDecimal.valueOf(value));
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        return length > LONGEST_TEXT ? Misfit.TEXT : fromNumber(ascii(buffer, offset, length));
    }

    @Override
    Object fromJsonNumber(String number) {
        return fromNumber(number);
    }

    private Object fromNumber(String text) {
        try {
            return fromDecimal(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return Misfit.TEXT;
        }
    }

    private Object fromDecimal(BigDecimal value) {
        BigDecimal shortest = value.stripTrailingZeros();
        if (shortest.scale() > scale) {
            return Misfit.DIGITS;
        }
        // Compared before the scale is set: that would write a large exponent out in full.
        if (shortest.signum() != 0
                && (long) shortest.precision() - shortest.scale() > precision - scale) {
            return Misfit.RANGE;
        }
        return DecimalData.fromBigDecimal(shortest, precision, scale);
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
