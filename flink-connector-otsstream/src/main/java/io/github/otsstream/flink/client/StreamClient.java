/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/**
 * The service, as the connector sees it: the four calls that read a stream.
 *
 * <p>No call blocks. Futures are completed on a thread of the client, and what depends on them must
 * not block that thread. A failed call completes its future with an {@link OtsStreamException},
 * which says of what {@linkplain OtsStreamException#getKind() kind} the failure is. After {@link
 * #close()} every call, also one under way, fails with an {@code OtsStreamException} of kind {@link
 * OtsStreamException.Kind#CLOSED}. Thread-safe.
 */
@Internal
public interface StreamClient extends AutoCloseable {

    /** Describes a stream with all its shards, however many answers it takes. */
    CompletableFuture<StreamDescription> describeStream(String streamId);

    /** Finds the stream of a table; empty if the table has none. */
    CompletableFuture<Optional<StreamInfo>> findStream(String tableName);

    /**
     * Finds where to begin in a shard.
     *
     * @param timestampMicros begin at about this time, in microseconds since 1970-01-01T00:00:00Z:
     *     the service's seek is approximate, so the caller seeks early and filters; empty = at the
     *     oldest record that is retained
     * @param gate is asked before each retry
     */
    CompletableFuture<SoughtIterator> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, RetryGate gate);

    /** The same, with every retry as soon as its pause is over. */
    default CompletableFuture<SoughtIterator> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros) {
        return getShardIterator(streamId, shardId, timestampMicros, RetryGate.OPEN);
    }

    /**
     * Reads a page of a shard's records.
     *
     * @param tableName tables in a table group need it, so it is always sent
     * @param shardId goes into the page and its records; the iterator alone says which shard is
     *     read
     * @param limit the most records to return; 0 or less = the service decides
     * @param gate is asked before each retry
     */
    CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit, RetryGate gate);

    /** The same, with every retry as soon as its pause is over. */
    default CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit) {
        return getRecords(tableName, shardId, iterator, limit, RetryGate.OPEN);
    }

    /** Stops all that is under way and returns when the client's threads have ended. */
    @Override
    void close();
}
