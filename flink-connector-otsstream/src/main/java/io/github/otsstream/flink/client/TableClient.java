/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/**
 * Tables of the service and their rows, as far as the connector needs them.
 *
 * <p>No call blocks. Failed attempts are made again where that helps; what a future fails with is
 * an {@link OtsStreamException}. Futures are completed on a thread of the client, and what depends
 * on them must not block it. A primary key is a map of all its columns in the table's order; for
 * its values see {@link TableRow}. Thread-safe.
 */
@Internal
public interface TableClient extends AutoCloseable {

    /** Returns what a table looks like, or nothing if it does not exist. */
    CompletableFuture<Optional<TableSchema>> describeTable(String tableName);

    /**
     * Creates a table without reserved throughput. It may take the service a minute until its rows
     * can be written and read; until then these calls are tried again.
     *
     * @return whether this call created it; false if there was one by that name already, which may
     *     look different
     */
    CompletableFuture<Boolean> createTable(TableSchema schema);

    /** Returns a row, or nothing if it does not exist. */
    CompletableFuture<Optional<TableRow>> getRow(String tableName, Map<String, ?> key);

    /**
     * Returns the rows in a range of keys in ascending order.
     *
     * @param from the first key of the range
     * @param to the first key after the range
     */
    CompletableFuture<List<TableRow>> getRange(
            String tableName, Map<String, ?> from, Map<String, ?> to);

    /**
     * Returns the row with the greatest key in a range, or nothing if the range is empty.
     *
     * @param from the greatest key of the range
     * @param to the greatest key below the range
     */
    CompletableFuture<Optional<TableRow>> getLast(
            String tableName, Map<String, ?> from, Map<String, ?> to);

    /** Writes a row; one with the same key is replaced as a whole. */
    CompletableFuture<Void> putRow(String tableName, TableRow row);

    /** Deletes a row if it exists. */
    CompletableFuture<Void> deleteRow(String tableName, Map<String, ?> key);

    /** Fails all that is under way with kind CLOSED, and ends the threads. */
    @Override
    void close();
}
