/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;

/** A second table beside the orders: one row for each time that an order was paid. */
final class Payments {

    static final String TABLE = "payments";

    private static final String KEY = "payment_id";
    private static final String PAID = Change.put("state", "paid");
    private static final int STREAM_RETENTION_HOURS = 24;

    private final SyncClientInterface client;
    private long payments;

    /** Creates the table, with Stream on. */
    Payments(SyncClientInterface client) {
        this.client = client;
        TableMeta meta = new TableMeta(TABLE);
        meta.addPrimaryKeyColumn(new PrimaryKeySchema(KEY, PrimaryKeyType.INTEGER));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, STREAM_RETENTION_HOURS));
        client.createTable(request);
    }

    /** Writes a payment where the change says that an order is paid. Used by one thread. */
    void pay(Change change) {
        if (change.columns().contains(PAID)) {
            PrimaryKey key =
                    PrimaryKeyBuilder.createPrimaryKeyBuilder()
                            .addPrimaryKeyColumn(KEY, PrimaryKeyValue.fromLong(++payments))
                            .build();
            RowPutChange row = new RowPutChange(TABLE, key);
            row.addColumn("order_id", ColumnValue.fromString(change.key()));
            client.putRow(new PutRowRequest(row));
        }
    }
}
