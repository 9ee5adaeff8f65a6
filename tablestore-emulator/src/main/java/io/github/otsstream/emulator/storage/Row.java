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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiFunction;

/**
 * A row: its key and its attribute columns with their versions. Immutable, so that a reader's row
 * never changes under it.
 *
 * <p>A row exists apart from its cells: one whose columns are all deleted is still there, and one
 * written without columns is too. The time of its last write keeps it alive under a time to live.
 */
public final class Row {

    private final PrimaryKey key;
    private final long writtenMillis;

    /** In the order of {@link Names#ORDER}, as are {@link #columns}. */
    private final String[] names;

    private final Versions[] columns;

    private Row(PrimaryKey key, long writtenMillis, String[] names, Versions[] columns) {
        this.key = key;
        this.writtenMillis = writtenMillis;
        this.names = names;
        this.columns = columns;
    }

    /**
     * @param writtenMillis when the row was last put or updated
     * @param columns sorted by {@link Names#ORDER}
     */
    static Row of(PrimaryKey key, long writtenMillis, SortedMap<String, Versions> columns) {
        String[] names = new String[columns.size()];
        Versions[] versions = new Versions[columns.size()];
        int i = 0;
        for (Map.Entry<String, Versions> column : columns.entrySet()) {
            names[i] = column.getKey();
            versions[i] = column.getValue();
            i++;
        }
        return new Row(key, writtenMillis, names, versions);
    }

    public PrimaryKey key() {
        return key;
    }

    /** When the row was last put or updated. */
    public long writtenMillis() {
        return writtenMillis;
    }

    /** Whether the row has no attribute columns. */
    public boolean isBare() {
        return names.length == 0;
    }

    /** The versions of a column; null if the row has none. */
    public Versions column(String name) {
        int index = Arrays.binarySearch(names, name, Names.ORDER);
        return index < 0 ? null : columns[index];
    }

    /** The row with these of its columns, by their place in the order of names. */
    public Row slice(int offset, int limit) {
        int from = Math.min(offset, names.length);
        int to = (int) Math.min((long) from + limit, names.length);
        return new Row(
                key,
                writtenMillis,
                Arrays.copyOfRange(names, from, to),
                Arrays.copyOfRange(columns, from, to));
    }

    /**
     * The row with part of each column.
     *
     * @param part from a column's name and versions to those that stay; null for none
     */
    public Row select(BiFunction<String, Versions, Versions> part) {
        String[] keptNames = new String[names.length];
        Versions[] kept = new Versions[names.length];
        int count = 0;
        for (int i = 0; i < names.length; i++) {
            Versions versions = part.apply(names[i], columns[i]);
            if (versions != null) {
                keptNames[count] = names[i];
                kept[count] = versions;
                count++;
            }
        }
        return new Row(
                key, writtenMillis, Arrays.copyOf(keptNames, count), Arrays.copyOf(kept, count));
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
        long alive =
                timeToLiveSeconds < 0 ? Long.MIN_VALUE : nowMillis - timeToLiveSeconds * 1_000L + 1;
        if (isWhollyVisible(alive, maxVersions)) {
            return this;
        }
        Row seen = select((name, versions) -> versions.select(alive, Long.MAX_VALUE, maxVersions));
        return seen.isBare() && writtenMillis < alive ? null : seen;
    }

    /** All cells as responses and stream records show them, by column and then newest first. */
    public List<PlainBufferCell> cells() {
        List<PlainBufferCell> cells = new ArrayList<>(names.length);
        for (int i = 0; i < names.length; i++) {
            for (Versions next = columns[i]; next != null; next = next.older()) {
                cells.add(cell(names[i], next.version(), next.value()));
            }
        }
        return cells;
    }

    /** The newest cell of every column. */
    public List<PlainBufferCell> newestCells() {
        List<PlainBufferCell> cells = new ArrayList<>(names.length);
        for (int i = 0; i < names.length; i++) {
            cells.add(cell(names[i], columns[i].version(), columns[i].value()));
        }
        return cells;
    }

    /** Bytes of the row as the service counts them: key, and for each cell name, value, version. */
    public long sizeInBytes() {
        long size = key.getDataSize();
        for (int i = 0; i < names.length; i++) {
            long name = names[i].getBytes(StandardCharsets.UTF_8).length;
            for (Versions next = columns[i]; next != null; next = next.older()) {
                size += name + Long.BYTES + next.value().getDataSize();
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

    void copyColumnsTo(Map<String, Versions> target) {
        for (int i = 0; i < names.length; i++) {
            target.put(names[i], columns[i]);
        }
    }

    private boolean isWhollyVisible(long alive, int maxVersions) {
        if (writtenMillis < alive) {
            return false;
        }
        for (Versions column : columns) {
            if (column.moreThan(maxVersions)) {
                return false;
            }
            for (Versions next = column; next != null; next = next.older()) {
                if (next.version() < alive) {
                    return false;
                }
            }
        }
        return true;
    }
}
