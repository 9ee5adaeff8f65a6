/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static io.github.otsstream.flink.source.enumerator.Listings.discover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Gives {@link ShardGraph} listings that no stream could have, with any parents, missing ones among
 * them, in any order: what descends from itself is refused, everything else is read once and after
 * its parents.
 */
class ShardListingPropertyTest {

    @Property(tries = 3_000)
    void anyListingIsReadInOrderOrRefused(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int shards,
            @ForAll boolean older) {
        Random random = new Random(seed);
        Map<String, ShardInfo> listed = new HashMap<>();
        for (int i = 0; i < shards; i++) {
            String id = "s" + i;
            listed.put(
                    id,
                    new ShardInfo(
                            id,
                            parent(random, shards, i, older),
                            parent(random, shards, i, older)));
        }
        List<ShardInfo> listing = new ArrayList<>(listed.values());
        Collections.shuffle(listing, random);
        ShardGraph graph = new ShardGraph("s", ReadWindow.all(), ShardPosition.oldest());
        if (listed.keySet().stream().anyMatch(id -> descendsFrom(id, id, listed))) {
            assertThatThrownBy(() -> discover(graph, listing))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("descend from themselves");
            assertThat(graph.progress()).isEmpty();
            return;
        }
        discover(graph, listing);
        Set<String> read = new HashSet<>();
        while (!graph.ready().isEmpty()) {
            List<ShardGraph.Ready> ready = graph.ready();
            String id = ready.get(random.nextInt(ready.size())).split().splitId();
            assertThat(parents(listed.get(id)))
                    .allMatch(parent -> read.contains(parent) || !listed.containsKey(parent));
            assertThat(read.add(id)).as("%s is read twice", id).isTrue();
            graph.assigned(id, 0);
            graph.ended(id, ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
            if (random.nextBoolean()) {
                graph.recorded(graph.unrecordedEnds());
            }
            if (random.nextBoolean()) {
                Collections.shuffle(listing, random);
                discover(graph, listing);
            }
        }
        assertThat(read).isEqualTo(listed.keySet());
        assertThat(graph.isFinished()).isTrue();
    }

    /**
     * @param older whether parents have lower numbers, so that no shard descends from itself
     */
    private static String parent(Random random, int shards, int shard, boolean older) {
        int choice = random.nextInt(3);
        if (choice == 0 || older && shard == 0) {
            return null;
        }
        return choice == 1 && random.nextInt(4) == 0
                ? "missing" + random.nextInt(3)
                : "s" + random.nextInt(older ? shard : shards);
    }

    private static boolean descendsFrom(String id, String ancestor, Map<String, ShardInfo> listed) {
        Set<String> seen = new HashSet<>();
        List<String> open = new ArrayList<>(parents(listed.get(id)));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (next.equals(ancestor)) {
                return true;
            }
            if (listed.containsKey(next) && seen.add(next)) {
                open.addAll(parents(listed.get(next)));
            }
        }
        return false;
    }

    private static Set<String> parents(ShardInfo shard) {
        Set<String> parents = new HashSet<>();
        parents.add(shard.getParentId());
        parents.add(shard.getParentSiblingId());
        parents.remove(null);
        return parents;
    }
}
