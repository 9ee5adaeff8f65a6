/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The service's four operations on streams, one request for each call, made once: {@link
 * StreamClient} puts them together and makes failed ones again.
 *
 * <p>No call blocks. Futures are completed on a thread of the service's client, and what depends on
 * them must not block it. Failures are {@link OtsStreamException}s. Thread-safe.
 */
@Internal
public interface StreamService extends AutoCloseable {

    /** Lists the streams of a table: one, or none. */
    CompletableFuture<List<StreamInfo>> listStreams(String tableName);

    /**
     * Describes a stream, with some of its shards.
     *
     * @param fromShardId the first shard to list, null for the stream's first
     */
    CompletableFuture<StreamDescriptionPage> describeStream(
            String streamId, @Nullable String fromShardId);

    /**
     * Takes one step in finding where to begin in a shard.
     *
     * @param timestampMicros see {@link StreamClient#getShardIterator}
     * @param token what the step before answered, null at the first step
     */
    CompletableFuture<IteratorStep> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, @Nullable String token);

    /** See {@link StreamClient#getRecords}. */
    CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit);

    /** Fails all that is under way with kind CLOSED, and returns when the threads have ended. */
    @Override
    void close();
}
