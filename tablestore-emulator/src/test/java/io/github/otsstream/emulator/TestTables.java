/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;

/** Tables with one key column {@code id}, and rows for them. */
public final class TestTables {

    private TestTables() {}

    public static void create(SyncClientInterface client, String name, PrimaryKeyType keyType) {
        create(client, name, keyType, new StreamSpecification(true, 24));
    }

    public static void create(
            SyncClientInterface client,
            String name,
            PrimaryKeyType keyType,
            StreamSpecification stream) {
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(new PrimaryKeySchema("id", keyType));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(stream);
        client.createTable(request);
    }

    public static PrimaryKey key(PrimaryKeyValue id) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder().addPrimaryKeyColumn("id", id).build();
    }

    public static PrimaryKey key(String id) {
        return key(PrimaryKeyValue.fromString(id));
    }

    public static void put(SyncClientInterface client, String table, String id, String value) {
        put(client, table, key(id), value);
    }

    public static void put(SyncClientInterface client, String table, PrimaryKey key, String value) {
        RowPutChange change = new RowPutChange(table, key);
        change.addColumn(new Column("value", ColumnValue.fromString(value)));
        client.putRow(new PutRowRequest(change));
    }

    public static void delete(SyncClientInterface client, String table, String id) {
        client.deleteRow(new DeleteRowRequest(new RowDeleteChange(table, key(id))));
    }
}
