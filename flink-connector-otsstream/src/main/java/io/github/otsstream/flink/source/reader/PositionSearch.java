/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The search for a place in a shard to which no iterator leads: the first one, or one whose
 * iterator has left retention or soon would. It seeks a time and passes over what is done by its
 * sequence, and it tells whether records that are needed may have been trimmed.
 *
 * <p>Nothing that is needed is lost if one of these holds, since a log is trimmed from its oldest
 * record on:
 *
 * <ul>
 *   <li>the first record found is one that was done, or is older than the window's start;
 *   <li>the time since which records are needed is still within retention. If the last record that
 *       was done should then have been found and was not, the service has trimmed early, and this
 *       shows nothing.
 * </ul>
 *
 * <p>The clocks of the service's machines differ, so a record can be dated earlier than one that
 * was read before it. What was read up to a time is therefore known only up to {@link
 * #CLOCK_MARGIN} earlier.
 *
 * <p>Immutable and pure. All times are milliseconds since the epoch.
 */
@Internal
final class PositionSearch {

    /** By how much records may be dated too early. */
    static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

    /** The service's seek is approximate, so a time is sought this much earlier. */
    private static final Duration SEEK_MARGIN = Duration.ofMinutes(10);

    /** Nothing is needed: the search is for whatever is there. */
    private static final long NOTHING = Long.MAX_VALUE;

    /** Everything is needed that the shard ever held. */
    private static final long EVERYTHING = Long.MIN_VALUE;

    private final long seekMillis;
    @Nullable private final SequenceInfo done;
    private final long wantedFromMillis;
    private final long neededFromMillis;
    private final ReadWindow window;
    private final Duration retention;

    private PositionSearch(
            long seekMillis,
            @Nullable SequenceInfo done,
            long wantedFromMillis,
            long neededFromMillis,
            ReadWindow window,
            Duration retention) {
        this.seekMillis = seekMillis;
        this.done = done;
        this.wantedFromMillis = wantedFromMillis;
        this.neededFromMillis = neededFromMillis;
        this.window = window;
        this.retention = retention;
    }

    /**
     * The search for the place where the reading of a shard begins.
     *
     * @param position not resolved; one without a time that the shard's records begin at needs
     *     nothing but what is there
     */
    static PositionSearch forStart(ShardPosition position, ReadWindow window, Duration retention) {
        long wanted;
        long needed;
        if (window.hasStart()) {
            wanted = window.startMillis();
            needed = wanted;
        } else if (position.caughtUpMillis() != ShardPosition.UNKNOWN) {
            wanted = position.caughtUpMillis();
            needed = wanted;
        } else {
            wanted = position.seekMillis();
            needed = wanted == ReadWindow.NO_START ? NOTHING : wanted;
        }
        return new PositionSearch(position.seekMillis(), null, wanted, needed, window, retention);
    }

    /**
     * The search for the place behind what was read of a shard.
     *
     * @param done the last record that was read, null if none was
     * @param readUntilMillis what is older was read, or {@link ShardPosition#UNKNOWN}
     */
    static PositionSearch behind(
            @Nullable SequenceInfo done,
            long readUntilMillis,
            ReadWindow window,
            Duration retention) {
        long known =
                readUntilMillis == ShardPosition.UNKNOWN
                        ? EVERYTHING
                        : readUntilMillis - CLOCK_MARGIN.toMillis();
        long wanted =
                window.hasStart()
                        ? Math.max(readUntilMillis, window.startMillis())
                        : readUntilMillis;
        return new PositionSearch(
                wanted == ShardPosition.UNKNOWN
                        ? ReadWindow.NO_START
                        : Math.max(0, wanted - SEEK_MARGIN.toMillis()),
                done,
                wanted,
                window.hasStart() ? Math.max(known, window.startMillis()) : known,
                window,
                retention);
    }

    /** The same search from the oldest record that is there. */
    PositionSearch fromOldest() {
        return new PositionSearch(
                ReadWindow.NO_START, done, wantedFromMillis, neededFromMillis, window, retention);
    }

    /** The time to seek, {@link ReadWindow#NO_START} for the oldest record. */
    long seekMillis() {
        return seekMillis;
    }

    boolean seeksOldest() {
        return seekMillis == ReadWindow.NO_START;
    }

    /** The record up to which all that is found is to be passed over; null where nothing is. */
    @Nullable
    SequenceInfo done() {
        return done;
    }

    /**
     * Whether a page shows if anything is lost. An empty one does not, if more follows.
     *
     * @param page the first one that was found, or a later one if those before showed nothing
     */
    static boolean isTelling(RecordPage page) {
        return !page.getRecords().isEmpty()
                || page.getNextIterator() == null
                || !page.mayMoreRecord();
    }

    /**
     * What may be lost, seen from the first page that {@linkplain #isTelling tells} it.
     *
     * @return null if nothing is
     */
    @Nullable
    TrimmedRange lost(RecordPage page) {
        if (page.getRecords().isEmpty()) {
            return lostAt(page.getServiceTimeMillis());
        }
        SequenceInfo first = page.getRecords().get(0).getSequence();
        boolean wasDone = done != null && first.compareTo(done) <= 0;
        boolean beforeWindow = window.hasStart() && first.timestampMillis() < window.startMillis();
        TrimmedRange range = wasDone || beforeWindow ? null : lostAt(page.getServiceTimeMillis());
        return range == null ? null : range.upTo(first.timestampMillis());
    }

    /**
     * What may be lost of a shard in which nothing was found.
     *
     * @param serviceMillis when that was seen, by the service's clock
     * @return null if nothing is
     */
    @Nullable
    TrimmedRange lostAt(long serviceMillis) {
        long retainedFrom = serviceMillis - retention.toMillis();
        if (retainedFrom > neededFromMillis) {
            return new TrimmedRange(wantedFromMillis, retainedFrom);
        }
        return isDoneExpected(retainedFrom)
                ? new TrimmedRange(wantedFromMillis, serviceMillis)
                : null;
    }

    /** Whether the last record that was done should have been found; trimming was early if not. */
    private boolean isDoneExpected(long retainedFrom) {
        if (done == null || window.hasStart()) {
            return false;
        }
        long margin = CLOCK_MARGIN.toMillis();
        return done.timestampMillis() - margin >= retainedFrom
                && (seeksOldest() || done.timestampMillis() - margin >= seekMillis);
    }
}
