/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.source.event.MirrorPointsEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.status.CheckpointSet;
import io.github.otsstream.flink.status.JobDescription;
import io.github.otsstream.flink.status.ShardCheckpoint;
import io.github.otsstream.flink.status.StatusMirror;
import io.github.otsstream.flink.status.StatusTable;
import io.github.otsstream.flink.status.StatusTableSettings;
import io.github.otsstream.flink.status.TimePoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one run of a job leaves in the status table: time points while it reads, and, when it has
 * read its window, where it stopped in each shard.
 *
 * <p>The end counts for other jobs when a checkpoint has completed that was begun after everything
 * had been read, since then everything before the end has been processed ({@link
 * StatusTableSettings.Commit#CHECKPOINT}).
 *
 * <p>Used by the coordinator thread, but for {@link #prepare()}; nothing blocks but that and {@link
 * #close()}.
 */
@Internal
public final class RunMirror implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunMirror.class);

    private final StatusTable table;
    private final StatusTableSettings settings;
    private final String tableName;
    private final EndIterators iterators;
    private boolean prepared;
    private Consumer<Throwable> failureListener = failure -> {};

    /** Null before the run is known. */
    @Nullable private StatusMirror mirror;

    private String streamId;
    private String version;

    /** What is left of the window's shards once everything is read; null before. */
    @Nullable private End end;

    /** Checkpoints that were begun when everything had been read. */
    private final Set<Long> checkpointsOfEnd = new HashSet<>();

    @Nullable private CompletableFuture<Void> committed;

    /**
     * @param table closed with this mirror
     * @param client reads pages again; not closed by this
     * @param tableName the table that the job reads
     */
    public RunMirror(
            StatusTable table,
            StatusTableSettings settings,
            StreamClient client,
            String tableName) {
        this.table = table;
        this.settings = settings;
        this.tableName = tableName;
        this.iterators = new EndIterators(client, tableName);
    }

    /**
     * Creates the status table if it is missing. Blocks: called on the coordinator's worker thread,
     * before each listing.
     *
     * @throws FlinkException if the table is not a status table
     */
    void prepare() throws FlinkException, InterruptedException {
        if (prepared) {
            return;
        }
        try {
            table.createIfMissing();
            prepared = true;
        } catch (OtsStreamException e) {
            LOG.warn("The status table {} can't be reached.", table.getTableName(), e);
            failureListener.accept(e);
        }
    }

    /**
     * Begins a run, or goes on with one that was restored.
     *
     * @param runVersion names the run in the status table
     */
    void begin(String runStreamId, String runVersion) {
        streamId = runStreamId;
        version = runVersion;
        mirror =
                new StatusMirror(
                        table,
                        streamId,
                        settings.getInterval(),
                        failure -> failureListener.accept(failure));
    }

    /**
     * @param listener hears of each write that has failed; called on any thread
     */
    void onFailure(Consumer<Throwable> listener) {
        failureListener = listener;
    }

    boolean isRequired() {
        return settings.isRequired();
    }

    /** Takes places that a completed checkpoint has passed. */
    void offer(MirrorPointsEvent event) {
        if (mirror != null) {
            mirror.offer(
                    event.points().stream()
                            .map(
                                    point ->
                                            new TimePoint(
                                                    point.shardId(),
                                                    point.firstRecordMillis(),
                                                    point.iterator()))
                            .collect(Collectors.toList()));
        }
    }

    /**
     * Takes where the window has ended in each shard, once everything is read. Can be called again
     * and again, and where it was not true for a while, with other ends.
     *
     * @param requestedStartMillis see {@link EnumeratorState#requestedStartMillis}
     * @param listed the shards that the stream has
     * @param unread where to go on in those that were not read to their ends; not resolved where
     *     nothing was read. What is in neither is read.
     */
    void allRead(
            ReadWindow window,
            long requestedStartMillis,
            Collection<String> listed,
            Map<String, ShardPosition> unread) {
        Set<String> shardIds = new HashSet<>(listed);
        shardIds.addAll(unread.keySet());
        if (end != null && end.unread.equals(unread) && end.run.getShardIds().equals(shardIds)) {
            return;
        }
        end =
                new End(
                        new JobDescription(
                                tableName,
                                streamId,
                                version,
                                Math.max(0, requestedStartMillis),
                                window.endMillis(),
                                shardIds),
                        unread);
        checkpointsOfEnd.clear();
        committed = null;
        mirror.writeEnd(end);
        if (settings.getCommit() == StatusTableSettings.Commit.READ) {
            commit();
        }
    }

    void checkpointBegun(long checkpointId) {
        if (end != null) {
            checkpointsOfEnd.add(checkpointId);
        }
    }

    void checkpointCompleted(long checkpointId) {
        if (checkpointsOfEnd.contains(checkpointId)) {
            commit();
        }
    }

    private void commit() {
        if (committed == null || committed.isCompletedExceptionally()) {
            committed = mirror.commit(end);
        }
    }

    /**
     * Whether the job may end as far as the status table goes, once everything is read. An end that
     * waits for a checkpoint is written when the job's last one completes, and the job, if it does
     * not require it, does not wait for that.
     */
    boolean mayEnd() {
        boolean isBeingWritten = committed != null && !committed.isDone();
        return !isBeingWritten && (!settings.isRequired() || isCommitted());
    }

    /** Whether the end waits for a checkpoint to be begun. */
    boolean waitsForCheckpoint() {
        return end != null && committed == null && checkpointsOfEnd.isEmpty();
    }

    private boolean isCommitted() {
        return committed != null && committed.isDone() && !committed.isCompletedExceptionally();
    }

    /** Waits for what is being written, ten seconds at most. */
    @Override
    public void close() {
        if (end != null && committed == null) {
            LOG.warn(
                    "The end of the {} does not count for other jobs: it was read, but no checkpoint"
                            + " has completed since, which would show that it was processed. Turn"
                            + " checkpoints on, or let it count when it is read (Commit.READ).",
                    end.run);
        }
        try {
            if (mirror != null) {
                mirror.close();
            }
        } finally {
            table.close();
        }
    }

    /** The end of the run's window, which takes some reading to be put into iterators. */
    private final class End implements Callable<CheckpointSet> {

        private final JobDescription run;
        private final Map<String, ShardPosition> unread;

        private End(JobDescription run, Map<String, ShardPosition> unread) {
            this.run = run;
            this.unread = Map.copyOf(unread);
        }

        @Override
        public CheckpointSet call() throws Exception {
            Map<String, ShardPosition> begun = new HashMap<>(unread);
            begun.values().removeIf(position -> !position.isResolved());
            Map<String, String> found = iterators.find(begun);
            List<ShardCheckpoint> checkpoints = new ArrayList<>();
            for (String shardId : run.getShardIds()) {
                checkpoints.add(checkpoint(shardId, found));
            }
            return new CheckpointSet(run, checkpoints);
        }

        private ShardCheckpoint checkpoint(String shardId, Map<String, String> found) {
            if (!unread.containsKey(shardId)) {
                return ShardCheckpoint.ended(shardId);
            }
            String iterator = found.get(shardId);
            return iterator == null
                    ? ShardCheckpoint.notBegun(shardId)
                    : ShardCheckpoint.at(shardId, iterator);
        }
    }
}
