/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CHANGELOG_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.EXPORT_SEQUENCE_INFO;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TIME_SERIES;

import io.github.otsstream.flink.table.row.ReadMode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The physical columns that a table declares, and its primary key. Columns that no options make
 * right are a {@link ValidationException}; whether they fit the Tablestore table is told when the
 * job starts. Immutable.
 */
final class DeclaredColumns {

    /** The columns of a multi-version table besides the primary key, as DataX names them. */
    private static final Set<String> CELL_COLUMNS =
            Set.of("colname", "version", "colvalue", "optype", "sequenceinfo");

    /** The key of a time-series table, which is not described as other tables are. */
    private static final Set<String> TIME_SERIES_KEY =
            Set.of("_m_name", "_data_source", "_tags", "time");

    private final DataType dataType;
    private final List<String> primaryKey;
    private final boolean ofCells;

    private DeclaredColumns(DataType dataType, List<String> primaryKey, boolean ofCells) {
        this.dataType = dataType;
        this.primaryKey = primaryKey;
        this.ofCells = ofCells;
    }

    static DeclaredColumns of(ResolvedSchema schema, RowSettings rows, GivenOptions options) {
        DeclaredColumns columns =
                new DeclaredColumns(
                        schema.toPhysicalRowDataType(),
                        schema.getPrimaryKey().map(UniqueConstraint::getColumns).orElse(List.of()),
                        rows.readMode() == ReadMode.MULTI_VERSION);
        columns.check(rows, options);
        return columns;
    }

    private void check(RowSettings rows, GivenOptions options) {
        if (rows.isAppendOnly() && !primaryKey.isEmpty()) {
            throw options.refused(
                    CHANGELOG_MODE,
                    "the table declares a primary key, but here the same key comes with each"
                            + " change of its row. Flink takes declared keys for unique, and would"
                            + " drop a DISTINCT or a MAX by them. Leave the primary key out, or"
                            + " choose 'changelog-mode' = 'upsert' or 'all'.");
        }
        if (!rows.isAppendOnly() && primaryKey.isEmpty()) {
            throw options.refused(
                    CHANGELOG_MODE,
                    "rows can only be changed and removed by their key. Declare the primary key of"
                            + " the Tablestore table, as PRIMARY KEY (...) NOT ENFORCED.");
        }
        if (options.get(TIME_SERIES)
                && !rows.isAppendOnly()
                && !Set.copyOf(primaryKey).equals(TIME_SERIES_KEY)) {
            throw options.refused(
                    CHANGELOG_MODE,
                    "the points of a time-series table have the primary key (_m_name, _data_source,"
                            + " _tags, `time`); declare that one.");
        }
        try {
            rows.format(type(), List.of(), this);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
        if (ofCells) {
            checkCellColumns(rows);
        }
    }

    private void checkCellColumns(RowSettings rows) {
        List<String> names = type().getFieldNames();
        if (names.contains("sequenceinfo") && !rows.hasSequenceInfo()) {
            throw new ValidationException(
                    "The column 'sequenceinfo' needs the option '"
                            + EXPORT_SEQUENCE_INFO.key()
                            + "' = 'true'.");
        }
    }

    /** All physical columns. */
    DataType dataType() {
        return dataType;
    }

    RowType type() {
        return (RowType) dataType.getLogicalType();
    }

    /** The names of the declared primary key; empty if there is none. */
    List<String> primaryKey() {
        return primaryKey;
    }

    /**
     * The columns that have to be of the table's primary key: those that are declared as such, and,
     * of a multi-version table, all that are not about a cell.
     */
    List<String> keyColumns() {
        return type().getFieldNames().stream()
                .filter(name -> ofCells ? !CELL_COLUMNS.contains(name) : primaryKey.contains(name))
                .collect(Collectors.toList());
    }

    /** Whether other columns, too, can turn out to be of the table's primary key. */
    boolean keyMayHaveMore() {
        return !ofCells && primaryKey.isEmpty();
    }
}
