/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.BatchWriteRowResponse;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table on the emulator, written through the official SDK so that lost, doubled and disordered
 * records show: each key's n-th write has {@code n} in its column.
 */
final class KeyedHistory implements AutoCloseable {

    static final String KEY = "id";
    static final String NUMBER = "n";

    private final TablestoreEmulator emulator;
    private final SyncClientInterface client;
    private final String table;
    private final long[] written;

    KeyedHistory(TablestoreEmulator emulator, String table, int keys) {
        this.emulator = emulator;
        this.table = table;
        this.written = new long[keys];
        client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta(table);
        meta.addPrimaryKeyColumn(KEY, PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
    }

    static long key(ChangeRecord record) {
        return record.getPrimaryKey().get(KEY).asLong();
    }

    static long number(ChangeRecord record) {
        return record.getColumns().get(NUMBER).asLong();
    }

    String table() {
        return table;
    }

    int keys() {
        return written.length;
    }

    /** Writes each key the given number of times, all keys in turn. */
    synchronized void write(int times) {
        for (int i = 0; i < times; i++) {
            writeEachKeyOnce();
        }
    }

    private void writeEachKeyOnce() {
        List<BatchWriteRowRequest> batches = new ArrayList<>();
        for (int key = 0; key < written.length; key++) {
            if (key % 100 == 0) {
                batches.add(new BatchWriteRowRequest());
            }
            PrimaryKey primaryKey =
                    PrimaryKeyBuilder.createPrimaryKeyBuilder()
                            .addPrimaryKeyColumn(KEY, PrimaryKeyValue.fromLong(key))
                            .build();
            RowPutChange put = new RowPutChange(table, primaryKey);
            put.addColumn(NUMBER, ColumnValue.fromLong(++written[key]));
            batches.get(batches.size() - 1).addRowChange(put);
        }
        for (BatchWriteRowRequest batch : batches) {
            BatchWriteRowResponse response = client.batchWriteRow(batch);
            if (!response.isAllSucceed()) {
                throw new IllegalStateException("Not written: " + response.getFailedRows());
            }
        }
    }

    /** How often each key has been written. */
    synchronized long timesWritten() {
        return written[0];
    }

    /** Splits an open partition, the one with the given index modulo their number. */
    void split(int index) {
        List<String> open = openShards();
        emulator.control().split(table, open.get(index % open.size()));
    }

    /** Merges two neighbouring open partitions, if there are two. */
    void merge(int index) {
        List<String> open = openShards();
        if (open.size() > 1) {
            int left = index % (open.size() - 1);
            emulator.control().merge(table, open.get(left), open.get(left + 1));
        }
    }

    /** The open shards in the order of their keys. */
    List<String> openShards() {
        return emulator.control().openShards(table).stream()
                .sorted(
                        Comparator.comparing(
                                ShardInfo::fromInclusive,
                                Comparator.nullsFirst(Comparator.naturalOrder())))
                .map(ShardInfo::shardId)
                .collect(Collectors.toList());
    }

    /** A source of this table that is complete but for its positions. */
    OtsStreamSourceBuilder<ChangeRecord> source() {
        return OtsStreamSource.<ChangeRecord>builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .tableName(table)
                .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                .deserializer(new ChangeRecordSchema());
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
