/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import org.apache.flink.table.data.TimestampData;

/**
 * Makes TIMESTAMP and TIMESTAMP_LTZ of integers, which count from 1970-01-01T00:00:00Z, and of text
 * such as {@code 2024-02-29T23:59:59.125} or with a space in the place of the {@code T}.
 *
 * <p>An integer becomes the TIMESTAMP that clocks showed in UTC, and text without an offset the
 * TIMESTAMP_LTZ when they did. Text with an offset ({@code Z}, {@code +08:00}) is a point in time,
 * so it becomes a TIMESTAMP_LTZ but not a TIMESTAMP. Digits of a fraction that the declared
 * precision leaves out must be zeros. Years are 0 to 9999: an integer of another unit than expected
 * shows itself.
 */
final class TimestampConverter extends ValueConverter {

    private static final long FIRST_SECOND =
            LocalDateTime.of(0, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    private static final long END_SECOND =
            LocalDateTime.of(10_000, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);

    private static final int SEPARATOR = 10;

    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ISO_LOCAL_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter WITH_OFFSET =
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
                    .optionalStart()
                    .appendOffsetId()
                    .toFormatter()
                    .withResolverStyle(ResolverStyle.STRICT);

    private final boolean withTimeZone;
    private final int precision;
    private final int unitsOfSecond;

    private TimestampConverter(boolean withTimeZone, int precision, int unitsOfSecond) {
        this.withTimeZone = withTimeZone;
        this.precision = precision;
        this.unitsOfSecond = unitsOfSecond;
    }

    /** Takes integers for milliseconds. */
    static TimestampConverter ofMillis(boolean withTimeZone, int precision) {
        return new TimestampConverter(withTimeZone, precision, 1_000);
    }

    /** Takes integers for microseconds. */
    static TimestampConverter ofMicros(boolean withTimeZone, int precision) {
        return new TimestampConverter(withTimeZone, precision, 1_000_000);
    }

    @Override
    Object fromInteger(long value) {
        long second = Math.floorDiv(value, unitsOfSecond);
        int nano =
                (int)
                        (Math.floorMod(value, (long) unitsOfSecond)
                                * (1_000_000_000 / unitsOfSecond));
        return timestamp(second, nano);
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        StringBuilder text = new StringBuilder(ascii(buffer, offset, length));
        if (length > SEPARATOR && text.charAt(SEPARATOR) == ' ') {
            text.setCharAt(SEPARATOR, 'T');
        }
        try {
            Instant instant = withTimeZone ? instant(text) : local(text);
            return timestamp(instant.getEpochSecond(), instant.getNano());
        } catch (DateTimeException e) {
            return Misfit.TEXT;
        }
    }

    private static Instant instant(CharSequence text) {
        TemporalAccessor parsed =
                WITH_OFFSET.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        return parsed instanceof OffsetDateTime
                ? ((OffsetDateTime) parsed).toInstant()
                : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
    }

    private static Instant local(CharSequence text) {
        return LocalDateTime.parse(text, LOCAL).toInstant(ZoneOffset.UTC);
    }

    private Object timestamp(long second, int nano) {
        if (second < FIRST_SECOND || second >= END_SECOND) {
            return Misfit.RANGE;
        }
        if (losesDigits(nano, precision)) {
            return Misfit.DIGITS;
        }
        return TimestampData.fromEpochMillis(second * 1_000 + nano / 1_000_000, nano % 1_000_000);
    }

    /** Whether so many digits after the point are too few for this part of a second. */
    static boolean losesDigits(int nano, int digits) {
        int unit = 1_000_000_000;
        for (int i = 0; i < digits; i++) {
            unit /= 10;
        }
        return nano % unit != 0;
    }
}
