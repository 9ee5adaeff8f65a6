/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;

/**
 * How a reader asks for records: how much at once, how much ahead, and how often where nothing is.
 * Immutable; each {@code with} method returns a changed copy.
 */
@PublicEvolving
public final class FetchSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Duration MIN_IDLE_INTERVAL = Duration.ofMillis(1);
    private static final Duration MAX_IDLE_INTERVAL = Duration.ofHours(1);

    private final int recordsPerRequest;
    private final int maxRequestsInFlight;
    private final MemorySize maxBufferedBytes;
    private final Duration minIdleInterval;
    private final Duration maxIdleInterval;

    private FetchSettings(
            int recordsPerRequest,
            int maxRequestsInFlight,
            MemorySize maxBufferedBytes,
            Duration minIdleInterval,
            Duration maxIdleInterval) {
        this.recordsPerRequest = recordsPerRequest;
        this.maxRequestsInFlight = maxRequestsInFlight;
        this.maxBufferedBytes = maxBufferedBytes;
        this.minIdleInterval = minIdleInterval;
        this.maxIdleInterval = maxIdleInterval;
    }

    /**
     * 1,000 records a request, 64 requests in flight and 64 MiB of fetched pages per reader, an
     * idle shard asked after 50 ms at first and every 500 ms in the end.
     */
    public static FetchSettings defaults() {
        return new FetchSettings(
                1_000,
                64,
                MemorySize.ofMebiBytes(64),
                Duration.ofMillis(50),
                Duration.ofMillis(500));
    }

    /** The most records that one request asks for, at least 1; the service may give fewer. */
    public FetchSettings withRecordsPerRequest(int records) {
        require(records > 0, "records per request", records);
        return new FetchSettings(
                records, maxRequestsInFlight, maxBufferedBytes, minIdleInterval, maxIdleInterval);
    }

    /** The most requests that one reader has in flight, at least 1; each shard has at most one. */
    public FetchSettings withMaxRequestsInFlight(int requests) {
        require(requests > 0, "requests in flight", requests);
        return new FetchSettings(
                recordsPerRequest, requests, maxBufferedBytes, minIdleInterval, maxIdleInterval);
    }

    /**
     * The bytes of fetched pages above which a reader asks for no further ones, at least 1. Pages
     * under way count as large as their shards' last ones; where they turn out larger, what the
     * reader holds can exceed this, by at most one page for each request in flight. Pages of shards
     * that watermark alignment has paused count too; where they alone reach this limit, the reader
     * asks for one page at a time, since only the other shards can end the pause. Each paused shard
     * holds at most two pages.
     */
    public FetchSettings withMaxBufferedBytes(MemorySize bytes) {
        require(bytes.getBytes() > 0, "buffered bytes", bytes);
        return new FetchSettings(
                recordsPerRequest, maxRequestsInFlight, bytes, minIdleInterval, maxIdleInterval);
    }

    /**
     * How long a reader waits before it asks a shard again that had nothing new; the wait doubles
     * from the first length to the second while the shard stays idle. From one millisecond to one
     * hour, which is the shortest retention.
     */
    public FetchSettings withIdleInterval(Duration min, Duration max) {
        if (min.compareTo(MIN_IDLE_INTERVAL) < 0 || min.compareTo(MAX_IDLE_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    "The first idle interval is from one millisecond to one hour: " + min);
        }
        if (max.compareTo(min) < 0 || max.compareTo(MAX_IDLE_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    "The largest idle interval is from the first one, "
                            + min
                            + ", to one hour: "
                            + max);
        }
        return new FetchSettings(
                recordsPerRequest, maxRequestsInFlight, maxBufferedBytes, min, max);
    }

    /** Returns the most records that one request asks for. */
    public int getRecordsPerRequest() {
        return recordsPerRequest;
    }

    /** Returns the most requests that one reader has in flight. */
    public int getMaxRequestsInFlight() {
        return maxRequestsInFlight;
    }

    /** Returns the bytes of fetched pages above which a reader asks for no further ones. */
    public MemorySize getMaxBufferedBytes() {
        return maxBufferedBytes;
    }

    /** Returns how long a reader waits at first before it asks an idle shard again. */
    public Duration getMinIdleInterval() {
        return minIdleInterval;
    }

    /** Returns how long it waits in the end. */
    public Duration getMaxIdleInterval() {
        return maxIdleInterval;
    }

    private static void require(boolean condition, String what, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(
                    "The number of " + what + " must be positive: " + value);
        }
    }
}
