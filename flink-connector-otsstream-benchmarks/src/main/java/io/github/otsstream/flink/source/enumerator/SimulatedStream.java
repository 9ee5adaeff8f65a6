/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.IteratorStep;
import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.StreamDescriptionPage;
import io.github.otsstream.flink.client.StreamInfo;
import io.github.otsstream.flink.client.StreamService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A stream that only lists its shards, a hundred at a time as the service does, and answers at
 * once. Two fifths of its shards have no parents, one fifth is closed, and two fifths are their
 * children.
 */
final class SimulatedStream implements StreamService {

    private static final String STREAM = "simulated_1700000000000000";
    private static final String TABLE = "simulated";
    private static final int SHARDS_PER_PAGE = 100;
    private static final long ANSWER_MICROS = 50;
    private static final long FIRST_MICROS = 1_700_000_000_000_000L;

    private final ScheduledExecutorService answering = Executors.newSingleThreadScheduledExecutor();
    private final List<ShardInfo> shards = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();

    SimulatedStream(int size) {
        while (shards.size() < size) {
            open(null);
            open(null);
            split(open(null));
        }
    }

    private String open(String parent) {
        // Of the service's form.
        String id = new UUID(0, shards.size()) + "_" + (FIRST_MICROS + shards.size());
        indexes.put(id, shards.size());
        shards.add(new ShardInfo(id, parent, null));
        return id;
    }

    /** Closes a shard for two children. */
    void split(String shardId) {
        open(shardId);
        open(shardId);
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams(String tableName) {
        return answer(() -> List.of(new StreamInfo(STREAM, TABLE, FIRST_MICROS)));
    }

    @Override
    public CompletableFuture<StreamDescriptionPage> describeStream(
            String streamId, String fromShardId) {
        return answer(
                () -> {
                    int from = fromShardId == null ? 0 : indexes.get(fromShardId);
                    int to = Math.min(shards.size(), from + SHARDS_PER_PAGE);
                    StreamDescription description =
                            new StreamDescription(
                                    STREAM,
                                    TABLE,
                                    FIRST_MICROS,
                                    Duration.ofHours(24),
                                    StreamDescription.Status.ACTIVE,
                                    false,
                                    List.copyOf(shards.subList(from, to)),
                                    System.currentTimeMillis());
                    return new StreamDescriptionPage(
                            description, to == shards.size() ? null : shards.get(to).getShardId());
                });
    }

    /** After a moment: an answer that is there before it is waited for would be no network's. */
    private <T> CompletableFuture<T> answer(Supplier<T> answer) {
        return CompletableFuture.supplyAsync(
                answer, task -> answering.schedule(task, ANSWER_MICROS, TimeUnit.MICROSECONDS));
    }

    @Override
    public CompletableFuture<IteratorStep> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, String token) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        answering.shutdown();
    }
}
