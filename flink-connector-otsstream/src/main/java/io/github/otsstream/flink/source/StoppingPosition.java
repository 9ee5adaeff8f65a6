/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import java.io.Serializable;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Where a job stops reading, which decides whether it is bounded.
 *
 * <p>A bounded job reads each line of shards up to the first record at or after the end, <b>and
 * also ends where it has read everything that is there</b>, although the end was not reached. It
 * follows shards that split or merge inside its window.
 */
@PublicEvolving
public final class StoppingPosition implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final long MAX_MILLIS = StartingPosition.MAX_MILLIS;

    /** The ways to choose an end. */
    enum Kind {
        NEVER,
        LATEST,
        TIMESTAMP
    }

    private final Kind kind;
    private final long timestampMillis;

    private StoppingPosition(Kind kind, long timestampMillis) {
        this.kind = kind;
        this.timestampMillis = timestampMillis;
    }

    /** Reads on until the job is stopped: an unbounded source. */
    public static StoppingPosition never() {
        return new StoppingPosition(Kind.NEVER, Long.MAX_VALUE);
    }

    /** Stops at the service's time of the job's start: what was there then is read. */
    public static StoppingPosition latest() {
        return new StoppingPosition(Kind.LATEST, Long.MAX_VALUE);
    }

    /**
     * Stops, in every line of shards, before the first record whose sequence time is at or after
     * the given time. The clocks of the service's machines differ, and a record that is a few
     * minutes late may follow; choose a time that is at least five minutes past.
     *
     * @param epochMillis milliseconds since the epoch, exclusive
     */
    public static StoppingPosition timestamp(long epochMillis) {
        if (epochMillis < 0 || epochMillis > MAX_MILLIS) {
            throw new IllegalArgumentException(
                    "The stop timestamp is in milliseconds since 1970, from 0 to "
                            + MAX_MILLIS
                            + ": "
                            + epochMillis);
        }
        return new StoppingPosition(Kind.TIMESTAMP, epochMillis);
    }

    /** The same as {@link #timestamp(long)}. */
    public static StoppingPosition timestamp(Instant instant) {
        return timestamp(instant.toEpochMilli());
    }

    /** Whether a source with this position ends by itself. */
    public boolean isBounded() {
        return kind != Kind.NEVER;
    }

    /**
     * The first time that is not read any more, given the service's time at the job's first look at
     * the stream; {@link Long#MAX_VALUE} is no end.
     */
    long resolve(long serviceTimeMillis) {
        return kind == Kind.LATEST ? serviceTimeMillis : timestampMillis;
    }

    /** Whether nothing at all lies between the two positions. */
    boolean isBefore(StartingPosition start) {
        return kind == Kind.TIMESTAMP && timestampMillis < start.resolve(Long.MIN_VALUE);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof StoppingPosition
                && ((StoppingPosition) o).kind == kind
                && ((StoppingPosition) o).timestampMillis == timestampMillis;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, timestampMillis);
    }

    @Override
    public String toString() {
        return kind == Kind.TIMESTAMP
                ? "timestamp " + Instant.ofEpochMilli(timestampMillis)
                : kind.name().toLowerCase(Locale.ROOT);
    }
}
