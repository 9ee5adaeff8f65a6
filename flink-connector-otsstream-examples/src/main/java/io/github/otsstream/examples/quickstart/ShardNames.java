/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Short names for shards, whose ids are too long to print with every change: S1, S2, … in the order
 * in which they are first spoken of. Thread-safe.
 */
final class ShardNames {

    private final Map<String, String> names = new LinkedHashMap<>();

    synchronized String of(String shardId) {
        return names.computeIfAbsent(shardId, id -> "S" + (names.size() + 1));
    }
}
