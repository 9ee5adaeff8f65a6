/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;

/**
 * A table whose options are wrong, which says so as soon as the planner asks it anything.
 *
 * <p>To an error of the factory itself Flink adds all of the table's options, and hides secrets by
 * their names only. Where a secret has another name, the error has to come later.
 */
final class RefusedTable implements ScanTableSource {

    private final RuntimeException error;

    RefusedTable(RuntimeException error) {
        this.error = error;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        throw error;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        throw error;
    }

    @Override
    public DynamicTableSource copy() {
        return new RefusedTable(error);
    }

    @Override
    public String asSummaryString() {
        return "Tablestore stream with wrong options";
    }
}
