/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The place of a change within its shard's log: epoch, time of the write, and index among the
 * writes of that moment.
 *
 * <p>Sequences are compared by epoch, then timestamp, then row index. The order holds within one
 * shard only. The epoch grows when the machine that serves a partition changes and the new one's
 * clock is behind, so a later record can carry an earlier timestamp. Immutable and thread-safe.
 */
@PublicEvolving
public final class SequenceInfo implements Comparable<SequenceInfo>, Serializable {

    private static final long serialVersionUID = 1L;

    private final int epoch;
    private final long timestampMicros;
    private final int rowIndex;

    /** A sequence of its parts; the time in microseconds since 1970-01-01T00:00:00Z. */
    public SequenceInfo(int epoch, long timestampMicros, int rowIndex) {
        this.epoch = epoch;
        this.timestampMicros = timestampMicros;
        this.rowIndex = rowIndex;
    }

    /** Returns the epoch, which grows where the clock has stepped back. */
    public int getEpoch() {
        return epoch;
    }

    /** Returns when the write entered the service, in microseconds since 1970-01-01T00:00:00Z. */
    public long getTimestampMicros() {
        return timestampMicros;
    }

    /** Returns the row index, which orders the records of one time. */
    public int getRowIndex() {
        return rowIndex;
    }

    /**
     * Returns when the write entered the service, in milliseconds since 1970-01-01T00:00:00Z,
     * rounded down.
     */
    public long timestampMillis() {
        return Math.floorDiv(timestampMicros, 1000L);
    }

    @Override
    public int compareTo(SequenceInfo other) {
        return compare(
                epoch,
                timestampMicros,
                rowIndex,
                other.epoch,
                other.timestampMicros,
                other.rowIndex);
    }

    /**
     * Compares sequences given by their parts, so that a record's own need not become an object
     * first.
     */
    static int compare(
            int epoch,
            long timestampMicros,
            int rowIndex,
            int otherEpoch,
            long otherTimestampMicros,
            int otherRowIndex) {
        int byEpoch = Integer.compare(epoch, otherEpoch);
        if (byEpoch != 0) {
            return byEpoch;
        }
        int byTimestamp = Long.compare(timestampMicros, otherTimestampMicros);
        return byTimestamp != 0 ? byTimestamp : Integer.compare(rowIndex, otherRowIndex);
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof SequenceInfo)) {
            return false;
        }
        return compareTo((SequenceInfo) o) == 0;
    }

    @Override
    public int hashCode() {
        return (31 * epoch + Long.hashCode(timestampMicros)) * 31 + rowIndex;
    }

    @Override
    public String toString() {
        return epoch + "/" + timestampMicros + "/" + rowIndex;
    }
}
