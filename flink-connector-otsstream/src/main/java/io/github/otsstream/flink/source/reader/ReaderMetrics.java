/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.Operation;
import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.ChangeRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.metrics.MetricNames;

/**
 * The metrics of one reader: those that every source owes its users under their usual names, and
 * those of Tablestore Stream in a group {@code otsstream}. docs/metrics.md lists them.
 *
 * <p>How many records are pending is not among them: the service does not tell.
 *
 * <p>As a {@link CallListener} called by threads of the client, as a {@link FetchListener} by the
 * fetching thread; read by reporters.
 */
@Internal
final class ReaderMetrics implements CallListener, FetchListener {

    private static final int LATENCIES_KEPT = 1_024;

    private final Counter bytesIn;
    private final MetricGroup group;
    private final Counter requests;
    private final Counter throttled;
    private final Counter trimmedShards;
    private final Counter lookups;
    private final Histogram fetchLatency;
    private final Histogram lookupLatency;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Counter> retries = new ConcurrentHashMap<>();
    private final Map<String, ShardMetrics> shards = new ConcurrentHashMap<>();
    private volatile long fetchEventTimeLag;
    private volatile long bufferedBytes;

    ReaderMetrics(SourceReaderMetricGroup readerGroup) {
        bytesIn = readerGroup.getIOMetricGroup().getNumBytesInCounter();
        readerGroup.gauge(MetricNames.CURRENT_FETCH_EVENT_TIME_LAG, () -> fetchEventTimeLag);
        group = readerGroup.addGroup("otsstream");
        requests = group.counter("requests", new ThreadSafeSimpleCounter());
        throttled = group.counter("throttledRequests", new ThreadSafeSimpleCounter());
        trimmedShards = group.counter("trimmedShards");
        lookups = group.counter("lookups");
        fetchLatency = latency("fetchLatency");
        lookupLatency = latency("lookupLatency");
        group.gauge("requestsInFlight", inFlight::get);
        group.gauge("shards", shards::size);
        group.gauge("bufferedBytes", () -> bufferedBytes);
    }

    private Histogram latency(String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(LATENCIES_KEPT));
    }

    @Override
    public void added(String shardId) {
        shards.put(shardId, new ShardMetrics(group.addGroup("shard", shardId)));
    }

    @Override
    public void removed(String shardId) {
        ShardMetrics shard = shards.remove(shardId);
        if (shard != null) {
            shard.close();
        }
    }

    @Override
    public void fetched(String shardId, RecordPage page, long readUntilMillis, long latencyNanos) {
        bytesIn.inc(page.sizeInBytes());
        ShardMetrics shard = shards.get(shardId);
        if (shard != null) {
            shard.fetched(page, readUntilMillis, latencyNanos);
        }
        List<ChangeRecord> records = page.getRecords();
        if (!records.isEmpty()) {
            fetchEventTimeLag =
                    page.getServiceTimeMillis()
                            - records.get(records.size() - 1).getSequence().timestampMillis();
        }
    }

    @Override
    public void buffered(long bytes) {
        bufferedBytes = bytes;
    }

    @Override
    public void lookedUp(int rows) {
        lookups.inc(rows);
    }

    @Override
    public void trimmed() {
        trimmedShards.inc();
    }

    @Override
    public void onRequest(Operation operation) {
        requests.inc();
        inFlight.incrementAndGet();
    }

    @Override
    public void onAnswer(Operation operation, long nanos) {
        inFlight.decrementAndGet();
        if (operation == Operation.GET_STREAM_RECORD) {
            update(fetchLatency, nanos);
        } else if (operation == Operation.BATCH_GET_ROW) {
            update(lookupLatency, nanos);
        }
    }

    private static void update(Histogram latency, long nanos) {
        synchronized (latency) {
            latency.update(TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    @Override
    public void onFailure(
            Operation operation, OtsStreamException.Kind kind, String code, boolean retried) {
        inFlight.decrementAndGet();
        if (kind == OtsStreamException.Kind.THROTTLED) {
            throttled.inc();
        }
        if (retried) {
            retries.computeIfAbsent(
                            code,
                            name ->
                                    group.addGroup("code", name)
                                            .counter("retries", new ThreadSafeSimpleCounter()))
                    .inc();
        }
    }
}
