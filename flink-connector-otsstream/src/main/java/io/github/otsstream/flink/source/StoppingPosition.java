/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Where a job stops reading, which decides whether it is bounded.
 *
 * <p>A bounded job reads each line of shards up to the first record at or after the end, <b>and
 * also ends where it has read everything that is there</b>, although the end was not reached. It
 * follows shards that split or merge inside its window.
 *
 * <p>The clocks of the service's machines differ, so a write can get a time that is some minutes
 * past. A window that ends too close to now would miss such writes, and the next window would leave
 * them out as too old. Therefore an end at a timestamp has to be past by a margin, five minutes
 * unless {@link #withEndMargin} says otherwise; a job with a later end is refused when it first
 * looks at the stream, by the service's clock, or {@linkplain #waitForEnd waits}. The end is
 * resolved and checked once; a job that is restored keeps it.
 *
 * <p>Immutable.
 */
@PublicEvolving
public final class StoppingPosition implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Duration DEFAULT_END_MARGIN = Duration.ofMinutes(5);

    /** No stream retains its records longer. */
    private static final Duration MAX_END_MARGIN = Duration.ofDays(7);

    /** The ways to choose an end. */
    enum Kind {
        NEVER,
        LATEST,
        TIMESTAMP
    }

    private final Kind kind;
    private final long timestampMillis;
    private final Duration endMargin;
    private final boolean waitForEnd;

    private StoppingPosition(
            Kind kind, long timestampMillis, Duration endMargin, boolean waitForEnd) {
        this.kind = kind;
        this.timestampMillis = timestampMillis;
        this.endMargin = endMargin;
        this.waitForEnd = waitForEnd;
    }

    /** Reads on until the job is stopped: an unbounded source. */
    public static StoppingPosition never() {
        return new StoppingPosition(Kind.NEVER, Long.MAX_VALUE, DEFAULT_END_MARGIN, false);
    }

    /**
     * Stops at the service's time of the job's start. The margin is not checked: a change is left
     * out, and belongs to a window that begins at that time, if a machine of the service whose
     * clock is ahead has dated it later than that.
     */
    public static StoppingPosition latest() {
        return new StoppingPosition(Kind.LATEST, Long.MAX_VALUE, DEFAULT_END_MARGIN, false);
    }

    /**
     * Stops, in every line of shards, before the first record whose sequence time is at or after
     * the given time.
     *
     * @param epochMillis milliseconds since the epoch, exclusive
     * @throws IllegalArgumentException if it can't be in milliseconds
     */
    public static StoppingPosition timestamp(long epochMillis) {
        return timestamp(GivenTime.of("stop", epochMillis));
    }

    /** The same as {@link #timestamp(long)}, cut to milliseconds. */
    public static StoppingPosition timestamp(Instant instant) {
        return timestamp(GivenTime.of("stop", instant));
    }

    /**
     * The same as {@link #timestamp(long)}.
     *
     * @param yyyyMMddHHmmss a local time, as {@code 20260301093000}
     * @param zone the time zone of that time
     * @throws IllegalArgumentException if there is no such time in the zone, or if it comes twice
     *     there because clocks are set back
     */
    public static StoppingPosition timestamp(String yyyyMMddHHmmss, ZoneId zone) {
        return timestamp(GivenTime.of("stop", yyyyMMddHHmmss, zone));
    }

    private static StoppingPosition timestamp(GivenTime time) {
        return new StoppingPosition(Kind.TIMESTAMP, time.millis(), DEFAULT_END_MARGIN, false);
    }

    /**
     * The same end with another margin.
     *
     * @param margin how far the end has to be past when the job first looks at the stream, or, with
     *     {@link #waitForEnd}, how long the job waits for late writes after it; zero switches the
     *     check off
     * @throws IllegalArgumentException if it is negative or longer than seven days
     * @throws IllegalStateException if this position has no end
     */
    public StoppingPosition withEndMargin(Duration margin) {
        requireEnd("a margin");
        if (margin.isNegative() || margin.compareTo(MAX_END_MARGIN) > 0) {
            throw new IllegalArgumentException(
                    "The margin of an end is from zero to seven days: " + margin);
        }
        return new StoppingPosition(kind, timestampMillis, margin, waitForEnd);
    }

    /**
     * The same end, which may lie in the future: the job reads on until the end and the margin have
     * passed, by the service's clock, so that nothing in the window is missed. Having read all that
     * is there ends it only from then on.
     *
     * @throws IllegalStateException if this position has no end
     */
    public StoppingPosition waitForEnd() {
        requireEnd("a wait");
        return new StoppingPosition(kind, timestampMillis, endMargin, true);
    }

    private void requireEnd(String what) {
        if (!isBounded()) {
            throw new IllegalStateException(
                    "A source that reads on for ever has no " + what + " for its end");
        }
    }

    /** Whether a source with this position ends by itself. */
    public boolean isBounded() {
        return kind != Kind.NEVER;
    }

    /** Whether nothing at all lies between the two positions. */
    @Internal
    public boolean isBefore(StartingPosition start) {
        return kind == Kind.TIMESTAMP
                && start.hasTimestamp()
                && timestampMillis < start.timestampMillis();
    }

    Kind kind() {
        return kind;
    }

    /** Of a {@link Kind#TIMESTAMP}: milliseconds since the epoch. */
    long timestampMillis() {
        return timestampMillis;
    }

    Duration endMargin() {
        return endMargin;
    }

    /** See {@link #waitForEnd}. */
    boolean isWaitingForEnd() {
        return waitForEnd;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof StoppingPosition)) {
            return false;
        }
        StoppingPosition that = (StoppingPosition) o;
        return kind == that.kind
                && timestampMillis == that.timestampMillis
                && endMargin.equals(that.endMargin)
                && waitForEnd == that.waitForEnd;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, timestampMillis, endMargin, waitForEnd);
    }

    @Override
    public String toString() {
        String end =
                kind == Kind.TIMESTAMP
                        ? "timestamp " + Instant.ofEpochMilli(timestampMillis)
                        : kind.name().toLowerCase(Locale.ROOT);
        return waitForEnd ? end + ", waited for with a margin of " + endMargin : end;
    }
}
