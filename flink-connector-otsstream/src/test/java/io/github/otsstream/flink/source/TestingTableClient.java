/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.StreamInfo;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A table in memory that is described and whose rows are read by key, for tests of what is above
 * the client. Answers at once, or, when told to hold answers, on {@link #answer}. A row is as it is
 * when the answer is given. Thread-safe.
 */
public final class TestingTableClient implements TableClient {

    private final Map<Map<String, Object>, TableRow> rows = new HashMap<>();
    private final List<List<Map<String, Object>>> requests = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private TableDescription description;
    private OtsStreamException failure;
    private boolean holding;
    private boolean closed;

    public synchronized void description(TableDescription table) {
        description = table;
    }

    public synchronized void put(Map<String, Object> key, Map<String, Object> columns) {
        rows.put(key, new TableRow(key, columns));
    }

    public synchronized void delete(Map<String, Object> key) {
        rows.remove(key);
    }

    /** What the service says to a user that has no right to a call. */
    public static OtsStreamException forbidden(String operation) {
        return new OtsStreamException(
                OtsStreamException.Kind.FATAL,
                operation,
                "table 'orders'",
                "OTSNoPermissionAccess",
                null,
                403,
                1,
                Duration.ZERO,
                "You have no permission.",
                null);
    }

    /** Has calls fail from now on. */
    public synchronized void fail(OtsStreamException error) {
        failure = error;
    }

    public synchronized void hold(boolean hold) {
        holding = hold;
    }

    /** Gives one of the answers that are held back, the first or a later one. */
    public void answer(int index) {
        Runnable answer;
        synchronized (this) {
            answer = held.remove(index);
        }
        answer.run();
    }

    public synchronized int heldAnswers() {
        return held.size();
    }

    /** The keys of each request for rows. */
    public synchronized List<List<Map<String, Object>>> requests() {
        return List.copyOf(requests);
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public CompletableFuture<Optional<TableDescription>> describeTable(String tableName) {
        return answer(() -> Optional.ofNullable(description));
    }

    @Override
    public synchronized CompletableFuture<List<Optional<TableRow>>> getRows(
            String tableName, List<? extends Map<String, ?>> keys, Set<String> columns) {
        requests.add(keys.stream().map(Map::<String, Object>copyOf).collect(Collectors.toList()));
        return answer(
                () ->
                        keys.stream()
                                .map(
                                        key ->
                                                Optional.ofNullable(rows.get(key))
                                                        .map(row -> cut(row, columns)))
                                .collect(Collectors.toList()));
    }

    private static TableRow cut(TableRow row, Set<String> columns) {
        Map<String, Object> kept = new HashMap<>(row.getColumns());
        if (columns != null) {
            kept.keySet().retainAll(columns);
        }
        return new TableRow(row.getKey(), kept);
    }

    private <T> CompletableFuture<T> answer(Supplier<T> supplier) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable answer =
                () -> {
                    T value = null;
                    OtsStreamException error;
                    synchronized (this) {
                        error = failure;
                        if (error == null) {
                            value = supplier.get();
                        }
                    }
                    if (error == null) {
                        future.complete(value);
                    } else {
                        future.completeExceptionally(error);
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
    public CompletableFuture<List<String>> listTables() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<TableRow>> sampleRows(
            String tableName, Collection<String> keyColumns, int count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Boolean> createTable(TableSchema schema) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<TableRow>> getRow(String tableName, Map<String, ?> key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<TableRow>> getRange(
            String tableName, Map<String, ?> from, Map<String, ?> to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<TableRow>> getLast(
            String tableName, Map<String, ?> from, Map<String, ?> to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> putRow(String tableName, TableRow row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> deleteRow(String tableName, Map<String, ?> key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
