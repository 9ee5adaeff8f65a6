/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/** What can be declared as {@code METADATA} of a table. */
@Internal
public enum MetadataColumn {
    OP_TYPE("op-type", DataTypes.STRING().notNull()),
    ROW_TIMESTAMP("row-timestamp", DataTypes.TIMESTAMP_LTZ(6).notNull()),
    SEQUENCE_INFO("sequence-info", DataTypes.STRING().notNull()),
    EPOCH("epoch", DataTypes.INT().notNull()),
    ROW_INDEX("row-index", DataTypes.INT().notNull()),
    SHARD_ID("shard-id", DataTypes.STRING().notNull()),
    STREAM_ID("stream-id", DataTypes.STRING().notNull()),
    TABLE_NAME("table-name", DataTypes.STRING().notNull()),
    PRESENT_COLUMNS("present-columns", DataTypes.ARRAY(DataTypes.STRING().notNull()).notNull()),
    DELETED_COLUMNS("deleted-columns", DataTypes.ARRAY(DataTypes.STRING().notNull()).notNull()),
    COLUMN_VERSIONS(
            "column-versions",
            DataTypes.MAP(DataTypes.STRING().notNull(), DataTypes.BIGINT()).notNull()),
    COLUMN_OPS(
            "column-ops",
            DataTypes.MAP(DataTypes.STRING().notNull(), DataTypes.STRING().notNull()).notNull()),
    ORIGIN_COLUMNS(
            "origin-columns", DataTypes.MAP(DataTypes.STRING().notNull(), DataTypes.STRING())),
    ATTRIBUTES(
            "attributes",
            DataTypes.MAP(DataTypes.STRING().notNull(), DataTypes.STRING()).notNull()),
    /** As Alibaba's connector names the operation. */
    TYPE("type", DataTypes.STRING().notNull()),
    /** As Alibaba's connector names the time of the change, in microseconds. */
    TIMESTAMP("timestamp", DataTypes.BIGINT().notNull());

    private final String key;
    private final DataType dataType;

    MetadataColumn(String key, DataType dataType) {
        this.key = key;
        this.dataType = dataType;
    }

    /** The name after {@code METADATA FROM}. */
    public String key() {
        return key;
    }

    public DataType dataType() {
        return dataType;
    }

    /** All of them by their keys, as the planner asks for them. */
    public static Map<String, DataType> list() {
        Map<String, DataType> all = new LinkedHashMap<>();
        for (MetadataColumn column : values()) {
            all.put(column.key, column.dataType);
        }
        return all;
    }

    /**
     * @throws IllegalArgumentException if there is none by that key
     */
    public static MetadataColumn of(String key) {
        for (MetadataColumn column : values()) {
            if (column.key.equals(key)) {
                return column;
            }
        }
        throw new IllegalArgumentException("There is no metadata '" + key + "'");
    }
}
