/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.RecordPage;
import org.apache.flink.annotation.Internal;

/** Is told what a {@link ShardMultiplexer} meets, for metrics. Called on its executor's thread. */
@Internal
interface FetchListener {

    /** Does nothing. */
    FetchListener NONE = new FetchListener() {};

    /** A shard is read from now on. */
    default void added(String shardId) {}

    /** A shard is not read any more. */
    default void removed(String shardId) {}

    /**
     * A page has arrived.
     *
     * @param readUntilMillis the time before which nothing of the shard is unfetched, by the
     *     service's clock, or {@link io.github.otsstream.flink.source.split.ShardPosition#UNKNOWN}
     * @param latencyNanos from the request to its answer, retries included
     */
    default void fetched(
            String shardId, RecordPage page, long readUntilMillis, long latencyNanos) {}

    /** The bytes of pages that have been fetched and not been emitted. */
    default void buffered(long bytes) {}

    /** Rows of the table are asked for, to complete records with. */
    default void lookedUp(int rows) {}

    /** A shard is read on although records of it may be lost; see {@link TrimmedData#EARLIEST}. */
    default void trimmed() {}
}
