/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Splits and merges the emulated table's partitions, as the service does by itself when a table
 * grows and shrinks, and says so.
 */
final class Partitions {

    private static final int MAX_OPEN = 3;

    private final EmulatorControl control;
    private final Clock clock;
    private final String table;
    private final Console console;
    private final ShardNames names;

    Partitions(TablestoreEmulator emulator, String table, Console console, ShardNames names) {
        this.control = emulator.control();
        this.clock = emulator.clock();
        this.table = table;
        this.console = console;
        this.names = names;
    }

    /** Splits the oldest partition, or merges two neighbours where there are many already. */
    void change() {
        List<ShardInfo> open = control.openShards(table);
        if (open.size() < MAX_OPEN) {
            String parent = open.get(0).shardId();
            control.split(table, parent);
            console.event(
                    clock.instant(),
                    String.format("%s splits into %s", names.of(parent), opened(open, " and ")));
        } else {
            ShardInfo left = leftNeighbourOfAny(open);
            ShardInfo right = rightNeighbour(left, open).orElseThrow();
            control.merge(table, left.shardId(), right.shardId());
            console.event(
                    clock.instant(),
                    String.format(
                            "%s and %s merge into %s",
                            names.of(left.shardId()),
                            names.of(right.shardId()),
                            opened(open, ", ")));
        }
    }

    private static ShardInfo leftNeighbourOfAny(List<ShardInfo> open) {
        return open.stream()
                .filter(shard -> rightNeighbour(shard, open).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static Optional<ShardInfo> rightNeighbour(ShardInfo shard, List<ShardInfo> open) {
        return open.stream()
                .filter(other -> other.fromInclusive() != null)
                .filter(other -> other.fromInclusive().equals(shard.toExclusive()))
                .findFirst();
    }

    private String opened(List<ShardInfo> before, String separator) {
        Set<String> known = before.stream().map(ShardInfo::shardId).collect(Collectors.toSet());
        return control.openShards(table).stream()
                .map(ShardInfo::shardId)
                .filter(shardId -> !known.contains(shardId))
                .map(names::of)
                .collect(Collectors.joining(separator));
    }
}
