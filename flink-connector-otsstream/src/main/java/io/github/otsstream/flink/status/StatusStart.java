/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Where to begin reading a stream's window, as the status table has it. Either of two.
 *
 * <p><em>Exact</em>: a run over the window before was done. Each shard goes on where it has left
 * it, and nothing is skipped, not even records with a time before the start. A listed shard without
 * a checkpoint is read from its oldest record.
 *
 * <p><em>Not exact</em>: there is no such run, and {@link #getRejection()} says why. Each shard is
 * read from its time point, or from wherever else its records before the start are certain to be
 * found (a seek, the oldest record), and records are skipped up to the first one at or after the
 * start. As long as the start is within the stream's retention, nothing of the window is missed
 * this way either; it only takes longer.
 *
 * <p>Immutable.
 */
@Internal
public final class StatusStart {

    private final long startMillis;
    private final Map<String, ShardCheckpoint> checkpoints;
    private final Map<String, TimePoint> timePoints;
    @Nullable private final RejectedSetException rejection;

    private StatusStart(
            long startMillis,
            Map<String, ShardCheckpoint> checkpoints,
            Map<String, TimePoint> timePoints,
            @Nullable RejectedSetException rejection) {
        this.startMillis = startMillis;
        this.checkpoints = Collections.unmodifiableMap(checkpoints);
        this.timePoints = Collections.unmodifiableMap(timePoints);
        this.rejection = rejection;
    }

    static StatusStart exact(long startMillis, Map<String, ShardCheckpoint> checkpoints) {
        return new StatusStart(startMillis, checkpoints, Map.of(), null);
    }

    static StatusStart inexact(
            long startMillis, Map<String, TimePoint> timePoints, RejectedSetException rejection) {
        return new StatusStart(startMillis, Map.of(), timePoints, rejection);
    }

    /** Returns the window's first time, in milliseconds since the epoch. */
    public long getStartMillis() {
        return startMillis;
    }

    /** Returns whether shards go on at their checkpoints and nothing is skipped. */
    public boolean isExact() {
        return rejection == null;
    }

    /** Returns, of an exact start, the places of listed shards by id. Empty if not exact. */
    public Map<String, ShardCheckpoint> getCheckpoints() {
        return checkpoints;
    }

    /**
     * Returns, of a start that is not exact, the newest time point before the start of each listed
     * shard that has one, by id. Empty if exact.
     */
    public Map<String, TimePoint> getTimePoints() {
        return timePoints;
    }

    /** Returns why the start is not exact, or nothing if it is. */
    public Optional<RejectedSetException> getRejection() {
        return Optional.ofNullable(rejection);
    }

    @Override
    public String toString() {
        return isExact()
                ? "start at " + startMillis + " with " + checkpoints.size() + " checkpoints"
                : "start at " + startMillis + " with " + timePoints.size() + " time points";
    }
}
