/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnType;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;

/**
 * The wanted columns that are part of a record's primary key, by their names. In a time-series
 * table {@code time} counts microseconds, and {@code _tags} may be wanted as a MAP.
 *
 * <p>Used by one thread, for one record after the other.
 */
final class KeyColumns {

    private static final String TAGS = "_tags";
    private static final String TIME = "time";

    private final ColumnMatcher matcher;

    /** Null for a column that is none of the key, even if it has the name of one. */
    private final ValueConverter[] converters;

    private final ValueConverter[] timeSeriesConverters;
    private final int tagsField;
    private final TimeSeriesTags tags;

    private final Object[] values;
    private final ColumnType[] found;
    private int[] fields = new int[4];
    private int count;

    /**
     * @param converters of all wanted columns, those of the key and others
     */
    KeyColumns(RowFormat format, ValueConverter[] converters) {
        this(format.columns(), ofKey(format, converters));
    }

    /**
     * @param converters of the columns; null for one that is none of the key
     */
    KeyColumns(RowType columns, ValueConverter[] converters) {
        List<String> names = columns.getFieldNames();
        this.matcher = new ColumnMatcher(names);
        this.converters = converters;
        this.timeSeriesConverters = this.converters.clone();
        this.values = new Object[converters.length];
        this.found = new ColumnType[converters.length];
        int time = names.indexOf(TIME);
        if (time >= 0) {
            timeSeriesConverters[time] = ofMicros(columns.getTypeAt(time), converters[time]);
        }
        int tagsIndex = names.indexOf(TAGS);
        boolean asMap = tagsIndex >= 0 && columns.getTypeAt(tagsIndex).is(LogicalTypeRoot.MAP);
        this.tagsField = asMap ? tagsIndex : -1;
        this.tags = asMap ? new TimeSeriesTags((MapType) columns.getTypeAt(tagsIndex)) : null;
    }

    private static ValueConverter[] ofKey(RowFormat format, ValueConverter[] converters) {
        ValueConverter[] ofKey = converters.clone();
        if (format.readMode() == ReadMode.MULTI_VERSION) {
            for (int i = 0; i < ofKey.length; i++) {
                if (CellColumn.of(format.columns().getFieldNames().get(i)) != null) {
                    ofKey[i] = null;
                }
            }
        }
        return ofKey;
    }

    private static ValueConverter ofMicros(LogicalType type, ValueConverter otherwise) {
        switch (type.getTypeRoot()) {
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return TimestampConverter.ofMicros(false, ((TimestampType) type).getPrecision());
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return TimestampConverter.ofMicros(
                        true, ((LocalZonedTimestampType) type).getPrecision());
            default:
                return otherwise;
        }
    }

    /** Takes the key of a record, converted. */
    void read(ChangeRecord record) {
        ColumnList key = record.getPrimaryKey();
        ValueConverter[] applicable = record.isTimeSeries() ? timeSeriesConverters : converters;
        boolean tagsAsMap = tags != null && record.isTimeSeries();
        count = 0;
        int matched = matcher.match(key);
        for (int n = 0; n < matched; n++) {
            int i = matcher.column(n);
            int field = matcher.wanted(n);
            if (applicable[field] != null && !(tagsAsMap && field == tagsField)) {
                add(field, applicable[field].fromColumn(key, i), key.type(i));
            }
        }
        if (tagsAsMap) {
            add(tagsField, tags.of(record), ColumnType.STRING);
        }
    }

    private void add(int field, Object value, ColumnType type) {
        if (count == fields.length) {
            fields = Arrays.copyOf(fields, 2 * count);
        }
        fields[count++] = field;
        values[field] = value;
        found[field] = type;
    }

    /** How many of the wanted columns are part of the record's key. */
    int count() {
        return count;
    }

    /** The index of one of them among the wanted columns. */
    int field(int index) {
        return fields[index];
    }

    /** Whether a wanted column is part of the record's key. */
    boolean contains(int field) {
        for (int i = 0; i < count; i++) {
            if (fields[i] == field) {
                return true;
            }
        }
        return false;
    }

    /** The value of a field of the key, or a {@link Misfit}. */
    Object value(int field) {
        return values[field];
    }

    /** The type of the value before it was converted. */
    ColumnType found(int field) {
        return found[field];
    }
}
