/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.stream.TablePartitions.Partition;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * Splits and merges a table's partitions, with their shards if the stream is on. Takes the table's
 * write lock, so that each change falls before or after. Refuses with {@link
 * IllegalArgumentException}, saying what would work.
 */
public final class Partitioning {

    private final StreamService service;

    public Partitioning(StreamService service) {
        this.service = service;
    }

    /** Splits the partition that holds {@code key}, at that key. */
    public void splitAt(String tableName, PrimaryKeyValue key) {
        StreamedTable streamed = table(tableName);
        PrimaryKeyType type = keyType(streamed);
        if (key.isInfMin() || key.isInfMax() || key.getType() != type) {
            throw new IllegalArgumentException(
                    "The first primary key column of table "
                            + tableName
                            + " is of type "
                            + type
                            + ", so that it cannot be split at "
                            + key);
        }
        Lock lock = streamed.table.lock().writeLock();
        lock.lock();
        try {
            split(streamed, streamed.partitions.of(key), key);
        } finally {
            lock.unlock();
        }
    }

    /** Splits the partition of an open shard at the middle of its rows, or of its key range. */
    public void split(String tableName, String shardId) {
        StreamedTable streamed = table(tableName);
        Lock lock = streamed.table.lock().writeLock();
        lock.lock();
        try {
            Partition partition = partition(streamed, shardId);
            KeyRange range = partition.range;
            PrimaryKeyValue key = streamed.table.middleKey(range.from(), range.to());
            if (key == null || !range.canSplitAt(key)) {
                key = range.middle(keyType(streamed));
            }
            if (key == null) {
                throw new IllegalArgumentException(
                        "There is no key to split the partition "
                                + range
                                + " of shard "
                                + shardId
                                + " at");
            }
            split(streamed, partition, key);
        } finally {
            lock.unlock();
        }
    }

    private void split(StreamedTable streamed, Partition partition, PrimaryKeyValue key) {
        if (!partition.range.canSplitAt(key)) {
            throw new IllegalArgumentException(
                    "The partition " + partition.range + " begins at " + key + " already");
        }
        Partition left = new Partition(new KeyRange(partition.range.from(), key));
        Partition right = new Partition(new KeyRange(key, partition.range.to()));
        if (streamed.stream != null) {
            List<Shard> children =
                    streamed.stream.split(
                            partition.shard, left.range, right.range, service.clock().micros());
            left.shard = children.get(0);
            right.shard = children.get(1);
        }
        streamed.partitions.split(partition, left, right);
    }

    /** Merges the partitions of two open shards that are neighbours, in either order. */
    public void merge(String tableName, String shardId, String otherShardId) {
        StreamedTable streamed = table(tableName);
        Lock lock = streamed.table.lock().writeLock();
        lock.lock();
        try {
            Partition left = partition(streamed, shardId);
            Partition right = partition(streamed, otherShardId);
            if (streamed.partitions.areNeighbours(right, left)) {
                Partition swapped = left;
                left = right;
                right = swapped;
            }
            if (!streamed.partitions.areNeighbours(left, right)) {
                throw new IllegalArgumentException(
                        "The partitions "
                                + left.range
                                + " and "
                                + right.range
                                + " are not neighbours, so that they cannot be merged");
            }
            Partition merged = new Partition(new KeyRange(left.range.from(), right.range.to()));
            merged.shard =
                    streamed.stream.merge(
                            left.shard, right.shard, merged.range, service.clock().micros());
            streamed.partitions.merge(left, right, merged);
        } finally {
            lock.unlock();
        }
    }

    private StreamedTable table(String name) {
        StreamedTable table = service.table(name);
        if (table == null) {
            throw new IllegalArgumentException("There is no table " + name);
        }
        return table;
    }

    private static Partition partition(StreamedTable streamed, String shardId) {
        Partition partition = streamed.partitions.ofShard(shardId);
        if (partition == null) {
            throw new IllegalArgumentException(
                    "Table "
                            + streamed.table.name()
                            + " has no open shard "
                            + shardId
                            + "; only open shards can be split or merged");
        }
        return partition;
    }

    private static PrimaryKeyType keyType(StreamedTable streamed) {
        OtsInternalApi.PrimaryKeyType type = streamed.table.schema().get(0).getType();
        return PrimaryKeyType.valueOf(type.name());
    }
}
