/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * How far a shard has been asked for, ahead of what the task thread has emitted. It cuts each page
 * that arrives to what is wanted: past the records that were emitted before a restore, past those
 * before the window's start, and up to the window's end.
 *
 * <p>Pure; used by one thread at a time.
 */
@Internal
final class ShardCursor {

    private final String streamId;
    private final String shardId;
    private final ShardPosition start;
    @Nullable private String iterator;
    private ReadWindow window;
    private int toSkip;

    ShardCursor(ShardSplit split) {
        streamId = split.streamId();
        shardId = split.splitId();
        start = split.position();
        iterator = start.iterator();
        window = split.window();
        toSkip = start.recordsDone();
    }

    String streamId() {
        return streamId;
    }

    String shardId() {
        return shardId;
    }

    /** The iterator to ask for a page with, or null while it has to be looked for. */
    @Nullable
    String iterator() {
        return iterator;
    }

    /** The time to look for an iterator with, {@link ReadWindow#NO_START} for the oldest record. */
    long seekMillis() {
        return start.seekMillis();
    }

    /** Takes the iterator that was looked for. */
    void found(String foundIterator) {
        iterator = foundIterator;
    }

    /**
     * What to hand over where no iterator was found: the shard had ended before the wanted time.
     */
    FetchedPage endedBeforeStart() {
        return new FetchedPage(
                shardId, null, List.of(), 0, 0, null, !window.hasStart(), ShardEnd.CLOSED, 0);
    }

    /**
     * Takes the page that the current iterator returned, and moves on to the next.
     *
     * @throws IllegalStateException if the records that were emitted before are not the ones that
     *     the iterator returns now
     */
    FetchedPage accept(RecordPage page) {
        List<ChangeRecord> records = page.getRecords();
        int from = leaveOutBeforeStart(records, skipDone(records));
        int to = findEnd(records, from);
        FetchedPage cut =
                new FetchedPage(
                        shardId,
                        iterator,
                        records,
                        from,
                        to,
                        page.getNextIterator(),
                        !window.hasStart(),
                        endAfter(page, to),
                        page.sizeInBytes());
        iterator = page.getNextIterator();
        return cut;
    }

    /**
     * Whether the pages so far, shorter than they were before the restore, have not reached the
     * place from which to go on. Until they have, that place is the shard's position.
     */
    boolean isSkipping() {
        return toSkip > 0;
    }

    private int skipDone(List<ChangeRecord> records) {
        int skipped = Math.min(toSkip, records.size());
        toSkip -= skipped;
        if (skipped > 0 && toSkip == 0) {
            SequenceInfo expected = start.lastSequence();
            SequenceInfo found = records.get(skipped - 1).getSequence();
            if (!found.equals(expected)) {
                throw notAsBefore(
                        "the last record that was emitted is "
                                + expected
                                + ", but the checkpoint's iterator now returns "
                                + found
                                + " in its place");
            }
        }
        return skipped;
    }

    private int leaveOutBeforeStart(List<ChangeRecord> records, int from) {
        if (!window.hasStart()) {
            return from;
        }
        int first = from;
        while (first < records.size() && millis(records.get(first)) < window.startMillis()) {
            first++;
        }
        if (first < records.size()) {
            window = window.entered();
        }
        return first;
    }

    private int findEnd(List<ChangeRecord> records, int from) {
        if (!window.hasEnd()) {
            return records.size();
        }
        int to = from;
        while (to < records.size() && millis(records.get(to)) < window.endMillis()) {
            to++;
        }
        return to;
    }

    @Nullable
    private ShardEnd endAfter(RecordPage page, int to) {
        if (to < page.getRecords().size()) {
            return ShardEnd.WINDOW_END;
        }
        if (page.getNextIterator() == null) {
            if (isSkipping()) {
                throw notAsBefore(
                        "it ended " + toSkip + " records before the place it had reached");
            }
            return ShardEnd.CLOSED;
        }
        boolean caughtUp = page.getRecords().isEmpty() && !page.mayMoreRecord() && !isSkipping();
        return caughtUp && window.endsWhenCaughtUp(page.getServiceTimeMillis())
                ? ShardEnd.WINDOW_END
                : null;
    }

    private IllegalStateException notAsBefore(String what) {
        return new IllegalStateException(
                "Shard "
                        + shardId
                        + " can't be read on from its checkpoint: "
                        + what
                        + ". Reading on could lose or double records; start the job anew from a timestamp.");
    }

    private static long millis(ChangeRecord record) {
        return Math.floorDiv(record.getTimestampMicros(), 1_000L);
    }
}
