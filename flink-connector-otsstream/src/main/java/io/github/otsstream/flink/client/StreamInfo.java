/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Objects;
import org.apache.flink.annotation.Internal;

/** One stream as the service lists it. Immutable. */
@Internal
public final class StreamInfo {

    private final String streamId;
    private final String tableName;
    private final long creationTimeMicros;

    public StreamInfo(String streamId, String tableName, long creationTimeMicros) {
        this.streamId = Objects.requireNonNull(streamId, "streamId");
        this.tableName = Objects.requireNonNull(tableName, "tableName");
        this.creationTimeMicros = creationTimeMicros;
    }

    public String getStreamId() {
        return streamId;
    }

    public String getTableName() {
        return tableName;
    }

    /** Returns when the stream was enabled, in microseconds since 1970-01-01T00:00:00Z. */
    public long getCreationTimeMicros() {
        return creationTimeMicros;
    }

    @Override
    public String toString() {
        return "StreamInfo{"
                + streamId
                + ", table="
                + tableName
                + ", creationTimeMicros="
                + creationTimeMicros
                + '}';
    }
}
