/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.enumerator.JobStart;
import io.github.otsstream.flink.source.enumerator.StartResolver;
import io.github.otsstream.flink.source.split.ReadWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.FlinkException;

/**
 * Turns the positions that the user has chosen into a window, by what the service says of the
 * stream when the job first looks at it, and refuses a window of which something would be missed.
 *
 * <p>Pure: all times are the service's.
 */
final class PositionResolver implements StartResolver {

    /** What is nearer to its end in the stream could be gone when it is looked for. */
    private static final Duration NEAR_RETENTION = Duration.ofHours(1);

    private final StartingPosition start;
    private final StoppingPosition stop;
    private final long wantedFromMillis;

    PositionResolver(StartingPosition start, StoppingPosition stop) {
        this(start, stop, Long.MIN_VALUE);
    }

    /**
     * @param wantedFromMillis the job has no use for records before that time, which need not be
     *     read if it begins with the earliest one; {@link Long#MIN_VALUE} if it has
     */
    PositionResolver(StartingPosition start, StoppingPosition stop, long wantedFromMillis) {
        this.start = start;
        this.stop = stop;
        this.wantedFromMillis = wantedFromMillis;
    }

    /**
     * {@inheritDoc}
     *
     * @throws FlinkException if the start has left retention, if the end is too close to now, or if
     *     it is before the start
     */
    @Override
    public JobStart resolve(StreamDescription stream) throws FlinkException {
        List<String> warnings = new ArrayList<>();
        long end = resolveEnd(stream);
        long begin = resolveStart(stream, end, warnings);
        if (end < begin) {
            throw new FlinkException(
                    "Nothing of table "
                            + stream.getTableName()
                            + " can be read: the job would start at "
                            + time(begin)
                            + ", after its end at "
                            + time(end)
                            + '.');
        }
        if (end < oldestRetained(stream)) {
            warnings.add(
                    "Nothing of table "
                            + stream.getTableName()
                            + " is read up to "
                            + time(end)
                            + ": its stream retains only changes since "
                            + time(oldestRetained(stream))
                            + '.');
        }
        ReadWindow window = ReadWindow.of(begin, end, stop.isBounded());
        return JobStart.of(
                stop.isWaitingForEnd()
                        ? window.endingWhenCaughtUpFrom(end + stop.endMargin().toMillis())
                        : window,
                start.kind() == StartingPosition.Kind.TIMESTAMP ? start.timestampMillis() : begin,
                warnings);
    }

    private long resolveStart(StreamDescription stream, long end, List<String> warnings)
            throws FlinkException {
        switch (start.kind()) {
            case EARLIEST:
                return resolveEarliest(stream, end);
            case LATEST:
                return stream.getServiceTimeMillis();
            default:
                return resolveTimestamp(stream, start.timestampMillis(), warnings);
        }
    }

    private long resolveEarliest(StreamDescription stream, long end) {
        long begin = Math.min(wantedFromMillis, Math.min(end, stream.getServiceTimeMillis()));
        return begin > oldestRetained(stream) + NEAR_RETENTION.toMillis()
                ? begin
                : ReadWindow.NO_START;
    }

    private long resolveTimestamp(StreamDescription stream, long millis, List<String> warnings)
            throws FlinkException {
        long oldest = oldestRetained(stream);
        if (millis < oldest) {
            if (!start.isOrEarliest()) {
                throw new FlinkException(
                        "Table "
                                + stream.getTableName()
                                + " can't be read from "
                                + time(millis)
                                + " on: its stream retains changes for "
                                + stream.getRetention().toHours()
                                + " hours, so older ones are lost. The oldest possible start is "
                                + time(oldest)
                                + " now. Start there or later, at the earliest record, or let an"
                                + " older start begin with the earliest record"
                                + " (StartingPosition.timestamp(..).orEarliest(), in SQL"
                                + " 'scan.startup.or-earliest').");
            }
            warnings.add(
                    "Table "
                            + stream.getTableName()
                            + " is read from the oldest retained record on instead of "
                            + time(millis)
                            + ": changes before "
                            + time(oldest)
                            + " have left the stream's retention of "
                            + stream.getRetention().toHours()
                            + " hours.");
            return ReadWindow.NO_START;
        }
        long created = Math.floorDiv(stream.getCreationTimeMicros(), 1_000L);
        if (millis < created) {
            warnings.add(
                    "Table "
                            + stream.getTableName()
                            + " is read from "
                            + time(millis)
                            + " on, but its stream was enabled at "
                            + time(created)
                            + ": changes before that were never recorded.");
        }
        return millis;
    }

    private long resolveEnd(StreamDescription stream) throws FlinkException {
        switch (stop.kind()) {
            case NEVER:
                return ReadWindow.NO_END;
            case LATEST:
                return stream.getServiceTimeMillis();
            default:
                checkMargin(stream);
                return stop.timestampMillis();
        }
    }

    private void checkMargin(StreamDescription stream) throws FlinkException {
        Duration margin = stop.endMargin();
        if (stop.isWaitingForEnd() || margin.isZero()) {
            return;
        }
        long latest = stream.getServiceTimeMillis() - margin.toMillis();
        if (stop.timestampMillis() > latest) {
            throw new FlinkException(
                    "Table "
                            + stream.getTableName()
                            + " can't be read up to "
                            + time(stop.timestampMillis())
                            + " yet: it is "
                            + time(stream.getServiceTimeMillis())
                            + " by the service's clock, and the end has to be "
                            + margin.toSeconds()
                            + " s past. The clocks of the service's machines differ, so changes that"
                            + " belong before the end may still be written; they would be missing"
                            + " here and in the next window. Choose an end up to "
                            + time(latest)
                            + ", let the job wait (StoppingPosition.timestamp(..).waitForEnd(), in"
                            + " SQL 'scan.bounded.wait-for-end'), or set another margin"
                            + " (withEndMargin, 'scan.bounded.end-margin'; zero switches this check"
                            + " off).");
        }
    }

    private static long oldestRetained(StreamDescription stream) {
        return stream.getServiceTimeMillis() - stream.getRetention().toMillis();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis) + " (" + millis + ")";
    }
}
