/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import java.time.Duration;
import java.util.Objects;

/**
 * What the service does with streams but does not document, for tests to vary. Immutable; every
 * {@code with} method gives a changed copy.
 */
public final class StreamBehavior {

    /** A service that is as cooperative as the real one has been seen to be. */
    public static final StreamBehavior DEFAULT =
            new StreamBehavior(
                    1_000, 1024 * 1024, true, 100, 100_000, Duration.ZERO, Duration.ZERO);

    private final int maxPageRecords;
    private final int maxPageBytes;
    private final boolean mayMoreRecordSent;
    private final int maxShardsPerDescribe;
    private final int seekRecordsPerCall;
    private final Duration seekError;
    private final Duration enablingTime;

    private StreamBehavior(
            int maxPageRecords,
            int maxPageBytes,
            boolean mayMoreRecordSent,
            int maxShardsPerDescribe,
            int seekRecordsPerCall,
            Duration seekError,
            Duration enablingTime) {
        this.maxPageRecords = positive("maxPageRecords", maxPageRecords);
        this.maxPageBytes = positive("maxPageBytes", maxPageBytes);
        this.mayMoreRecordSent = mayMoreRecordSent;
        this.maxShardsPerDescribe = positive("maxShardsPerDescribe", maxShardsPerDescribe);
        this.seekRecordsPerCall = positive("seekRecordsPerCall", seekRecordsPerCall);
        this.seekError = Objects.requireNonNull(seekError, "seekError");
        this.enablingTime = Objects.requireNonNull(enablingTime, "enablingTime");
    }

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
        return value;
    }

    /** Most records in one GetStreamRecord answer, whatever its {@code limit} says. */
    public int maxPageRecords() {
        return maxPageRecords;
    }

    /** Most bytes of records in one GetStreamRecord answer, unless one record alone is larger. */
    public int maxPageBytes() {
        return maxPageBytes;
    }

    /** Whether GetStreamRecord answers carry {@code may_more_record}. */
    public boolean mayMoreRecordSent() {
        return mayMoreRecordSent;
    }

    /** Most shards in one DescribeStream answer, whatever its {@code shard_limit} says. */
    public int maxShardsPerDescribe() {
        return maxShardsPerDescribe;
    }

    /**
     * How many records one GetShardIterator call passes on its way to the wanted time. A seek
     * further into a shard takes several calls, each but the last answering with a token.
     */
    public int seekRecordsPerCall() {
        return seekRecordsPerCall;
    }

    /** How far off a seek lands: earlier than asked if negative, later (skipping) if positive. */
    public Duration seekError() {
        return seekError;
    }

    /** How long a newly enabled stream stays ENABLING, showing no shards. */
    public Duration enablingTime() {
        return enablingTime;
    }

    public StreamBehavior withMaxPageRecords(int records) {
        return new StreamBehavior(
                records,
                maxPageBytes,
                mayMoreRecordSent,
                maxShardsPerDescribe,
                seekRecordsPerCall,
                seekError,
                enablingTime);
    }

    public StreamBehavior withMaxPageBytes(int bytes) {
        return new StreamBehavior(
                maxPageRecords,
                bytes,
                mayMoreRecordSent,
                maxShardsPerDescribe,
                seekRecordsPerCall,
                seekError,
                enablingTime);
    }

    public StreamBehavior withMayMoreRecordSent(boolean sent) {
        return new StreamBehavior(
                maxPageRecords,
                maxPageBytes,
                sent,
                maxShardsPerDescribe,
                seekRecordsPerCall,
                seekError,
                enablingTime);
    }

    public StreamBehavior withMaxShardsPerDescribe(int shards) {
        return new StreamBehavior(
                maxPageRecords,
                maxPageBytes,
                mayMoreRecordSent,
                shards,
                seekRecordsPerCall,
                seekError,
                enablingTime);
    }

    public StreamBehavior withSeekRecordsPerCall(int records) {
        return new StreamBehavior(
                maxPageRecords,
                maxPageBytes,
                mayMoreRecordSent,
                maxShardsPerDescribe,
                records,
                seekError,
                enablingTime);
    }

    public StreamBehavior withSeekError(Duration error) {
        return new StreamBehavior(
                maxPageRecords,
                maxPageBytes,
                mayMoreRecordSent,
                maxShardsPerDescribe,
                seekRecordsPerCall,
                error,
                enablingTime);
    }

    public StreamBehavior withEnablingTime(Duration time) {
        return new StreamBehavior(
                maxPageRecords,
                maxPageBytes,
                mayMoreRecordSent,
                maxShardsPerDescribe,
                seekRecordsPerCall,
                seekError,
                time);
    }
}
