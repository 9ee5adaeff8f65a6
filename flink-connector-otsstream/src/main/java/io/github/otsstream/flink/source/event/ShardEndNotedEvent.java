/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The enumerator's answer to a {@link ShardEndedEvent}: its next checkpoint holds the end. Flink
 * delivers what an enumerator sends after a checkpoint of its own only when the reader has taken
 * its part of that checkpoint too. So every checkpoint that the reader takes part in with this
 * answer at hand holds the end, and once one of them has completed the reader may forget the shard.
 *
 * <p>It is sent at once and not when the checkpoint completes, because a reader finishes at the
 * completion of the savepoint that a job is stopped with, and an event that comes too late for its
 * reader fails the job.
 */
@Internal
public final class ShardEndNotedEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String shardId;

    public ShardEndNotedEvent(String shardId) {
        this.shardId = Objects.requireNonNull(shardId);
    }

    public String shardId() {
        return shardId;
    }

    @Override
    public String toString() {
        return "ShardEndNotedEvent{" + shardId + '}';
    }
}
