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
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * Chooses the reader of a shard: the one that reads the fewest, by what readers have reported and
 * been given since. Pure; used by one thread only.
 */
@Internal
final class ShardAssigner {

    private final Map<Integer, Set<String>> shardsByReader = new HashMap<>();

    /** A reader is ready and goes on with these shards. */
    void readerStarted(int reader, Collection<String> shardIds) {
        shardsByReader.put(reader, new HashSet<>(shardIds));
    }

    /** A reader has failed; it is not given anything until it has started again. */
    void readerReset(int reader) {
        shardsByReader.remove(reader);
    }

    /** How many readers can be given shards. */
    int readers() {
        return shardsByReader.size();
    }

    Set<Integer> startedReaders() {
        return Set.copyOf(shardsByReader.keySet());
    }

    boolean isStarted(int reader) {
        return shardsByReader.containsKey(reader);
    }

    /** Gives a shard to the least loaded reader, the lowest numbered among equals. */
    int assign(String shardId) {
        int reader =
                shardsByReader.entrySet().stream()
                        .min(
                                Comparator.<Map.Entry<Integer, Set<String>>>comparingInt(
                                                entry -> entry.getValue().size())
                                        .thenComparingInt(Map.Entry::getKey))
                        .orElseThrow(() -> new IllegalStateException("No reader has started"))
                        .getKey();
        shardsByReader.get(reader).add(shardId);
        return reader;
    }

    /** A reader has read a shard to its end. */
    void ended(int reader, String shardId) {
        Set<String> shards = shardsByReader.get(reader);
        if (shards != null) {
            shards.remove(shardId);
        }
    }
}
