/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Gives one {@link ShardGraph} what has changed between listings, and another one each listing as a
 * whole, and does the same with both otherwise: whatever the listings show, and whatever readers
 * and checkpoints do meanwhile, they can't be told apart.
 */
class ListingChangePropertyTest {

    private static final int READERS = 2;

    @Property(tries = 3_000)
    void aChangeTellsAsMuchAsTheWholeListing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 10) int shards,
            @ForAll @IntRange(min = 1, max = 60) int steps) {
        Random random = new Random(seed);
        Twins twins = new Twins(random, shards);
        for (int i = 0; i < steps && twins.step(); i++) {
            twins.compare();
        }
    }

    @Property(tries = 1_000)
    void whatIsInNeitherPartOfAChangeIsAsItWas(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 10) int shards) {
        Random random = new Random(seed);
        Twins twins = new Twins(random, shards);
        ShardListing earlier = ShardListing.of(twins.randomListing());
        ShardListing later = ShardListing.of(twins.randomListing());
        ListingChange change = later.since(earlier);

        Map<String, ShardInfo> shown = byId(earlier);
        change.disappeared().forEach(shard -> assertThat(shown.values().remove(shard)).isTrue());
        change.appeared()
                .forEach(shard -> assertThat(shown.put(shard.getShardId(), shard)).isNull());
        assertThat(shown).isEqualTo(byId(later));
        assertThat(later.since(later).appeared()).isEmpty();
        assertThat(later.since(later).disappeared()).isEmpty();
    }

    private static Map<String, ShardInfo> byId(ShardListing listing) {
        Map<String, ShardInfo> shards = new HashMap<>();
        listing.shards().forEach(shard -> shards.put(shard.getShardId(), shard));
        return shards;
    }

    private static final class Twins {
        private final Random random;
        private final List<ShardInfo> shards = new ArrayList<>();
        private final List<String> readable = new ArrayList<>();
        private final ReadWindow window;
        private ShardGraph incremental;
        private ShardGraph whole;

        private Twins(Random random, int size) {
            this.random = random;
            window = random.nextBoolean() ? ReadWindow.all() : ReadWindow.of(100, 900, true);
            for (int i = 0; i < size; i++) {
                grow();
            }
            restart(List.of());
        }

        /** Any number of children, of any parents that are older or not there at all. */
        private void grow() {
            shards.add(new ShardInfo("s" + shards.size(), parent(), parent()));
        }

        private String parent() {
            int choice = random.nextInt(8);
            return choice < 4 || shards.isEmpty()
                    ? null
                    : choice == 7
                            ? "missing" + random.nextInt(2)
                            : shards.get(random.nextInt(shards.size())).getShardId();
        }

        private void restart(List<ShardProgress> progress) {
            incremental = new ShardGraph("s", window, ShardPosition.seek(1));
            whole = new ShardGraph("s", window, ShardPosition.seek(1));
            both(graph -> graph.restore(progress));
        }

        private void both(Consumer<ShardGraph> action) {
            action.accept(incremental);
            action.accept(whole);
        }

        /** Returns whether both can go on. */
        private boolean step() {
            switch (random.nextInt(12)) {
                case 0:
                    grow();
                    return true;
                case 1:
                case 2:
                    return list(randomListing());
                case 3:
                    return list(shards);
                case 4:
                case 5:
                    assign();
                    return true;
                case 6:
                case 7:
                    end();
                    return true;
                case 8:
                    Set<String> recorded = random(incremental.unrecordedEnds());
                    both(graph -> graph.recorded(recorded));
                    return true;
                case 9:
                    int failed = random.nextInt(READERS);
                    both(graph -> graph.readerReset(failed));
                    return true;
                case 10:
                    return someOtherStep();
                default:
                    if (random.nextInt(6) == 0) {
                        restart(incremental.progress());
                    }
                    return true;
            }
        }

        private boolean someOtherStep() {
            String shardId = shards.get(random.nextInt(shards.size())).getShardId();
            switch (random.nextInt(3)) {
                case 0:
                    both(graph -> graph.waiveOrder(shardId));
                    return true;
                case 1:
                    long millis = random.nextInt(1_000);
                    both(graph -> graph.readUntil(shardId, millis));
                    return true;
                default:
                    both(
                            graph ->
                                    graph.returned(
                                            new ShardSplit(
                                                    "s",
                                                    shardId,
                                                    window,
                                                    ShardPosition.seek(2),
                                                    null)));
                    return true;
            }
        }

        private Set<String> random(Set<String> shardIds) {
            return shardIds.stream()
                    .filter(shardId -> random.nextBoolean())
                    .collect(Collectors.toSet());
        }

        /** Some of the shards, some of them with lineages that can't be. */
        private List<ShardInfo> randomListing() {
            List<ShardInfo> listing = new ArrayList<>();
            int left = random.nextInt(4);
            for (ShardInfo shard : shards) {
                int choice = random.nextInt(40);
                if (choice == 0) {
                    listing.add(new ShardInfo(shard.getShardId(), "missing0", null));
                } else if (choice < 3) {
                    listing.add(new ShardInfo(shard.getShardId(), null, null));
                } else if (random.nextInt(10) >= left) {
                    listing.add(shard);
                }
            }
            Collections.shuffle(listing, random);
            return listing;
        }

        private boolean list(List<ShardInfo> shown) {
            ShardListing listing = ShardListing.of(shown);
            int[] discovered = new int[2];
            Throwable refusal =
                    catchThrowable(
                            () ->
                                    discovered[0] =
                                            incremental.discover(
                                                    listing.since(incremental.listing())));
            Throwable sameRefusal =
                    catchThrowable(() -> discovered[1] = whole.discover(asWhole(listing)));
            assertThat(refusal == null).isEqualTo(sameRefusal == null);
            assertThat(discovered[0]).isEqualTo(discovered[1]);
            return refusal == null;
        }

        private ListingChange asWhole(ShardListing listing) {
            return new ListingChange(
                    whole.listing(), listing, listing.shards(), whole.listing().shards());
        }

        private void assign() {
            for (ShardGraph.Ready ready : incremental.ready()) {
                int bound = ready.boundReader();
                int reader = bound == ShardGraph.NO_READER ? random.nextInt(READERS) : bound;
                String shardId = ready.split().splitId();
                assertThat(incremental.partnerReader(shardId))
                        .isEqualTo(whole.partnerReader(shardId));
                both(graph -> graph.assigned(shardId, reader));
                readable.add(shardId);
            }
        }

        private void end() {
            if (readable.isEmpty()) {
                return;
            }
            String shardId = readable.remove(random.nextInt(readable.size()));
            ShardEnd end = random.nextInt(5) == 0 ? ShardEnd.WINDOW_END : ShardEnd.CLOSED;
            boolean entered = random.nextBoolean();
            int reader = random.nextInt(READERS);
            ShardPosition position = ShardPosition.oldest().caughtUpAt(random.nextInt(1_000));
            both(graph -> graph.ended(shardId, end, entered, position, reader));
        }

        private void compare() {
            assertThat(incremental.progress())
                    .containsExactlyInAnyOrderElementsOf(whole.progress());
            assertThat(texts(incremental)).isEqualTo(texts(whole));
            assertThat(incremental.waitingForCheckpoint()).isEqualTo(whole.waitingForCheckpoint());
            assertThat(incremental.closedWithoutChildren())
                    .isEqualTo(whole.closedWithoutChildren());
            assertThat(incremental.unrecordedEnds()).isEqualTo(whole.unrecordedEnds());
            assertThat(incremental.readUntilMillis()).isEqualTo(whole.readUntilMillis());
            assertThat(incremental.unfinished()).isEqualTo(whole.unfinished());
            assertThat(incremental.waiting()).isEqualTo(whole.waiting());
        }

        private static Set<String> texts(ShardGraph graph) {
            return graph.ready().stream().map(Object::toString).collect(Collectors.toSet());
        }
    }
}
