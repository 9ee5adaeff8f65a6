/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.source.event.MirrorPointsEvent;
import io.github.otsstream.flink.source.split.ShardSplitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The places in a reader's shards that are due for the status table, held until the checkpoint that
 * has passed them is complete: of each shard one for every interval of its records' time. Used by
 * the task thread.
 */
final class MirrorPoints {

    private final long intervalMillis;
    private final NavigableMap<Long, List<MirrorPointsEvent.Point>> byCheckpoint = new TreeMap<>();
    private final Map<String, Long> toldMillis = new HashMap<>();

    MirrorPoints(Duration interval) {
        this.intervalMillis = interval.toMillis();
    }

    void snapshot(long checkpointId, Collection<ShardSplitState> shards) {
        List<MirrorPointsEvent.Point> points = new ArrayList<>();
        for (ShardSplitState shard : shards) {
            if (shard.pageIterator() != null && isDue(shard)) {
                points.add(
                        new MirrorPointsEvent.Point(
                                shard.shardId(), shard.pageMillis(), shard.pageIterator()));
            }
        }
        byCheckpoint.put(checkpointId, points);
    }

    private boolean isDue(ShardSplitState shard) {
        Long before = toldMillis.get(shard.shardId());
        return before == null || shard.pageMillis() >= before + intervalMillis;
    }

    /** Returns what is due now that a checkpoint is complete. */
    List<MirrorPointsEvent.Point> completed(long checkpointId) {
        List<MirrorPointsEvent.Point> points = byCheckpoint.getOrDefault(checkpointId, List.of());
        byCheckpoint.headMap(checkpointId, true).clear();
        points.forEach(point -> toldMillis.put(point.shardId(), point.firstRecordMillis()));
        return points;
    }

    void ended(String shardId) {
        toldMillis.remove(shardId);
    }
}
