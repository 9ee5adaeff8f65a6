/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Objects;

/**
 * A time that a user has given as the start or the end of a window, in one of three forms.
 *
 * <p>Every form is refused with an {@link IllegalArgumentException} where it does not name one
 * point in time that the service can count, from 1970 on, in microseconds.
 */
final class GivenTime {

    private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000;

    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

    private final long millis;

    private GivenTime(long millis) {
        this.millis = millis;
    }

    /**
     * @param what whose time it is, as {@code start}
     * @param epochMillis milliseconds since the epoch
     */
    static GivenTime of(String what, long epochMillis) {
        if (epochMillis < 0 || epochMillis > MAX_MILLIS) {
            throw new IllegalArgumentException(
                    "The "
                            + what
                            + " timestamp is in milliseconds since 1970, from 0 to "
                            + MAX_MILLIS
                            + ": "
                            + epochMillis);
        }
        return new GivenTime(epochMillis);
    }

    /** An instant, cut to milliseconds. */
    static GivenTime of(String what, Instant instant) {
        try {
            return of(what, instant.toEpochMilli());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "The " + what + " timestamp is too far from 1970: " + instant, e);
        }
    }

    /**
     * @param text {@code yyyyMMddHHmmss}
     * @param zone where the clock hangs that shows the text
     */
    static GivenTime of(String what, String text, ZoneId zone) {
        Objects.requireNonNull(zone, "zone");
        LocalDateTime local;
        try {
            local = LocalDateTime.parse(text, TEXT);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "The "
                            + what
                            + " timestamp is not a time as yyyyMMddHHmmss, like 20260301093000: "
                            + text,
                    e);
        }
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        if (offsets.size() != 1) {
            throw new IllegalArgumentException(
                    "The "
                            + what
                            + " timestamp "
                            + text
                            + (offsets.isEmpty() ? " does not exist in " : " exists twice in ")
                            + zone
                            + ", where clocks are changed around it. Give it in milliseconds since"
                            + " 1970, or with a fixed offset from UTC.");
        }
        return of(what, local.toInstant(offsets.get(0)));
    }

    /** Milliseconds since the epoch. */
    long millis() {
        return millis;
    }
}
