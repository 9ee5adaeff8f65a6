/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.source.split.ShardPosition;
import java.time.Instant;
import org.apache.flink.annotation.Internal;

/**
 * The time within which a shard's records may have left retention before they were read. Immutable.
 */
@Internal
final class TrimmedRange {

    private final long fromMillis;
    private final long toMillis;

    /**
     * @param fromMillis what is older was read or is not wanted, or {@link ShardPosition#UNKNOWN};
     *     milliseconds since the epoch
     * @param toMillis what is newer is there
     */
    TrimmedRange(long fromMillis, long toMillis) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
    }

    /** The same range, ending at the oldest record that is there. */
    TrimmedRange upTo(long oldestMillis) {
        return new TrimmedRange(fromMillis, Math.min(toMillis, oldestMillis));
    }

    long fromMillis() {
        return fromMillis;
    }

    long toMillis() {
        return toMillis;
    }

    @Override
    public String toString() {
        String to = "up to " + Instant.ofEpochMilli(toMillis);
        return fromMillis == ShardPosition.UNKNOWN
                ? to
                : "from " + Instant.ofEpochMilli(fromMillis) + " " + to;
    }
}
