/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * A place in a shard and its time: what is read from the iterator on has (but for clocks that
 * differ) this time or a later one. Immutable.
 */
@Internal
public final class TimePoint {

    private final String shardId;
    private final long millis;
    private final String iterator;

    /**
     * @param millis the time of the first record that the iterator returned, in milliseconds since
     *     the epoch
     */
    public TimePoint(String shardId, long millis, String iterator) {
        this.shardId = Objects.requireNonNull(shardId, "shardId");
        this.millis = millis;
        this.iterator = Objects.requireNonNull(iterator, "iterator");
    }

    public String getShardId() {
        return shardId;
    }

    /** Returns the time of the first record that the iterator returned. */
    public long getMillis() {
        return millis;
    }

    public String getIterator() {
        return iterator;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof TimePoint)) {
            return false;
        }
        TimePoint that = (TimePoint) other;
        return shardId.equals(that.shardId)
                && millis == that.millis
                && iterator.equals(that.iterator);
    }

    @Override
    public int hashCode() {
        return Objects.hash(shardId, millis, iterator);
    }

    @Override
    public String toString() {
        return "shard " + shardId + " at " + millis;
    }
}
