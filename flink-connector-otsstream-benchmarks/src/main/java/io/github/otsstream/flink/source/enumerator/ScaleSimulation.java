/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otsstream.benchmarks.process.Requests;
import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.client.RetryingStreamClient;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.event.ReaderStartedEvent;
import io.github.otsstream.flink.source.event.ShardEndedEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.clock.SystemClock;

/**
 * The enumerator of a job with very many shards and readers, without the job: how long it takes to
 * start, to take a checkpoint, and to handle a split. Each size wants a process of its own, since a
 * job's JobManager is not warmed up either.
 */
public final class ScaleSimulation {

    private static final int SPLITS = 21;

    private final SimulatedStream stream;
    private final SimulatedCoordinator coordinator;
    private final ShardEnumerator enumerator;

    private ScaleSimulation(int shards, int readers) {
        stream = new SimulatedStream(shards);
        coordinator = new SimulatedCoordinator(readers);
        enumerator =
                new ShardEnumerator(
                        coordinator,
                        new StreamLookup(
                                new RetryingStreamClient(
                                        stream, RetryPolicy.defaults(), CallListener.NONE),
                                "simulated",
                                false,
                                Duration.ofMinutes(1)),
                        listed -> JobStart.of(ReadWindow.all(), ReadWindow.NO_START, List.of()),
                        EnumeratorSettings.of(false, Duration.ofSeconds(30)),
                        null,
                        SystemClock.getInstance(),
                        ShardEnumerator.initialState());
    }

    public static void main(String[] arguments) throws Exception {
        new Requests()
                .on(
                        "run",
                        JsonNode.class,
                        size ->
                                new ScaleSimulation(
                                                size.get("shards").asInt(),
                                                size.get("readers").asInt())
                                        .run())
                .serve();
        System.exit(0);
    }

    private Map<String, Double> run() {
        Map<String, Double> figures = new LinkedHashMap<>();
        coordinator.run(
                () -> {
                    enumerator.start();
                    for (int reader = 0; reader < coordinator.currentParallelism(); reader++) {
                        enumerator.handleSourceEvent(reader, new ReaderStartedEvent(List.of()));
                    }
                });
        figures.put("listing ms", coordinator.workerNanos() / 1e6);
        figures.put("graph and assignment ms", coordinator.coordinatorNanos() / 1e6);
        figures.put("start s", (coordinator.workerNanos() + coordinator.coordinatorNanos()) / 1e9);

        long before = coordinator.coordinatorNanos();
        List<EnumeratorState> states = new ArrayList<>();
        coordinator.run(() -> states.add(enumerator.snapshotState(1)));
        figures.put("snapshot ms", (coordinator.coordinatorNanos() - before) / 1e6);
        before = coordinator.coordinatorNanos();
        List<byte[]> serialized = new ArrayList<>();
        coordinator.run(() -> serialized.add(serialize(states.get(0))));
        figures.put("serialization ms", (coordinator.coordinatorNanos() - before) / 1e6);
        long open =
                states.get(0).shards().stream()
                        .filter(shard -> shard.status() != ShardGraph.Status.CLOSED)
                        .count();
        figures.put("bytes/open shard", (double) serialized.get(0).length / open);
        figures.put("split, coordinator ms", medianSplit());
        return figures;
    }

    private static byte[] serialize(EnumeratorState state) {
        try {
            return new EnumeratorStateSerializer().serialize(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the coordinator's thread does when a shard has ended and two others have begun. */
    private double medianSplit() {
        double[] millis = new double[SPLITS];
        List<String> assigned = new ArrayList<>(coordinator.readersByShard().keySet());
        for (int i = 0; i < SPLITS; i++) {
            String shardId = assigned.get(i * assigned.size() / SPLITS);
            int reader = coordinator.readersByShard().get(shardId);
            stream.split(shardId);
            long before = coordinator.coordinatorNanos();
            ShardPosition end =
                    ShardPosition.at("iterator", 0, new SequenceInfo(1, 1_700_000_000_000_000L, 1));
            coordinator.run(
                    () ->
                            enumerator.handleSourceEvent(
                                    reader,
                                    new ShardEndedEvent(shardId, ShardEnd.CLOSED, true, end)));
            millis[i] = (coordinator.coordinatorNanos() - before) / 1e6;
        }
        Arrays.sort(millis);
        return millis[SPLITS / 2];
    }
}
