/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.client;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.RowChange;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import io.github.otsstream.emulator.TestTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes rows of keys {@code k00} to {@code k39}, and knows each key's changes in their order, as
 * {@code "PUT 1"}, {@code "UPDATE 2"}, {@code "DELETE"}. For one thread.
 */
final class WrittenRows {

    private static final int KEYS = 40;

    private final SyncClientInterface client;
    private final String table;
    private final Map<String, List<String>> changesByKey = new TreeMap<>();
    private int rounds;

    WrittenRows(SyncClientInterface client, String table) {
        this.client = client;
        this.table = table;
    }

    /** Changes every key {@code times} times: puts, updates twice, deletes, and begins again. */
    void write(int times) {
        for (int i = 0; i < times; i++) {
            BatchWriteRowRequest batch = new BatchWriteRowRequest();
            for (int key = 0; key < KEYS; key++) {
                batch.addRowChange(change(String.format("k%02d", key)));
            }
            if (!client.batchWriteRow(batch).isAllSucceed()) {
                throw new IllegalStateException("Not all rows of round " + rounds + " are written");
            }
            rounds++;
        }
    }

    private RowChange change(String key) {
        List<String> changes = changesByKey.computeIfAbsent(key, k -> new ArrayList<>());
        PrimaryKey primaryKey = TestTables.key(key);
        Column value = new Column("value", ColumnValue.fromLong(rounds));
        switch (rounds % 4) {
            case 0:
                changes.add("PUT " + rounds);
                return new RowPutChange(table, primaryKey).addColumn(value);
            case 3:
                changes.add("DELETE");
                return new RowDeleteChange(table, primaryKey);
            default:
                changes.add("UPDATE " + rounds);
                return new RowUpdateChange(table, primaryKey).put(value);
        }
    }

    Map<String, List<String>> changesByKey() {
        return changesByKey;
    }

    int count() {
        return rounds * KEYS;
    }
}
