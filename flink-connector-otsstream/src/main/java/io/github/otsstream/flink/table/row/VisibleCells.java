/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ColumnList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the cell that each wanted column shows after a record: that of its newest version. A record
 * can write and delete several versions of a column; they are taken in the record's order, as the
 * service applies them.
 *
 * <p>What a column shows is not always known. Where its newest version is deleted, an older one
 * shows if the table keeps more than one version, and records don't say what is kept. What it was
 * before, they say only in their origin columns.
 *
 * <p>Used by one thread, for one record after the other: begin with {@link #startEmpty}, {@link
 * #startUntouched} or {@link #startFrom}, then {@link #apply} the record's columns.
 */
final class VisibleCells {

    /** The column has no value. */
    private static final int NONE = -1;

    /** The column shows an older version, if there is one. */
    private static final int UNKNOWN = -2;

    /** Nothing is known of the column. */
    private static final int UNTOUCHED = -3;

    /** Origin column 0; the following ones are below. */
    private static final int FIRST_ORIGIN = -4;

    private final ColumnMatcher columnMatcher;
    private final ColumnMatcher originMatcher;

    /**
     * What each wanted column shows: a column of the record, one of its origin, or none of them.
     */
    private final int[] cells;

    /** Whether there may be versions below the one that shows. */
    private final boolean[] olderPossible;

    /** Where it is unknown what a column shows: it is older than this. */
    private final long[] olderThan;

    private ColumnList columns;
    private ColumnList origin;

    VisibleCells(List<String> names) {
        columnMatcher = new ColumnMatcher(names);
        originMatcher = new ColumnMatcher(names);
        cells = new int[names.size()];
        olderPossible = new boolean[names.size()];
        olderThan = new long[names.size()];
    }

    /** Begins with a row that has no columns. */
    void startEmpty() {
        Arrays.fill(cells, NONE);
    }

    /** Begins with a row of which nothing is known. */
    void startUntouched() {
        Arrays.fill(cells, UNTOUCHED);
    }

    /** Begins with a row as it was before the record, which has the columns of its origin. */
    void startFrom(ColumnList originColumns) {
        startEmpty();
        origin = originColumns;
        int found = originMatcher.match(origin);
        for (int n = 0; n < found; n++) {
            int i = originMatcher.column(n);
            int wanted = originMatcher.wanted(n);
            if (cells[wanted] == NONE || origin.versionMillis(i) > version(cells[wanted])) {
                cells[wanted] = FIRST_ORIGIN - i;
                olderPossible[wanted] = true;
            }
        }
    }

    /** Takes the columns that a record writes and deletes. */
    void apply(ColumnList recordColumns) {
        columns = recordColumns;
        int found = columnMatcher.match(columns);
        for (int n = 0; n < found; n++) {
            int i = columnMatcher.column(n);
            int wanted = columnMatcher.wanted(n);
            switch (columns.operation(i)) {
                case PUT:
                    put(wanted, i);
                    break;
                case DELETE_ONE_VERSION:
                    deleteVersion(wanted, columns.versionMillis(i));
                    break;
                default:
                    cells[wanted] = NONE;
            }
        }
    }

    private void put(int wanted, int cell) {
        int shown = cells[wanted];
        if (shown == NONE || shown == UNTOUCHED) {
            olderPossible[wanted] = shown == UNTOUCHED;
            cells[wanted] = cell;
            return;
        }
        long newest = shown == UNKNOWN ? olderThan[wanted] : version(shown);
        long written = columns.versionMillis(cell);
        if (written >= newest) {
            cells[wanted] = cell;
        }
        if (written != newest || shown == UNKNOWN) {
            olderPossible[wanted] = true;
        }
    }

    private void deleteVersion(int wanted, long version) {
        int shown = cells[wanted];
        if (shown == UNTOUCHED) {
            cells[wanted] = UNKNOWN;
            olderThan[wanted] = Long.MIN_VALUE;
        } else if (shown != NONE && shown != UNKNOWN && version(shown) == version) {
            cells[wanted] = olderPossible[wanted] ? UNKNOWN : NONE;
            olderThan[wanted] = version;
        }
    }

    private long version(int shown) {
        return shown >= 0
                ? columns.versionMillis(shown)
                : origin.versionMillis(FIRST_ORIGIN - shown);
    }

    int size() {
        return cells.length;
    }

    /** Whether nothing is known of the column. */
    boolean isUntouched(int wanted) {
        return cells[wanted] == UNTOUCHED;
    }

    /** Whether the record does not say what the column shows. */
    boolean isUnknown(int wanted) {
        return cells[wanted] == UNKNOWN || cells[wanted] == UNTOUCHED;
    }

    /**
     * Whether the column shows a value that is at hand: {@link #list} and {@link #index} say where.
     */
    boolean isKnownValue(int wanted) {
        return cells[wanted] >= 0 || cells[wanted] <= FIRST_ORIGIN;
    }

    /** Whether the column shows what it did before the record. */
    boolean isOrigin(int wanted) {
        return cells[wanted] <= FIRST_ORIGIN;
    }

    ColumnList list(int wanted) {
        return cells[wanted] >= 0 ? columns : origin;
    }

    int index(int wanted) {
        return cells[wanted] >= 0 ? cells[wanted] : FIRST_ORIGIN - cells[wanted];
    }
}
