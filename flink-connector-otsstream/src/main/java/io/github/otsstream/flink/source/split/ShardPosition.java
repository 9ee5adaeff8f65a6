/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import io.github.otsstream.flink.record.SequenceInfo;
import java.io.Serializable;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * How far a shard has been read.
 *
 * <p>Before the first page it is a place to look for: the oldest record, or a time. From then on it
 * is the iterator that returned the current page, the number of that page's records that are done,
 * and the sequence of the last one of them. Reading with one iterator twice gives the same records
 * in the same order, though perhaps in pages of another length; so reading goes on exactly where it
 * stopped by skipping that many records, and the sequence of the last one skipped shows that they
 * are the same ones.
 *
 * <p>Immutable.
 */
@Internal
public final class ShardPosition implements Serializable {

    private static final long serialVersionUID = 1L;

    /** It is not known of any time that all before it has been read. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private static final ShardPosition OLDEST =
            new ShardPosition(Long.MIN_VALUE, null, 0, null, UNKNOWN);

    private final long seekMillis;
    @Nullable private final String iterator;
    private final int recordsDone;
    @Nullable private final SequenceInfo lastSequence;
    private final long caughtUpMillis;

    private ShardPosition(
            long seekMillis,
            @Nullable String iterator,
            int recordsDone,
            @Nullable SequenceInfo lastSequence,
            long caughtUpMillis) {
        this.seekMillis = seekMillis;
        this.iterator = iterator;
        this.recordsDone = recordsDone;
        this.lastSequence = lastSequence;
        this.caughtUpMillis = caughtUpMillis;
    }

    /** The oldest record that is retained. */
    public static ShardPosition oldest() {
        return OLDEST;
    }

    /** The place that the service finds for a time, which it does approximately. */
    public static ShardPosition seek(long epochMillis) {
        return new ShardPosition(epochMillis, null, 0, null, UNKNOWN);
    }

    /**
     * A place in a page.
     *
     * @param iterator the iterator that returns the page
     * @param recordsDone how many records from there on are done
     * @param lastSequence the last record that is done, in this page or an earlier one; null where
     *     none is
     */
    public static ShardPosition at(
            String iterator, int recordsDone, @Nullable SequenceInfo lastSequence) {
        Objects.requireNonNull(iterator);
        if (recordsDone < 0 || (recordsDone > 0 && lastSequence == null)) {
            throw new IllegalArgumentException(
                    recordsDone + " records done, the last one " + lastSequence);
        }
        return new ShardPosition(Long.MIN_VALUE, iterator, recordsDone, lastSequence, UNKNOWN);
    }

    /**
     * The same place, which the shard was read up to with nothing following; or, where nothing has
     * been read, the beginning of a shard that holds nothing older.
     *
     * @param serviceMillis when that was asked, by the service's clock, in milliseconds since the
     *     epoch, or {@link #UNKNOWN}; what the shard's log holds that is older has been read
     */
    public ShardPosition caughtUpAt(long serviceMillis) {
        return new ShardPosition(seekMillis, iterator, recordsDone, lastSequence, serviceMillis);
    }

    /** Whether an iterator is known; otherwise the place must be looked for first. */
    public boolean isResolved() {
        return iterator != null;
    }

    /** The time to look for, or {@link Long#MIN_VALUE} for the oldest record. */
    public long seekMillis() {
        return seekMillis;
    }

    @Nullable
    public String iterator() {
        return iterator;
    }

    public int recordsDone() {
        return recordsDone;
    }

    @Nullable
    public SequenceInfo lastSequence() {
        return lastSequence;
    }

    /** See {@link #caughtUpAt}; {@link #UNKNOWN} where the shard was never read up to its end. */
    public long caughtUpMillis() {
        return caughtUpMillis;
    }

    /**
     * A time before which nothing in the shard is unread, but for records that the service's clocks
     * have dated too early, or {@link #UNKNOWN}.
     */
    public long readUntilMillis() {
        return lastSequence == null
                ? caughtUpMillis
                : Math.max(
                        caughtUpMillis, Math.floorDiv(lastSequence.getTimestampMicros(), 1_000L));
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof ShardPosition)) {
            return false;
        }
        ShardPosition that = (ShardPosition) o;
        return seekMillis == that.seekMillis
                && recordsDone == that.recordsDone
                && caughtUpMillis == that.caughtUpMillis
                && Objects.equals(iterator, that.iterator)
                && Objects.equals(lastSequence, that.lastSequence);
    }

    @Override
    public int hashCode() {
        return Objects.hash(seekMillis, iterator, recordsDone, lastSequence, caughtUpMillis);
    }

    @Override
    public String toString() {
        if (isResolved()) {
            return "iterator " + iterator + " + " + recordsDone + " after " + lastSequence;
        }
        String place = seekMillis == Long.MIN_VALUE ? "oldest" : "seek " + seekMillis;
        return caughtUpMillis == UNKNOWN ? place : place + " from " + caughtUpMillis;
    }
}
