/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.util.Locale;
import javax.annotation.Nullable;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/**
 * The columns of mode {@code multi-version} besides those of the key, by the names that DataWorks
 * gives them. A key column that has one of these names can't be read in that mode: the name means
 * the cell's column.
 */
enum CellColumn {
    /** The column's name; null where the row was removed. */
    COLNAME,

    /** The version that was written or deleted; null where all were deleted, or the row. */
    VERSION,

    /** The value as text; null where nothing was written. */
    COLVALUE,

    /** {@code U}, {@code DO}, {@code DA} or {@code DR}. */
    OPTYPE,

    /** The record's sequence and the cell's index in the record. */
    SEQUENCEINFO;

    private final String columnName = name().toLowerCase(Locale.ROOT);

    /** Returns null if the name is not one of these. */
    @Nullable
    static CellColumn of(String name) {
        for (CellColumn column : values()) {
            if (column.columnName.equals(name)) {
                return column;
            }
        }
        return null;
    }

    /** Whether the column can be declared with that type. */
    boolean goesWith(LogicalType type) {
        return type.is(
                this == VERSION
                        ? LogicalTypeFamily.INTEGER_NUMERIC
                        : LogicalTypeFamily.CHARACTER_STRING);
    }

    /** The type that it is usually declared with. */
    String typeName() {
        return this == VERSION ? "BIGINT" : "STRING";
    }
}
