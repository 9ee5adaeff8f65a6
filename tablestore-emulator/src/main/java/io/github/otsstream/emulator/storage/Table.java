/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.ServiceException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One table: its schema, options and rows.
 *
 * <p>The name and the key schema never change. Everything else is guarded by {@link #lock}: callers
 * hold the read lock to read and the write lock to change.
 */
public final class Table {

    private final String name;
    private final List<OtsInternalApi.PrimaryKeySchema> schema;
    private final List<PrimaryKeyValue> initialSplitPoints;
    private final long creationMicros;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final NavigableMap<PrimaryKey, Row> rows = new TreeMap<>(KeyOrder.INSTANCE);
    private List<OtsInternalApi.DefinedColumnSchema> definedColumns = List.of();
    private OtsInternalApi.TableOptions options =
            OtsInternalApi.TableOptions.newBuilder()
                    .setTimeToLive(-1)
                    .setMaxVersions(1)
                    .setDeviationCellVersionInSec(86_400)
                    .setAllowUpdate(true)
                    .build();
    private OtsInternalApi.ReservedThroughputDetails throughput =
            OtsInternalApi.ReservedThroughputDetails.newBuilder()
                    .setCapacityUnit(
                            OtsInternalApi.CapacityUnit.newBuilder().setRead(0).setWrite(0))
                    .setLastIncreaseTime(0)
                    .build();
    private long lastAutoIncrement;
    private boolean deleted;

    /** A table of one partition with the service's default options. */
    public Table(String name, List<OtsInternalApi.PrimaryKeySchema> schema) {
        this(name, schema, List.of(), 0);
    }

    /**
     * @param initialSplitPoints the partition key values, in ascending order, that begin the second
     *     and each further of the partitions the table is created with
     * @param creationMicros microseconds since the epoch
     */
    public Table(
            String name,
            List<OtsInternalApi.PrimaryKeySchema> schema,
            List<PrimaryKeyValue> initialSplitPoints,
            long creationMicros) {
        this.name = name;
        this.schema = List.copyOf(schema);
        this.initialSplitPoints = List.copyOf(initialSplitPoints);
        this.creationMicros = creationMicros;
    }

    public String name() {
        return name;
    }

    /** The primary key columns in order; the first one is the partition key. */
    public List<OtsInternalApi.PrimaryKeySchema> schema() {
        return schema;
    }

    /** Where the partitions begin with which the table was created; empty for a single one. */
    public List<PrimaryKeyValue> initialSplitPoints() {
        return initialSplitPoints;
    }

    /** When the table was created, in microseconds since the epoch. */
    public long creationMicros() {
        return creationMicros;
    }

    /** Guards rows, options and stream of this table. */
    public ReadWriteLock lock() {
        return lock;
    }

    /** The table's options with every field set. */
    public OtsInternalApi.TableOptions options() {
        return options;
    }

    /** Replaces the options; every field must be set. */
    public void setOptions(OtsInternalApi.TableOptions options) {
        this.options = options;
    }

    /** The attribute columns whose types the table knows. */
    public List<OtsInternalApi.DefinedColumnSchema> definedColumns() {
        return definedColumns;
    }

    public void setDefinedColumns(List<OtsInternalApi.DefinedColumnSchema> definedColumns) {
        this.definedColumns = List.copyOf(definedColumns);
    }

    /** The reserved throughput; the emulator stores it and never throttles by it. */
    public OtsInternalApi.ReservedThroughputDetails throughput() {
        return throughput;
    }

    public void setThroughput(OtsInternalApi.ReservedThroughputDetails throughput) {
        this.throughput = throughput;
    }

    /**
     * Checks that the table was not deleted between finding it and locking it.
     *
     * @throws ServiceException {@code OTSObjectNotExist} if it was
     */
    public void checkExists() throws ServiceException {
        if (deleted) {
            throw Database.noSuchTable();
        }
    }

    void markDeleted() {
        deleted = true;
        rows.clear();
    }

    /** All rows in key order, expired ones included. */
    public NavigableMap<PrimaryKey, Row> rows() {
        return rows;
    }

    /**
     * The row of a key as it is at a time.
     *
     * @return null if there is none or it has expired
     */
    public Row row(PrimaryKey key, long nowMillis) {
        Row row = rows.get(key);
        return row == null ? null : visible(row, nowMillis);
    }

    /**
     * What can be seen of a stored row under the table's options.
     *
     * @return null if it has expired
     */
    public Row visible(Row row, long nowMillis) {
        return row.visible(nowMillis, options.getTimeToLive(), options.getMaxVersions());
    }

    /**
     * The next value of the auto-increment column: above all earlier ones of this table, with gaps.
     */
    public long nextAutoIncrement(long nowMicros) {
        lastAutoIncrement = Math.max(lastAutoIncrement + 1, nowMicros);
        return lastAutoIncrement;
    }

    /**
     * The partition key value that splits the rows of a range of partition keys in about half: the
     * rows below it and those from it on are both some. Takes the read lock itself.
     *
     * @param fromInclusive null for the table's beginning
     * @param toExclusive null for the table's end
     * @return null if the range holds fewer than two distinct partition key values
     */
    public PrimaryKeyValue middleKey(PrimaryKeyValue fromInclusive, PrimaryKeyValue toExclusive) {
        lock.readLock().lock();
        try {
            NavigableMap<PrimaryKey, Row> range =
                    rows.subMap(
                            lowest(fromInclusive == null ? PrimaryKeyValue.INF_MIN : fromInclusive),
                            true,
                            lowest(toExclusive == null ? PrimaryKeyValue.INF_MAX : toExclusive),
                            false);
            int half = range.size() / 2;
            PrimaryKeyValue previous = null;
            PrimaryKeyValue best = null;
            int bestDistance = Integer.MAX_VALUE;
            int index = 0;
            for (PrimaryKey key : range.keySet()) {
                PrimaryKeyValue value = key.getPrimaryKeyColumn(0).getValue();
                boolean boundary = previous != null && KeyOrder.compareValues(previous, value) != 0;
                if (boundary && Math.abs(index - half) < bestDistance) {
                    bestDistance = Math.abs(index - half);
                    best = value;
                }
                previous = value;
                index++;
            }
            return best;
        } finally {
            lock.readLock().unlock();
        }
    }

    private PrimaryKey lowest(PrimaryKeyValue partitionKey) {
        PrimaryKeyColumn[] columns = new PrimaryKeyColumn[schema.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] =
                    new PrimaryKeyColumn(
                            schema.get(i).getName(),
                            i == 0 ? partitionKey : PrimaryKeyValue.INF_MIN);
        }
        return new PrimaryKey(columns);
    }
}
