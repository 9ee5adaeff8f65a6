/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import io.github.otsstream.flink.record.SequenceInfo;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A {@link ShardSplit} while it is read: the task thread moves it with every record and takes
 * snapshots of it. Used by one thread only.
 */
@Internal
public final class ShardSplitState {

    private final String streamId;
    private final String shardId;
    private final Duration retention;
    private final ShardPosition start;
    private ReadWindow window;
    @Nullable private String iterator;
    private int recordsDone;
    @Nullable private SequenceInfo lastSequence;
    private long caughtUpMillis;
    @Nullable private ShardEnd end;
    @Nullable private String pageIterator;
    private long pageMillis;

    public ShardSplitState(ShardSplit split) {
        streamId = split.streamId();
        shardId = split.splitId();
        retention = split.retention();
        window = split.window();
        start = split.position();
        iterator = start.iterator();
        recordsDone = start.recordsDone();
        lastSequence = start.lastSequence();
        caughtUpMillis = start.caughtUpMillis();
        end = split.end();
    }

    public String streamId() {
        return streamId;
    }

    public String shardId() {
        return shardId;
    }

    /**
     * Records that a page's records up to one index are done.
     *
     * @param pageIterator the iterator that returned the page
     * @param pageMillis the time of the page's first record
     * @param done how many of the page's records are done, counted from its first
     * @param sequence the sequence of the last one
     */
    public void recordDone(String pageIterator, long pageMillis, int done, SequenceInfo sequence) {
        window = window.entered();
        pageBegun(pageIterator, pageMillis);
        moveTo(pageIterator, done, sequence, ShardPosition.UNKNOWN);
    }

    /**
     * Records that a page is done.
     *
     * @param pageIterator the iterator that returned the page
     * @param pageMillis the time of the page's first record
     * @param nextIterator where to go on
     * @param sequence the page's last record
     * @param windowEntered whether nothing is left out any more
     */
    public void pageDone(
            String pageIterator,
            long pageMillis,
            String nextIterator,
            SequenceInfo sequence,
            boolean windowEntered) {
        if (windowEntered) {
            window = window.entered();
        }
        pageBegun(pageIterator, pageMillis);
        moveTo(nextIterator, 0, sequence, ShardPosition.UNKNOWN);
    }

    /**
     * Records that everything is done that was there at a time.
     *
     * @param nextIterator where to go on
     * @param serviceMillis that time, by the service's clock
     */
    public void caughtUp(String nextIterator, long serviceMillis) {
        moveTo(nextIterator, 0, lastSequence, serviceMillis);
    }

    /**
     * Records that there is nothing more to read.
     *
     * @param endIterator the iterator that returns the first record that is not wanted any more, or
     *     would; null where no iterator was found, which leaves the position where it is
     * @param done how many records there are from that iterator on before that one
     * @param sequence the sequence of the last one of them; null where there is none
     * @param serviceMillis when nothing but what is done was there, by the service's clock, or
     *     {@link ShardPosition#UNKNOWN}
     */
    public void ended(
            ShardEnd reason,
            boolean windowEntered,
            @Nullable String endIterator,
            int done,
            @Nullable SequenceInfo sequence,
            long serviceMillis) {
        if (windowEntered) {
            window = window.entered();
        }
        if (endIterator != null) {
            boolean newer = sequence != null || serviceMillis != ShardPosition.UNKNOWN;
            moveTo(
                    endIterator,
                    done,
                    sequence == null ? lastSequence : sequence,
                    newer ? serviceMillis : caughtUpMillis);
        }
        end = reason;
    }

    /** Records that nothing is wanted from the next record on. */
    public void endedBeforeNext() {
        end = ShardEnd.WINDOW_END;
    }

    private void pageBegun(String newPageIterator, long newPageMillis) {
        pageIterator = newPageIterator;
        pageMillis = newPageMillis;
    }

    /** That the shard was read up to its end holds until another record is met. */
    private void moveTo(
            String newIterator, int done, @Nullable SequenceInfo sequence, long serviceMillis) {
        iterator = newIterator;
        recordsDone = done;
        lastSequence = sequence;
        caughtUpMillis = serviceMillis;
    }

    /**
     * The iterator that returned the page in which the position is, or that was left last; null if
     * there has been none since the last restore.
     */
    @Nullable
    public String pageIterator() {
        return pageIterator;
    }

    /** The time of that page's first record, in milliseconds since the epoch. */
    public long pageMillis() {
        return pageMillis;
    }

    /** The split as it stands now. */
    public ShardSplit toSplit() {
        ShardPosition position =
                iterator == null
                        ? start
                        : ShardPosition.at(iterator, recordsDone, lastSequence)
                                .caughtUpAt(caughtUpMillis);
        return new ShardSplit(streamId, shardId, retention, window, position, end);
    }
}
