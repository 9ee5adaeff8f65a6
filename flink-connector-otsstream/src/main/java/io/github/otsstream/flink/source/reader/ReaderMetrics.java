/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.Operation;
import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.RecordPage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
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
 * <p>Called by threads of the client and by the fetching thread; read by reporters.
 */
@Internal
final class ReaderMetrics implements CallListener {

    private static final int LATENCIES_KEPT = 1_024;

    private final Counter bytesIn;
    private final MetricGroup group;
    private final Counter requests;
    private final Counter throttled;
    private final Counter trimmedShards;
    private final Histogram fetchLatency;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Counter> retries = new ConcurrentHashMap<>();
    private volatile long fetchEventTimeLag;

    ReaderMetrics(SourceReaderMetricGroup readerGroup) {
        bytesIn = readerGroup.getIOMetricGroup().getNumBytesInCounter();
        readerGroup.gauge(MetricNames.CURRENT_FETCH_EVENT_TIME_LAG, () -> fetchEventTimeLag);
        group = readerGroup.addGroup("otsstream");
        requests = group.counter("requests", new ThreadSafeSimpleCounter());
        throttled = group.counter("throttledRequests", new ThreadSafeSimpleCounter());
        trimmedShards = group.counter("trimmedShards");
        fetchLatency =
                group.histogram("fetchLatency", new DescriptiveStatisticsHistogram(LATENCIES_KEPT));
        group.gauge("requestsInFlight", inFlight::get);
    }

    /** Registers what the fetching thread knows; the gauges are read on other threads. */
    void register(Gauge<Integer> shards, Gauge<Long> bufferedBytes) {
        group.gauge("shards", shards);
        group.gauge("bufferedBytes", bufferedBytes);
    }

    ShardMetrics shard(String shardId) {
        return new ShardMetrics(group.addGroup("shard", shardId));
    }

    /** A page has arrived; called by the fetching thread. */
    void fetched(RecordPage page) {
        bytesIn.inc(page.sizeInBytes());
        List<?> records = page.getRecords();
        if (!records.isEmpty()) {
            long lastMicros =
                    page.getRecords().get(records.size() - 1).getSequence().getTimestampMicros();
            fetchEventTimeLag =
                    page.getServiceTimeMillis() - TimeUnit.MICROSECONDS.toMillis(lastMicros);
        }
    }

    /** A shard's reading was taken up again behind records that may be lost. */
    void trimmed() {
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
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
            synchronized (fetchLatency) {
                fetchLatency.update(millis);
            }
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
