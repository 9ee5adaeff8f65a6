/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.source.enumerator.TableCheck;
import io.github.otsstream.flink.table.row.ChangelogKind;
import io.github.otsstream.flink.table.row.KeyReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.FlinkException;

/**
 * What a declared table expects of its Tablestore table: the primary key, its columns' types, and
 * the origin columns without which rows could not be completed. Immutable.
 */
final class TableExpectation implements TableCheck {

    private static final long serialVersionUID = 1L;

    private final RowType columns;
    private final List<String> primaryKey;
    private final List<String> keyColumns;
    private final ChangelogKind changelog;
    private final List<String> originColumns;

    /**
     * @param originColumns the columns of which the stream has to carry what they were before,
     *     those of the key included
     */
    TableExpectation(
            DeclaredColumns declared, ChangelogKind changelog, Collection<String> originColumns) {
        this.columns = declared.type();
        this.primaryKey = List.copyOf(declared.primaryKey());
        this.keyColumns = declared.keyColumns();
        this.changelog = changelog;
        this.originColumns = new ArrayList<>(originColumns);
    }

    @Override
    public void check(TableDescription table) throws FlinkException {
        TableSchema schema = table.getSchema();
        checkKey(schema);
        for (Map.Entry<String, ColumnType> column : schema.getPrimaryKey().entrySet()) {
            int declared = columns.getFieldIndex(column.getKey());
            if (declared >= 0) {
                checkType(schema, column.getKey(), column.getValue(), columns.getTypeAt(declared));
            }
        }
        checkOriginColumns(table);
    }

    private void checkKey(TableSchema schema) throws FlinkException {
        Set<String> key = schema.getPrimaryKey().keySet();
        if (!primaryKey.isEmpty() && !key.equals(Set.copyOf(primaryKey))) {
            throw new FlinkException(
                    "PRIMARY KEY ("
                            + String.join(", ", primaryKey)
                            + ") is declared of table '"
                            + schema.getTableName()
                            + "', but its primary key is "
                            + schema.describeKey()
                            + ". Declare all of these columns as the key, in any order, and no"
                            + " others.");
        }
        for (String column : keyColumns) {
            if (!key.contains(column)) {
                throw new FlinkException(
                        "The column '"
                                + column
                                + "' is not part of the primary key of table '"
                                + schema.getTableName()
                                + "', which is "
                                + schema.describeKey()
                                + ". With 'read-mode' = 'multi-version' a table has the columns of"
                                + " the key by their names, and colname, version, colvalue, optype"
                                + " and sequenceinfo.");
            }
        }
    }

    private void checkType(TableSchema schema, String name, ColumnType found, LogicalType declared)
            throws FlinkException {
        if (changelog != ChangelogKind.APPEND
                && found == ColumnType.STRING
                && !declared.is(LogicalTypeRoot.VARCHAR)) {
            throw new FlinkException(
                    "The key column '"
                            + name
                            + "' of table '"
                            + schema.getTableName()
                            + "' is STRING, and declared as "
                            + declared.asSummaryString()
                            + ": different texts can become the same value, as 1 and 01, so that"
                            + " rows with different keys would be taken for one. Declare it as"
                            + " STRING.");
        }
        if (!KeyReader.canBecome(found, declared)) {
            throw new FlinkException(
                    "The column '"
                            + name
                            + "' is declared as "
                            + declared.asSummaryString()
                            + ", but in the primary key of table '"
                            + schema.getTableName()
                            + "' it is "
                            + found
                            + ", which does not become that. Declare it as "
                            + naturalType(found)
                            + '.');
        }
    }

    private static String naturalType(ColumnType found) {
        switch (found) {
            case INTEGER:
                return "BIGINT";
            case STRING:
                return "STRING";
            default:
                return "BYTES";
        }
    }

    private void checkOriginColumns(TableDescription table) throws FlinkException {
        Set<String> wanted = new LinkedHashSet<>(originColumns);
        wanted.removeAll(table.getSchema().getPrimaryKey().keySet());
        if (table.getOriginColumns().containsAll(wanted)) {
            return;
        }
        Set<String> all = new LinkedHashSet<>(new TreeSet<>(table.getOriginColumns()));
        all.addAll(wanted);
        wanted.removeAll(table.getOriginColumns());
        String name = table.getSchema().getTableName();
        throw new FlinkException(
                "The records of table '"
                        + name
                        + "' don't say what "
                        + quoted(wanted)
                        + (wanted.size() == 1 ? " was" : " were")
                        + " before a change: its stream carries "
                        + (table.getOriginColumns().isEmpty()
                                ? "no origin columns"
                                : "only the origin columns "
                                        + quoted(new TreeSet<>(table.getOriginColumns())))
                        + ". Without "
                        + (changelog == ChangelogKind.ALL
                                ? "them there are no rows for 'changelog-mode' = 'all'. "
                                : "them, records that change only some columns can't be completed"
                                        + " to rows, as 'changelog-mode' = 'upsert' needs it. ")
                        + "Either let the stream carry them. This takes two calls of UpdateTable, in"
                        + " Java: request = new UpdateTableRequest(\""
                        + name
                        + "\"); request.setStreamSpecification(new StreamSpecification(false));"
                        + " client.updateTable(request); and then specification = new"
                        + " StreamSpecification(true, hours);"
                        + " specification.addOriginColumnsToGet(new String[] {"
                        + all.stream()
                                .map(column -> '"' + column + '"')
                                .collect(Collectors.joining(", "))
                        + "}); request.setStreamSpecification(specification);"
                        + " client.updateTable(request). That begins a new stream: what is left in"
                        + " the old one is lost. Or "
                        + (changelog == ChangelogKind.ALL
                                ? "choose 'changelog-mode' = 'upsert' with 'partial-update' ="
                                        + " 'lookup', which reads the rows"
                                : "choose 'partial-update' = 'lookup', which reads the rows, or"
                                        + " 'null', which leaves null what a record does not say,"
                                        + " or 'fail', which goes on until there is such a record")
                        + ", or declare fewer columns.");
    }

    private static String quoted(Collection<String> names) {
        return names.stream().map(name -> '\'' + name + '\'').collect(Collectors.joining(", "));
    }
}
