/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.StreamInfo;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Tables with text keys in memory, which notes the writes and fails or hangs when told to. */
public final class InMemoryTables implements TableClient {

    private final Map<String, TableSchema> schemas = new TreeMap<>();
    private final TreeMap<String, TableRow> rows = new TreeMap<>();
    private final List<String> writes = new ArrayList<>();
    private boolean failing;
    private boolean hanging;
    private boolean closed;

    public synchronized void fail(boolean now) {
        failing = now;
    }

    /** From now on no call is answered. */
    public synchronized void hang() {
        hanging = true;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    public synchronized void create(TableSchema schema) {
        schemas.put(schema.getTableName(), schema);
    }

    /** The keys of all rows that were written or deleted, in order, and forgets them. */
    public synchronized List<String> takeWrites() {
        List<String> taken = List.copyOf(writes);
        writes.clear();
        return taken;
    }

    public synchronized List<TableRow> rows() {
        return List.copyOf(rows.values());
    }

    private static String text(Map<String, ?> key) {
        return key.values().stream().map(String.class::cast).collect(Collectors.joining("\u0000"));
    }

    private static String shown(Map<String, ?> key) {
        return key.get("StatusType") + "|" + String.valueOf(key.get("StatusValue")).trim();
    }

    private synchronized <T> CompletableFuture<T> answer(Supplier<T> work) {
        if (hanging) {
            return new CompletableFuture<>();
        }
        return failing
                ? CompletableFuture.failedFuture(
                        new OtsStreamException(
                                OtsStreamException.Kind.TRANSIENT,
                                "AnyCall",
                                "table 'status'",
                                "OTSServerBusy",
                                null,
                                503,
                                31,
                                Duration.ofSeconds(9),
                                "busy",
                                null))
                : CompletableFuture.completedFuture(work.get());
    }

    @Override
    public CompletableFuture<List<String>> listTables() {
        return answer(() -> List.copyOf(schemas.keySet()));
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams() {
        return answer(List::of);
    }

    @Override
    public CompletableFuture<Optional<TableDescription>> describeTable(String tableName) {
        return answer(
                () ->
                        Optional.ofNullable(schemas.get(tableName))
                                .map(
                                        schema ->
                                                new TableDescription(
                                                        schema, Map.of(), false, Set.of())));
    }

    @Override
    public CompletableFuture<Boolean> createTable(TableSchema schema) {
        return answer(() -> schemas.putIfAbsent(schema.getTableName(), schema) == null);
    }

    @Override
    public CompletableFuture<Optional<TableRow>> getRow(String tableName, Map<String, ?> key) {
        return answer(() -> Optional.ofNullable(rows.get(text(key))));
    }

    @Override
    public CompletableFuture<List<Optional<TableRow>>> getRows(
            String tableName, List<? extends Map<String, ?>> keys, Set<String> columns) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<List<TableRow>> getRange(
            String tableName, Map<String, ?> from, Map<String, ?> to) {
        return answer(() -> List.copyOf(rows.subMap(text(from), text(to)).values()));
    }

    @Override
    public CompletableFuture<Optional<TableRow>> getLast(
            String tableName, Map<String, ?> from, Map<String, ?> to) {
        return answer(
                () -> {
                    Map.Entry<String, TableRow> last = rows.floorEntry(text(from));
                    return last == null || last.getKey().compareTo(text(to)) <= 0
                            ? Optional.empty()
                            : Optional.of(last.getValue());
                });
    }

    @Override
    public CompletableFuture<List<TableRow>> sampleRows(
            String tableName, Collection<String> keyColumns, int count) {
        return answer(() -> rows.values().stream().limit(count).collect(Collectors.toList()));
    }

    @Override
    public CompletableFuture<Void> putRow(String tableName, TableRow row) {
        return answer(
                () -> {
                    writes.add(shown(row.getKey()));
                    rows.put(text(row.getKey()), row);
                    return null;
                });
    }

    @Override
    public CompletableFuture<Void> deleteRow(String tableName, Map<String, ?> key) {
        return answer(
                () -> {
                    writes.add("delete " + shown(key));
                    rows.remove(text(key));
                    return null;
                });
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
