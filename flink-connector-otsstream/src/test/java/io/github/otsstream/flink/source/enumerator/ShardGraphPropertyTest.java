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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Lets a random stream live (shards split, merge and expire) while a random job reads it (listings
 * in any order, checkpoints, failures of readers, restores), and checks that every shard is read
 * exactly once, never before its parents, and where it can't overtake them.
 */
class ShardGraphPropertyTest {

    private static final int READERS = 3;

    @Property(tries = 1_000)
    void everyShardIsReadOnceAndAfterItsParents(
            @ForAll long seed, @ForAll @IntRange(min = 5, max = 120) int steps) {
        World world = new World(new Random(seed));
        for (int i = 0; i < steps; i++) {
            world.step();
            assertThat(world.graph.waiting()).isEqualTo(world.waiting());
        }
        world.drain();
        assertThat(world.ended).containsAll(world.shards.keySet());
        assertThat(world.graph.isFinished()).isTrue();
    }

    @Property(tries = 40)
    void whatIsKeptDoesNotGrowWithTheAgeOfTheJob(@ForAll long seed) {
        World world = new World(new Random(seed));
        for (int i = 0; i < 1_000; i++) {
            world.step();
        }
        world.drain();
        while (!world.checkpoint()) {
            world.list();
        }
        world.list();
        // Everything is read, so only shards whose children are still to come have to be known.
        assertThat(world.graph.progress().size()).isLessThanOrEqualTo(world.childless().size());
    }

    /** A job's last completed checkpoint. */
    private static final class Checkpoint {
        private final List<ShardProgress> progress;
        private final Map<String, Integer> running;
        private final Set<String> ended;
        private final Map<String, Integer> unforgotten;

        private Checkpoint(World world) {
            progress = world.graph.progress();
            running = new HashMap<>(world.running);
            ended = new HashSet<>(world.ended);
            unforgotten = new HashMap<>(world.unforgotten);
        }
    }

    /** A stream and the job that reads it. */
    private static final class World {
        private final Random random;
        private final Map<String, ShardInfo> shards = new LinkedHashMap<>();
        private final Set<String> open = new HashSet<>();
        private final Set<String> expired = new HashSet<>();

        private ShardGraph graph = newGraph();
        private Map<String, Integer> running = new HashMap<>();
        private Set<String> ended = new HashSet<>();

        /** Ends that readers keep in their state because no completed checkpoint holds them. */
        private Map<String, Integer> unforgotten = new HashMap<>();

        /** The readers of shards that have ended since the last completed checkpoint. */
        private final Map<String, Integer> endedSince = new HashMap<>();

        private Optional<Checkpoint> completed = Optional.empty();
        private final Map<String, Integer> assignedSince = new HashMap<>();

        private World(Random random) {
            this.random = random;
            for (int i = 0; i <= random.nextInt(3); i++) {
                create(null, null);
            }
            list();
        }

        private static ShardGraph newGraph() {
            return new ShardGraph("s", ReadWindow.all(), ShardPosition.oldest());
        }

        private void step() {
            switch (random.nextInt(13)) {
                case 0:
                case 1:
                    splitOne();
                    break;
                case 2:
                    mergeTwo();
                    break;
                case 3:
                case 4:
                    list();
                    break;
                case 5:
                case 6:
                    assign();
                    break;
                case 7:
                case 8:
                    endOne();
                    break;
                case 9:
                    checkpoint();
                    break;
                case 10:
                    completed.ifPresent(this::failReaders);
                    break;
                case 11:
                    completed.ifPresent(this::restore);
                    break;
                default:
                    completed.ifPresent(this::expire);
            }
        }

        private void create(String parent, String sibling) {
            String id = "s" + shards.size();
            shards.put(id, new ShardInfo(id, parent, sibling));
            open.add(id);
        }

        private void splitOne() {
            closeOne()
                    .ifPresent(
                            parent -> {
                                create(parent, null);
                                create(parent, null);
                            });
        }

        private void mergeTwo() {
            if (open.size() > 1) {
                create(closeOne().get(), closeOne().get());
            }
        }

        private Optional<String> closeOne() {
            Optional<String> shard = pick(open);
            shard.ifPresent(open::remove);
            return shard;
        }

        private Optional<String> pick(Set<String> ids) {
            List<String> sorted = new ArrayList<>(new TreeSet<>(ids));
            return sorted.isEmpty()
                    ? Optional.empty()
                    : Optional.of(sorted.get(random.nextInt(sorted.size())));
        }

        private void list() {
            List<ShardInfo> listing = new ArrayList<>(shards.values());
            listing.removeIf(shard -> expired.contains(shard.getShardId()));
            Collections.shuffle(listing, random);
            discover(graph, listing);
        }

        private void assign() {
            for (ShardGraph.Ready ready : graph.ready()) {
                String id = ready.split().splitId();
                assertThat(ended).as("read twice").doesNotContain(id);
                assertThat(running).as("read by two").doesNotContainKey(id);
                for (String parent : parents(id)) {
                    assertThat(ended.contains(parent) || expired.contains(parent))
                            .as("%s before its parent %s", id, parent)
                            .isTrue();
                }
                int reader =
                        ready.boundReader() == ShardGraph.NO_READER
                                ? random.nextInt(READERS)
                                : ready.boundReader();
                for (String parent : parents(id)) {
                    Integer parentReader = endedSince.get(parent);
                    assertThat(parentReader == null || parentReader == reader)
                            .as("%s can overtake its parent %s", id, parent)
                            .isTrue();
                }
                graph.assigned(id, reader);
                running.put(id, reader);
                assignedSince.put(id, reader);
            }
        }

        private List<String> parents(String id) {
            List<String> parents = new ArrayList<>();
            ShardInfo shard = shards.get(id);
            if (shard.getParentId() != null) {
                parents.add(shard.getParentId());
            }
            if (shard.getParentSiblingId() != null) {
                parents.add(shard.getParentSiblingId());
            }
            return parents;
        }

        private void endOne() {
            Set<String> closed = new HashSet<>(running.keySet());
            closed.removeAll(open);
            pick(closed).ifPresent(this::end);
        }

        private void end(String id) {
            int reader = running.remove(id);
            ended.add(id);
            endedSince.put(id, reader);
            unforgotten.put(id, reader);
            report(id, reader);
        }

        private void report(String id, int reader) {
            graph.ended(id, ShardEnd.CLOSED, true, ShardPosition.oldest(), reader);
        }

        /** Takes a checkpoint, which may not complete. */
        private boolean checkpoint() {
            Checkpoint checkpoint = new Checkpoint(this);
            Set<String> recorded = graph.unrecordedEnds();
            Set<String> noted = Set.copyOf(unforgotten.keySet());
            if (random.nextInt(4) == 0) {
                return false;
            }
            completed = Optional.of(checkpoint);
            assignedSince.clear();
            endedSince.clear();
            graph.recorded(recorded);
            unforgotten.keySet().removeAll(noted);
            return true;
        }

        /** All readers go back to the checkpoint, the enumerator lives on. */
        private void failReaders(Checkpoint checkpoint) {
            for (int reader = 0; reader < READERS; reader++) {
                graph.readerReset(reader);
                for (Map.Entry<String, Integer> assigned : assignedSince.entrySet()) {
                    if (assigned.getValue() == reader) {
                        graph.returned(
                                new ShardSplit(
                                        "s",
                                        assigned.getKey(),
                                        ReadWindow.all(),
                                        ShardPosition.oldest(),
                                        null));
                    }
                }
            }
            goBack(checkpoint);
        }

        /** The whole job starts from the checkpoint. */
        private void restore(Checkpoint checkpoint) {
            graph = newGraph();
            graph.restore(checkpoint.progress);
            goBack(checkpoint);
            list();
        }

        private void goBack(Checkpoint checkpoint) {
            assignedSince.clear();
            endedSince.clear();
            running = new HashMap<>(checkpoint.running);
            ended = new HashSet<>(checkpoint.ended);
            unforgotten = new HashMap<>(checkpoint.unforgotten);
            running.forEach(graph::assigned);
            new HashMap<>(unforgotten).forEach(this::report);
        }

        /** Lets a shard expire that was read for good, the oldest ones first. */
        private void expire(Checkpoint checkpoint) {
            Set<String> candidates = new HashSet<>(checkpoint.ended);
            candidates.retainAll(ended);
            candidates.removeAll(expired);
            pick(candidates).filter(id -> expired.containsAll(parents(id))).ifPresent(expired::add);
        }

        /** Closes all shards and reads everything. */
        private void drain() {
            open.clear();
            for (int i = 0; i <= shards.size(); i++) {
                list();
                assign();
                List.copyOf(running.keySet()).forEach(this::end);
                checkpoint();
            }
            while (!ended.containsAll(shards.keySet())) {
                checkpoint();
                assign();
                List.copyOf(running.keySet()).forEach(this::end);
            }
        }

        private int waiting() {
            return (int)
                    graph.progress().stream()
                            .filter(shard -> shard.status() == ShardGraph.Status.WAITING)
                            .count();
        }

        private Set<String> childless() {
            Set<String> childless = new HashSet<>(shards.keySet());
            shards.keySet().forEach(id -> childless.removeAll(parents(id)));
            return childless;
        }
    }
}
