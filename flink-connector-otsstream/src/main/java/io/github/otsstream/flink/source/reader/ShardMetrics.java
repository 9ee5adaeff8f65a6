/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/**
 * What is told of one shard while it is read. Written by the fetching thread, read by reporters.
 */
@Internal
final class ShardMetrics {

    private final MetricGroup group;
    private final Counter records;
    private final Counter bytes;
    private volatile long fetchMillis;
    private volatile long lagMillis;
    private volatile long answeredNanos;

    ShardMetrics(MetricGroup group) {
        this.group = group;
        this.answeredNanos = System.nanoTime();
        // Not numRecordsIn: who adds up a name's last part over an operator would count them twice.
        records = group.counter("records");
        bytes = group.counter("bytes");
        group.gauge("lastFetchLatency", () -> fetchMillis);
        group.gauge("timeLag", this::timeLagMillis);
    }

    /**
     * @param readUntilMillis the time before which nothing is unfetched, or {@link
     *     ShardPosition#UNKNOWN}
     * @param latencyNanos from the request to its answer, retries included
     */
    void fetched(RecordPage page, long readUntilMillis, long latencyNanos) {
        records.inc(page.getRecords().size());
        bytes.inc(page.sizeInBytes());
        fetchMillis = TimeUnit.NANOSECONDS.toMillis(latencyNanos);
        if (readUntilMillis != ShardPosition.UNKNOWN) {
            lagMillis = Math.max(0, page.getServiceTimeMillis() - readUntilMillis);
        }
        answeredNanos = System.nanoTime();
    }

    /** Grows while no answer comes. */
    private long timeLagMillis() {
        return lagMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answeredNanos);
    }

    /**
     * Takes the shard's metrics back. Flink's public interface can't: without this, a job that
     * lives through many splits would report its ended shards for ever.
     */
    void close() {
        if (group instanceof AbstractMetricGroup) {
            ((AbstractMetricGroup<?>) group).close();
        }
    }
}
