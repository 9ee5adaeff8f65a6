/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ColumnType;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/**
 * The attribute columns that a sample of a table's rows holds, and the types that were seen in
 * each. The newest version of a value counts. Immutable; holds no values.
 */
@Internal
final class SampledColumns {

    static final SampledColumns NONE = of(List.of());

    private final int rows;
    private final SortedMap<String, Set<ColumnType>> types;

    private SampledColumns(int rows, SortedMap<String, Set<ColumnType>> types) {
        this.rows = rows;
        this.types = Collections.unmodifiableSortedMap(types);
    }

    static SampledColumns of(Collection<TableRow> rows) {
        SortedMap<String, Set<ColumnType>> types = new TreeMap<>();
        for (TableRow row : rows) {
            row.getColumns()
                    .forEach(
                            (name, value) ->
                                    types.computeIfAbsent(
                                                    name, n -> EnumSet.noneOf(ColumnType.class))
                                            .add(typeOf(value)));
        }
        return new SampledColumns(rows.size(), types);
    }

    private static ColumnType typeOf(Object value) {
        if (value instanceof String) {
            return ColumnType.STRING;
        } else if (value instanceof Long) {
            return ColumnType.INTEGER;
        } else if (value instanceof Double) {
            return ColumnType.DOUBLE;
        } else if (value instanceof Boolean) {
            return ColumnType.BOOLEAN;
        }
        return ColumnType.BINARY;
    }

    /** Returns how many rows the sample had. */
    int rows() {
        return rows;
    }

    /** Returns the types seen in each column, by the columns' names in their order. */
    SortedMap<String, Set<ColumnType>> types() {
        return types;
    }
}
