/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/** What one run over a window of a stream was about, and which shards it had. Immutable. */
@Internal
public final class JobDescription {

    private final String tableName;
    private final String streamId;
    private final String version;
    private final long startMillis;
    private final long endMillis;
    private final Set<String> shardIds;

    /**
     * @param version names the run, as {@code <millis>-<uuid>}; each run has another one
     * @param startMillis the window's first time, in milliseconds since the epoch
     * @param endMillis the first time after the window
     * @param shardIds the shards that the stream had
     */
    public JobDescription(
            String tableName,
            String streamId,
            String version,
            long startMillis,
            long endMillis,
            Collection<String> shardIds) {
        this.tableName = Objects.requireNonNull(tableName, "tableName");
        this.streamId = Objects.requireNonNull(streamId, "streamId");
        this.version = Objects.requireNonNull(version, "version");
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.shardIds = Collections.unmodifiableSet(new TreeSet<>(shardIds));
    }

    public String getTableName() {
        return tableName;
    }

    public String getStreamId() {
        return streamId;
    }

    /** Returns what names the run. Empty for a run of old that had no name. */
    public String getVersion() {
        return version;
    }

    public long getStartMillis() {
        return startMillis;
    }

    public long getEndMillis() {
        return endMillis;
    }

    /** Returns the shards that the stream had, sorted. */
    public Set<String> getShardIds() {
        return shardIds;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof JobDescription)) {
            return false;
        }
        JobDescription that = (JobDescription) other;
        return tableName.equals(that.tableName)
                && streamId.equals(that.streamId)
                && version.equals(that.version)
                && startMillis == that.startMillis
                && endMillis == that.endMillis
                && shardIds.equals(that.shardIds);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tableName, streamId, version, startMillis, endMillis, shardIds);
    }

    @Override
    public String toString() {
        return "run "
                + version
                + " over ["
                + startMillis
                + ", "
                + endMillis
                + ") of stream "
                + streamId
                + " with "
                + shardIds.size()
                + " shards";
    }
}
