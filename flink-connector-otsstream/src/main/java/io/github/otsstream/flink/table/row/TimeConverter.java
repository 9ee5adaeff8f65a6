/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.time.DateTimeException;
import java.time.LocalTime;

/**
 * Makes TIME of text such as {@code 23:59} or {@code 23:59:59.125}. Digits of a fraction that the
 * declared precision leaves out must be zeros; Flink keeps milliseconds at most.
 */
final class TimeConverter extends ValueConverter {

    private static final int MOST_DIGITS = 3;
    private static final int NANOS_OF_MILLI = 1_000_000;

    private final int precision;

    TimeConverter(int precision) {
        this.precision = Math.min(precision, MOST_DIGITS);
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        try {
            LocalTime time = LocalTime.parse(ascii(buffer, offset, length));
            return TimestampConverter.losesDigits(time.getNano(), precision)
                    ? Misfit.DIGITS
                    : (Object) (int) (time.toNanoOfDay() / NANOS_OF_MILLI);
        } catch (DateTimeException e) {
            return Misfit.TEXT;
        }
    }
}
