/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader has emitted the last wanted record of a shard. The enumerator answers with {@link
 * ShardEndNotedEvent}. Sent again after a restore.
 */
@Internal
public final class ShardEndedEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String shardId;
    private final ShardEnd end;
    private final boolean windowEntered;
    private final ShardPosition position;

    /**
     * @param windowEntered whether a record at or after the window's start was met, so that
     *     children leave out nothing
     * @param position the place of the first record that is not wanted any more
     */
    public ShardEndedEvent(
            String shardId, ShardEnd end, boolean windowEntered, ShardPosition position) {
        this.shardId = Objects.requireNonNull(shardId);
        this.end = Objects.requireNonNull(end);
        this.windowEntered = windowEntered;
        this.position = Objects.requireNonNull(position);
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

    public ShardPosition position() {
        return position;
    }

    @Override
    public String toString() {
        return "ShardEndedEvent{" + shardId + ", " + end + '}';
    }
}
