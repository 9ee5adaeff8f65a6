/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Where a job that starts without a checkpoint begins to read. A job that is restored ignores it
 * and goes on where its checkpoint stands.
 *
 * <p>The position is resolved once, when the job first lists the stream's shards, and is part of
 * every checkpoint from then on: a failure before the first record changes nothing.
 *
 * <p>Immutable.
 */
@PublicEvolving
public final class StartingPosition implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The ways to choose a beginning. */
    enum Kind {
        EARLIEST,
        LATEST,
        TIMESTAMP,
        STATUS_TABLE,
        LAST_RUN
    }

    private final Kind kind;
    private final long timestampMillis;
    private final boolean orEarliest;

    private StartingPosition(Kind kind, long timestampMillis, boolean orEarliest) {
        this.kind = kind;
        this.timestampMillis = timestampMillis;
        this.orEarliest = orEarliest;
    }

    /** Begins with the oldest record that the stream still retains. */
    public static StartingPosition earliest() {
        return new StartingPosition(Kind.EARLIEST, Long.MIN_VALUE, false);
    }

    /**
     * Begins with the changes that are written after the job has started, by the service's clock.
     */
    public static StartingPosition latest() {
        return new StartingPosition(Kind.LATEST, Long.MIN_VALUE, false);
    }

    /**
     * Begins, in every line of shards, with the first record whose sequence time is at or after the
     * given time. Together with a {@link StoppingPosition#timestamp(long)} at the same time, two
     * adjacent windows {@code [a, b)} and {@code [b, c)} hold every record once.
     *
     * <p>A time that has left the stream's retention fails the job when it first looks at the
     * stream, since changes after that time are lost already; see {@link #orEarliest}.
     *
     * @param epochMillis milliseconds since the epoch, inclusive
     * @throws IllegalArgumentException if it can't be in milliseconds
     */
    public static StartingPosition timestamp(long epochMillis) {
        return timestamp(GivenTime.of("start", epochMillis));
    }

    /** The same as {@link #timestamp(long)}, cut to milliseconds. */
    public static StartingPosition timestamp(Instant instant) {
        return timestamp(GivenTime.of("start", instant));
    }

    /**
     * The same as {@link #timestamp(long)}.
     *
     * @param yyyyMMddHHmmss a local time, as {@code 20260301093000}
     * @param zone the time zone of that time
     * @throws IllegalArgumentException if there is no such time in the zone, or if it comes twice
     *     there because clocks are set back
     */
    public static StartingPosition timestamp(String yyyyMMddHHmmss, ZoneId zone) {
        return timestamp(GivenTime.of("start", yyyyMMddHHmmss, zone));
    }

    private static StartingPosition timestamp(GivenTime time) {
        return new StartingPosition(Kind.TIMESTAMP, time.millis(), false);
    }

    /**
     * Begins at the given time by what the job's status table says of it, as a job of DataX or
     * DataWorks does. Where a run over a window that ends at this time has written its end, each
     * shard goes on exactly where that run has left it, and nothing is left out, not even a record
     * that is dated before this time. Otherwise it is the same as {@link #timestamp(long)}; the
     * places that other runs have left in the status table then save some seeking.
     *
     * @param epochMillis milliseconds since the epoch, inclusive
     * @throws IllegalArgumentException if it can't be in milliseconds
     */
    public static StartingPosition statusTable(long epochMillis) {
        return statusTable(GivenTime.of("start", epochMillis));
    }

    /** The same as {@link #statusTable(long)}, cut to milliseconds. */
    public static StartingPosition statusTable(Instant instant) {
        return statusTable(GivenTime.of("start", instant));
    }

    /**
     * The same as {@link #statusTable(long)}.
     *
     * @param yyyyMMddHHmmss a local time, as {@code 20260301093000}
     * @param zone the time zone of that time
     * @throws IllegalArgumentException if there is no such time in the zone, or if it comes twice
     *     there because clocks are set back
     */
    public static StartingPosition statusTable(String yyyyMMddHHmmss, ZoneId zone) {
        return statusTable(GivenTime.of("start", yyyyMMddHHmmss, zone));
    }

    private static StartingPosition statusTable(GivenTime time) {
        return new StartingPosition(Kind.STATUS_TABLE, time.millis(), false);
    }

    /**
     * Begins where the latest run over a window of the stream has stopped that wrote its end to the
     * job's status table, by this connector or by DataX or DataWorks. Where there is none, the job
     * fails; see {@link #orEarliest}.
     */
    public static StartingPosition lastRun() {
        return new StartingPosition(Kind.LAST_RUN, Long.MIN_VALUE, false);
    }

    /**
     * The same position, which begins with the oldest retained record where the time has left the
     * stream's retention, or there is no last run, instead of failing the job. A warning says which
     * time is missing.
     *
     * @throws IllegalStateException if this is not a position at a time
     */
    public StartingPosition orEarliest() {
        if (kind == Kind.EARLIEST || kind == Kind.LATEST) {
            throw new IllegalStateException(
                    "Only a start at a timestamp can be older than what is retained: " + this);
        }
        return new StartingPosition(kind, timestampMillis, true);
    }

    Kind kind() {
        return kind;
    }

    /** Whether it names a time. */
    boolean hasTimestamp() {
        return kind == Kind.TIMESTAMP || kind == Kind.STATUS_TABLE;
    }

    /** Whether the status table is asked for the start. */
    boolean asksStatusTable() {
        return kind == Kind.STATUS_TABLE || kind == Kind.LAST_RUN;
    }

    /** Of one that {@linkplain #hasTimestamp names a time}: milliseconds since the epoch. */
    long timestampMillis() {
        return timestampMillis;
    }

    /** See {@link #orEarliest}. */
    boolean isOrEarliest() {
        return orEarliest;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof StartingPosition)) {
            return false;
        }
        StartingPosition that = (StartingPosition) o;
        return kind == that.kind
                && timestampMillis == that.timestampMillis
                && orEarliest == that.orEarliest;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, timestampMillis, orEarliest);
    }

    @Override
    public String toString() {
        return describeKind()
                + (hasTimestamp() ? " " + Instant.ofEpochMilli(timestampMillis) : "")
                + (orEarliest ? " or earliest" : "");
    }

    private String describeKind() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
