/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DefinedColumnType;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.TimeseriesTableMeta;
import com.alicloud.openservices.tablestore.model.TimeseriesTableOptions;
import com.alicloud.openservices.tablestore.model.timeseries.CreateTimeseriesTableRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import java.util.HashMap;
import java.util.Map;

/**
 * The tables of an emulated instance: those named {@code orders} and the like have the key (id
 * INTEGER, line STRING) and define the columns price DOUBLE and raw BINARY.
 */
final class EmulatedInstance implements AutoCloseable {

    private final TablestoreEmulator emulator;
    private final SyncClientInterface client;

    EmulatedInstance(TablestoreEmulator emulator) {
        this.emulator = emulator;
        client = SyncClients.of(emulator);
    }

    /** The options of a catalog of this instance but for its type. */
    Map<String, String> options(String... further) {
        Map<String, String> options = new HashMap<>();
        options.put("endpoint", emulator.endpoint());
        options.put("instance-name", emulator.instanceName());
        options.put("access-key-id", emulator.accessKeyId());
        options.put("access-key-secret", emulator.accessKeySecret());
        for (int i = 0; i < further.length; i += 2) {
            options.put(further[i], further[i + 1]);
        }
        return options;
    }

    void create(String table, boolean withStream) {
        TableMeta meta = new TableMeta(table);
        meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
        meta.addPrimaryKeyColumn("line", PrimaryKeyType.STRING);
        meta.addDefinedColumn("price", DefinedColumnType.DOUBLE);
        meta.addDefinedColumn("raw", DefinedColumnType.BINARY);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        if (withStream) {
            StreamSpecification stream = new StreamSpecification(true, 24);
            stream.addOriginColumnsToGet(new String[] {"price", "raw"});
            request.setStreamSpecification(stream);
        }
        client.createTable(request);
    }

    void createForTimeSeries(String table) {
        TimeseriesTableMeta meta = new TimeseriesTableMeta(table);
        meta.setTimeseriesTableOptions(new TimeseriesTableOptions(-1));
        SyncClients.timeseries(client)
                .createTimeseriesTable(new CreateTimeseriesTableRequest(meta));
    }

    /** Replaces a row; columns are a name and a value in turns. */
    void put(String table, long id, Object... columns) {
        RowPutChange change = new RowPutChange(table, key(id));
        for (int i = 0; i < columns.length; i += 2) {
            Object value = columns[i + 1];
            change.addColumn(
                    (String) columns[i],
                    value instanceof Double
                            ? ColumnValue.fromDouble((Double) value)
                            : value instanceof Long
                                    ? ColumnValue.fromLong((Long) value)
                                    : ColumnValue.fromString((String) value));
        }
        client.putRow(new PutRowRequest(change));
    }

    void delete(String table, long id) {
        client.deleteRow(new DeleteRowRequest(new RowDeleteChange(table, key(id))));
    }

    private static PrimaryKey key(long id) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(id))
                .addPrimaryKeyColumn("line", PrimaryKeyValue.fromString("a"))
                .build();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
