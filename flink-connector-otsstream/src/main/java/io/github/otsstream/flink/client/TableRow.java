/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A row of a table as it is now: its primary key, and the newest version of each attribute column.
 *
 * <p>Values are {@link String}, {@link Long}, {@link Double}, {@link Boolean} or {@code byte[]},
 * never null; a column without a value is not there. Immutable but for the byte arrays, which
 * nobody may change.
 */
@Internal
public final class TableRow {

    private final Map<String, Object> key;
    private final Map<String, Object> columns;

    /**
     * @param key the columns of the primary key, in the table's order
     * @param columns the attribute columns
     */
    public TableRow(Map<String, ?> key, Map<String, ?> columns) {
        this.key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
        this.columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** Returns the columns of the primary key, in the table's order. */
    public Map<String, Object> getKey() {
        return key;
    }

    public Map<String, Object> getColumns() {
        return columns;
    }

    /** Returns the value of an attribute column, or null if the row has no such column. */
    @Nullable
    public Object get(String column) {
        return columns.get(column);
    }

    /** Shows the key only: values are nobody's business. */
    @Override
    public String toString() {
        return "row " + key;
    }
}
