/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A row: its key and, for every attribute column, its versions from the newest to the oldest.
 * Immutable, so that a reader's row never changes under it.
 *
 * <p>A row exists apart from its cells: one whose columns are all deleted is still there, and one
 * written without columns is too. {@link #writtenMillis} keeps it alive under a time to live.
 */
public final class Row {

    private final PrimaryKey key;
    private final long writtenMillis;
    private final NavigableMap<String, NavigableMap<Long, ColumnValue>> columns;

    /**
     * @param writtenMillis when the row was last put or updated
     * @param columns by column name, then by version in descending order; not changed afterwards
     */
    Row(
            PrimaryKey key,
            long writtenMillis,
            NavigableMap<String, NavigableMap<Long, ColumnValue>> columns) {
        this.key = key;
        this.writtenMillis = writtenMillis;
        this.columns = columns;
    }

    public PrimaryKey key() {
        return key;
    }

    /** By column name, then by version in descending order. */
    public NavigableMap<String, NavigableMap<Long, ColumnValue>> columns() {
        return Collections.unmodifiableNavigableMap(columns);
    }

    /** The same row with these columns instead of its own. */
    public Row withColumns(NavigableMap<String, NavigableMap<Long, ColumnValue>> others) {
        return new Row(key, writtenMillis, others);
    }

    /**
     * What can be seen of this row: the cells that have not outlived the table's time to live and
     * are among its newest versions. A version expires when its age reaches the time to live.
     *
     * @param nowMillis the service's time
     * @param timeToLiveSeconds negative for ever
     * @param maxVersions how many versions of a column the table keeps now; it may have been more
     *     when they were written
     * @return null if all has expired
     */
    public Row visible(long nowMillis, int timeToLiveSeconds, int maxVersions) {
        long expired =
                timeToLiveSeconds < 0 ? Long.MIN_VALUE : nowMillis - timeToLiveSeconds * 1_000L;
        if (isWhollyVisible(expired, maxVersions)) {
            return this;
        }
        NavigableMap<String, NavigableMap<Long, ColumnValue>> seen = new TreeMap<>();
        for (Map.Entry<String, NavigableMap<Long, ColumnValue>> column : columns.entrySet()) {
            // A copy, since a view of the map could not be narrowed further by any range.
            NavigableMap<Long, ColumnValue> alive =
                    new TreeMap<>(column.getValue().headMap(expired, false));
            NavigableMap<Long, ColumnValue> versions = newest(alive, maxVersions);
            if (!versions.isEmpty()) {
                seen.put(column.getKey(), versions);
            }
        }
        return seen.isEmpty() && writtenMillis <= expired ? null : withColumns(seen);
    }

    /**
     * The first of some versions in descending order.
     *
     * @param count how many at most
     */
    public static NavigableMap<Long, ColumnValue> newest(
            NavigableMap<Long, ColumnValue> versions, int count) {
        if (versions.size() <= count) {
            return versions;
        }
        NavigableMap<Long, ColumnValue> newest = new TreeMap<>(versions.comparator());
        for (Map.Entry<Long, ColumnValue> version : versions.entrySet()) {
            if (newest.size() == count) {
                break;
            }
            newest.put(version.getKey(), version.getValue());
        }
        return newest;
    }

    private boolean isWhollyVisible(long expired, int maxVersions) {
        if (writtenMillis <= expired) {
            return false;
        }
        for (NavigableMap<Long, ColumnValue> versions : columns.values()) {
            if (versions.size() > maxVersions || versions.lastKey() <= expired) {
                return false;
            }
        }
        return true;
    }

    /** All cells as responses and stream records show them, by column and then newest first. */
    public List<PlainBufferCell> cells() {
        List<PlainBufferCell> cells = new ArrayList<>(columns.size());
        columns.forEach(
                (name, versions) ->
                        versions.forEach(
                                (version, value) -> cells.add(cell(name, version, value))));
        return cells;
    }

    /** The newest cell of every column. */
    public List<PlainBufferCell> newestCells() {
        List<PlainBufferCell> cells = new ArrayList<>(columns.size());
        columns.forEach(
                (name, versions) -> {
                    Map.Entry<Long, ColumnValue> newest = versions.firstEntry();
                    cells.add(cell(name, newest.getKey(), newest.getValue()));
                });
        return cells;
    }

    /** Bytes of the row as the service counts them: key, and for each cell name, value, version. */
    public long sizeInBytes() {
        long size = key.getDataSize();
        for (Map.Entry<String, NavigableMap<Long, ColumnValue>> column : columns.entrySet()) {
            long name = column.getKey().getBytes(StandardCharsets.UTF_8).length;
            for (ColumnValue value : column.getValue().values()) {
                size += name + Long.BYTES + value.getDataSize();
            }
        }
        return size;
    }

    /** A cell with a value and a version. */
    public static PlainBufferCell cell(String name, long version, ColumnValue value) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        cell.setCellValue(value);
        cell.setCellTimestamp(version);
        return cell;
    }
}
