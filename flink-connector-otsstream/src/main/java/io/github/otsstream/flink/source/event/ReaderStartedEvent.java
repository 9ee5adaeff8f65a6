/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader's first word after it has started: the shards that it restored from its own state and
 * goes on reading. Sent also where there are none, since assignment waits for every reader's report
 * to know how loaded it is.
 */
@Internal
public final class ReaderStartedEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String[] shardIds;

    public ReaderStartedEvent(List<String> shardIds) {
        this.shardIds = shardIds.toArray(new String[0]);
    }

    public List<String> shardIds() {
        return List.of(shardIds);
    }
}
