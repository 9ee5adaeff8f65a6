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
        return new Listing(streamId).begin();
    }

    @Override
    public CompletableFuture<SoughtIterator> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, RetryGate gate) {
        return new Seek(streamId, shardId, timestampMicros, gate).begin();
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

    private static OtsStreamException goesRound(Operation operation, Target target, int steps) {
        return new OtsStreamException(
                OtsStreamException.Kind.FATAL,
                operation.wireName(),
                target.toString(),
                null,
                null,
                0,
                1,
                Duration.ZERO,
                "the listing does not come to an end, " + steps + " steps were taken",
                null);
    }

    /** All shards of a stream, page by page. */
    private final class Listing extends RequestChain<StreamDescriptionPage, StreamDescription> {

        private final String streamId;

        /** A listing that changes between two pages can show a shard twice. */
        private final Map<String, ShardInfo> shards = new LinkedHashMap<>();

        @Nullable private String fromShardId;
        private int steps;

        Listing(String streamId) {
            this.streamId = streamId;
        }

        @Override
        CompletableFuture<StreamDescriptionPage> ask() {
            String from = fromShardId;
            return retry(
                    Operation.DESCRIBE_STREAM,
                    Target.stream(streamId),
                    () -> service.describeStream(streamId, from));
        }

        @Override
        boolean take(StreamDescriptionPage page) {
            steps++;
            for (ShardInfo shard : page.getDescription().getShards()) {
                shards.put(shard.getShardId(), shard);
            }
            String next = page.getNextShardId();
            if (next == null) {
                end(page.getDescription().withShards(new ArrayList<>(shards.values())));
                return false;
            }
            if (next.equals(fromShardId) || steps >= MAX_STEPS) {
                throw goesRound(Operation.DESCRIBE_STREAM, Target.stream(streamId), steps);
            }
            fromShardId = next;
            return true;
        }
    }

    /** A place in a shard, sought until the service has no token to go on with. */
    private final class Seek extends RequestChain<IteratorStep, SoughtIterator> {

        private final String streamId;
        private final String shardId;
        private final OptionalLong timestampMicros;
        private final RetryGate gate;
        @Nullable private String token;
        private int steps;

        Seek(String streamId, String shardId, OptionalLong timestampMicros, RetryGate gate) {
            this.streamId = streamId;
            this.shardId = shardId;
            this.timestampMicros = timestampMicros;
            this.gate = gate;
        }

        @Override
        CompletableFuture<IteratorStep> ask() {
            String from = token;
            return retry(
                    Operation.GET_SHARD_ITERATOR,
                    Target.shardOfStream(streamId, shardId),
                    () -> service.getShardIterator(streamId, shardId, timestampMicros, from),
                    gate);
        }

        @Override
        boolean take(IteratorStep answer) {
            steps++;
            token = answer.getNextToken();
            if (token == null) {
                end(new SoughtIterator(answer.getIterator(), answer.getServiceTimeMillis()));
                return false;
            }
            if (steps >= MAX_STEPS) {
                throw goesRound(
                        Operation.GET_SHARD_ITERATOR,
                        Target.shardOfStream(streamId, shardId),
                        steps);
            }
            return true;
        }
    }
}
