/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
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
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.flink.record.ChangeRecord;

/**
 * A table on the emulator whose keys come in numbered ranges, so that a test decides which shard
 * takes a write. Within a range, changes are in the order in which they were written.
 */
final class KeyRangeTable implements AutoCloseable {

    private static final String KEY = "id";
    private static final String VALUE = "value";
    private static final int KEYS_PER_RANGE = 10;

    private final TablestoreEmulator emulator;
    private final SyncClientInterface client;
    private final String name;
    private long written;

    /** Creates a table with one shard for all ranges. */
    KeyRangeTable(TablestoreEmulator emulator, String name) {
        this.emulator = emulator;
        this.name = name;
        client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(KEY, PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
    }

    /** Gives each of the first ranges a shard, and forgets the shards that these came from. */
    KeyRangeTable withUnrelatedShards(int ranges) {
        for (int range = 1; range < ranges; range++) {
            splitBefore(range);
        }
        for (ShardInfo shard : emulator.control().shards(name)) {
            if (!shard.isOpen()) {
                emulator.control().expireShard(name, shard.shardId());
            }
        }
        return this;
    }

    /** Splits the partition that holds a range and the one before it between the two. */
    void splitBefore(int range) {
        emulator.control().splitAt(name, PrimaryKeyValue.fromLong(firstKey(range)));
    }

    private static long firstKey(int range) {
        return (long) range * KEYS_PER_RANGE;
    }

    /** Writes one change into a range. */
    void write(int range, String value) {
        PrimaryKey key =
                PrimaryKeyBuilder.createPrimaryKeyBuilder()
                        .addPrimaryKeyColumn(
                                KEY,
                                PrimaryKeyValue.fromLong(
                                        firstKey(range) + written++ % KEYS_PER_RANGE))
                        .build();
        RowPutChange put = new RowPutChange(name, key);
        put.addColumn(VALUE, ColumnValue.fromString(value));
        client.putRow(new PutRowRequest(put));
    }

    /** The text that was written with a change. */
    static String value(ChangeRecord record) {
        return record.getColumns().get(VALUE).asString();
    }

    /** The range that a change was written into. */
    static int range(ChangeRecord record) {
        return (int) (record.getPrimaryKey().get(KEY).asLong() / KEYS_PER_RANGE);
    }

    /** The open shard that takes a range's writes. */
    ShardInfo shard(int range) {
        PrimaryKeyValue key = PrimaryKeyValue.fromLong(firstKey(range));
        return emulator.control().openShards(name).stream()
                .filter(
                        shard ->
                                (shard.fromInclusive() == null
                                                || shard.fromInclusive().compareTo(key) <= 0)
                                        && (shard.toExclusive() == null
                                                || shard.toExclusive().compareTo(key) > 0))
                .findAny()
                .orElseThrow();
    }

    /** A source of this table that lacks a schema. */
    <T> OtsStreamSourceBuilder<T> source() {
        return OtsStreamSource.<T>builder()
                .endpoint(emulator.endpoint())
                .instanceName(emulator.instanceName())
                .tableName(name)
                .credentials(emulator.accessKeyId(), emulator.accessKeySecret());
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
