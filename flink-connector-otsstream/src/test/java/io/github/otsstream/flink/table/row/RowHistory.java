/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.storage.Row;
import io.github.otsstream.emulator.storage.RowEdit;
import io.github.otsstream.emulator.storage.Versions;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * One row of a table as the emulator keeps it, under random changes, and the records of them. The
 * table is declared with the columns a, b and c, which its stream carries as origin columns; the
 * row has a column d besides.
 */
final class RowHistory {

    static final List<String> DECLARED = List.of("a", "b", "c");

    private static final PrimaryKey KEY =
            PrimaryKeyBuilder.createPrimaryKeyBuilder()
                    .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(17))
                    .build();

    private final int maxVersions;
    @Nullable private Row row;

    RowHistory(int maxVersions) {
        this.maxVersions = maxVersions;
    }

    /** Changes the row, and returns the record of it. */
    ChangeRecord apply(Change change) {
        ChangeRecordBuilder record =
                ChangeRecord.builder().operation(change.operation).key("id", 17L);
        record.withOriginColumns();
        for (String column : DECLARED) {
            Versions before = row == null ? null : row.column(column);
            if (before != null) {
                record.origin(column, valueOf(before), before.version());
            }
        }
        if (change.operation == OperationType.DELETE) {
            row = null;
            return record.build();
        }
        boolean replaces = change.operation == OperationType.PUT;
        RowEdit edit = new RowEdit(KEY, replaces ? null : row, maxVersions);
        change.cells.forEach(cell -> cell.apply(edit, record, replaces));
        row = edit.toRow(0);
        return record.build();
    }

    /** The row as it is now: what can be seen of all its columns; null if there is none. */
    @Nullable
    TableRow row() {
        if (row == null) {
            return null;
        }
        Map<String, Object> columns = new LinkedHashMap<>();
        for (String column : List.of("a", "b", "c", "d")) {
            Versions versions = row.column(column);
            if (versions != null) {
                columns.put(column, valueOf(versions));
            }
        }
        return new TableRow(Map.of("id", 17L), columns);
    }

    private static Object valueOf(Versions versions) {
        ColumnValue value = versions.value();
        return value.getValue();
    }

    static Arbitrary<List<Change>> changes() {
        return change().list().ofMinSize(1).ofMaxSize(25);
    }

    private static Arbitrary<Change> change() {
        Arbitrary<OperationType> operation =
                Arbitraries.frequency(
                        Tuple.of(3, OperationType.PUT),
                        Tuple.of(8, OperationType.UPDATE),
                        Tuple.of(2, OperationType.DELETE));
        return Combinators.combine(operation, cell().list().ofMaxSize(5)).as(Change::new);
    }

    private static Arbitrary<Cell> cell() {
        Arbitrary<Object> value =
                Arbitraries.frequency(
                        Tuple.of(1, "dirty"), Tuple.of(7, 1L), Tuple.of(7, 2L), Tuple.of(7, 3L));
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.frequency(
                                Tuple.of(8, Cell.PUT),
                                Tuple.of(1, Cell.DELETE_VERSION),
                                Tuple.of(1, Cell.DELETE_ALL)),
                        Arbitraries.longs().between(1, 8),
                        value)
                .as(Cell::new);
    }

    static final class Change {
        final OperationType operation;
        final List<Cell> cells;

        Change(OperationType operation, List<Cell> cells) {
            this.operation = operation;
            this.cells = cells;
        }

        /** Whether the record may leave it open what a column of the table shows. */
        boolean deletesAVersion() {
            return operation == OperationType.UPDATE
                    && cells.stream()
                            .anyMatch(
                                    cell ->
                                            cell.operation == Cell.DELETE_VERSION
                                                    && DECLARED.contains(cell.column));
        }

        @Override
        public String toString() {
            return operation + " " + cells;
        }
    }

    static final class Cell {
        static final int PUT = 0;
        static final int DELETE_VERSION = 1;
        static final int DELETE_ALL = 2;

        private final String column;
        private final int operation;
        private final long version;
        private final Object value;

        Cell(String column, int operation, long version, Object value) {
            this.column = column;
            this.operation = operation;
            this.version = version;
            this.value = value;
        }

        private void apply(RowEdit edit, ChangeRecordBuilder record, boolean onlyPut) {
            if (onlyPut || operation == PUT) {
                edit.put(
                        column,
                        version,
                        value instanceof Long
                                ? ColumnValue.fromLong((Long) value)
                                : ColumnValue.fromString((String) value));
                record.put(column, value, version);
            } else if (operation == DELETE_VERSION) {
                edit.deleteVersion(column, version);
                record.deleteVersion(column, version);
            } else {
                edit.deleteColumn(column);
                record.deleteAllVersions(column);
            }
        }

        @Override
        public String toString() {
            return column
                    + "@"
                    + version
                    + List.of("=" + value, " deleted", " all deleted").get(operation);
        }
    }
}
