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
import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * How far a shard has been asked for, ahead of what the task thread has emitted. It cuts each page
 * that arrives to what is wanted: past the records that were emitted before a restore, past those
 * before the window's start, and up to the window's end.
 *
 * <p>Where no iterator is known, or the known one leads nowhere any more, the place is looked for
 * by a {@link PositionSearch}; then the records up to the last one that was read are passed over by
 * their sequence, and no record is ever shown a second time.
 *
 * <p>Pure; used by one thread at a time.
 */
@Internal
final class ShardCursor {

    /** An iterator is renewed when it stands for a time older than this part of the retention. */
    private static final int RENEWALS_WITHIN_RETENTION = 4;

    private final String streamId;
    private final String shardId;
    private final Duration retention;
    private ReadWindow window;
    @Nullable private String iterator;

    /** How many records from the iterator on were emitted before a restore. */
    private int toSkip;

    /** All that comes is passed over up to this record. */
    @Nullable private SequenceInfo toPass;

    /** The last record of the pages so far. */
    @Nullable private SequenceInfo last;

    private long caughtUpMillis;

    /** What the current iterator was found by, until it is known whether anything was lost. */
    @Nullable private PositionSearch search;

    /**
     * The time that the iterator stands for in the log: its last record's, or when it was got; not
     * known of one that was given, until it leads to something.
     */
    private long iteratorMillis;

    ShardCursor(ShardSplit split) {
        ShardPosition start = split.position();
        streamId = split.streamId();
        shardId = split.splitId();
        retention = split.retention();
        window = split.window();
        iterator = start.iterator();
        toSkip = start.recordsDone();
        last = start.lastSequence();
        caughtUpMillis = start.caughtUpMillis();
        iteratorMillis = last == null ? ShardPosition.UNKNOWN : last.timestampMillis();
        if (iterator == null) {
            search = PositionSearch.forStart(start, window, retention);
        }
    }

    String streamId() {
        return streamId;
    }

    String shardId() {
        return shardId;
    }

    /** For how long the stream retains a record. */
    Duration retention() {
        return retention;
    }

    /** The iterator to ask for a page with, or null while it has to be looked for. */
    @Nullable
    String iterator() {
        return iterator;
    }

    /** The last record that was read; null if none was. */
    @Nullable
    SequenceInfo last() {
        return last;
    }

    /** The time to look for an iterator with, {@link ReadWindow#NO_START} for the oldest record. */
    long seekMillis() {
        return search.seekMillis();
    }

    /**
     * Takes the iterator that was looked for.
     *
     * @param serviceMillis when it was given, by the service's clock
     */
    void found(String foundIterator, long serviceMillis) {
        iterator = foundIterator;
        iteratorMillis = serviceMillis;
    }

    /** Gives up the iterator, to look for the same place by time and sequence. */
    void lookAgain() {
        if (search == null) {
            search = PositionSearch.behind(last, readUntilMillis(), window, retention);
        }
        iterator = null;
        toSkip = 0;
        toPass = search.done();
    }

    /** Whether the place is looked for from the oldest record on. */
    boolean looksFromOldest() {
        return search.seeksOldest();
    }

    /** Looks for the place from the oldest record on, after a failed attempt to seek its time. */
    void lookFromOldest() {
        search = search.fromOldest();
    }

    /**
     * Whether the iterator should be renewed while it is valid: the place of an idle shard does not
     * move, and leaves retention in the end.
     *
     * @param serviceMillis now, by the service's clock, when the iterator has led to its last page
     */
    boolean isIteratorOld(long serviceMillis) {
        return serviceMillis - iteratorMillis > retention.toMillis() / RENEWALS_WITHIN_RETENTION;
    }

    /**
     * What may have been lost before the page that the current iterator returned, if that is known
     * only now.
     *
     * @return null if nothing was lost, or it is not known yet
     */
    @Nullable
    TrimmedRange lostBefore(RecordPage page) {
        if (search == null || !PositionSearch.isTelling(page)) {
            return null;
        }
        TrimmedRange lost = search.lost(page);
        search = null;
        return lost;
    }

    /**
     * What may have been lost if nothing of the shard is found any more.
     *
     * @param serviceMillis when that was seen, by the service's clock
     * @return null if nothing was lost
     */
    @Nullable
    TrimmedRange lostBehindEnd(long serviceMillis) {
        return search.lostAt(serviceMillis);
    }

    /**
     * What to hand over where the shard ends without another page: no iterator was found, since the
     * shard has ended before the wanted time, or no more is wanted.
     */
    FetchedPage endedWithoutPage(ShardEnd end) {
        return new FetchedPage(
                shardId,
                null,
                List.of(),
                0,
                0,
                null,
                !window.hasStart(),
                ShardPosition.UNKNOWN,
                end,
                0);
    }

    /**
     * Takes the page that the current iterator returned, and moves on to the next.
     *
     * @param askedMillis when it was asked for, by the service's clock
     * @throws IllegalStateException if the records that were emitted before are not the ones that
     *     the iterator returns now
     */
    FetchedPage accept(RecordPage page, long askedMillis) {
        List<ChangeRecord> records = page.getRecords();
        int from = leaveOutBeforeStart(records, pass(records, skipDone(records)));
        int to = findEnd(records, from);
        boolean caughtUp =
                records.isEmpty()
                        && !page.mayMoreRecord()
                        && page.getNextIterator() != null
                        && toSkip == 0;
        if (caughtUp) {
            caughtUpMillis = Math.max(caughtUpMillis, askedMillis);
            if (iteratorMillis == ShardPosition.UNKNOWN) {
                // Nothing tells what was read before it, so it is not replaced before what was is
                // older than all that the search would find.
                iteratorMillis = page.getServiceTimeMillis();
            }
        }
        FetchedPage cut =
                new FetchedPage(
                        shardId,
                        iterator,
                        records,
                        from,
                        to,
                        page.getNextIterator(),
                        !window.hasStart(),
                        caughtUp ? caughtUpMillis : ShardPosition.UNKNOWN,
                        endAfter(page, to, caughtUp),
                        page.sizeInBytes());
        iterator = page.getNextIterator();
        if (!records.isEmpty()) {
            SequenceInfo newest = records.get(records.size() - 1).getSequence();
            iteratorMillis = newest.timestampMillis();
            if (!isSkipping()) {
                last = newest;
                caughtUpMillis = ShardPosition.UNKNOWN;
            }
        }
        return cut;
    }

    /**
     * Whether the pages so far have not reached the place from which to go on. Until they have,
     * that place is the shard's position.
     */
    boolean isSkipping() {
        return toSkip > 0 || toPass != null;
    }

    /** The time before which nothing is unfetched, or {@link ShardPosition#UNKNOWN}. */
    long readUntilMillis() {
        return last == null ? caughtUpMillis : Math.max(caughtUpMillis, last.timestampMillis());
    }

    private int skipDone(List<ChangeRecord> records) {
        int skipped = Math.min(toSkip, records.size());
        toSkip -= skipped;
        if (skipped > 0 && toSkip == 0) {
            SequenceInfo found = records.get(skipped - 1).getSequence();
            if (!found.equals(last)) {
                throw notAsBefore(
                        "the last record that was emitted is "
                                + last
                                + ", but the checkpoint's iterator now returns "
                                + found
                                + " in its place");
            }
        }
        return skipped;
    }

    private int pass(List<ChangeRecord> records, int from) {
        if (toPass == null) {
            return from;
        }
        int first = from;
        while (first < records.size()) {
            int order = records.get(first).getSequence().compareTo(toPass);
            if (order >= 0) {
                // All that lies behind the record itself is new, whatever its sequence.
                toPass = null;
                return order == 0 ? first + 1 : first;
            }
            first++;
        }
        return first;
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
    private ShardEnd endAfter(RecordPage page, int to, boolean caughtUp) {
        if (to < page.getRecords().size()) {
            return ShardEnd.WINDOW_END;
        }
        if (page.getNextIterator() == null) {
            if (toSkip > 0) {
                throw notAsBefore(
                        "it ended " + toSkip + " records before the place it had reached");
            }
            return ShardEnd.CLOSED;
        }
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
