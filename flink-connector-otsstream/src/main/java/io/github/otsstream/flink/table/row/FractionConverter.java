/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

/**
 * Makes DOUBLE and FLOAT. An integer must be one that the type holds exactly. A double becomes the
 * nearest FLOAT, for that is what a FLOAT is, unless only infinity or zero were near. Text is a
 * decimal number, {@code NaN}, {@code Infinity} or {@code -Infinity}.
 */
final class FractionConverter extends ValueConverter {

    private static final String DIGITS_AND_SIGNS = "0123456789+-.eE";

    private final boolean single;

    /**
     * @param single whether to make FLOAT
     */
    FractionConverter(boolean single) {
        this.single = single;
    }

    @Override
    Object fromInteger(long value) {
        long size = Math.abs(value);
        int bits = 64 - Long.numberOfLeadingZeros(size) - Long.numberOfTrailingZeros(size);
        if (single) {
            return bits <= 24 ? (Object) (float) value : Misfit.DIGITS;
        }
        return bits <= 53 ? (Object) (double) value : Misfit.DIGITS;
    }

    @Override
    Object fromDouble(double value) {
        if (!single) {
            return value;
        }
        float near = (float) value;
        boolean lost = Float.isInfinite(near) ? !Double.isInfinite(value) : near == 0 && value != 0;
        return lost ? (Object) Misfit.RANGE : (Object) near;
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        return fromNumber(ascii(buffer, offset, length));
    }

    @Override
    Object fromJsonNumber(String number) {
        return fromNumber(number);
    }

    private Object fromNumber(String text) {
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return fromDouble(Double.parseDouble(text));
        }
        // Java reads more as a number: 1f, 0x1p3, and what has spaces around it.
        if (!text.chars().allMatch(c -> DIGITS_AND_SIGNS.indexOf(c) >= 0)) {
            return Misfit.TEXT;
        }
        try {
            return single ? singleOf(text) : doubleOf(text);
        } catch (NumberFormatException e) {
            return Misfit.TEXT;
        }
    }

    private static Object singleOf(String text) {
        float value = Float.parseFloat(text);
        return Float.isInfinite(value) || value == 0 && isNotZero(text)
                ? Misfit.RANGE
                : (Object) value;
    }

    private static Object doubleOf(String text) {
        double value = Double.parseDouble(text);
        return Double.isInfinite(value) || value == 0 && isNotZero(text)
                ? Misfit.RANGE
                : (Object) value;
    }

    /** Whether the number is not zero: there is another digit before the exponent. */
    private static boolean isNotZero(String text) {
        for (int i = 0; i < text.length() && (text.charAt(i) | 0x20) != 'e'; i++) {
            if (text.charAt(i) >= '1' && text.charAt(i) <= '9') {
                return true;
            }
        }
        return false;
    }
}
