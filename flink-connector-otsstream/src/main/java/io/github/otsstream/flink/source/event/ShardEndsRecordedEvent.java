/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import java.util.Collection;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The enumerator's answer to {@link ShardEndedEvent}s once a completed checkpoint of its own holds
 * them: from now on the reader may forget those shards.
 */
@Internal
public final class ShardEndsRecordedEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String[] shardIds;

    public ShardEndsRecordedEvent(Collection<String> shardIds) {
        this.shardIds = shardIds.toArray(new String[0]);
    }

    public List<String> shardIds() {
        return List.of(shardIds);
    }
}
