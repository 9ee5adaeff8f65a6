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
     * What is left of this row under a time to live; null if nothing is.
     *
     * @param nowMillis the service's time
     * @param timeToLiveSeconds negative for ever
     */
    public Row unexpired(long nowMillis, int timeToLiveSeconds) {
        if (timeToLiveSeconds < 0) {
            return this;
        }
        long oldest = nowMillis - timeToLiveSeconds * 1_000L;
        NavigableMap<String, NavigableMap<Long, ColumnValue>> alive = new TreeMap<>();
        for (Map.Entry<String, NavigableMap<Long, ColumnValue>> column : columns.entrySet()) {
            NavigableMap<Long, ColumnValue> versions = column.getValue().headMap(oldest, true);
            if (!versions.isEmpty()) {
                alive.put(column.getKey(), versions);
            }
        }
        return alive.isEmpty() && writtenMillis < oldest ? null : withColumns(alive);
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
