/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
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

    /** Returns the names of the instance's tables; those for time series are not among them. */
    CompletableFuture<List<String>> listTables();

    /** Returns the streams of all tables of the instance, also of those for time series. */
    CompletableFuture<List<StreamInfo>> listStreams();

    /** Returns what a table is, or nothing if it does not exist. */
    CompletableFuture<Optional<TableDescription>> describeTable(String tableName);

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
     * Returns rows in the order of their keys, nothing for each that does not exist. They are read
     * in requests of up to 100 at the same time, not at one moment; what fails for some rows is
     * tried again for these.
     *
     * @param keys any number of different ones
     * @param columns the attribute columns that the rows are to have, as far as they exist; null
     *     for all columns
     */
    CompletableFuture<List<Optional<TableRow>>> getRows(
            String tableName, List<? extends Map<String, ?>> keys, @Nullable Set<String> columns);

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

    /**
     * Returns some rows, one half from the lower end of the table and the other from its upper end,
     * each of them once. They are fewer than asked for where the table has no more, or where rows
     * are so large that it would take more than a few pages to read them.
     *
     * @param keyColumns the names of the primary key's columns in their order
     * @param count the most rows, at least 1
     */
    CompletableFuture<List<TableRow>> sampleRows(
            String tableName, Collection<String> keyColumns, int count);

    /** Writes a row; one with the same key is replaced as a whole. */
    CompletableFuture<Void> putRow(String tableName, TableRow row);

    /** Deletes a row if it exists. */
    CompletableFuture<Void> deleteRow(String tableName, Map<String, ?> key);

    /** Fails all that is under way with kind CLOSED, and ends the threads. */
    @Override
    void close();
}
