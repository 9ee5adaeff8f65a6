/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.VisibleForTesting;

/**
 * A client that puts the service's requests together and makes failed ones again, by a {@link
 * RetryPolicy}.
 *
 * <p>Each request has its own budget of retries and its own timer, so one bad shard delays no
 * other, and a long listing does not begin anew because one of its pages failed. No thread ever
 * waits. The one thread of this class only starts retries. A future that the caller cancels is not
 * tried again.
 */
@Internal
public final class RetryingStreamClient implements StreamClient {

    /** A listing or a seek of more steps than this is taken for one that goes round in circles. */
    private static final int MAX_STEPS = 100_000;

    private final StreamService service;
    private final RetryPolicy policy;
    private final CallListener listener;
    private final Timer timer;
    private final DoubleSupplier random;

    private final Set<RetryingCall<?>> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** The service is closed with this client. */
    public RetryingStreamClient(StreamService service, RetryPolicy policy, CallListener listener) {
        this(
                service,
                policy,
                listener,
                new ThreadTimer("otsstream-retry-timer"),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    @VisibleForTesting
    RetryingStreamClient(
            StreamService service,
            RetryPolicy policy,
            CallListener listener,
            Timer timer,
            DoubleSupplier random) {
        this.service = Objects.requireNonNull(service, "service");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.timer = timer;
        this.random = random;
    }

    @Override
    public CompletableFuture<Optional<StreamInfo>> findStream(String tableName) {
        return retry(
                        Operation.LIST_STREAM,
                        Target.table(tableName),
                        () -> service.listStreams(tableName))
                .thenApply(
                        streams ->
                                streams.stream()
                                        .filter(stream -> stream.getTableName().equals(tableName))
                                        .max(
                                                Comparator.comparingLong(
                                                        StreamInfo::getCreationTimeMicros)));
    }

    @Override
    public CompletableFuture<StreamDescription> describeStream(String streamId) {
        // A listing that changes between two pages can show a shard twice.
        return describeFrom(streamId, null, new LinkedHashMap<>(), 1);
    }

    private CompletableFuture<StreamDescription> describeFrom(
            String streamId,
            @Nullable String fromShardId,
            Map<String, ShardInfo> shards,
            int step) {
        return retry(
                        Operation.DESCRIBE_STREAM,
                        Target.stream(streamId),
                        () -> service.describeStream(streamId, fromShardId))
                .thenCompose(
                        page -> {
                            for (ShardInfo shard : page.getDescription().getShards()) {
                                shards.put(shard.getShardId(), shard);
                            }
                            String next = page.getNextShardId();
                            if (next == null) {
                                return CompletableFuture.completedFuture(
                                        page.getDescription()
                                                .withShards(new ArrayList<>(shards.values())));
                            }
                            if (next.equals(fromShardId) || step >= MAX_STEPS) {
                                return goesRound(
                                        Operation.DESCRIBE_STREAM, Target.stream(streamId), step);
                            }
                            return describeFrom(streamId, next, shards, step + 1);
                        });
    }

    @Override
    public CompletableFuture<SoughtIterator> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, RetryGate gate) {
        return seek(streamId, shardId, timestampMicros, gate, null, 1);
    }

    private CompletableFuture<SoughtIterator> seek(
            String streamId,
            String shardId,
            OptionalLong timestampMicros,
            RetryGate gate,
            @Nullable String token,
            int step) {
        Target target = Target.shardOfStream(streamId, shardId);
        return retry(
                        Operation.GET_SHARD_ITERATOR,
                        target,
                        () -> service.getShardIterator(streamId, shardId, timestampMicros, token),
                        gate)
                .thenCompose(
                        answer -> {
                            if (answer.getNextToken() == null) {
                                return CompletableFuture.completedFuture(
                                        new SoughtIterator(
                                                answer.getIterator(),
                                                answer.getServiceTimeMillis()));
                            }
                            if (step >= MAX_STEPS) {
                                return goesRound(Operation.GET_SHARD_ITERATOR, target, step);
                            }
                            return seek(
                                    streamId,
                                    shardId,
                                    timestampMicros,
                                    gate,
                                    answer.getNextToken(),
                                    step + 1);
                        });
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit, RetryGate gate) {
        return retry(
                Operation.GET_STREAM_RECORD,
                Target.shardOfTable(tableName, shardId),
                () -> service.getRecords(tableName, shardId, iterator, limit),
                gate);
    }

    @Override
    public void close() {
        closed = true;
        timer.close();
        for (RetryingCall<?> call : calls) {
            call.close();
        }
        service.close();
    }

    private <T> CompletableFuture<T> retry(
            Operation operation, Target target, Supplier<CompletableFuture<T>> request) {
        return retry(operation, target, request, RetryGate.OPEN);
    }

    private <T> CompletableFuture<T> retry(
            Operation operation,
            Target target,
            Supplier<CompletableFuture<T>> request,
            RetryGate gate) {
        RetryingCall<T> call =
                new RetryingCall<>(
                        operation, target, request, policy, gate, listener, timer, random);
        CompletableFuture<T> result = call.result();
        calls.add(call);
        result.whenComplete((value, error) -> calls.remove(call));
        if (closed) {
            call.close();
        } else {
            call.begin();
        }
        return result;
    }

    private static <T> CompletableFuture<T> goesRound(
            Operation operation, Target target, int steps) {
        return CompletableFuture.failedFuture(
                new OtsStreamException(
                        OtsStreamException.Kind.FATAL,
                        operation.wireName(),
                        target.toString(),
                        null,
                        null,
                        0,
                        1,
                        Duration.ZERO,
                        "the listing does not come to an end, " + steps + " steps were taken",
                        null));
    }
}
