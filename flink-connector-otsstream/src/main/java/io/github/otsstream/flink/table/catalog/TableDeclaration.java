/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.table.row.MetadataColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.types.DataType;

/**
 * Declares a table of the service to Flink: the columns of its primary key, those that it defines,
 * those that were found in a sample of its rows, and the metadata that the catalog gives to every
 * table. Pure.
 *
 * <p>A sampled column that holds several types has no type in Flink. It is left out, and so are all
 * sampled ones where there are too many to be columns; the table's comment says so.
 *
 * <p>The primary key is declared where rows are changes of a row by that key. Where each record is
 * a row of its own, the key repeats, and Flink would take the rows of one query for another's: it
 * leaves aggregations by a declared key out.
 */
@Internal
final class TableDeclaration {

    /** A row with more is no row with columns, but a map that is kept in one. */
    static final int MAX_SAMPLED_COLUMNS = 1_000;

    private static final String SAMPLED = "found in a sample of rows";

    private final CatalogSettings settings;

    TableDeclaration(CatalogSettings settings) {
        this.settings = settings;
    }

    CatalogTable of(TableDescription table, SampledColumns sample) {
        TableSchema schema = table.getSchema();
        List<String> remarks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Schema.Builder columns = Schema.newBuilder();
        schema.getPrimaryKey()
                .forEach(
                        (name, type) -> {
                            names.add(name);
                            columns.column(name, dataType(type).notNull());
                        });
        table.getDefinedColumns()
                .forEach(
                        (name, type) -> {
                            names.add(name);
                            columns.column(name, dataType(type));
                        });
        undefined(sample, names, remarks)
                .forEach(
                        (name, type) -> {
                            names.add(name);
                            columns.column(name, dataType(type)).withComment(SAMPLED);
                        });
        for (MetadataColumn metadata : settings.metadata()) {
            addMetadata(metadata, schema, names, columns);
        }
        if (settings.declareKey()) {
            columns.primaryKey(List.copyOf(schema.getPrimaryKey().keySet()));
        }
        return CatalogTable.newBuilder()
                .schema(columns.build())
                .comment(comment(schema, remarks))
                .options(settings.tableOptions(schema.getTableName()))
                .build();
    }

    private static Map<String, ColumnType> undefined(
            SampledColumns sample, Set<String> declared, List<String> remarks) {
        SortedMap<String, Set<ColumnType>> found = new TreeMap<>(sample.types());
        found.keySet().removeAll(declared);
        if (found.size() > MAX_SAMPLED_COLUMNS) {
            remarks.add(
                    "In "
                            + sample.rows()
                            + " sampled rows there are "
                            + found.size()
                            + " columns that it does not define, which are too many to declare");
            return Map.of();
        }
        Map<String, ColumnType> columns = new TreeMap<>();
        List<String> mixed = new ArrayList<>();
        found.forEach(
                (name, types) -> {
                    if (types.size() == 1) {
                        columns.put(name, types.iterator().next());
                    } else {
                        mixed.add(name + " " + types);
                    }
                });
        if (!mixed.isEmpty()) {
            remarks.add(
                    "Left out, since values of several types were found in "
                            + sample.rows()
                            + " sampled rows: "
                            + String.join(", ", mixed));
        }
        return columns;
    }

    private static void addMetadata(
            MetadataColumn metadata,
            TableSchema schema,
            Set<String> names,
            Schema.Builder columns) {
        String name = metadata.key().replace('-', '_');
        if (!names.add(name)) {
            throw new CatalogException(
                    "Table '"
                            + schema.getTableName()
                            + "' has a column '"
                            + name
                            + "' of its own, so that the catalog can't name metadata so. Leave '"
                            + metadata.key()
                            + "' out of the catalog's option '"
                            + OtsStreamCatalogOptions.METADATA_COLUMNS.key()
                            + "', or declare this table with CREATE TABLE.");
        }
        columns.columnByMetadata(name, metadata.dataType(), metadata.key(), true);
    }

    private String comment(TableSchema schema, List<String> remarks) {
        String key =
                settings.declareKey()
                        ? ""
                        : " Each row is a change of the row with its key "
                                + schema.getPrimaryKey().keySet().stream()
                                        .collect(Collectors.joining(", ", "(", ")"))
                                + ".";
        return "Changes of the Tablestore table '"
                + schema.getTableName()
                + "'."
                + key
                + remarks.stream().map(remark -> " " + remark + ".").collect(Collectors.joining());
    }

    private static DataType dataType(ColumnType type) {
        switch (type) {
            case INTEGER:
                return DataTypes.BIGINT();
            case STRING:
                return DataTypes.STRING();
            case DOUBLE:
                return DataTypes.DOUBLE();
            case BOOLEAN:
                return DataTypes.BOOLEAN();
            default:
                return DataTypes.BYTES();
        }
    }
}
