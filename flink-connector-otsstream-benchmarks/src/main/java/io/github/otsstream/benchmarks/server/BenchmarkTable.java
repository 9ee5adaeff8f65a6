/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.server;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;

/** A table on the emulator with a number of open shards and no closed ones. */
final class BenchmarkTable {

    /** Keys are {@code 00/0000000000}: the shard, and a number. */
    private static final int KEYS_PER_SHARD = 1_000;

    private static final int ROWS_PER_BATCH = 100;

    private final SyncClientInterface client;
    private final String name;
    private final RowShape shape;
    private long written;

    private BenchmarkTable(SyncClientInterface client, String name, RowShape shape) {
        this.client = client;
        this.name = name;
        this.shape = shape;
    }

    static BenchmarkTable create(
            TablestoreEmulator emulator,
            SyncClientInterface client,
            String name,
            RowShape shape,
            int shards) {
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn("id", PrimaryKeyType.STRING);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
        for (int shard = 1; shard < shards; shard++) {
            emulator.control().splitAt(name, PrimaryKeyValue.fromString(prefix(shard)));
        }
        for (ShardInfo shard : emulator.control().shards(name)) {
            if (!shard.isOpen()) {
                emulator.control().expireShard(name, shard.shardId());
            }
        }
        return new BenchmarkTable(client, name, shape);
    }

    /** Writes rows into one shard. */
    void write(int shard, int rows) {
        for (int left = rows; left > 0; left -= ROWS_PER_BATCH) {
            BatchWriteRowRequest batch = new BatchWriteRowRequest();
            for (int i = 0; i < Math.min(left, ROWS_PER_BATCH); i++) {
                batch.addRowChange(put(shard));
            }
            client.batchWriteRow(batch);
        }
    }

    /** Writes one row into a shard. */
    void write(int shard) {
        client.putRow(new PutRowRequest(put(shard)));
    }

    private RowPutChange put(int shard) {
        PrimaryKey key =
                PrimaryKeyBuilder.createPrimaryKeyBuilder()
                        .addPrimaryKeyColumn(
                                "id",
                                PrimaryKeyValue.fromString(
                                        prefix(shard)
                                                + String.format("%010d", written % KEYS_PER_SHARD)))
                        .build();
        RowPutChange put = new RowPutChange(name, key);
        shape.fill(put, written++);
        return put;
    }

    private static String prefix(int shard) {
        return String.format("%03d/", shard);
    }
}
