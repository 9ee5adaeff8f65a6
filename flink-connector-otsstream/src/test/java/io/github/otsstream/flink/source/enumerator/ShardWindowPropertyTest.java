/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static io.github.otsstream.flink.source.enumerator.Listings.discover;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Reads a random stream, whose shards split and merge and whose records have whatever times, in
 * adjacent windows, and checks that these hold every record exactly once.
 */
class ShardWindowPropertyTest {

    private static final int LAST_MILLIS = 100;

    @Property(tries = 2_000)
    void adjacentWindowsHoldEveryRecordOnce(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 25) int changes,
            @ForAll @IntRange(min = 1, max = 4) int windows) {
        Random random = new Random(seed);
        Stream stream = new Stream(random, changes);
        List<Long> bounds = new ArrayList<>();
        bounds.add(ReadWindow.NO_START);
        for (int i = 1; i < windows; i++) {
            bounds.add((long) random.nextInt(LAST_MILLIS));
        }
        bounds.add(ReadWindow.NO_END);
        Collections.sort(bounds);

        List<String> read = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            read.addAll(stream.read(ReadWindow.of(bounds.get(i), bounds.get(i + 1), true)));
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(stream.records());
    }

    private static final class Stream {
        private final Random random;
        private final Map<String, ShardInfo> shards = new LinkedHashMap<>();
        private final Map<String, List<Integer>> times = new LinkedHashMap<>();
        private final List<String> open = new ArrayList<>();

        private Stream(Random random, int changes) {
            this.random = random;
            create(null, null);
            create(null, null);
            for (int i = 0; i < changes; i++) {
                String parent = open.remove(random.nextInt(open.size()));
                if (!open.isEmpty() && random.nextInt(3) == 0) {
                    create(parent, open.remove(random.nextInt(open.size())));
                } else {
                    create(parent, null);
                    create(parent, null);
                }
            }
        }

        private void create(String parent, String sibling) {
            String id = "s" + shards.size();
            shards.put(id, new ShardInfo(id, parent, sibling));
            open.add(id);
            List<Integer> records = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                records.add(random.nextInt(LAST_MILLIS));
            }
            times.put(id, records);
        }

        private List<String> records() {
            return times.keySet().stream()
                    .flatMap(
                            id ->
                                    IntStream.range(0, times.get(id).size())
                                            .mapToObj(index -> id + "#" + index))
                    .collect(Collectors.toList());
        }

        private List<String> read(ReadWindow window) {
            ShardGraph graph =
                    new ShardGraph(
                            "s",
                            window,
                            window.hasStart() ? ShardPosition.seek(0) : ShardPosition.oldest());
            discover(graph, shards.values());
            List<String> read = new ArrayList<>();
            while (!graph.ready().isEmpty()) {
                List<ShardGraph.Ready> ready = graph.ready();
                read(graph, ready.get(random.nextInt(ready.size())).split(), read);
                if (random.nextBoolean()) {
                    graph.recorded(graph.unrecordedEnds());
                    discover(graph, shards.values());
                }
            }
            assertThat(graph.isFinished()).isTrue();
            return read;
        }

        /** Reads a shard as the reader does. */
        private void read(ShardGraph graph, ShardSplit split, List<String> read) {
            String id = split.splitId();
            graph.assigned(id, 0);
            ReadWindow window = split.window();
            assertThat(split.position())
                    .isEqualTo(window.hasStart() ? ShardPosition.seek(0) : ShardPosition.oldest());
            ShardEnd end = open.contains(id) ? ShardEnd.WINDOW_END : ShardEnd.CLOSED;
            for (int index = 0; index < times.get(id).size(); index++) {
                int time = times.get(id).get(index);
                window = time >= window.startMillis() ? window.entered() : window;
                if (!window.hasStart() && time >= window.endMillis()) {
                    end = ShardEnd.WINDOW_END;
                    break;
                }
                if (!window.hasStart()) {
                    read.add(id + "#" + index);
                }
            }
            graph.ended(id, end, !window.hasStart(), ShardPosition.oldest(), 0);
        }
    }
}
