/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/** What the enumerator's checkpoint holds of one shard. Immutable. */
@Internal
public final class ShardProgress {

    private final String shardId;
    private final ShardGraph.Status status;
    private final ShardPosition position;
    private final boolean windowEntered;

    /**
     * @param position where to begin; of meaning only while the shard waits, since a reader's own
     *     state holds the position of what it reads
     * @param windowEntered whether nothing is left out any more of the shard, or, once it has
     *     ended, of its children
     */
    ShardProgress(
            String shardId,
            ShardGraph.Status status,
            ShardPosition position,
            boolean windowEntered) {
        this.shardId = Objects.requireNonNull(shardId);
        this.status = Objects.requireNonNull(status);
        this.position = Objects.requireNonNull(position);
        this.windowEntered = windowEntered;
    }

    String shardId() {
        return shardId;
    }

    ShardGraph.Status status() {
        return status;
    }

    ShardPosition position() {
        return position;
    }

    boolean windowEntered() {
        return windowEntered;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof ShardProgress)) {
            return false;
        }
        ShardProgress that = (ShardProgress) o;
        return shardId.equals(that.shardId)
                && status == that.status
                && position.equals(that.position)
                && windowEntered == that.windowEntered;
    }

    @Override
    public int hashCode() {
        return Objects.hash(shardId, status, position, windowEntered);
    }

    @Override
    public String toString() {
        return shardId + " " + status + " at " + position;
    }
}
