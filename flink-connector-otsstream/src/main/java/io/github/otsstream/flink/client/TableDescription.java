/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import io.github.otsstream.flink.record.ColumnType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** What a table is: its schema, the columns that were defined beside its key, and its stream. */
@Internal
public final class TableDescription {

    private final TableSchema schema;
    private final Map<String, ColumnType> definedColumns;
    private final boolean streamEnabled;
    private final Set<String> originColumns;

    /**
     * @param definedColumns attribute columns that the table declares; rows can have others, and
     *     need not have these
     * @param originColumns the columns whose values before a change the stream's records carry;
     *     empty if there are none, or no stream
     */
    public TableDescription(
            TableSchema schema,
            Map<String, ColumnType> definedColumns,
            boolean streamEnabled,
            Set<String> originColumns) {
        this.schema = Objects.requireNonNull(schema);
        this.definedColumns = Collections.unmodifiableMap(new LinkedHashMap<>(definedColumns));
        this.streamEnabled = streamEnabled;
        this.originColumns = Set.copyOf(originColumns);
    }

    public TableSchema getSchema() {
        return schema;
    }

    /** Returns the attribute columns that the table declares, in its order. */
    public Map<String, ColumnType> getDefinedColumns() {
        return definedColumns;
    }

    public boolean isStreamEnabled() {
        return streamEnabled;
    }

    /** Returns the columns whose values before a change the stream's records carry. */
    public Set<String> getOriginColumns() {
        return originColumns;
    }

    @Override
    public String toString() {
        return schema.toString();
    }
}
