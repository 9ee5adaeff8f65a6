/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Makes the next state of a row out of its present one. A column keeps its newest versions, as many
 * as the table allows; writing a version that exists replaces it.
 */
public final class RowEdit {

    private final PrimaryKey key;
    private final int maxVersions;
    private final NavigableMap<String, NavigableMap<Long, ColumnValue>> columns = new TreeMap<>();

    /**
     * @param before the row's present state; null for a new or a wholly replaced row
     * @param maxVersions how many versions a column keeps, at least one
     */
    public RowEdit(PrimaryKey key, Row before, int maxVersions) {
        this.key = key;
        this.maxVersions = maxVersions;
        if (before != null) {
            columns.putAll(before.columns());
        }
    }

    /** Writes one version of a column. */
    public void put(String column, long version, ColumnValue value) {
        NavigableMap<Long, ColumnValue> versions = copyOf(column);
        versions.put(version, value);
        while (versions.size() > maxVersions) {
            versions.pollLastEntry();
        }
        columns.put(column, versions);
    }

    /** Removes one version of a column, if it is there. */
    public void deleteVersion(String column, long version) {
        if (columns.containsKey(column)) {
            NavigableMap<Long, ColumnValue> versions = copyOf(column);
            versions.remove(version);
            if (versions.isEmpty()) {
                columns.remove(column);
            } else {
                columns.put(column, versions);
            }
        }
    }

    /** Removes a column. */
    public void deleteColumn(String column) {
        columns.remove(column);
    }

    /** The newest value of a column; null if there is none. */
    public ColumnValue newest(String column) {
        NavigableMap<Long, ColumnValue> versions = columns.get(column);
        return versions == null ? null : versions.firstEntry().getValue();
    }

    /** The row after the edits. */
    public Row toRow(long writtenMillis) {
        return new Row(key, writtenMillis, columns);
    }

    // Versions are shared with the row before, so they are copied before they change.
    private NavigableMap<Long, ColumnValue> copyOf(String column) {
        NavigableMap<Long, ColumnValue> copy = new TreeMap<>(Comparator.reverseOrder());
        Map<Long, ColumnValue> present = columns.get(column);
        if (present != null) {
            copy.putAll(present);
        }
        return copy;
    }
}
