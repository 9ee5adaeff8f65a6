/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/** Makes DATE of text such as {@code 2024-02-29}. Its year has four digits, as in all of SQL. */
final class DateConverter extends ValueConverter {

    private static final int FIRST_YEAR = 0;
    private static final int LAST_YEAR = 9999;

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        try {
            LocalDate date =
                    LocalDate.parse(
                            ascii(buffer, offset, length), DateTimeFormatter.ISO_LOCAL_DATE);
            return isInRange(date.getYear()) ? (Object) (int) date.toEpochDay() : Misfit.RANGE;
        } catch (DateTimeException e) {
            return Misfit.TEXT;
        }
    }

    static boolean isInRange(int year) {
        return year >= FIRST_YEAR && year <= LAST_YEAR;
    }
}
