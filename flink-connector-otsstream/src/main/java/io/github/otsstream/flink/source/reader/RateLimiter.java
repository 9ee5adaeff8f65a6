/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Says when a reader may ask for its next page, so that it stays within its share of the job's
 * rates of records and bytes: two token buckets that hold a second's worth.
 *
 * <p>A request reserves what it may bring before it is made, and settles with what it brought; so
 * requests in flight can't add up to a burst, and one that brings nothing costs nothing. How large
 * a record is turns out with the pages; until the first one it is taken to be a kilobyte.
 *
 * <p>Pure: time is handed in, in nanoseconds of any origin that don't go back. Used by one thread.
 */
@Internal
final class RateLimiter {

    private static final double NANOS_PER_SECOND = 1e9;

    /** A request asks for a tenth of a second's records, so that shards take turns. */
    private static final double REQUESTS_PER_SECOND = 10;

    private static final double FIRST_GUESS_BYTES_PER_RECORD = 1_024;

    /** What a request may bring. */
    static final class Permit {
        private final int records;
        private final double bytes;

        private Permit(int records, double bytes) {
            this.records = records;
            this.bytes = bytes;
        }

        /** The most records to ask for, at least 1. */
        int records() {
            return records;
        }
    }

    private final double jobRecordsPerSecond;
    private final double jobBytesPerSecond;
    private double recordsPerSecond;
    private double bytesPerSecond;
    private double records;
    private double bytes;
    private double bytesPerRecord = FIRST_GUESS_BYTES_PER_RECORD;
    private long refilledNanos;

    /**
     * @param recordsPerSecond the job's limit; {@link Double#POSITIVE_INFINITY} is none
     * @param bytesPerSecond the job's limit; {@link Double#POSITIVE_INFINITY} is none
     * @param share the reader's part of them, from 0 to 1
     */
    RateLimiter(double recordsPerSecond, double bytesPerSecond, double share, long nowNanos) {
        this.jobRecordsPerSecond = recordsPerSecond;
        this.jobBytesPerSecond = bytesPerSecond;
        this.refilledNanos = nowNanos;
        setShare(share);
        records = this.recordsPerSecond;
        bytes = this.bytesPerSecond;
    }

    /** Changes the reader's part of the job's rates from now on. */
    void share(double share, long nowNanos) {
        refill(nowNanos);
        setShare(share);
        cap();
    }

    private void setShare(double share) {
        // Infinity times zero is not a number.
        recordsPerSecond =
                Double.isInfinite(jobRecordsPerSecond)
                        ? jobRecordsPerSecond
                        : jobRecordsPerSecond * share;
        bytesPerSecond =
                Double.isInfinite(jobBytesPerSecond)
                        ? jobBytesPerSecond
                        : jobBytesPerSecond * share;
    }

    /**
     * Reserves what a request may bring.
     *
     * @param wanted the most records that the request would ask for
     * @return null if nothing may be asked for now: see {@link #nanosUntilPermit}
     */
    @Nullable
    Permit tryAcquire(int wanted, long nowNanos) {
        refill(nowNanos);
        int asked = requestSize(wanted);
        if (records < asked || bytes <= 0) {
            return null;
        }
        Permit permit = new Permit(asked, asked * bytesPerRecord);
        records -= permit.records;
        bytes -= permit.bytes;
        return permit;
    }

    /** Returns how long to wait before {@link #tryAcquire} can succeed, if nothing is settled. */
    long nanosUntilPermit(int wanted, long nowNanos) {
        refill(nowNanos);
        double recordsMissing = requestSize(wanted) - records;
        double seconds =
                Math.max(
                        recordsMissing <= 0 ? 0 : recordsMissing / recordsPerSecond,
                        bytes > 0 ? 0 : (1 - bytes) / bytesPerSecond);
        // The refill after that time can come out too small by the rounding of its sum: one more.
        return seconds == 0
                ? 0
                : (long) Math.min(Math.ceil(seconds * NANOS_PER_SECOND) + 1, Long.MAX_VALUE / 2);
    }

    /** Gives back what a request did not bring, or takes what it brought beyond its permit. */
    void settle(Permit permit, int recordsBrought, int bytesBrought) {
        if (recordsBrought > 0) {
            bytesPerRecord = (double) bytesBrought / recordsBrought;
        }
        records += permit.records - recordsBrought;
        bytes += permit.bytes - bytesBrought;
        cap();
    }

    private int requestSize(int wanted) {
        double perRequest =
                Math.min(recordsPerSecond, bytesPerSecond / bytesPerRecord) / REQUESTS_PER_SECOND;
        return (int) Math.max(1, Math.min(wanted, perRequest));
    }

    private void refill(long nowNanos) {
        double seconds = (nowNanos - refilledNanos) / NANOS_PER_SECOND;
        refilledNanos = nowNanos;
        if (seconds > 0) {
            records += seconds * recordsPerSecond;
            bytes += seconds * bytesPerSecond;
        }
        cap();
    }

    /** A share below one record a second would never gather enough for a request otherwise. */
    private void cap() {
        records = Math.min(records, Math.max(1, recordsPerSecond));
        bytes = Math.min(bytes, bytesPerSecond);
    }
}
