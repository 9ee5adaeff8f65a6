/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnOperation;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.source.deserialization.MultiVersionText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * All columns of a record by their names, whatever they are. Of several versions of a column that
 * one stands for it that shows after the record, as far as the record says: the newest that is
 * written, unless it is deleted again.
 */
final class ColumnSummary {

    private final ColumnList columns;

    /** The indexes of the cells that stand for the columns, in the order of the record. */
    private final Map<StringData, Integer> cells = new LinkedHashMap<>();

    ColumnSummary(ColumnList columns) {
        this.columns = columns;
        for (int i = 0; i < columns.size(); i++) {
            StringData name =
                    BinaryStringData.fromBytes(
                            columns.buffer(), columns.nameOffset(i), columns.nameLength(i));
            cells.merge(name, i, this::later);
        }
    }

    /** Which of two cells of a column stands for it, the second one being later in the record. */
    private Integer later(Integer first, Integer second) {
        boolean written = columns.operation(first) == ColumnOperation.PUT;
        switch (columns.operation(second)) {
            case PUT:
                return written && columns.versionMillis(second) < columns.versionMillis(first)
                        ? first
                        : second;
            case DELETE_ONE_VERSION:
                boolean shown =
                        written && columns.versionMillis(second) != columns.versionMillis(first);
                return shown || isWhollyDeleted(first) ? first : second;
            default:
                return second;
        }
    }

    private boolean isWhollyDeleted(int cell) {
        return columns.operation(cell) == ColumnOperation.DELETE_ALL_VERSIONS;
    }

    /** The names of the columns of which a version was written, or else of the others. */
    GenericArrayData names(boolean written) {
        List<StringData> names = new ArrayList<>();
        cells.forEach(
                (name, cell) -> {
                    if (written == isWritten(cell)) {
                        names.add(name);
                    }
                });
        return new GenericArrayData(names.toArray());
    }

    /** The version that was written or deleted; null where all were deleted. */
    GenericMapData versions() {
        Map<StringData, Long> versions = new LinkedHashMap<>();
        cells.forEach(
                (name, cell) ->
                        versions.put(
                                name, isWhollyDeleted(cell) ? null : columns.versionMillis(cell)));
        return new GenericMapData(versions);
    }

    /** What was done to each column. */
    GenericMapData operations() {
        Map<StringData, StringData> operations = new LinkedHashMap<>();
        cells.forEach(
                (name, cell) ->
                        operations.put(
                                name, StringData.fromString(columns.operation(cell).name())));
        return new GenericMapData(operations);
    }

    /** The values of the columns that were written, as text. */
    GenericMapData values() {
        Map<StringData, StringData> values = new LinkedHashMap<>();
        cells.forEach(
                (name, cell) -> {
                    if (isWritten(cell)) {
                        values.put(name, text(cell));
                    }
                });
        return new GenericMapData(values);
    }

    private boolean isWritten(int cell) {
        return columns.operation(cell) == ColumnOperation.PUT;
    }

    private StringData text(int cell) {
        return columns.type(cell) == ColumnType.STRING
                ? BinaryStringData.fromBytes(
                        columns.buffer(), columns.valueOffset(cell), columns.valueLength(cell))
                : StringData.fromString(MultiVersionText.value(columns, cell));
    }
}
