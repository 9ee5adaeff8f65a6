/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * How far a reader has emitted its shards, told from time to time: what source watermarks, a
 * bounded job's progress and its log are made of. An event may be lost; the next one tells more.
 */
@Internal
public final class ReaderProgressEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final HashMap<String, Long> readUntilMillis;
    private final long recordsEmitted;

    /**
     * @param readUntilMillis for each shard of the reader of which it is known, the time before
     *     which nothing is unread, as {@link
     *     io.github.otsstream.flink.source.split.ShardPosition#readUntilMillis} has it
     * @param recordsEmitted the records that the reader has emitted since it was created
     */
    public ReaderProgressEvent(Map<String, Long> readUntilMillis, long recordsEmitted) {
        this.readUntilMillis = new HashMap<>(readUntilMillis);
        this.recordsEmitted = recordsEmitted;
    }

    public Map<String, Long> readUntilMillis() {
        return readUntilMillis;
    }

    public long recordsEmitted() {
        return recordsEmitted;
    }
}
