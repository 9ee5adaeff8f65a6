/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status table: where runs over windows of a stream have stopped, in the layout that DataX and
 * DataWorks jobs share. One table can serve many streams.
 *
 * <p>All calls block: on the coordinator's worker thread, or on the thread of a {@link
 * StatusMirror}. Interrupting the thread ends a call, and so does {@link #close()}. Calls fail with
 * an {@link io.github.otsstream.flink.client.OtsStreamException} where the service does not do what
 * is asked, after the client's retries. Thread-safe.
 *
 * <p>How to use it: {@link #createIfMissing()} once; at a job's first look at its stream {@link
 * #find} or {@link #findLastRun}; and while the job runs a {@link StatusMirror}.
 */
@Internal
public final class StatusTable implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusTable.class);

    /**
     * A time point so close to the end of retention is left alone: it could leave it before it is
     * read.
     */
    private static final Duration RETENTION_MARGIN = Duration.ofHours(1);

    /**
     * How far before the start a time point has to be. The clocks of the service's machines differ,
     * so of two records the later one can have the earlier time; it is the same margin that a seek
     * by time keeps.
     */
    private static final Duration CLOCK_MARGIN = Duration.ofMinutes(10);

    private static final int CALLS_AT_ONCE = 32;

    private final TableClient client;
    private final String tableName;

    /**
     * @param client closed with this table
     */
    public StatusTable(TableClient client, String tableName) {
        this.client = client;
        this.tableName = tableName;
    }

    public String getTableName() {
        return tableName;
    }

    /**
     * Creates the table if it does not exist.
     *
     * @throws FlinkException if there is a table by that name with another primary key
     */
    public void createIfMissing() throws FlinkException, InterruptedException {
        TableSchema wanted = StatusTableCodec.schema(tableName);
        Optional<TableSchema> found = describe();
        if (found.isEmpty()) {
            if (await(client.createTable(wanted))) {
                LOG.info("Created the status table {}.", tableName);
                return;
            }
            found = describe();
        }
        // It can only be missing here if somebody deletes it meanwhile; the next call says so.
        if (found.isPresent() && !found.get().hasSameKeyAs(wanted)) {
            throw new FlinkException(
                    "Table "
                            + tableName
                            + " can't be the status table: its primary key is "
                            + found.get().describeKey()
                            + ", that of a status table is "
                            + wanted.describeKey()
                            + ". Name another table, or one that does not exist: it will be created.");
        }
    }

    private Optional<TableSchema> describe() throws FlinkException, InterruptedException {
        return await(client.describeTable(tableName)).map(TableDescription::getSchema);
    }

    /**
     * Finds where a window begins.
     *
     * @param stream the stream as it is now, with all its shards
     * @param startMillis the window's first time, in milliseconds since the epoch
     */
    public StatusStart find(StreamDescription stream, long startMillis)
            throws FlinkException, InterruptedException {
        CheckpointSet set;
        try {
            set = readSet(stream.getStreamId(), startMillis);
        } catch (RejectedSetException e) {
            return fromTimePoints(stream, startMillis, e);
        }
        return startAfter(stream, set);
    }

    /**
     * Finds where the run with the latest window that was done has stopped. Runs that were not done
     * are passed over.
     *
     * @param stream the stream as it is now, with all its shards
     * @throws FlinkException if a row is damaged, so that it can't be told whether its run was done
     * @return nothing if no run was done. A start can be older than the stream's retention: whoever
     *     asks has to check that.
     */
    public Optional<StatusStart> findLastRun(StreamDescription stream)
            throws FlinkException, InterruptedException {
        String streamId = stream.getStreamId();
        long before = StatusTableCodec.MAX_MILLIS + 1;
        while (true) {
            Optional<TableRow> row =
                    await(
                            client.getLast(
                                    tableName,
                                    StatusTableCodec.descriptionKey(streamId, before - 1),
                                    StatusTableCodec.beforeDescriptionsKey(streamId)));
            if (row.isEmpty()) {
                return Optional.empty();
            }
            try {
                before = StatusTableCodec.endMillisOf(row.get());
            } catch (CorruptRowException e) {
                throw untold(e);
            }
            try {
                return Optional.of(startAfter(stream, readSet(streamId, before)));
            } catch (RejectedSetException e) {
                if (e.getReason() == RejectedSetException.Reason.CORRUPT) {
                    throw untold(e);
                }
                LOG.info("Passing over a run in the status table: {}", e.getMessage());
            }
        }
    }

    /** Going on from an older run instead would read a window twice. */
    private FlinkException untold(FlinkException cause) {
        return new FlinkException(
                "Where the last run has stopped can't be told from the status table "
                        + tableName
                        + ": "
                        + cause.getMessage()
                        + " Start at a time instead, or delete the row.",
                cause);
    }

    private StatusStart startAfter(StreamDescription stream, CheckpointSet set)
            throws FlinkException, InterruptedException {
        long startMillis = set.getDescription().getEndMillis();
        try {
            return StatusStart.exact(startMillis, set.among(shardIds(stream)));
        } catch (RejectedSetException e) {
            return fromTimePoints(stream, startMillis, e);
        }
    }

    /**
     * Reads the complete set of a run.
     *
     * @param endMillis the first time after the run's window
     * @throws RejectedSetException if there is none
     */
    CheckpointSet readSet(String streamId, long endMillis)
            throws RejectedSetException, FlinkException, InterruptedException {
        CompletableFuture<Optional<TableRow>> description =
                client.getRow(tableName, StatusTableCodec.descriptionKey(streamId, endMillis));
        CompletableFuture<Optional<TableRow>> shardCount =
                client.getRow(tableName, StatusTableCodec.shardCountKey(streamId, endMillis));
        CompletableFuture<List<TableRow>> rows = checkpointRows(streamId, endMillis);
        return CheckpointSet.of(
                streamId, endMillis, await(description), await(shardCount), await(rows));
    }

    private CompletableFuture<List<TableRow>> checkpointRows(String streamId, long endMillis) {
        return client.getRange(
                tableName,
                StatusTableCodec.firstCheckpointKey(streamId, endMillis),
                StatusTableCodec.afterCheckpointsKey(streamId, endMillis));
    }

    private StatusStart fromTimePoints(
            StreamDescription stream, long startMillis, RejectedSetException rejection)
            throws FlinkException, InterruptedException {
        long oldest =
                stream.getServiceTimeMillis()
                        - stream.getRetention().minus(RETENTION_MARGIN).toMillis();
        long newest = startMillis - 1 - CLOCK_MARGIN.toMillis();
        Map<String, TimePoint> points = new TreeMap<>();
        if (oldest < newest) {
            String streamId = stream.getStreamId();
            forEach(
                    shardIds(stream),
                    shardId ->
                            client.getLast(
                                            tableName,
                                            StatusTableCodec.timePointKey(
                                                    streamId, shardId, newest),
                                            StatusTableCodec.timePointKey(
                                                    streamId, shardId, oldest))
                                    .thenAccept(row -> row.ifPresent(found -> add(found, points))));
        }
        return StatusStart.inexact(startMillis, points, rejection);
    }

    /** A time point saves time, so one that can't be read is no reason to fail. */
    private static void add(TableRow row, Map<String, TimePoint> points) {
        try {
            TimePoint point = StatusTableCodec.decodeTimePoint(row);
            synchronized (points) {
                points.put(point.getShardId(), point);
            }
        } catch (CorruptRowException e) {
            LOG.warn("Leaving out a time point: {}", e.getMessage());
        }
    }

    private static Set<String> shardIds(StreamDescription stream) {
        Set<String> shardIds = new TreeSet<>();
        for (ShardInfo shard : stream.getShards()) {
            shardIds.add(shard.getShardId());
        }
        return shardIds;
    }

    /** Writes time points; one of the same shard and time is replaced. */
    public void writeTimePoints(String streamId, Collection<TimePoint> points)
            throws FlinkException, InterruptedException {
        forEach(
                points,
                point -> client.putRow(tableName, StatusTableCodec.encode(streamId, point)));
    }

    /**
     * Writes the rows of all shards at the window's end, and deletes those that another run left
     * there. They mean nothing until {@link #writeDescription} follows; a set of another run with
     * the same end is not complete any more. Can be repeated.
     */
    public void writeCheckpoints(CheckpointSet set) throws FlinkException, InterruptedException {
        JobDescription run = set.getDescription();
        String streamId = run.getStreamId();
        long endMillis = run.getEndMillis();
        for (TableRow row : await(checkpointRows(streamId, endMillis))) {
            String shardId;
            try {
                shardId = StatusTableCodec.checkpointShard(row);
            } catch (CorruptRowException e) {
                shardId = null;
            }
            if (shardId == null || !set.getCheckpoints().containsKey(shardId)) {
                await(client.deleteRow(tableName, row.getKey()));
            }
        }
        forEach(
                set.getCheckpoints().values(),
                checkpoint ->
                        client.putRow(
                                tableName,
                                StatusTableCodec.encode(
                                        streamId, endMillis, run.getVersion(), checkpoint)));
    }

    /**
     * Writes the row that makes a run's set complete: from now on the next window begins with it.
     *
     * @param run whose checkpoints are written
     */
    public void writeDescription(JobDescription run) throws FlinkException, InterruptedException {
        await(client.putRow(tableName, StatusTableCodec.encode(run)));
    }

    /** Calls for each item, some at a time, and waits for all; ends at the first failure. */
    private static <T> void forEach(Collection<T> items, Function<T, CompletableFuture<Void>> call)
            throws FlinkException, InterruptedException {
        Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
        for (T item : items) {
            if (underWay.size() == CALLS_AT_ONCE) {
                await(underWay.remove());
            }
            underWay.add(call.apply(item));
        }
        while (!underWay.isEmpty()) {
            await(underWay.remove());
        }
    }

    private static <T> T await(CompletableFuture<T> future)
            throws FlinkException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new FlinkException(e.getCause());
        }
    }

    /** Closes the client, too. */
    @Override
    public void close() {
        client.close();
    }
}
