/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import io.github.otsstream.emulator.storage.Table;

/**
 * A table as streams see it: its partitions, its present stream, and what kind of table it is.
 * Partitions and stream change under the table's write lock only.
 */
final class StreamedTable {

    final Table table;
    final TablePartitions partitions;

    /** Null while the stream is off. */
    volatile ChangeStream stream;

    /** Whether the table belongs to a table group, so that reads must name it. */
    volatile boolean inTableGroup;

    /** Whether the table holds time series. */
    volatile boolean timeseries;

    StreamedTable(Table table) {
        this.table = table;
        this.partitions = new TablePartitions(table.initialSplitPoints());
    }
}
