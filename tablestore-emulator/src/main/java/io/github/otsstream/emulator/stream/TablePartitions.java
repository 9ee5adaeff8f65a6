/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.storage.KeyOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * How a table's partition keys are cut into partitions, in key order, and which shard each
 * partition logs to. Guarded by the table's lock.
 */
final class TablePartitions {

    private final List<Partition> partitions = new ArrayList<>();

    /**
     * @param splitPoints where the second and each further partition begins, in ascending order
     */
    TablePartitions(List<PrimaryKeyValue> splitPoints) {
        PrimaryKeyValue from = null;
        for (PrimaryKeyValue point : splitPoints) {
            partitions.add(new Partition(new KeyRange(from, point)));
            from = point;
        }
        partitions.add(new Partition(new KeyRange(from, null)));
    }

    List<Partition> all() {
        return partitions;
    }

    /** Where the second and each further partition begins, in ascending order. */
    List<PrimaryKeyValue> splitPoints() {
        List<PrimaryKeyValue> points = new ArrayList<>();
        for (Partition partition : partitions.subList(1, partitions.size())) {
            points.add(partition.range.from());
        }
        return points;
    }

    Partition of(PrimaryKeyValue key) {
        int low = 0;
        int high = partitions.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (KeyOrder.compareValues(partitions.get(middle).range.from(), key) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return partitions.get(low);
    }

    /** The partition that logs to the shard, or null if none does. */
    Partition ofShard(String shardId) {
        for (Partition partition : partitions) {
            if (partition.shard != null && partition.shard.id().equals(shardId)) {
                return partition;
            }
        }
        return null;
    }

    /** Puts two partitions in the place of one. */
    void split(Partition old, Partition left, Partition right) {
        int index = partitions.indexOf(old);
        partitions.set(index, left);
        partitions.add(index + 1, right);
    }

    /** Puts one partition in the place of two neighbours. */
    void merge(Partition left, Partition right, Partition merged) {
        int index = partitions.indexOf(left);
        partitions.set(index, merged);
        partitions.remove(right);
    }

    /** Whether {@code right} follows {@code left} directly. */
    boolean areNeighbours(Partition left, Partition right) {
        return partitions.indexOf(left) + 1 == partitions.indexOf(right);
    }

    /** A range of keys and the shard that its changes go to: null while the stream is off. */
    static final class Partition {
        final KeyRange range;
        Shard shard;

        Partition(KeyRange range) {
            this.range = range;
        }
    }
}
