/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
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
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.flink.record.OperationType;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Writes orders with the official SDK, one after the other: new and replaced rows, partial updates,
 * deleted columns and deleted rows, at random, but the same in every run. Used by one thread.
 */
final class RowWriter {

    private static final String KEY = "order_id";
    private static final int ORDERS = 40;
    private static final int STREAM_RETENTION_HOURS = 168;
    private static final List<String> STATES = List.of("paid", "packed", "shipped", "returned");

    private final SyncClientInterface client;
    private final String table;
    private final Consumer<Change> listener;
    private final Random random = new Random(20_26);
    private final Set<String> existing = new TreeSet<>();
    private long revision;

    /**
     * @param listener told of each change before it is written
     */
    RowWriter(SyncClientInterface client, String table, Consumer<Change> listener) {
        this.client = client;
        this.table = table;
        this.listener = listener;
    }

    /** Creates the table, with Stream on. */
    void createTable() {
        TableMeta meta = new TableMeta(table);
        meta.addPrimaryKeyColumn(new PrimaryKeySchema(KEY, PrimaryKeyType.STRING));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, STREAM_RETENTION_HOURS));
        client.createTable(request);
    }

    /** Makes one change. */
    void write() {
        revision++;
        String order = String.format("order-%02d", random.nextInt(ORDERS));
        int dice = random.nextInt(10);
        if (!existing.contains(order) || dice < 2) {
            put(order);
        } else if (dice < 6) {
            update(order);
        } else if (dice < 8) {
            deleteColumn(order);
        } else {
            delete(order);
        }
    }

    private void put(String order) {
        long cents = 100 + random.nextInt(100_000);
        listener.accept(
                new Change(
                        order,
                        OperationType.PUT,
                        List.of(
                                Change.put("amount", cents),
                                Change.put("note", "gift"),
                                Change.put("revision", revision),
                                Change.put("state", "new"))));
        RowPutChange change = new RowPutChange(table, key(order));
        change.addColumn("amount", ColumnValue.fromLong(cents));
        change.addColumn("note", ColumnValue.fromString("gift"));
        change.addColumn("revision", ColumnValue.fromLong(revision));
        change.addColumn("state", ColumnValue.fromString("new"));
        client.putRow(new PutRowRequest(change));
        existing.add(order);
    }

    private void update(String order) {
        String state = STATES.get(random.nextInt(STATES.size()));
        listener.accept(
                new Change(
                        order,
                        OperationType.UPDATE,
                        List.of(Change.put("revision", revision), Change.put("state", state))));
        RowUpdateChange change = new RowUpdateChange(table, key(order));
        change.put("revision", ColumnValue.fromLong(revision));
        change.put("state", ColumnValue.fromString(state));
        client.updateRow(new UpdateRowRequest(change));
    }

    private void deleteColumn(String order) {
        listener.accept(
                new Change(
                        order,
                        OperationType.UPDATE,
                        List.of(Change.put("revision", revision), Change.deleted("note"))));
        RowUpdateChange change = new RowUpdateChange(table, key(order));
        change.put("revision", ColumnValue.fromLong(revision));
        change.deleteColumns("note");
        client.updateRow(new UpdateRowRequest(change));
    }

    private void delete(String order) {
        listener.accept(new Change(order, OperationType.DELETE, List.of()));
        client.deleteRow(new DeleteRowRequest(new RowDeleteChange(table, key(order))));
        existing.remove(order);
    }

    private static PrimaryKey key(String order) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn(KEY, PrimaryKeyValue.fromString(order))
                .build();
    }
}
