/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import io.github.otsstream.flink.source.split.ShardEnd;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader has emitted the last wanted record of a shard. Sent again after a restore, until the
 * enumerator answers with {@link ShardEndsRecordedEvent}.
 */
@Internal
public final class ShardEndedEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String shardId;
    private final ShardEnd end;
    private final boolean windowEntered;

    /**
     * @param windowEntered whether a record at or after the window's start was met, so that
     *     children leave out nothing
     */
    public ShardEndedEvent(String shardId, ShardEnd end, boolean windowEntered) {
        this.shardId = Objects.requireNonNull(shardId);
        this.end = Objects.requireNonNull(end);
        this.windowEntered = windowEntered;
    }

    public String shardId() {
        return shardId;
    }

    public ShardEnd end() {
        return end;
    }

    public boolean windowEntered() {
        return windowEntered;
    }

    @Override
    public String toString() {
        return "ShardEndedEvent{" + shardId + ", " + end + '}';
    }
}
