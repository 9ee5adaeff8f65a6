/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;

/**
 * Chooses the reader of a shard: the one that reads the fewest, by what readers have reported and
 * been given since. Pure; used by one thread only.
 */
@Internal
final class ShardAssigner {

    /** How many shards more than the least loaded reader make one overloaded. */
    private static final int SLACK = 2;

    private final Map<Integer, Set<String>> shardsByReader = new HashMap<>();

    /** The same readers, the least loaded first, the lowest numbered first among equals. */
    private final NavigableSet<Integer> readersByLoad =
            new TreeSet<>(Comparator.comparingInt(this::load).thenComparingInt(reader -> reader));

    /** A reader is ready and goes on with these shards. */
    void readerStarted(int reader, Collection<String> shardIds) {
        readerReset(reader);
        shardsByReader.put(reader, new HashSet<>(shardIds));
        readersByLoad.add(reader);
    }

    /** A reader has failed or may finish; it is not given anything until it has started again. */
    void readerReset(int reader) {
        if (isStarted(reader)) {
            readersByLoad.remove(reader);
            shardsByReader.remove(reader);
        }
    }

    /** The readers that can be given shards. */
    Set<Integer> startedReaders() {
        return Set.copyOf(shardsByReader.keySet());
    }

    boolean isStarted(int reader) {
        return shardsByReader.containsKey(reader);
    }

    /** Whether a reader reads so many shards that others should get some, had they a choice. */
    boolean isOverloaded(int reader) {
        return load(reader) >= load(leastLoaded()) + SLACK;
    }

    /**
     * Chooses a reader: the preferred one unless it is overloaded, else the least loaded, the
     * lowest numbered among equals.
     *
     * @param preferred a reader, or {@link ShardGraph#NO_READER}
     */
    int choose(int preferred) {
        return isStarted(preferred) && !isOverloaded(preferred) ? preferred : leastLoaded();
    }

    /** Counts a shard that a reader is given. */
    void assigned(String shardId, int reader) {
        change(reader, shards -> shards.add(shardId));
    }

    /** How many shards each reader reads that can be given shards. */
    Map<Integer, Integer> loads() {
        Map<Integer, Integer> loads = new HashMap<>();
        shardsByReader.forEach((reader, shards) -> loads.put(reader, shards.size()));
        return loads;
    }

    private int leastLoaded() {
        if (readersByLoad.isEmpty()) {
            throw new IllegalStateException("No reader has started");
        }
        return readersByLoad.first();
    }

    private int load(int reader) {
        return shardsByReader.get(reader).size();
    }

    /** A reader has read a shard to its end. */
    void ended(int reader, String shardId) {
        if (isStarted(reader)) {
            change(reader, shards -> shards.remove(shardId));
        }
    }

    private void change(int reader, Consumer<Set<String>> change) {
        readersByLoad.remove(reader);
        change.accept(shardsByReader.get(reader));
        readersByLoad.add(reader);
    }
}
