/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.client.RetryGate;
import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.client.SoughtIterator;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.StreamInfo;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A stream in memory for tests of what is above the client. Answers at once, or, when told to hold
 * them, on {@link #answerAll}. Thread-safe.
 *
 * <p>Iterators are {@code <shard>@<offset>}.
 */
public final class TestingStreamClient implements StreamClient {

    public static final String TABLE = "orders";
    public static final String STREAM = "orders_1";

    private static final class Shard {
        private final ShardInfo info;
        private final List<ChangeRecord> log = new ArrayList<>();
        private boolean closed;

        /** How many records have been trimmed; offsets count them. */
        private int trimmed;

        private Shard(ShardInfo info) {
            this.info = info;
        }
    }

    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private final Map<String, Throwable> failures = new HashMap<>();
    private final Map<String, Deque<Throwable>> seekFailures = new HashMap<>();
    private final Map<String, List<OptionalLong>> seeks = new HashMap<>();
    private final Map<String, Runnable> stalled = new HashMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private StreamDescription.Status status = StreamDescription.Status.ACTIVE;
    private RuntimeException listingFailure;
    private String streamId = STREAM;
    private boolean holding;
    private boolean closed;
    private boolean emptyPagesSayMore;
    private int pageLimit = Integer.MAX_VALUE;
    private int listings;
    private long serviceTimeMillis = 100_000;

    /** A record whose key and column hold a number, with a sequence time in milliseconds. */
    public static ChangeRecord record(String shardId, long timestampMillis, int number) {
        return ChangeRecord.builder()
                .shardId(shardId)
                .operation(OperationType.PUT)
                .sequence(1, timestampMillis * 1_000, number)
                .key("id", (long) number)
                .put("value", (long) number, timestampMillis)
                .build();
    }

    public synchronized TestingStreamClient shard(String shardId, String... parents) {
        shards.put(
                shardId,
                new Shard(
                        new ShardInfo(
                                shardId,
                                parents.length > 0 ? parents[0] : null,
                                parents.length > 1 ? parents[1] : null)));
        return this;
    }

    /** Appends records numbered {@code from} to {@code to}, exclusive, one a millisecond. */
    public synchronized TestingStreamClient append(String shardId, int from, int to) {
        for (int number = from; number < to; number++) {
            shards.get(shardId).log.add(record(shardId, number, number));
        }
        return this;
    }

    /** Appends one record that is given as it is. */
    public synchronized TestingStreamClient append(ChangeRecord record) {
        shards.get(record.getShardId()).log.add(record);
        return this;
    }

    /** Appends one record. */
    public synchronized TestingStreamClient appendAt(
            String shardId, long timestampMillis, int number) {
        shards.get(shardId).log.add(record(shardId, timestampMillis, number));
        return this;
    }

    /** Makes a shard's first records, so many in all, leave retention. */
    public synchronized TestingStreamClient trim(String shardId, int records) {
        shards.get(shardId).trimmed = records;
        return this;
    }

    /** The service's answer where a position or a shard has left retention. */
    public static OtsStreamException trimmed() {
        return new OtsStreamException(
                OtsStreamException.Kind.TRIMMED,
                "GetStreamRecord",
                "table 'orders'",
                "OTSTrimmedDataAccess",
                null,
                404,
                1,
                Duration.ZERO,
                "Requested stream data is already trimmed or does not exist.",
                null);
    }

    public synchronized TestingStreamClient closeShard(String shardId) {
        shards.get(shardId).closed = true;
        return this;
    }

    public synchronized boolean hasShard(String shardId) {
        return shards.containsKey(shardId);
    }

    public synchronized void expireShard(String shardId) {
        shards.remove(shardId);
    }

    public synchronized void pageLimit(int records) {
        pageLimit = records;
    }

    public synchronized void emptyPagesSayMore(boolean more) {
        emptyPagesSayMore = more;
    }

    public synchronized void hold(boolean hold) {
        holding = hold;
    }

    public synchronized void fail(String shardId, Throwable failure) {
        failures.put(shardId, failure);
    }

    /** Has the next request for a shard's records fail, and wait for {@link #retry}. */
    public synchronized void stall(String shardId) {
        stalled.put(shardId, () -> {});
    }

    /** Lets the request of a shard that waits be made again, as soon as it gets through. */
    public synchronized void retry(String shardId) {
        stalled.remove(shardId).run();
    }

    /** Has the next seeks in a shard fail. */
    public synchronized void failSeeks(String shardId, int times, Throwable failure) {
        for (int i = 0; i < times; i++) {
            seekFailures.computeIfAbsent(shardId, id -> new ArrayDeque<>()).add(failure);
        }
    }

    /** The times in microseconds that were sought in a shard; empty for the oldest record. */
    public synchronized List<OptionalLong> seeks(String shardId) {
        return List.copyOf(seeks.getOrDefault(shardId, List.of()));
    }

    public synchronized void failListing(RuntimeException failure) {
        listingFailure = failure;
    }

    public synchronized void status(StreamDescription.Status newStatus) {
        status = newStatus;
    }

    public synchronized void streamId(String id) {
        streamId = id;
    }

    public synchronized long serviceTime() {
        return serviceTimeMillis;
    }

    public synchronized void serviceTime(long millis) {
        serviceTimeMillis = millis;
    }

    /** Gives the answers that are held back, also those to requests that this leads to. */
    public void answerAll() {
        List<Runnable> answers;
        synchronized (this) {
            answers = new ArrayList<>(held);
            held.clear();
        }
        answers.forEach(Runnable::run);
    }

    public synchronized int heldAnswers() {
        return held.size();
    }

    public synchronized int requests(String shardId) {
        return requests.getOrDefault(shardId, 0);
    }

    public synchronized int listings() {
        return listings;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public CompletableFuture<StreamDescription> describeStream(String id) {
        return answer(
                () -> {
                    listings++;
                    if (listingFailure != null) {
                        throw listingFailure;
                    }
                    List<ShardInfo> infos = new ArrayList<>();
                    shards.values().forEach(shard -> infos.add(shard.info));
                    return new StreamDescription(
                            id,
                            TABLE,
                            1,
                            Duration.ofHours(24),
                            status,
                            false,
                            infos,
                            serviceTimeMillis);
                });
    }

    @Override
    public CompletableFuture<Optional<StreamInfo>> findStream(String tableName) {
        return answer(
                () -> Optional.ofNullable(streamId).map(id -> new StreamInfo(id, tableName, 1)));
    }

    @Override
    public CompletableFuture<SoughtIterator> getShardIterator(
            String id, String shardId, OptionalLong timestampMicros, RetryGate gate) {
        return answer(
                () -> {
                    seeks.computeIfAbsent(shardId, key -> new ArrayList<>()).add(timestampMicros);
                    Deque<Throwable> failing = seekFailures.get(shardId);
                    if (failing != null && !failing.isEmpty()) {
                        throw (RuntimeException) failing.remove();
                    }
                    Shard shard = retained(shardId);
                    int offset = shard.trimmed;
                    while (timestampMicros.isPresent()
                            && offset < shard.log.size()
                            && shard.log.get(offset).getTimestampMicros()
                                    < timestampMicros.getAsLong()) {
                        offset++;
                    }
                    boolean over =
                            timestampMicros.isPresent()
                                    && shard.closed
                                    && offset == shard.log.size();
                    return new SoughtIterator(
                            over ? null : shardId + "@" + offset, serviceTimeMillis);
                });
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit, RetryGate gate) {
        synchronized (this) {
            requests.merge(shardId, 1, Integer::sum);
            if (stalled.containsKey(shardId)) {
                CompletableFuture<RecordPage> page = new CompletableFuture<>();
                stalled.put(
                        shardId,
                        () ->
                                gate.ready(
                                        () ->
                                                getRecords(
                                                                tableName, shardId, iterator, limit,
                                                                gate)
                                                        .thenAccept(page::complete)));
                gate.pausing();
                return page;
            }
        }
        return answer(
                () -> {
                    if (failures.containsKey(shardId)) {
                        throw (RuntimeException) failures.get(shardId);
                    }
                    int from = Integer.parseInt(iterator.substring(iterator.indexOf('@') + 1));
                    Shard shard = retained(shardId);
                    if (from < shard.trimmed) {
                        throw trimmed();
                    }
                    int to = Math.min(shard.log.size(), from + Math.min(limit, pageLimit));
                    List<ChangeRecord> records = List.copyOf(shard.log.subList(from, to));
                    boolean end = shard.closed && to == shard.log.size();
                    return new RecordPage(
                            shardId,
                            records,
                            end ? null : shardId + "@" + to,
                            to < shard.log.size() || (records.isEmpty() && emptyPagesSayMore),
                            100 * records.size(),
                            serviceTimeMillis);
                });
    }

    private Shard retained(String shardId) {
        Shard shard = shards.get(shardId);
        if (shard == null) {
            throw trimmed();
        }
        return shard;
    }

    private <T> CompletableFuture<T> answer(Supplier<T> supplier) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable answer =
                () -> {
                    try {
                        T value;
                        synchronized (this) {
                            value = supplier.get();
                        }
                        future.complete(value);
                    } catch (Throwable t) {
                        future.completeExceptionally(t);
                    }
                };
        synchronized (this) {
            if (holding) {
                held.add(answer);
                return future;
            }
        }
        answer.run();
        return future;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
