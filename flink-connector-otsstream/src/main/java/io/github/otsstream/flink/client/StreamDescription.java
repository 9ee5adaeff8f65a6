/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * A stream and all its shards that are still retained, in the order in which the service lists
 * them. Immutable.
 */
@Internal
public final class StreamDescription {

    /** Whether the stream can be read yet. */
    public enum Status {
        /** The stream was enabled a moment ago, and is not to be read before it is active. */
        ENABLING,
        ACTIVE
    }

    private final String streamId;
    private final String tableName;
    private final long creationTimeMicros;
    private final Duration retention;
    private final Status status;
    private final boolean timeSeries;
    private final List<ShardInfo> shards;
    private final long serviceTimeMillis;

    public StreamDescription(
            String streamId,
            String tableName,
            long creationTimeMicros,
            Duration retention,
            Status status,
            boolean timeSeries,
            List<ShardInfo> shards,
            long serviceTimeMillis) {
        this.streamId = Objects.requireNonNull(streamId, "streamId");
        this.tableName = Objects.requireNonNull(tableName, "tableName");
        this.creationTimeMicros = creationTimeMicros;
        this.retention = Objects.requireNonNull(retention, "retention");
        this.status = Objects.requireNonNull(status, "status");
        this.timeSeries = timeSeries;
        this.shards = List.copyOf(shards);
        this.serviceTimeMillis = serviceTimeMillis;
    }

    /** Returns the same description with other shards. */
    StreamDescription withShards(List<ShardInfo> otherShards) {
        return new StreamDescription(
                streamId,
                tableName,
                creationTimeMicros,
                retention,
                status,
                timeSeries,
                otherShards,
                serviceTimeMillis);
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

    /** Returns how long a record stays readable. */
    public Duration getRetention() {
        return retention;
    }

    public Status getStatus() {
        return status;
    }

    /** Returns whether the stream is that of a time-series table. */
    public boolean isTimeSeries() {
        return timeSeries;
    }

    public List<ShardInfo> getShards() {
        return shards;
    }

    /**
     * Returns the service's clock at its last answer, in milliseconds since 1970-01-01T00:00:00Z.
     */
    public long getServiceTimeMillis() {
        return serviceTimeMillis;
    }

    @Override
    public String toString() {
        return "StreamDescription{"
                + streamId
                + ", table="
                + tableName
                + ", status="
                + status
                + ", retention="
                + retention
                + ", shards="
                + shards.size()
                + '}';
    }
}
