/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import java.util.function.DoubleSupplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The enumerator's metrics. Written by the coordinator thread, read by reporters. docs/metrics.md
 * lists them.
 */
@Internal
final class EnumeratorMetrics {

    private static final long NOT_YET = -1;

    private final RelativeClock clock;
    private final MetricGroup group;
    private final Counter finishedShards;
    private final Counter mirrorFailures;
    private volatile long unassignedShards;
    private volatile long openShards;
    private volatile long discoveryMillis = NOT_YET;
    private volatile long discoveredAtMillis = NOT_YET;

    EnumeratorMetrics(SplitEnumeratorMetricGroup enumeratorGroup, RelativeClock clock) {
        this.clock = clock;
        enumeratorGroup.setUnassignedSplitsGauge(() -> unassignedShards);
        group = enumeratorGroup.addGroup("otsstream");
        group.gauge("openShards", () -> openShards);
        finishedShards = group.counter("finishedShards");
        mirrorFailures = group.counter("mirrorFailures", new ThreadSafeSimpleCounter());
        group.gauge("lastDiscoveryDuration", () -> discoveryMillis);
        group.gauge("lastDiscoveryAge", this::discoveryAgeMillis);
    }

    void registerProgress(DoubleSupplier progress) {
        group.gauge("progress", progress::getAsDouble);
    }

    /** The stream has been listed. */
    void discovered(long durationMillis) {
        discoveryMillis = durationMillis;
        discoveredAtMillis = clock.relativeTimeMillis();
    }

    void shards(long unassigned, long open) {
        unassignedShards = unassigned;
        openShards = open;
    }

    /** A shard has been read to its end. */
    void shardFinished() {
        finishedShards.inc();
    }

    /** A write to the status table has failed. Called on any thread. */
    void mirrorFailed() {
        mirrorFailures.inc();
    }

    /** How many shards have been read to their ends since this enumerator was created. */
    long finishedShards() {
        return finishedShards.getCount();
    }

    private long discoveryAgeMillis() {
        return discoveredAtMillis == NOT_YET
                ? NOT_YET
                : clock.relativeTimeMillis() - discoveredAtMillis;
    }
}
