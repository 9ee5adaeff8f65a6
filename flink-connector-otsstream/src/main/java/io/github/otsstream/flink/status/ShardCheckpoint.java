/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * Where reading of one shard goes on, as one run has left it: one row of its {@link CheckpointSet}.
 * Immutable.
 */
@Internal
public final class ShardCheckpoint {

    private static final String SHARD_END = "SHARD_END";
    private static final String TRIM_HORIZON = "TRIM_HORIZON";

    private final String shardId;
    private final String position;
    private final long recordCount;

    private ShardCheckpoint(String shardId, String position, long recordCount) {
        this.shardId = Objects.requireNonNull(shardId, "shardId");
        this.position = Objects.requireNonNull(position, "position");
        this.recordCount = recordCount;
    }

    /** The shard is read up to an iterator, which returns the first record that is not read. */
    public static ShardCheckpoint at(String shardId, String iterator) {
        if (iterator.isEmpty() || iterator.equals(SHARD_END) || iterator.equals(TRIM_HORIZON)) {
            throw new IllegalArgumentException(
                    "Not an iterator of shard " + shardId + ": '" + iterator + "'");
        }
        return new ShardCheckpoint(shardId, iterator, 0);
    }

    /** The shard is closed and read to its end. */
    public static ShardCheckpoint ended(String shardId) {
        return new ShardCheckpoint(shardId, SHARD_END, 0);
    }

    /**
     * Nothing of the shard is read: it comes after a shard that is not read to its end, or it was
     * not there yet.
     */
    public static ShardCheckpoint notBegun(String shardId) {
        return new ShardCheckpoint(shardId, TRIM_HORIZON, 0);
    }

    /**
     * Reads the text that a row holds.
     *
     * @throws IllegalArgumentException if the text is empty
     */
    static ShardCheckpoint ofPosition(String shardId, String position) {
        switch (position) {
            case SHARD_END:
                return ended(shardId);
            case TRIM_HORIZON:
                return notBegun(shardId);
            default:
                return at(shardId, position);
        }
    }

    /** The same place, with how many of the shard's records the run has read; 0 if not known. */
    public ShardCheckpoint withRecordCount(long recordCount) {
        return new ShardCheckpoint(shardId, position, recordCount);
    }

    public String getShardId() {
        return shardId;
    }

    /**
     * Returns how many of the shard's records the run has read; 0 if not known. For people only.
     */
    public long getRecordCount() {
        return recordCount;
    }

    /** Returns whether the shard is closed and read to its end. */
    public boolean isEnded() {
        return position.equals(SHARD_END);
    }

    /** Returns whether nothing of the shard is read: it is to be read from its oldest record. */
    public boolean isNotBegun() {
        return position.equals(TRIM_HORIZON);
    }

    /**
     * Returns the iterator to go on with.
     *
     * @throws IllegalStateException if the shard is read to its end, or not begun
     */
    public String getIterator() {
        if (isEnded() || isNotBegun()) {
            throw new IllegalStateException("There is no iterator: " + this);
        }
        return position;
    }

    /** The text that a row holds: an iterator, {@code SHARD_END} or {@code TRIM_HORIZON}. */
    String position() {
        return position;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof ShardCheckpoint)) {
            return false;
        }
        ShardCheckpoint that = (ShardCheckpoint) other;
        return shardId.equals(that.shardId)
                && position.equals(that.position)
                && recordCount == that.recordCount;
    }

    @Override
    public int hashCode() {
        return Objects.hash(shardId, position, recordCount);
    }

    @Override
    public String toString() {
        return "shard " + shardId + " at " + position;
    }
}
