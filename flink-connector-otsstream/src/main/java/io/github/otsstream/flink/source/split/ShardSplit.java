/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import java.time.Duration;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One shard as the source reads it: what of it is wanted and how far that is done.
 *
 * <p>A split whose reading has ended keeps on being part of its reader's checkpoints until the
 * enumerator has said that its own checkpoint knows of it, so that no moment of failure can lose
 * the fact.
 *
 * <p>Immutable.
 */
@Internal
public final class ShardSplit implements SourceSplit {

    /** What the service allows at least. */
    private static final Duration SHORTEST_RETENTION = Duration.ofHours(1);

    private final String streamId;
    private final String shardId;
    private final Duration retention;
    private final ReadWindow window;
    private final ShardPosition position;
    @Nullable private final ShardEnd end;

    /** A split of a stream that retains its records for the shortest time that there is. */
    public ShardSplit(
            String streamId,
            String shardId,
            ReadWindow window,
            ShardPosition position,
            @Nullable ShardEnd end) {
        this(streamId, shardId, SHORTEST_RETENTION, window, position, end);
    }

    /**
     * @param retention for how long the stream retains a record, positive
     */
    public ShardSplit(
            String streamId,
            String shardId,
            Duration retention,
            ReadWindow window,
            ShardPosition position,
            @Nullable ShardEnd end) {
        this.streamId = Objects.requireNonNull(streamId);
        this.shardId = Objects.requireNonNull(shardId);
        this.retention = Objects.requireNonNull(retention);
        this.window = Objects.requireNonNull(window);
        this.position = Objects.requireNonNull(position);
        this.end = end;
    }

    /** The shard's id, which is unique in its stream. */
    @Override
    public String splitId() {
        return shardId;
    }

    public String streamId() {
        return streamId;
    }

    /** For how long the stream retains a record. */
    public Duration retention() {
        return retention;
    }

    /** The same split of a stream that retains its records for another time. */
    public ShardSplit withRetention(Duration newRetention) {
        return new ShardSplit(streamId, shardId, newRetention, window, position, end);
    }

    public ReadWindow window() {
        return window;
    }

    public ShardPosition position() {
        return position;
    }

    /** Why reading has ended, or null while there is more to read. */
    @Nullable
    public ShardEnd end() {
        return end;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof ShardSplit)) {
            return false;
        }
        ShardSplit that = (ShardSplit) o;
        return streamId.equals(that.streamId)
                && shardId.equals(that.shardId)
                && retention.equals(that.retention)
                && window.equals(that.window)
                && position.equals(that.position)
                && end == that.end;
    }

    @Override
    public int hashCode() {
        return Objects.hash(streamId, shardId, retention, window, position, end);
    }

    @Override
    public String toString() {
        return "shard "
                + shardId
                + " "
                + window
                + " at "
                + position
                + (end == null ? "" : " ended: " + end);
    }
}
