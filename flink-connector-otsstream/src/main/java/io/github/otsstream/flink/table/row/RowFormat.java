/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.RowType;

/** What rows a scan makes of a stream's records. Immutable. */
@Internal
public final class RowFormat implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ReadMode readMode;
    private final ChangelogKind changelog;
    private final PartialUpdate partialUpdate;
    private final boolean ignoreDelete;
    private final DirtyRecord dirtyRecord;
    private final long maxDirtyRecords;
    private final RowType columns;
    private final List<MetadataColumn> metadata;
    private final List<String> primaryKey;
    private final List<String> declaredColumns;

    /**
     * @param partialUpdate meaningful with {@link ChangelogKind#UPSERT} only
     * @param ignoreDelete whether records that delete rows are left out, in each mode
     * @param maxDirtyRecords how many dirty records one reader tolerates before it fails the job; 0
     *     is any number
     * @param columns the physical columns of the rows in their order, only those that are wanted
     * @param metadata the columns that follow them
     * @param primaryKey the names of the declared primary key; may be empty, and need not be among
     *     the wanted columns
     * @param declaredColumns the names of all physical columns of the table, wanted or not; with
     *     {@link ChangelogKind#ALL} a row exists as long as it has one of them besides its key
     * @throws IllegalArgumentException if no rows of that kind can be made; the message names the
     *     column or the option
     */
    public RowFormat(
            ReadMode readMode,
            ChangelogKind changelog,
            PartialUpdate partialUpdate,
            boolean ignoreDelete,
            DirtyRecord dirtyRecord,
            long maxDirtyRecords,
            RowType columns,
            List<MetadataColumn> metadata,
            List<String> primaryKey,
            List<String> declaredColumns) {
        this.readMode = Objects.requireNonNull(readMode);
        this.changelog = Objects.requireNonNull(changelog);
        this.partialUpdate = Objects.requireNonNull(partialUpdate);
        this.ignoreDelete = ignoreDelete;
        this.dirtyRecord = Objects.requireNonNull(dirtyRecord);
        this.maxDirtyRecords = maxDirtyRecords;
        this.columns = Objects.requireNonNull(columns);
        this.metadata = List.copyOf(metadata);
        this.primaryKey = List.copyOf(primaryKey);
        this.declaredColumns = List.copyOf(declaredColumns);
        checkChangelog();
        columns.getFields().forEach(this::checkColumn);
    }

    private void checkChangelog() {
        if (readMode != ReadMode.ROW && changelog != ChangelogKind.APPEND) {
            throw new IllegalArgumentException(
                    "'read-mode' = '"
                            + readMode
                            + "' makes rows that are only inserted: it does not go with"
                            + " 'changelog-mode' = '"
                            + changelog
                            + "'.");
        }
        if (changelog == ChangelogKind.ALL && primaryKey.containsAll(declaredColumns)) {
            throw new IllegalArgumentException(
                    "'changelog-mode' = 'all' needs a column besides the primary key: whether a row"
                            + " existed is told by the columns that it had.");
        }
    }

    private void checkColumn(RowType.RowField column) {
        try {
            ValueConverters.of(column.getType());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The column '" + column.getName() + "' can't be read: " + e.getMessage(), e);
        }
        CellColumn cell =
                readMode == ReadMode.MULTI_VERSION ? CellColumn.of(column.getName()) : null;
        if (cell != null && !cell.goesWith(column.getType())) {
            throw new IllegalArgumentException(
                    "With 'read-mode' = 'multi-version' the column '"
                            + column.getName()
                            + "' is "
                            + cell.typeName()
                            + ", not "
                            + column.getType().asSummaryString()
                            + '.');
        }
    }

    public ReadMode readMode() {
        return readMode;
    }

    public ChangelogKind changelog() {
        return changelog;
    }

    public PartialUpdate partialUpdate() {
        return partialUpdate;
    }

    public boolean ignoreDelete() {
        return ignoreDelete;
    }

    /** Whether records that delete rows have none, for whatever reason. */
    boolean leavesOutDeletes() {
        return ignoreDelete || readMode == ReadMode.SINGLE_VERSION_AND_UPDATE_ONLY;
    }

    public DirtyRecord dirtyRecord() {
        return dirtyRecord;
    }

    /** Zero is any number. */
    public long maxDirtyRecords() {
        return maxDirtyRecords;
    }

    /** The wanted physical columns. */
    public RowType columns() {
        return columns;
    }

    public List<MetadataColumn> metadata() {
        return metadata;
    }

    public List<String> primaryKey() {
        return primaryKey;
    }

    /** All physical columns of the table, wanted or not. */
    public List<String> declaredColumns() {
        return declaredColumns;
    }
}
