/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.TimeSeriesKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.types.logical.MapType;

/** Makes a MAP of the tags that are part of a time series' key. */
final class TimeSeriesTags {

    private final ValueConverter key;
    private final ValueConverter value;

    TimeSeriesTags(MapType type) {
        key = ValueConverters.of(type.getKeyType());
        value = ValueConverters.of(type.getValueType());
    }

    /** Returns the map, or a {@link Misfit}. */
    Object of(ChangeRecord record) {
        SortedMap<String, String> tags;
        try {
            tags = TimeSeriesKey.of(record).getTags();
        } catch (IllegalArgumentException e) {
            return Misfit.TEXT;
        }
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            Object entryKey = key.fromString(tag.getKey());
            Object entryValue = value.fromString(tag.getValue());
            if (entryKey instanceof Misfit) {
                return entryKey;
            }
            if (entryValue instanceof Misfit) {
                return entryValue;
            }
            entries.put(entryKey, entryValue);
        }
        return new GenericMapData(entries);
    }
}
