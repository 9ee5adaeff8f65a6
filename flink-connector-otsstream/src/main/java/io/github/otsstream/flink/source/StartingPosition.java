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
 * Where a job that starts without a checkpoint begins to read. A job that is restored ignores it
 * and goes on where its checkpoint stands.
 *
 * <p>The position is resolved once, when the job first lists the stream's shards, and is part of
 * every checkpoint from then on: a failure before the first record changes nothing.
 */
@PublicEvolving
public final class StartingPosition implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The service counts in microseconds. */
    static final long MAX_MILLIS = Long.MAX_VALUE / 1_000;

    /** The ways to choose a beginning. */
    enum Kind {
        EARLIEST,
        LATEST,
        TIMESTAMP
    }

    private final Kind kind;
    private final long timestampMillis;

    private StartingPosition(Kind kind, long timestampMillis) {
        this.kind = kind;
        this.timestampMillis = timestampMillis;
    }

    /** Begins with the oldest record that the stream still retains. */
    public static StartingPosition earliest() {
        return new StartingPosition(Kind.EARLIEST, Long.MIN_VALUE);
    }

    /**
     * Begins with the changes that are written after the job has started, by the service's clock.
     */
    public static StartingPosition latest() {
        return new StartingPosition(Kind.LATEST, Long.MIN_VALUE);
    }

    /**
     * Begins, in every line of shards, with the first record whose sequence time is at or after the
     * given time. Together with a {@link StoppingPosition#timestamp(long)} at the same time, two
     * adjacent windows {@code [a, b)} and {@code [b, c)} hold every record once.
     *
     * @param epochMillis milliseconds since the epoch
     */
    public static StartingPosition timestamp(long epochMillis) {
        if (epochMillis < 0 || epochMillis > MAX_MILLIS) {
            throw new IllegalArgumentException(
                    "The start timestamp is in milliseconds since 1970, from 0 to "
                            + MAX_MILLIS
                            + ": "
                            + epochMillis);
        }
        return new StartingPosition(Kind.TIMESTAMP, epochMillis);
    }

    /** The same as {@link #timestamp(long)}. */
    public static StartingPosition timestamp(Instant instant) {
        return timestamp(instant.toEpochMilli());
    }

    /**
     * The time before which records are left out, given the service's time at the job's first look
     * at the stream; {@link Long#MIN_VALUE} leaves out nothing.
     */
    long resolve(long serviceTimeMillis) {
        return kind == Kind.LATEST ? serviceTimeMillis : timestampMillis;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof StartingPosition
                && ((StartingPosition) o).kind == kind
                && ((StartingPosition) o).timestampMillis == timestampMillis;
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
