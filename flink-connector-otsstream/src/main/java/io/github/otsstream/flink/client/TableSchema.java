/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import io.github.otsstream.flink.record.ColumnType;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/** What a table's rows look like, and how long they are kept. Immutable. */
@Internal
public final class TableSchema {

    private final String tableName;
    private final Map<String, ColumnType> primaryKey;
    private final Duration timeToLive;
    private final int maxVersions;

    /**
     * @param primaryKey the columns of the primary key in their order
     * @param timeToLive how long a value is kept after it was written, in whole seconds; negative
     *     for ever
     * @param maxVersions how many versions of a value are kept, at least 1
     */
    public TableSchema(
            String tableName,
            Map<String, ColumnType> primaryKey,
            Duration timeToLive,
            int maxVersions) {
        this.tableName = Objects.requireNonNull(tableName, "tableName");
        this.primaryKey = Collections.unmodifiableMap(new LinkedHashMap<>(primaryKey));
        this.timeToLive = Objects.requireNonNull(timeToLive, "timeToLive");
        this.maxVersions = maxVersions;
    }

    public String getTableName() {
        return tableName;
    }

    /** Returns the columns of the primary key in their order. */
    public Map<String, ColumnType> getPrimaryKey() {
        return primaryKey;
    }

    /** Returns how long a value is kept after it was written; negative for ever. */
    public Duration getTimeToLive() {
        return timeToLive;
    }

    public int getMaxVersions() {
        return maxVersions;
    }

    /** Returns whether the other table has the same key columns, of the same types and order. */
    public boolean hasSameKeyAs(TableSchema other) {
        return describeKey().equals(other.describeKey());
    }

    /** Returns the primary key for a message, as {@code (id INTEGER, name STRING)}. */
    public String describeKey() {
        return primaryKey.entrySet().stream()
                .map(column -> column.getKey() + " " + column.getValue())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public String toString() {
        return "table '" + tableName + "' " + describeKey();
    }
}
