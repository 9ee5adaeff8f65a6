/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Tablestore table with an INTEGER key {@code id} in an emulator, for tests to write to and to
 * declare in SQL. Values are those of the SDK's types, as Java objects.
 */
final class SqlTable implements AutoCloseable {

    private static final String KEY = "id";

    private final TablestoreEmulator emulator;
    private final SyncClientInterface client;
    private final String name;

    /** Creates a table whose stream carries origin columns. */
    SqlTable(TablestoreEmulator emulator, String name, String... originColumns) {
        this.emulator = emulator;
        this.name = name;
        client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(KEY, PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        StreamSpecification stream = new StreamSpecification(true, 168);
        if (originColumns.length > 0) {
            stream.addOriginColumnsToGet(originColumns);
        }
        request.setStreamSpecification(stream);
        client.createTable(request);
    }

    /** The options that a table in SQL needs to read this one. */
    static Map<String, String> options(TablestoreEmulator emulator, String table) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector", "otsstream");
        options.put("endpoint", emulator.endpoint());
        options.put("instance-name", emulator.instanceName());
        options.put("table-name", table);
        options.put("access-key-id", emulator.accessKeyId());
        options.put("access-key-secret", emulator.accessKeySecret());
        return options;
    }

    /**
     * The statement that declares this table in SQL under its own name.
     *
     * @param columns what stands in the parentheses
     * @param options further ones, a key and a value in turns
     */
    String ddl(String columns, String... options) {
        Map<String, String> all = options(emulator, name);
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return ddl(name, columns, all);
    }

    static String ddl(String name, String columns, Map<String, String> options) {
        return "CREATE TEMPORARY TABLE "
                + name
                + " ("
                + columns
                + ") WITH ("
                + options.entrySet().stream()
                        .map(option -> "'" + option.getKey() + "' = '" + option.getValue() + "'")
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /**
     * Replaces a row.
     *
     * @param columns a name and a value in turns
     */
    void put(long id, Object... columns) {
        RowPutChange put = new RowPutChange(name, key(id));
        for (int i = 0; i < columns.length; i += 2) {
            put.addColumn((String) columns[i], value(columns[i + 1]));
        }
        client.putRow(new PutRowRequest(put));
    }

    /**
     * Changes some columns of a row.
     *
     * @param columns a name and a value in turns; null deletes the column
     */
    void update(long id, Object... columns) {
        RowUpdateChange update = new RowUpdateChange(name, key(id));
        for (int i = 0; i < columns.length; i += 2) {
            if (columns[i + 1] == null) {
                update.deleteColumns((String) columns[i]);
            } else {
                update.put((String) columns[i], value(columns[i + 1]));
            }
        }
        client.updateRow(new UpdateRowRequest(update));
    }

    void delete(long id) {
        client.deleteRow(new DeleteRowRequest(new RowDeleteChange(name, key(id))));
    }

    /** The rows as they are, by their keys; each has the columns that it has. */
    Map<Long, Map<String, Object>> rows() {
        RangeRowQueryCriteria range = new RangeRowQueryCriteria(name);
        range.setMaxVersions(1);
        range.setInclusiveStartPrimaryKey(key(PrimaryKeyValue.INF_MIN));
        range.setExclusiveEndPrimaryKey(key(PrimaryKeyValue.INF_MAX));
        Map<Long, Map<String, Object>> rows = new LinkedHashMap<>();
        for (Row row : client.getRange(new GetRangeRequest(range)).getRows()) {
            Map<String, Object> columns = new LinkedHashMap<>();
            row.getColumnsMap()
                    .forEach(
                            (column, versions) ->
                                    columns.put(column, plain(versions.firstEntry().getValue())));
            rows.put(row.getPrimaryKey().getPrimaryKeyColumn(KEY).getValue().asLong(), columns);
        }
        return rows;
    }

    String name() {
        return name;
    }

    SyncClientInterface client() {
        return client;
    }

    TablestoreEmulator emulator() {
        return emulator;
    }

    /** What a row's key holds, to split the table by. */
    static PrimaryKeyValue keyValue(long id) {
        return PrimaryKeyValue.fromLong(id);
    }

    private static PrimaryKey key(long id) {
        return key(keyValue(id));
    }

    private static PrimaryKey key(PrimaryKeyValue id) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder().addPrimaryKeyColumn(KEY, id).build();
    }

    private static ColumnValue value(Object value) {
        if (value instanceof Long || value instanceof Integer) {
            return ColumnValue.fromLong(((Number) value).longValue());
        } else if (value instanceof Double) {
            return ColumnValue.fromDouble((Double) value);
        } else if (value instanceof Boolean) {
            return ColumnValue.fromBoolean((Boolean) value);
        } else if (value instanceof String) {
            return ColumnValue.fromString((String) value);
        }
        return ColumnValue.fromBinary((byte[]) value);
    }

    private static Object plain(ColumnValue value) {
        switch (value.getType()) {
            case INTEGER:
                return value.asLong();
            case DOUBLE:
                return value.asDouble();
            case BOOLEAN:
                return value.asBoolean();
            case STRING:
                return value.asString();
            default:
                return value.asBinary();
        }
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
