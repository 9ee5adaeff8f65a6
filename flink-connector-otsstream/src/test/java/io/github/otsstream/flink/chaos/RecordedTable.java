/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.BatchWriteRowResponse;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RangeIteratorParameter;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowChange;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * A table on the emulator and everything that was written to it, in order, key by key: rows put,
 * updated in part and deleted, columns deleted, wide rows, a few hot keys, single writes and
 * batches, all through the official SDK; meanwhile its partitions split and merge. A seed decides
 * what is written. A change is noted before it is made, so that no reader can meet one that is not
 * noted. Thread-safe.
 */
final class RecordedTable implements AutoCloseable {

    static final String KEY = "id";

    /** The columns that are declared in SQL, and that the stream carries as they were before. */
    static final List<String> DECLARED = List.of("n", "name", "price", "flag");

    private static final int MOST_SHARDS = 10;
    private static final int HOT_KEYS = 3;
    private static final int WIDE_ROW_COLUMNS = 120;

    private final TablestoreEmulator emulator;
    private final String name;
    private final Random random;
    private final int rowsPerBatch;
    private final List<List<String>> changes = new ArrayList<>();

    /** For each closed shard how many changes of each key had been made when it was closed. */
    private final Map<String, Map<Integer, Integer>> closedAt = new HashMap<>();

    private SyncClientInterface client;
    private long value;

    RecordedTable(TablestoreEmulator emulator, String name, int keys, Random random) {
        this.emulator = emulator;
        this.name = name;
        this.random = random;
        this.rowsPerBatch = Math.min(keys, 20);
        for (int key = 0; key < keys; key++) {
            changes.add(new CopyOnWriteArrayList<>());
        }
        connect();
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(KEY, PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        StreamSpecification stream = new StreamSpecification(true, 24);
        stream.addOriginColumnsToGet(DECLARED.toArray(new String[0]));
        request.setStreamSpecification(stream);
        client.createTable(request);
    }

    private void connect() {
        client = SyncClients.of(emulator);
    }

    String name() {
        return name;
    }

    int keys() {
        return changes.size();
    }

    /** The text of a key's change with an index, or null if there is none. */
    String change(int key, int index) {
        List<String> all = changes.get(key);
        return index < all.size() ? all.get(index) : null;
    }

    /** How many changes have been made to each key. */
    synchronized Map<Integer, Integer> counts() {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int key = 0; key < changes.size(); key++) {
            if (!changes.get(key).isEmpty()) {
                counts.put(key, changes.get(key).size());
            }
        }
        return counts;
    }

    synchronized int total() {
        return changes.stream().mapToInt(List::size).sum();
    }

    /**
     * Makes about so many random changes, with a split or a merge now and then.
     *
     * @param pauseMicros between two writes, on average
     */
    void live(int times, int changesBetweenMoves, int pauseMicros) {
        int end = total() + times;
        int move = total() + changesBetweenMoves;
        while (total() < end && !Thread.currentThread().isInterrupted()) {
            change();
            LockSupport.parkNanos(1_000L * random.nextInt(2 * pauseMicros));
            if (total() >= move) {
                movePartitions();
                move += 1 + random.nextInt(2 * changesBetweenMoves);
            }
        }
    }

    /** Changes every row once. */
    synchronized void changeAll() {
        for (int key = 0; key < changes.size(); key++) {
            write(List.of(randomChange(key)), false);
        }
    }

    private synchronized void change() {
        if (random.nextInt(4) > 0) {
            write(List.of(randomChange(randomKey())), false);
            return;
        }
        Set<Integer> keys = new HashSet<>();
        for (int i = random.nextInt(rowsPerBatch) + 1; i > 0; i--) {
            keys.add(randomKey());
        }
        write(keys.stream().map(this::randomChange).collect(Collectors.toList()), true);
    }

    private int randomKey() {
        return random.nextBoolean()
                ? random.nextInt(changes.size())
                : random.nextInt(Math.min(HOT_KEYS, changes.size()));
    }

    private NotedChange randomChange(int key) {
        int kind = random.nextInt(20);
        if (kind < 3) {
            return new NotedChange(key, new RowDeleteChange(name, primaryKey(key)), "DELETE");
        }
        Map<String, String> text = new TreeMap<>();
        if (kind < 8) {
            RowPutChange put = new RowPutChange(name, primaryKey(key));
            values(kind == 3)
                    .forEach(
                            (column, v) -> {
                                put.addColumn(column, v);
                                text.put(column, ChangeText.put(plain(v)));
                            });
            return new NotedChange(key, put, ChangeText.of("PUT", text));
        }
        RowUpdateChange update = new RowUpdateChange(name, primaryKey(key));
        Map<String, ColumnValue> values = values(kind == 8);
        values.forEach(
                (column, v) -> {
                    if (!column.equals("n") && random.nextInt(5) == 0) {
                        update.deleteColumns(column);
                        text.put(column, ChangeText.DELETED);
                    } else {
                        update.put(column, v);
                        text.put(column, ChangeText.put(plain(v)));
                    }
                });
        if (random.nextInt(6) == 0) {
            long version = emulator.clock().millis() - random.nextInt(1_000);
            update.deleteColumn("extra", version);
            text.put("extra", ChangeText.deletedVersion(version));
        }
        return new NotedChange(key, update, ChangeText.of("UPDATE", text));
    }

    /** The column n has another value in each change, so that no change is like another. */
    private Map<String, ColumnValue> values(boolean wide) {
        Map<String, ColumnValue> values = new TreeMap<>();
        values.put("n", ColumnValue.fromLong(++value));
        if (random.nextInt(2) == 0) {
            values.put("name", ColumnValue.fromString(randomText()));
        }
        if (random.nextInt(2) == 0) {
            values.put("price", ColumnValue.fromDouble(random.nextInt(1_000) / 8.0));
        }
        if (random.nextInt(2) == 0) {
            values.put("flag", ColumnValue.fromBoolean(random.nextBoolean()));
        }
        if (random.nextInt(4) == 0) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            values.put("bytes", ColumnValue.fromBinary(bytes));
        }
        if (wide) {
            for (int i = random.nextInt(WIDE_ROW_COLUMNS); i > 0; i--) {
                values.put("wide" + i, ColumnValue.fromString(randomText().repeat(10)));
            }
        }
        return values;
    }

    private String randomText() {
        return List.of("", "tea", "Käse", "咖啡 ☕", "a\tb\nc", "x".repeat(random.nextInt(30)))
                .get(random.nextInt(6));
    }

    private static Object plain(ColumnValue value) {
        return value.getValue();
    }

    private void write(List<NotedChange> noted, boolean batch) {
        noted.forEach(change -> changes.get(change.key).add(change.text));
        while (true) {
            try {
                if (batch) {
                    writeBatch(noted);
                } else {
                    writeRow(noted.get(0).change);
                }
                return;
            } catch (TableStoreException e) {
                // An answer with an error: a fault, in whose place nothing was written.
                if (e.getHttpStatus() < 429) {
                    throw e;
                }
            }
        }
    }

    private void writeBatch(List<NotedChange> noted) {
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        noted.forEach(change -> request.addRowChange(change.change));
        BatchWriteRowResponse response = client.batchWriteRow(request);
        if (!response.isAllSucceed()) {
            throw new IllegalStateException("Not written: " + response.getFailedRows());
        }
    }

    private void writeRow(RowChange change) {
        if (change instanceof RowPutChange) {
            client.putRow(new PutRowRequest((RowPutChange) change));
        } else if (change instanceof RowUpdateChange) {
            client.updateRow(new UpdateRowRequest((RowUpdateChange) change));
        } else {
            client.deleteRow(new DeleteRowRequest((RowDeleteChange) change));
        }
    }

    /** Splits or merges, sometimes several times in a row, so that shards close empty too. */
    synchronized void movePartitions() {
        for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
            List<ShardInfo> open = openShards();
            if (open.size() > 1 && random.nextInt(MOST_SHARDS) < open.size() + (i == 1 ? 2 : -2)) {
                int left = random.nextInt(open.size() - 1);
                emulator.control()
                        .merge(name, open.get(left).shardId(), open.get(left + 1).shardId());
            } else {
                trySplit(open.get(random.nextInt(open.size())));
            }
            noteClosedShards();
        }
    }

    private void trySplit(ShardInfo shard) {
        int from = Math.max(0, bound(shard.fromInclusive(), 0));
        int to = bound(shard.toExclusive(), changes.size());
        if (to - from > 1) {
            emulator.control()
                    .splitAt(
                            name,
                            PrimaryKeyValue.fromLong(from + 1 + random.nextInt(to - from - 1)));
        }
    }

    private static int bound(PrimaryKeyValue bound, int unbounded) {
        return bound == null ? unbounded : (int) bound.asLong();
    }

    private List<ShardInfo> openShards() {
        return emulator.control().openShards(name).stream()
                .sorted(
                        Comparator.comparing(
                                ShardInfo::fromInclusive,
                                Comparator.nullsFirst(Comparator.naturalOrder())))
                .collect(Collectors.toList());
    }

    private void noteClosedShards() {
        for (ShardInfo shard : emulator.control().shards(name)) {
            if (!shard.isOpen() && !closedAt.containsKey(shard.shardId())) {
                Map<Integer, Integer> counts = new HashMap<>();
                int to = bound(shard.toExclusive(), changes.size());
                for (int key = bound(shard.fromInclusive(), 0); key < to; key++) {
                    counts.put(key, changes.get(key).size());
                }
                closedAt.put(shard.shardId(), counts);
            }
        }
    }

    /**
     * Lets those closed shards expire of which all records have been read, and the end too, which a
     * later change of one of its keys shows: a shard that is gone before its retention, and not
     * known to be read, is rightly taken for a loss. Never before the shards that they came from,
     * whose records are older.
     *
     * @param read how many changes of a key have been read
     * @return how many shards expired
     */
    synchronized int expireShards(IntUnaryOperator read) {
        int expired = 0;
        Set<String> left = new HashSet<>();
        for (ShardInfo shard : emulator.control().shards(name)) {
            Map<Integer, Integer> counts = closedAt.get(shard.shardId());
            if (counts != null
                    && !left.contains(shard.parentId())
                    && !left.contains(shard.parentSiblingId())
                    && counts.entrySet().stream()
                            .allMatch(e -> read.applyAsInt(e.getKey()) >= e.getValue())
                    && (counts.isEmpty()
                            || counts.entrySet().stream()
                                    .anyMatch(e -> read.applyAsInt(e.getKey()) > e.getValue()))) {
                emulator.control().expireShard(name, shard.shardId());
                expired++;
            } else {
                left.add(shard.shardId());
            }
        }
        return expired;
    }

    /** Does something while nothing is written, and connects anew after it. */
    synchronized void duringOutage(Runnable outage) {
        client.shutdown();
        try {
            outage.run();
        } finally {
            connect();
        }
    }

    /** The rows as they are, read with GetRange: the declared columns that each has. */
    synchronized Map<Long, Map<String, Object>> rows() {
        RangeIteratorParameter range = new RangeIteratorParameter(name);
        range.setMaxVersions(1);
        range.setInclusiveStartPrimaryKey(bound(PrimaryKeyValue.INF_MIN));
        range.setExclusiveEndPrimaryKey(bound(PrimaryKeyValue.INF_MAX));
        Map<Long, Map<String, Object>> rows = new TreeMap<>();
        for (Iterator<Row> all = client.createRangeIterator(range); all.hasNext(); ) {
            Row row = all.next();
            Map<String, Object> columns = new TreeMap<>();
            for (String column : DECLARED) {
                if (row.getLatestColumn(column) != null) {
                    columns.put(column, plain(row.getLatestColumn(column).getValue()));
                }
            }
            rows.put(row.getPrimaryKey().getPrimaryKeyColumn(KEY).getValue().asLong(), columns);
        }
        return rows;
    }

    private static PrimaryKey primaryKey(long key) {
        return bound(PrimaryKeyValue.fromLong(key));
    }

    private static PrimaryKey bound(PrimaryKeyValue key) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder().addPrimaryKeyColumn(KEY, key).build();
    }

    synchronized SyncClientInterface client() {
        return client;
    }

    @Override
    public synchronized void close() {
        client.shutdown();
    }

    private static final class NotedChange {
        private final int key;
        private final RowChange change;
        private final String text;

        NotedChange(int key, RowChange change, String text) {
            this.key = key;
            this.change = change;
            this.text = text;
        }
    }
}
