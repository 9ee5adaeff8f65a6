/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the enumerator does with a hundred thousand open shards. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ShardGraphBenchmark {

    private static final int SHARDS = 100_000;
    private static final int READERS = 1_000;

    private final List<ShardInfo> listing = new ArrayList<>();
    private ShardGraph graph;
    private EnumeratorState state;
    private int next;

    @Setup
    public void list() {
        for (int i = 0; i < SHARDS; i++) {
            listing.add(new ShardInfo(new UUID(0, i) + "_1700000000000000", null, null));
        }
        graph = discover();
        for (int i = 0; i < SHARDS; i++) {
            graph.assigned(listing.get(i).getShardId(), i % READERS);
        }
        state =
                new EnumeratorState(
                        "stream", ReadWindow.all(), ReadWindow.NO_START, null, graph.progress());
    }

    /** From a first listing to the shards that may be read. */
    @Benchmark
    public List<ShardGraph.Ready> first() {
        return discover().ready();
    }

    private ShardGraph discover() {
        ShardGraph discovering = new ShardGraph("stream", ReadWindow.all(), ShardPosition.oldest());
        discovering.discover(ShardListing.of(listing).since(discovering.listing()));
        return discovering;
    }

    /** What the thread that lists does with a listing that shows nothing new. */
    @Benchmark
    public ListingChange again() {
        return ShardListing.of(listing).since(graph.listing());
    }

    /** The end of one shard, without the listing that follows, and its return for the next time. */
    @Benchmark
    public List<ShardGraph.Ready> end() {
        String shardId = listing.get(next++ % SHARDS).getShardId();
        graph.ended(shardId, ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        List<ShardGraph.Ready> ready = graph.ready();
        graph.readerReset(0);
        graph.assigned(shardId, 0);
        return ready;
    }

    @Benchmark
    public Set<String> waitingForCheckpoint() {
        return graph.waitingForCheckpoint();
    }

    @Benchmark
    public List<ShardProgress> snapshot() {
        return graph.progress();
    }

    @Benchmark
    public byte[] serialize() throws IOException {
        return new EnumeratorStateSerializer().serialize(state);
    }

    /** Readers for all shards, one after the other. */
    @Benchmark
    public ShardAssigner assign() {
        ShardAssigner assigner = new ShardAssigner();
        for (int reader = 0; reader < READERS; reader++) {
            assigner.readerStarted(reader, List.of());
        }
        for (ShardInfo shard : listing) {
            assigner.assigned(shard.getShardId(), assigner.choose(ShardGraph.NO_READER));
        }
        return assigner;
    }
}
