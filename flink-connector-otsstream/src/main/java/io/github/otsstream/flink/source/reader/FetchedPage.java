/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A page of one shard on its way to the task thread: its records, which of them are to be emitted,
 * the rows that were looked up for them, and where reading goes on. Immutable.
 */
@Internal
final class FetchedPage {

    private final String shardId;
    @Nullable private final String iterator;
    private final List<ChangeRecord> records;
    private final int from;
    private final int to;
    @Nullable private final String nextIterator;
    private final boolean windowEntered;
    private final long caughtUpMillis;
    @Nullable private final ShardEnd end;
    private final int sizeInBytes;

    /** Of each record, null where none was looked up; empty if no record's was. */
    private final List<Optional<TableRow>> rows;

    /**
     * @param iterator the iterator that returned the page; null where the shard ended before a page
     * @param from index of the first record to emit; those before it are done or left out
     * @param to index after the last record to emit
     * @param nextIterator where to go on; null where the shard has ended
     * @param windowEntered whether a record at or after the window's start has been met by the end
     *     of this page
     * @param caughtUpMillis when the page showed that nothing but what is done was there, by the
     *     service's clock, in milliseconds since the epoch; {@link ShardPosition#UNKNOWN} if it did
     *     not
     * @param end set if this is the shard's last page
     */
    FetchedPage(
            String shardId,
            @Nullable String iterator,
            List<ChangeRecord> records,
            int from,
            int to,
            @Nullable String nextIterator,
            boolean windowEntered,
            long caughtUpMillis,
            @Nullable ShardEnd end,
            int sizeInBytes) {
        this(
                shardId,
                iterator,
                records,
                from,
                to,
                nextIterator,
                windowEntered,
                caughtUpMillis,
                end,
                sizeInBytes,
                List.of());
    }

    private FetchedPage(
            String shardId,
            @Nullable String iterator,
            List<ChangeRecord> records,
            int from,
            int to,
            @Nullable String nextIterator,
            boolean windowEntered,
            long caughtUpMillis,
            @Nullable ShardEnd end,
            int sizeInBytes,
            List<Optional<TableRow>> rows) {
        this.shardId = shardId;
        this.iterator = iterator;
        this.records = records;
        this.from = from;
        this.to = to;
        this.nextIterator = nextIterator;
        this.windowEntered = windowEntered;
        this.caughtUpMillis = caughtUpMillis;
        this.end = end;
        this.sizeInBytes = sizeInBytes;
        this.rows = rows;
    }

    /**
     * The same page with the rows that were looked up for its records.
     *
     * @param rows of each record, null where none was looked up
     * @param bytes what they take, by which the page is larger
     */
    FetchedPage withRows(List<Optional<TableRow>> rows, long bytes) {
        return new FetchedPage(
                shardId,
                iterator,
                records,
                from,
                to,
                nextIterator,
                windowEntered,
                caughtUpMillis,
                end,
                (int) Math.min(Integer.MAX_VALUE, sizeInBytes + bytes),
                rows);
    }

    String shardId() {
        return shardId;
    }

    @Nullable
    String iterator() {
        return iterator;
    }

    List<ChangeRecord> records() {
        return records;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    @Nullable
    String nextIterator() {
        return nextIterator;
    }

    boolean windowEntered() {
        return windowEntered;
    }

    long caughtUpMillis() {
        return caughtUpMillis;
    }

    boolean isCaughtUp() {
        return caughtUpMillis != ShardPosition.UNKNOWN;
    }

    /** The time of the page's first record, in milliseconds since the epoch. */
    long firstMillis() {
        return records.get(0).getSequence().timestampMillis();
    }

    @Nullable
    ShardEnd end() {
        return end;
    }

    int sizeInBytes() {
        return sizeInBytes;
    }

    /**
     * The row that was looked up for a record: empty if it did not exist; null if none was.
     *
     * @param index of the record
     */
    @Nullable
    @SuppressWarnings("OptionalAssignedToNull")
    Optional<TableRow> row(int index) {
        return rows.isEmpty() ? null : rows.get(index);
    }

    /** Whether the task thread has to know of this page at once. */
    boolean changesAnything() {
        return !records.isEmpty() || end != null;
    }
}
