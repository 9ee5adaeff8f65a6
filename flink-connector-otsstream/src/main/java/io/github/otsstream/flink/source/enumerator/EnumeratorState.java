/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.split.ReadWindow;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The enumerator's checkpoint: which stream is read, what of it is wanted, and the shards that are
 * open or of which a child is still to come. Immutable.
 */
@Internal
public final class EnumeratorState {

    @Nullable private final String streamId;
    private final ReadWindow window;
    private final long requestedStartMillis;
    @Nullable private final String runVersion;
    private final List<ShardProgress> shards;

    /**
     * @param requestedStartMillis the time from which the job was asked to read, which the window
     *     need not have as its start; {@link ReadWindow#NO_START} is the oldest record
     * @param runVersion the version under which this run appears in the status table, null where
     *     none is written
     */
    EnumeratorState(
            @Nullable String streamId,
            ReadWindow window,
            long requestedStartMillis,
            @Nullable String runVersion,
            List<ShardProgress> shards) {
        this.streamId = streamId;
        this.window = Objects.requireNonNull(window);
        this.requestedStartMillis = requestedStartMillis;
        this.runVersion = runVersion;
        this.shards = List.copyOf(shards);
    }

    /** The state of a job that has not seen the stream yet. */
    static EnumeratorState empty() {
        return new EnumeratorState(null, ReadWindow.all(), ReadWindow.NO_START, null, List.of());
    }

    /** The stream's id, or null where the stream has not been seen yet. */
    @Nullable
    String streamId() {
        return streamId;
    }

    /** Start and end, resolved when the stream was first seen. */
    ReadWindow window() {
        return window;
    }

    long requestedStartMillis() {
        return requestedStartMillis;
    }

    @Nullable
    String runVersion() {
        return runVersion;
    }

    List<ShardProgress> shards() {
        return shards;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof EnumeratorState)) {
            return false;
        }
        EnumeratorState that = (EnumeratorState) o;
        return Objects.equals(streamId, that.streamId)
                && window.equals(that.window)
                && requestedStartMillis == that.requestedStartMillis
                && Objects.equals(runVersion, that.runVersion)
                && shards.equals(that.shards);
    }

    @Override
    public int hashCode() {
        return Objects.hash(streamId, window, requestedStartMillis, runVersion, shards);
    }

    @Override
    public String toString() {
        return "EnumeratorState{" + streamId + ", " + window + ", " + shards + '}';
    }
}
