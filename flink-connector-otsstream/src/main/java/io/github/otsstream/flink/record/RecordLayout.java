/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

/**
 * How many columns a record has of each kind, and that they have the names of all other records
 * with this very object, in the same order. Consecutive records of a page mostly share one, so who
 * looks for columns by their names need do it only once for all of these.
 */
final class RecordLayout {

    final int keyCount;
    final int columnCount;
    final int originCount;
    final boolean timeSeries;
    private final int decodedCount;

    /**
     * @param decodedCount all cells that were decoded, which can be more than the record shows
     */
    RecordLayout(
            int keyCount, int columnCount, int originCount, boolean timeSeries, int decodedCount) {
        this.keyCount = keyCount;
        this.columnCount = columnCount;
        this.originCount = originCount;
        this.timeSeries = timeSeries;
        this.decodedCount = decodedCount;
    }

    boolean hasCounts(int keys, int columns, int originColumns, int decoded) {
        return keyCount == keys
                && columnCount == columns
                && originCount == originColumns
                && decodedCount == decoded;
    }
}
