/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import io.github.otsstream.flink.record.SequenceInfo;
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
    private ReadWindow window;
    private ShardPosition start;
    @Nullable private String iterator;
    private int recordsDone;
    @Nullable private SequenceInfo lastSequence;
    private long caughtUpMillis;
    @Nullable private ShardEnd end;

    public ShardSplitState(ShardSplit split) {
        streamId = split.streamId();
        shardId = split.splitId();
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
     * @param done how many of the page's records are done, counted from its first
     * @param sequence the sequence of the last one
     */
    public void recordDone(String pageIterator, int done, SequenceInfo sequence) {
        window = window.entered();
        moveTo(pageIterator, done, sequence);
    }

    /** Records that everything before an iterator is done. */
    public void pageDone(
            String nextIterator, @Nullable SequenceInfo sequence, boolean windowEntered) {
        if (windowEntered) {
            window = window.entered();
        }
        moveTo(nextIterator, 0, sequence == null ? lastSequence : sequence);
    }

    /**
     * Records that there is nothing more to read.
     *
     * @param endIterator the iterator that returns the first record that is not wanted any more, or
     *     would; null where no iterator was found, which leaves the position where it is
     * @param done how many records there are from that iterator on before that one
     * @param sequence the sequence of the last one of them; null where there is none
     */
    public void ended(
            ShardEnd reason,
            boolean windowEntered,
            @Nullable String endIterator,
            int done,
            @Nullable SequenceInfo sequence) {
        if (windowEntered) {
            window = window.entered();
        }
        if (endIterator != null) {
            moveTo(endIterator, done, sequence == null ? lastSequence : sequence);
        }
        end = reason;
    }

    private void moveTo(String newIterator, int done, @Nullable SequenceInfo sequence) {
        iterator = newIterator;
        recordsDone = done;
        lastSequence = sequence;
    }

    /** The split as it stands now. */
    public ShardSplit toSplit() {
        ShardPosition position =
                iterator == null
                        ? start
                        : ShardPosition.at(iterator, recordsDone, lastSequence)
                                .caughtUpAt(caughtUpMillis);
        return new ShardSplit(streamId, shardId, window, position, end);
    }
}
