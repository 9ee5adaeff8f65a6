/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes the next state of a row out of its present one. A column keeps its newest versions, as many
 * as the table allows; writing a version that exists replaces it.
 */
public final class RowEdit {

    private final PrimaryKey key;
    private final int maxVersions;
    private final SortedMap<String, Versions> columns = new TreeMap<>(Names.ORDER);

    /**
     * @param before the row's present state; null for a new or a wholly replaced row
     * @param maxVersions how many versions a column keeps, at least one
     */
    public RowEdit(PrimaryKey key, Row before, int maxVersions) {
        this.key = key;
        this.maxVersions = maxVersions;
        if (before != null) {
            before.copyColumnsTo(columns);
        }
    }

    /** Writes one version of a column. */
    public void put(String column, long version, ColumnValue value) {
        Versions present = columns.get(column);
        Versions next = present == null ? Versions.of(version, value) : present.put(version, value);
        columns.put(
                column,
                next.moreThan(maxVersions)
                        ? next.select(Long.MIN_VALUE, Long.MAX_VALUE, maxVersions)
                        : next);
    }

    /** Removes one version of a column, if it is there. */
    public void deleteVersion(String column, long version) {
        Versions present = columns.get(column);
        if (present != null) {
            Versions rest = present.without(version);
            if (rest == null) {
                columns.remove(column);
            } else {
                columns.put(column, rest);
            }
        }
    }

    /** Removes a column. */
    public void deleteColumn(String column) {
        columns.remove(column);
    }

    /** The newest value of a column; null if there is none. */
    public ColumnValue newest(String column) {
        Versions versions = columns.get(column);
        return versions == null ? null : versions.value();
    }

    /** The row after the edits. */
    public Row toRow(long writtenMillis) {
        return Row.of(key, writtenMillis, columns);
    }
}
