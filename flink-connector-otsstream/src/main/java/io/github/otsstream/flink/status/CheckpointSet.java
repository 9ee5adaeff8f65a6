/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.status.RejectedSetException.Reason;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/**
 * Where a run over a window has left each of its shards: what the next window begins with, exactly
 * and without skipping anything.
 *
 * <p>There is no row that says that a run is done. It is when each shard that its description names
 * has a row at the window's end with the description's version, and no other shard has one there;
 * so a set that exists as an object is complete. Immutable.
 */
@Internal
public final class CheckpointSet {

    private final JobDescription description;
    private final Map<String, ShardCheckpoint> checkpoints;

    /**
     * @param checkpoints one for each shard of the description
     * @throws IllegalArgumentException if they are not the description's shards
     */
    public CheckpointSet(JobDescription description, Collection<ShardCheckpoint> checkpoints) {
        Map<String, ShardCheckpoint> byShard = new TreeMap<>();
        for (ShardCheckpoint checkpoint : checkpoints) {
            byShard.put(checkpoint.getShardId(), checkpoint);
        }
        if (byShard.size() != checkpoints.size()
                || !byShard.keySet().equals(description.getShardIds())) {
            throw new IllegalArgumentException(
                    "The "
                            + description
                            + " has other shards than its checkpoints: "
                            + description.getShardIds()
                            + ", but "
                            + checkpoints);
        }
        this.description = description;
        this.checkpoints = Collections.unmodifiableMap(byShard);
    }

    /**
     * Puts the rows together that the table holds for a time.
     *
     * @param description the row of the run's description, if there is one
     * @param shardCount the row that runs of old left instead of a description, if there is one; it
     *     holds nothing but the number of shards
     * @param rows all rows of shards at the time
     * @throws RejectedSetException if they are not a complete set of this stream
     */
    static CheckpointSet of(
            String streamId,
            long endMillis,
            Optional<TableRow> description,
            Optional<TableRow> shardCount,
            List<TableRow> rows)
            throws RejectedSetException {
        try {
            if (description.isPresent()) {
                return described(
                        streamId, StatusTableCodec.decodeDescription(description.get()), rows);
            }
            if (shardCount.isPresent()) {
                return counted(
                        streamId,
                        endMillis,
                        StatusTableCodec.decodeShardCount(shardCount.get()),
                        rows);
            }
        } catch (CorruptRowException e) {
            throw new RejectedSetException(Reason.CORRUPT, e.getMessage(), e);
        }
        throw new RejectedSetException(
                Reason.NO_DESCRIPTION,
                "No run over a window of stream "
                        + streamId
                        + " that ends at "
                        + endMillis
                        + " is described in the status table.");
    }

    private static CheckpointSet described(
            String streamId, JobDescription description, List<TableRow> rows)
            throws RejectedSetException, CorruptRowException {
        if (!description.getStreamId().equals(streamId)) {
            throw new RejectedSetException(
                    Reason.OTHER_STREAM,
                    "The "
                            + description
                            + " was over another stream of the table, which has stream "
                            + streamId
                            + " now.");
        }
        Map<String, ShardCheckpoint> checkpoints = new TreeMap<>();
        Set<String> otherVersions = new TreeSet<>();
        for (TableRow row : rows) {
            // The shard first: of a row that does not belong here nothing else matters.
            String shardId = StatusTableCodec.checkpointShard(row);
            if (!description.getShardIds().contains(shardId)) {
                throw new RejectedSetException(
                        Reason.UNKNOWN_ROW,
                        "The "
                                + description
                                + " does not name shard "
                                + shardId
                                + ", which has a row at its end.");
            }
            checkpoints.put(shardId, StatusTableCodec.decodeCheckpoint(row));
            if (!StatusTableCodec.checkpointVersion(row).equals(description.getVersion())) {
                otherVersions.add(shardId);
            }
        }
        Set<String> missing = new TreeSet<>(description.getShardIds());
        missing.removeAll(checkpoints.keySet());
        if (!missing.isEmpty()) {
            throw new RejectedSetException(
                    Reason.MISSING_ROW,
                    "The "
                            + description
                            + " is not done: "
                            + some(missing)
                            + " no row at its end.");
        }
        if (!otherVersions.isEmpty()) {
            throw new RejectedSetException(
                    Reason.OTHER_VERSION,
                    "The "
                            + description
                            + " is mixed with another: "
                            + some(otherVersions)
                            + " a row of another version at its end.");
        }
        return new CheckpointSet(description, checkpoints.values());
    }

    private static CheckpointSet counted(
            String streamId, long endMillis, long shardCount, List<TableRow> rows)
            throws RejectedSetException, CorruptRowException {
        Map<String, ShardCheckpoint> checkpoints = new TreeMap<>();
        for (TableRow row : rows) {
            ShardCheckpoint checkpoint = StatusTableCodec.decodeCheckpoint(row);
            checkpoints.put(checkpoint.getShardId(), checkpoint);
        }
        if (checkpoints.size() != shardCount) {
            throw new RejectedSetException(
                    checkpoints.size() < shardCount ? Reason.MISSING_ROW : Reason.UNKNOWN_ROW,
                    "The run over stream "
                            + streamId
                            + " up to "
                            + endMillis
                            + " had "
                            + shardCount
                            + " shards, but "
                            + checkpoints.size()
                            + " have a row at its end.");
        }
        return new CheckpointSet(
                new JobDescription("", streamId, "", endMillis, endMillis, checkpoints.keySet()),
                checkpoints.values());
    }

    /** For a message: at most three of the shards, and the verb. */
    private static String some(Set<String> shardIds) {
        String named = shardIds.stream().limit(3).collect(Collectors.joining(", "));
        if (shardIds.size() == 1) {
            return "shard " + named + " has";
        }
        return shardIds.size() <= 3
                ? "shards " + named + " have"
                : shardIds.size() + " shards (" + named + ", ...) have";
    }

    /**
     * Holds the set against the stream as it is now.
     *
     * @param listed the shards that the stream has now
     * @return the places of those listed shards that are part of the set; a listed shard that is
     *     not came into being after the run had listed the stream, and is to be read from its
     *     oldest record
     * @throws RejectedSetException if a shard that the run did not read to its end is not listed:
     *     what is missing of it can't be read any more
     */
    Map<String, ShardCheckpoint> among(Set<String> listed) throws RejectedSetException {
        Map<String, ShardCheckpoint> known = new TreeMap<>();
        for (ShardCheckpoint checkpoint : checkpoints.values()) {
            if (listed.contains(checkpoint.getShardId())) {
                known.put(checkpoint.getShardId(), checkpoint);
            } else if (!checkpoint.isEnded()) {
                throw new RejectedSetException(
                        Reason.UNREAD_SHARD_GONE,
                        "The "
                                + description
                                + " did not read shard "
                                + checkpoint.getShardId()
                                + " to its end, and the stream does not have it any more.");
            }
        }
        return known;
    }

    /** Returns the run; that of a run of old has neither table name, version nor start. */
    public JobDescription getDescription() {
        return description;
    }

    /** Returns the places by shard id. */
    public Map<String, ShardCheckpoint> getCheckpoints() {
        return checkpoints;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CheckpointSet
                && description.equals(((CheckpointSet) other).description)
                && checkpoints.equals(((CheckpointSet) other).checkpoints);
    }

    @Override
    public int hashCode() {
        return 31 * description.hashCode() + checkpoints.hashCode();
    }

    @Override
    public String toString() {
        return "checkpoints of " + description;
    }
}
