/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.enumerator.JobStart;
import io.github.otsstream.flink.source.enumerator.StartResolver;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.status.ShardCheckpoint;
import io.github.otsstream.flink.status.StatusStart;
import io.github.otsstream.flink.status.StatusTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.util.FlinkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds in the status table where a job begins, and otherwise decides as a {@link PositionResolver}
 * does: a start that has left retention is refused although a run has stopped there, since what
 * followed it is gone.
 */
final class StatusTableStart implements StartResolver {

    private static final Logger LOG = LoggerFactory.getLogger(StatusTableStart.class);

    private final StatusTable table;
    private final StartingPosition start;
    private final StoppingPosition stop;

    /** The table is not closed by this. */
    StatusTableStart(StatusTable table, StartingPosition start, StoppingPosition stop) {
        this.table = table;
        this.start = start;
        this.stop = stop;
    }

    /**
     * {@inheritDoc}
     *
     * @throws FlinkException also if the status table can't be read, or has no last run
     */
    @Override
    public JobStart resolve(StreamDescription stream) throws FlinkException, InterruptedException {
        Optional<StatusStart> found;
        try {
            table.createIfMissing();
            found =
                    start.kind() == StartingPosition.Kind.LAST_RUN
                            ? table.findLastRun(stream)
                            : Optional.of(table.find(stream, start.timestampMillis()));
        } catch (OtsStreamException e) {
            throw new FlinkException(
                    "Where to begin can't be looked up in the status table "
                            + table.getTableName()
                            + ": "
                            + e.getMessage(),
                    e);
        }
        if (found.isEmpty()) {
            return withoutLastRun(stream);
        }
        StatusStart status = found.get();
        StartingPosition time = StartingPosition.timestamp(status.getStartMillis());
        JobStart begin =
                new PositionResolver(start.isOrEarliest() ? time.orEarliest() : time, stop)
                        .resolve(stream);
        if (!begin.window().hasStart()) {
            // It has left retention, and with it every place that the status table knows.
            return begin;
        }
        return status.isExact() ? goOn(begin, status) : lookFrom(begin, status);
    }

    private JobStart withoutLastRun(StreamDescription stream) throws FlinkException {
        if (!start.isOrEarliest()) {
            throw new FlinkException(
                    "The status table "
                            + table.getTableName()
                            + " has no run that has read a window of stream "
                            + stream.getStreamId()
                            + " of table "
                            + stream.getTableName()
                            + " to its end. For the first run choose another start, or let it begin"
                            + " with the earliest record (StartingPosition.lastRun().orEarliest(),"
                            + " in SQL 'scan.startup.or-earliest').");
        }
        LOG.info(
                "The status table {} has no run over stream {}: it is read from its oldest record.",
                table.getTableName(),
                stream.getStreamId());
        return new PositionResolver(StartingPosition.earliest(), stop).resolve(stream);
    }

    private JobStart goOn(JobStart begin, StatusStart status) {
        LOG.info(
                "Going on where the run has stopped that the status table {} has for {}",
                table.getTableName(),
                Instant.ofEpochMilli(status.getStartMillis()));
        List<String> read = new ArrayList<>();
        Map<String, ShardPosition> open = new HashMap<>();
        for (ShardCheckpoint shard : status.getCheckpoints().values()) {
            if (shard.isEnded()) {
                read.add(shard.getShardId());
            } else {
                open.put(shard.getShardId(), positionOf(shard, status.getStartMillis()));
            }
        }
        return JobStart.of(begin.window().entered(), begin.requestedStartMillis(), begin.warnings())
                .continuing(read, open);
    }

    /** What the run before has read is dated before its end, but for the clocks' differences. */
    private static ShardPosition positionOf(ShardCheckpoint shard, long startMillis) {
        return shard.isNotBegun()
                ? ShardPosition.oldest()
                : ShardPosition.at(shard.getIterator(), 0, null).caughtUpAt(startMillis);
    }

    private JobStart lookFrom(JobStart begin, StatusStart status) {
        status.getRejection()
                .ifPresent(
                        why ->
                                LOG.info(
                                        "Looking for {} by time, from {} places that the status table"
                                                + " {} has: {}",
                                        Instant.ofEpochMilli(status.getStartMillis()),
                                        status.getTimePoints().size(),
                                        table.getTableName(),
                                        why.getMessage()));
        Map<String, ShardPosition> places = new HashMap<>();
        status.getTimePoints()
                .forEach(
                        (shardId, point) ->
                                places.put(
                                        shardId, ShardPosition.at(point.getIterator(), 0, null)));
        return begin.lookingFrom(places);
    }
}
