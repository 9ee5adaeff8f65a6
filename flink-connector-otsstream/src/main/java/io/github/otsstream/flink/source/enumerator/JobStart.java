/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * What a job without a checkpoint begins with: its window, and, where more is known than that, how
 * far the stream's shards have been read before. Immutable.
 */
@Internal
public final class JobStart {

    private final ReadWindow window;
    private final long requestedStartMillis;
    private final List<String> warnings;
    private final List<ShardProgress> shards;
    private final Map<String, ShardPosition> lookFrom;

    private JobStart(
            ReadWindow window,
            long requestedStartMillis,
            List<String> warnings,
            List<ShardProgress> shards,
            Map<String, ShardPosition> lookFrom) {
        this.window = Objects.requireNonNull(window);
        this.requestedStartMillis = requestedStartMillis;
        this.warnings = List.copyOf(warnings);
        this.shards = List.copyOf(shards);
        this.lookFrom = Map.copyOf(lookFrom);
    }

    /**
     * A job that looks for the window's start in every shard.
     *
     * @param requestedStartMillis see {@link EnumeratorState#requestedStartMillis}
     * @param warnings what the user should know of the window
     */
    public static JobStart of(ReadWindow window, long requestedStartMillis, List<String> warnings) {
        return new JobStart(window, requestedStartMillis, warnings, List.of(), Map.of());
    }

    /**
     * The same start, in a stream of which it is known exactly how far it has been read. Nothing of
     * what follows is left out, so the window has no start.
     *
     * @param read shards that have been read to their end
     * @param open where to go on in the others; shards in neither have not been read, or are
     *     ancestors of those that are known, and have
     */
    public JobStart continuing(Collection<String> read, Map<String, ShardPosition> open) {
        if (window.hasStart()) {
            throw new IllegalArgumentException(
                    "Shards that are read on leave out nothing: " + window);
        }
        List<ShardProgress> progress = new ArrayList<>();
        for (String shardId : read) {
            progress.add(
                    new ShardProgress(
                            shardId, ShardGraph.Status.CLOSED, ShardPosition.oldest(), true));
        }
        open.forEach(
                (shardId, position) ->
                        progress.add(
                                new ShardProgress(
                                        shardId, ShardGraph.Status.WAITING, position, true)));
        return new JobStart(window, requestedStartMillis, warnings, progress, lookFrom);
    }

    /**
     * The same start, where in some shards a position before the window's start is known that saves
     * a seek; records before the start are left out from there on.
     */
    public JobStart lookingFrom(Map<String, ShardPosition> positions) {
        return new JobStart(window, requestedStartMillis, warnings, shards, positions);
    }

    public ReadWindow window() {
        return window;
    }

    public long requestedStartMillis() {
        return requestedStartMillis;
    }

    public List<String> warnings() {
        return warnings;
    }

    List<ShardProgress> shards() {
        return shards;
    }

    Map<String, ShardPosition> lookFrom() {
        return lookFrom;
    }

    @Override
    public String toString() {
        return "JobStart{" + window + ", " + shards + ", " + lookFrom + '}';
    }
}
