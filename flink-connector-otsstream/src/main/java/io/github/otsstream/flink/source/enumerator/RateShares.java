/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.event.RateShareEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.flink.annotation.Internal;

/**
 * Divides the job's rates among its readers by the number of shards that each reads, so that every
 * shard gets the same and readers without shards leave theirs to the others. Used by one thread.
 */
@Internal
final class RateShares {

    private final BiConsumer<Integer, RateShareEvent> send;
    private final Map<Integer, Double> told = new HashMap<>();

    RateShares(BiConsumer<Integer, RateShareEvent> send) {
        this.send = send;
    }

    /** A reader has started anew and knows nothing, or is gone. */
    void readerReset(int reader) {
        told.remove(reader);
    }

    /** Tells each reader its part if it has changed. */
    void update(Map<Integer, Integer> shardsByReader) {
        int shards = shardsByReader.values().stream().mapToInt(Integer::intValue).sum();
        shardsByReader.forEach(
                (reader, count) -> {
                    double share = shards == 0 ? 0 : (double) count / shards;
                    if (!Double.valueOf(share).equals(told.put(reader, share))) {
                        send.accept(reader, new RateShareEvent(share));
                    }
                });
    }
}
