/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** One table: its schema, options and rows. */
public final class Table {

    private final String name;
    private final List<OtsInternalApi.PrimaryKeySchema> schema;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    public Table(String name, List<OtsInternalApi.PrimaryKeySchema> schema) {
        this.name = name;
        this.schema = List.copyOf(schema);
    }

    public String name() {
        return name;
    }

    /** The primary key columns in order; the first one is the partition key. */
    public List<OtsInternalApi.PrimaryKeySchema> schema() {
        return schema;
    }

    /** Guards rows, options and stream of this table. */
    public ReadWriteLock lock() {
        return lock;
    }
}
