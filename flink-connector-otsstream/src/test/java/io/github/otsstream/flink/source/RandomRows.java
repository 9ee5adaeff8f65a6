/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.Column;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A table on the emulator whose rows are put, updated in part, and deleted at random, some far more
 * often than others. Used by one thread at a time.
 */
final class RandomRows implements AutoCloseable {

    static final String KEY = "id";
    static final List<String> COLUMNS = List.of("a", "b", "c", "d");

    private final TablestoreEmulator emulator;
    private final SyncClientInterface client;
    private final String table;
    private final int keys;
    private final Random random;
    private final Map<Long, Integer> changes = new TreeMap<>();
    private long value;

    RandomRows(TablestoreEmulator emulator, String table, int keys, long seed) {
        this.emulator = emulator;
        this.table = table;
        this.keys = keys;
        this.random = new Random(seed);
        client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta(table);
        meta.addPrimaryKeyColumn(KEY, PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
    }

    /** Makes a number of changes. */
    void change(int times) {
        for (int i = 0; i < times; i++) {
            // Half of the changes are made to the first few rows.
            long key = random.nextBoolean() ? random.nextInt(keys) : random.nextInt(3);
            int kind = random.nextInt(10);
            if (kind < 2) {
                put(key);
            } else if (kind < 3) {
                client.deleteRow(new DeleteRowRequest(new RowDeleteChange(table, primaryKey(key))));
            } else {
                update(key);
            }
            changes.merge(key, 1, Integer::sum);
        }
    }

    private void put(long key) {
        RowPutChange put = new RowPutChange(table, primaryKey(key));
        for (String column : someColumns()) {
            put.addColumn(column, ColumnValue.fromLong(value++));
        }
        client.putRow(new PutRowRequest(put));
    }

    private void update(long key) {
        RowUpdateChange update = new RowUpdateChange(table, primaryKey(key));
        for (String column : someColumns()) {
            if (random.nextInt(4) == 0) {
                update.deleteColumns(column);
            } else {
                update.put(column, ColumnValue.fromLong(value++));
            }
        }
        client.updateRow(new UpdateRowRequest(update));
    }

    private List<String> someColumns() {
        int first = random.nextInt(COLUMNS.size());
        return COLUMNS.subList(first, Math.min(first + 1 + random.nextInt(2), COLUMNS.size()));
    }

    /** Splits an open partition. */
    void split() {
        List<ShardInfo> open = emulator.control().openShards(table);
        emulator.control().split(table, open.get(random.nextInt(open.size())).shardId());
    }

    /** How many changes have been made to each key. */
    Map<Long, Integer> changes() {
        return changes;
    }

    /** The table's rows as they are now, as {@link #shown} shows them. */
    Map<Long, String> rows() {
        RangeIteratorParameter range = new RangeIteratorParameter(table);
        range.setMaxVersions(1);
        range.setInclusiveStartPrimaryKey(bound(PrimaryKeyValue.INF_MIN));
        range.setExclusiveEndPrimaryKey(bound(PrimaryKeyValue.INF_MAX));
        Map<Long, String> rows = new TreeMap<>();
        for (Iterator<Row> all = client.createRangeIterator(range); all.hasNext(); ) {
            Row row = all.next();
            Map<String, Object> columns = new TreeMap<>();
            for (Column column : row.getColumns()) {
                columns.put(column.getName(), column.getValue().asLong());
            }
            rows.put(
                    row.getPrimaryKey().getPrimaryKeyColumn(KEY).getValue().asLong(),
                    shown(columns));
        }
        return rows;
    }

    static String shown(Map<String, Object> columns) {
        return new TreeMap<>(columns).toString();
    }

    private static PrimaryKey primaryKey(long key) {
        return bound(PrimaryKeyValue.fromLong(key));
    }

    private static PrimaryKey bound(PrimaryKeyValue value) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder().addPrimaryKeyColumn(KEY, value).build();
    }

    /** A source of this table that lacks a schema. */
    <T> OtsStreamSourceBuilder<T> source() {
        return OtsStreamSource.<T>builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .tableName(table)
                .credentials(emulator.accessKeyId(), emulator.accessKeySecret());
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
