/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;

/** A shard as the control surface sees it at one moment. Immutable. */
public final class ShardInfo {

    private final String shardId;
    private final String parentId;
    private final String parentSiblingId;
    private final PrimaryKeyValue fromInclusive;
    private final PrimaryKeyValue toExclusive;
    private final boolean open;
    private final long firstOrdinal;
    private final long endOrdinal;
    private final long reads;

    public ShardInfo(
            String shardId,
            String parentId,
            String parentSiblingId,
            PrimaryKeyValue fromInclusive,
            PrimaryKeyValue toExclusive,
            boolean open,
            long firstOrdinal,
            long endOrdinal,
            long reads) {
        this.shardId = shardId;
        this.parentId = parentId;
        this.parentSiblingId = parentSiblingId;
        this.fromInclusive = fromInclusive;
        this.toExclusive = toExclusive;
        this.open = open;
        this.firstOrdinal = firstOrdinal;
        this.endOrdinal = endOrdinal;
        this.reads = reads;
    }

    public String shardId() {
        return shardId;
    }

    /** The shard that this one came from, or null. */
    public String parentId() {
        return parentId;
    }

    /** The second parent of a shard that came from a merge, or null. */
    public String parentSiblingId() {
        return parentSiblingId;
    }

    /** Least partition key of the shard's partition, or null if unbounded. */
    public PrimaryKeyValue fromInclusive() {
        return fromInclusive;
    }

    /** Bound above the partition's keys, or null if unbounded. */
    public PrimaryKeyValue toExclusive() {
        return toExclusive;
    }

    /** False once a split, a merge or the stream's end has closed the shard. */
    public boolean isOpen() {
        return open;
    }

    /** How many records have left the shard's log by expiry or trimming. */
    public long trimmedRecords() {
        return firstOrdinal;
    }

    public long retainedRecords() {
        return endOrdinal - firstOrdinal;
    }

    /** How many GetStreamRecord calls named this shard. */
    public long reads() {
        return reads;
    }

    @Override
    public String toString() {
        return shardId
                + (open ? " open" : " closed")
                + " ["
                + fromInclusive
                + ", "
                + toExclusive
                + "), "
                + retainedRecords()
                + " records";
    }
}
