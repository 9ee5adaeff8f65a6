/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.DefinedColumnSchema;
import com.alicloud.openservices.tablestore.model.DescribeTableResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.StreamDetails;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.flink.record.ColumnType;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** Rows and schemas between the SDK's classes and ours. Pure. */
@Internal
final class SdkRowConversion {

    private SdkRowConversion() {}

    static PrimaryKey toSdk(Map<String, ?> key) {
        PrimaryKeyBuilder builder = PrimaryKeyBuilder.createPrimaryKeyBuilder();
        key.forEach((name, value) -> builder.addPrimaryKeyColumn(name, toSdkKeyValue(name, value)));
        return builder.build();
    }

    /** Returns the key below all others, or above all others, of the table with these columns. */
    static PrimaryKey infiniteKey(Collection<String> keyColumns, PrimaryKeyValue end) {
        PrimaryKeyBuilder builder = PrimaryKeyBuilder.createPrimaryKeyBuilder();
        keyColumns.forEach(name -> builder.addPrimaryKeyColumn(name, end));
        return builder.build();
    }

    private static PrimaryKeyValue toSdkKeyValue(String name, Object value) {
        if (value instanceof String) {
            return PrimaryKeyValue.fromString((String) value);
        } else if (value instanceof Long) {
            return PrimaryKeyValue.fromLong((Long) value);
        } else if (value instanceof byte[]) {
            return PrimaryKeyValue.fromBinary((byte[]) value);
        }
        throw unknownType(name, value);
    }

    static ColumnValue toSdkValue(String name, Object value) {
        if (value instanceof String) {
            return ColumnValue.fromString((String) value);
        } else if (value instanceof Long) {
            return ColumnValue.fromLong((Long) value);
        } else if (value instanceof Double) {
            return ColumnValue.fromDouble((Double) value);
        } else if (value instanceof Boolean) {
            return ColumnValue.fromBoolean((Boolean) value);
        } else if (value instanceof byte[]) {
            return ColumnValue.fromBinary((byte[]) value);
        }
        throw unknownType(name, value);
    }

    private static IllegalArgumentException unknownType(String name, Object value) {
        return new IllegalArgumentException(
                "Column " + name + " can't hold a " + (value == null ? null : value.getClass()));
    }

    static TableRow fromSdk(Row row) {
        Map<String, Object> key = new LinkedHashMap<>();
        for (PrimaryKeyColumn column : row.getPrimaryKey().getPrimaryKeyColumns()) {
            key.put(column.getName(), fromSdk(column.getValue()));
        }
        return new TableRow(key, columnsOf(row, null));
    }

    /**
     * The newest version of each attribute column.
     *
     * @param wanted the columns to take; null for all of them
     */
    static Map<String, Object> columnsOf(Row row, @Nullable Set<String> wanted) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (Column column : row.getColumns()) {
            if (wanted == null || wanted.contains(column.getName())) {
                // Versions come newest first.
                columns.putIfAbsent(column.getName(), fromSdk(column.getValue()));
            }
        }
        return columns;
    }

    private static Object fromSdk(PrimaryKeyValue value) {
        switch (value.getType()) {
            case STRING:
                return value.asString();
            case INTEGER:
                return value.asLong();
            default:
                return value.asBinary();
        }
    }

    private static Object fromSdk(ColumnValue value) {
        switch (value.getType()) {
            case STRING:
                return value.asString();
            case INTEGER:
                return value.asLong();
            case DOUBLE:
                return value.asDouble();
            case BOOLEAN:
                return value.asBoolean();
            default:
                return value.asBinary();
        }
    }

    static TableMeta toSdk(TableSchema schema) {
        TableMeta meta = new TableMeta(schema.getTableName());
        schema.getPrimaryKey()
                .forEach(
                        (name, type) ->
                                meta.addPrimaryKeyColumn(
                                        name, PrimaryKeyType.valueOf(type.name())));
        return meta;
    }

    static TableOptions optionsToSdk(TableSchema schema) {
        long seconds = schema.getTimeToLive().toSeconds();
        return new TableOptions(
                seconds < 0 ? -1 : Math.toIntExact(seconds), schema.getMaxVersions());
    }

    static TableDescription fromSdk(DescribeTableResponse answer) {
        TableMeta meta = answer.getTableMeta();
        Map<String, ColumnType> defined = new LinkedHashMap<>();
        for (DefinedColumnSchema column : meta.getDefinedColumnsList()) {
            defined.put(column.getName(), ColumnType.valueOf(column.getType().name()));
        }
        StreamDetails stream = answer.getStreamDetails();
        boolean enabled = stream != null && stream.isEnableStream();
        return new TableDescription(
                fromSdk(meta, answer.getTableOptions()),
                defined,
                enabled,
                enabled && stream.getOriginColumnsToGet() != null
                        ? stream.getOriginColumnsToGet()
                        : Set.of());
    }

    private static TableSchema fromSdk(TableMeta meta, TableOptions options) {
        Map<String, ColumnType> key = new LinkedHashMap<>();
        for (PrimaryKeySchema column : meta.getPrimaryKeyList()) {
            key.put(column.getName(), ColumnType.valueOf(column.getType().name()));
        }
        return new TableSchema(
                meta.getTableName(),
                key,
                Duration.ofSeconds(options.getTimeToLive()),
                options.getMaxVersions());
    }
}
