/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The most that a job reads in a second, all its readers together. The readers divide it by the
 * shards that they read, also after a rescale. Immutable; each {@code with} method returns a
 * changed copy.
 *
 * <p>It holds over time: up to a second's worth can come at once, and a page that turns out larger
 * than expected is made up for by a pause.
 */
@PublicEvolving
public final class RateLimit implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double recordsPerSecond;
    private final double bytesPerSecond;

    private RateLimit(double recordsPerSecond, double bytesPerSecond) {
        this.recordsPerSecond = recordsPerSecond;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** No limit. */
    public static RateLimit none() {
        return new RateLimit(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** Limits the records that are fetched, those included that lie before the job's start. */
    public RateLimit withRecordsPerSecond(double records) {
        return new RateLimit(requirePositive(records, "records"), bytesPerSecond);
    }

    /**
     * Limits the bytes of the service's answers, uncompressed. DataWorks' {@code mbps} of 7 is
     * {@code 7 * 1024 * 1024}.
     */
    public RateLimit withBytesPerSecond(double bytes) {
        return new RateLimit(recordsPerSecond, requirePositive(bytes, "bytes"));
    }

    /** Returns positive infinity where there is no limit. */
    public double getRecordsPerSecond() {
        return recordsPerSecond;
    }

    /** Returns positive infinity where there is no limit. */
    public double getBytesPerSecond() {
        return bytesPerSecond;
    }

    /** Whether anything is limited. */
    public boolean isLimited() {
        return !Double.isInfinite(recordsPerSecond) || !Double.isInfinite(bytesPerSecond);
    }

    private static double requirePositive(double value, String what) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(
                    "The limit of " + what + " a second must be positive: " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return isLimited()
                ? recordsPerSecond + " records and " + bytesPerSecond + " bytes a second"
                : "no limit";
    }
}
