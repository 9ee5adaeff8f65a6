/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;

/**
 * A service that answers what a test has written down, request by request, and remembers what it
 * was asked.
 */
final class ScriptedStreamService implements StreamService {

    final List<String> requests = new ArrayList<>();
    boolean closed;
    private final Deque<CompletableFuture<?>> answers = new ArrayDeque<>();

    ScriptedStreamService answer(Object answer) {
        return answerLater(CompletableFuture.completedFuture(answer));
    }

    ScriptedStreamService answerLater(CompletableFuture<?> answer) {
        answers.add(answer);
        return this;
    }

    ScriptedStreamService fail(
            OtsStreamException.Kind kind, @Nullable String code, int httpStatus) {
        return answerLater(CompletableFuture.failedFuture(failure(kind, code, httpStatus)));
    }

    static OtsStreamException failure(
            OtsStreamException.Kind kind, @Nullable String code, int httpStatus) {
        return new OtsStreamException(
                kind,
                "AnyOperation",
                "table 't'",
                code,
                "request-1",
                httpStatus,
                1,
                Duration.ofMillis(1),
                "no luck",
                null);
    }

    @SuppressWarnings("unchecked")
    private <T> CompletableFuture<T> next(String request) {
        requests.add(request);
        if (answers.isEmpty()) {
            throw new AssertionError("Nothing to answer to " + request);
        }
        return (CompletableFuture<T>) answers.remove();
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams(String tableName) {
        return next("list " + tableName);
    }

    @Override
    public CompletableFuture<StreamDescriptionPage> describeStream(
            String streamId, @Nullable String fromShardId) {
        return next("describe " + streamId + " from " + fromShardId);
    }

    @Override
    public CompletableFuture<IteratorStep> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, @Nullable String token) {
        return next("seek " + shardId + " " + timestampMicros + " " + token);
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit) {
        return next("read " + shardId + " " + iterator);
    }

    @Override
    public void close() {
        closed = true;
    }
}
