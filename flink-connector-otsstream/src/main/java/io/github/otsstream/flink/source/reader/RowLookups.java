/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.Column;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.OperationType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Completes pages with the rows that their UPDATE records change. All rows of a page are asked for
 * at once, each one time. See {@link RowLookup} for what they show.
 */
@Internal
final class RowLookups implements PageCompletion {

    /** What a value takes that is neither text nor bytes. */
    private static final int NUMBER_BYTES = 8;

    private final TableClient tables;
    private final String tableName;
    private final RowLookup lookup;
    private final FetchListener listener;

    /**
     * @param tables closed with this
     */
    RowLookups(TableClient tables, String tableName, RowLookup lookup, FetchListener listener) {
        this.tables = tables;
        this.tableName = tableName;
        this.lookup = lookup;
        this.listener = listener;
    }

    @Override
    public CompletableFuture<FetchedPage> complete(FetchedPage page) {
        Wanted wanted = new Wanted(page);
        if (wanted.keys.isEmpty()) {
            return CompletableFuture.completedFuture(page);
        }
        listener.lookedUp(wanted.keys.size());
        return tables.getRows(tableName, wanted.keys, lookup.columns())
                .handle(
                        (rows, error) -> {
                            if (error != null) {
                                throw failure(page.shardId(), error);
                            }
                            return page.withRows(wanted.byRecord(rows), sizeInBytes(rows));
                        });
    }

    private FlinkRuntimeException failure(String shardId, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        return new FlinkRuntimeException(
                "The rows of table "
                        + tableName
                        + " that changes in shard "
                        + shardId
                        + " are to be completed with can't be looked up: "
                        + cause.getMessage()
                        + ". Once the table can be read, the job goes on from its last checkpoint; or have"
                        + " changes completed in another way than by a lookup.",
                cause);
    }

    private static long sizeInBytes(List<Optional<TableRow>> rows) {
        long bytes = 0;
        for (Optional<TableRow> row : rows) {
            if (row.isPresent()) {
                for (Map.Entry<String, Object> column : row.get().getColumns().entrySet()) {
                    bytes += column.getKey().length() + sizeInBytes(column.getValue());
                }
            }
        }
        return bytes;
    }

    private static int sizeInBytes(Object value) {
        if (value instanceof String) {
            return ((String) value).length();
        }
        return value instanceof byte[] ? ((byte[]) value).length : NUMBER_BYTES;
    }

    @Override
    public void close() {
        tables.close();
    }

    /** The rows that a page needs. */
    private static final class Wanted {

        private static final int NONE = -1;

        private final List<Map<String, Object>> keys = new ArrayList<>();

        /** The index of each record's key, or {@link #NONE}. */
        private final int[] keyOfRecord;

        private Wanted(FetchedPage page) {
            Map<ColumnList, Integer> known = new HashMap<>();
            keyOfRecord = new int[page.records().size()];
            Arrays.fill(keyOfRecord, NONE);
            for (int i = page.from(); i < page.to(); i++) {
                ChangeRecord record = page.records().get(i);
                if (record.getOperation() == OperationType.UPDATE) {
                    keyOfRecord[i] = known.computeIfAbsent(record.getPrimaryKey(), this::add);
                }
            }
        }

        private int add(ColumnList primaryKey) {
            Map<String, Object> key = new LinkedHashMap<>();
            for (Column column : primaryKey) {
                key.put(column.getName(), column.getValue());
            }
            keys.add(key);
            return keys.size() - 1;
        }

        /**
         * @param rows of the keys
         * @return the row of each record; null for a record that needs none
         */
        private List<Optional<TableRow>> byRecord(List<Optional<TableRow>> rows) {
            List<Optional<TableRow>> byRecord = new ArrayList<>(keyOfRecord.length);
            for (int key : keyOfRecord) {
                byRecord.add(key == NONE ? null : rows.get(key));
            }
            return byRecord;
        }
    }
}
