/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Checks that {@link ShardAssigner} keeps the numbers of shards of readers together. */
class ShardAssignerPropertyTest {

    /** Flink gives restored readers equal parts, whatever their number was before. */
    @Property(tries = 500)
    void readersStayWithinOneShardAfterARestoreAndWhenOneFails(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int readers,
            @ForAll @IntRange(min = 0, max = 40) int restored,
            @ForAll @IntRange(min = 0, max = 40) int waiting) {
        Random random = new Random(seed);
        Loads loads = new Loads(readers, restored);
        for (int i = 0; i < waiting; i++) {
            loads.assign(ShardGraph.NO_READER);
            assertThat(loads.difference()).isLessThanOrEqualTo(1);
        }

        int failed = random.nextInt(readers);
        List<String> lost = loads.fail(failed, random);
        for (int i = 0; i < lost.size(); i++) {
            loads.assign(ShardGraph.NO_READER);
        }
        assertThat(loads.difference()).isLessThanOrEqualTo(1);
        assertThat(loads.total()).isEqualTo(restored + waiting);
    }

    /** Reading parents of one child together spares a wait; it may cost one shard of balance. */
    @Property(tries = 500)
    void aPreferredReaderGetsAtMostTwoShardsMoreThanAnother(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int readers,
            @ForAll @IntRange(min = 0, max = 60) int shards) {
        Random random = new Random(seed);
        Loads loads = new Loads(readers, 0);
        for (int i = 0; i < shards; i++) {
            loads.assign(random.nextInt(readers + 1) - 1);
            assertThat(loads.difference()).isLessThanOrEqualTo(2);
        }
    }

    @Property(tries = 500)
    void unevenReadersComeTogether(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 8) int readers) {
        Random random = new Random(seed);
        Loads loads = new Loads(readers, 0);
        for (int reader = 0; reader < readers; reader++) {
            loads.start(reader, random.nextInt(10));
        }
        int before = loads.difference();
        for (int i = 0; i < 10 * readers; i++) {
            loads.assign(ShardGraph.NO_READER);
            assertThat(loads.difference()).isLessThanOrEqualTo(Math.max(1, before));
        }
        assertThat(loads.difference()).isLessThanOrEqualTo(1);
    }

    /** What each reader has, counted beside the assigner. */
    private static final class Loads {
        private final ShardAssigner assigner = new ShardAssigner();
        private final List<Set<String>> shards = new ArrayList<>();
        private int created;

        private Loads(int readers, int restored) {
            for (int reader = 0; reader < readers; reader++) {
                shards.add(new TreeSet<>());
                int share = restored / readers + (reader < restored % readers ? 1 : 0);
                start(reader, share);
            }
        }

        private void start(int reader, int count) {
            shards.get(reader).clear();
            for (int i = 0; i < count; i++) {
                shards.get(reader).add("s" + created++);
            }
            assigner.readerStarted(reader, shards.get(reader));
        }

        private void assign(int preferred) {
            int reader = assigner.choose(preferred);
            String shard = "s" + created++;
            assigner.assigned(shard, reader);
            shards.get(reader).add(shard);
        }

        /** The reader comes back with some of its shards; the others are to be given out anew. */
        private List<String> fail(int reader, Random random) {
            List<String> lost = new ArrayList<>(shards.get(reader));
            lost.removeIf(shard -> random.nextBoolean());
            assigner.readerReset(reader);
            shards.get(reader).removeAll(lost);
            assigner.readerStarted(reader, shards.get(reader));
            return lost;
        }

        private int difference() {
            return shards.stream().mapToInt(Set::size).max().getAsInt()
                    - shards.stream().mapToInt(Set::size).min().getAsInt();
        }

        private int total() {
            return shards.stream().mapToInt(Set::size).sum();
        }
    }
}
