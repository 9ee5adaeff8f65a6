/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Which point of which series a record of a time-series table is about: measurement, data source
 * and tags name the series, the time its point.
 *
 * <p>Made to be taken apart at once: what a job keeps or keys by are the parts. Immutable and
 * thread-safe.
 */
@PublicEvolving
public final class TimeSeriesKey {

    private static final String MEASUREMENT = "_m_name";
    private static final String DATA_SOURCE = "_data_source";
    private static final String TAGS = "_tags";
    private static final String TIME = "time";

    private final String measurement;
    private final String dataSource;
    private final TreeMap<String, String> tags;
    private final long timeMicros;

    private TimeSeriesKey(
            String measurement, String dataSource, TreeMap<String, String> tags, long timeMicros) {
        this.measurement = measurement;
        this.dataSource = dataSource;
        this.tags = tags;
        this.timeMicros = timeMicros;
    }

    /**
     * Takes the primary key of a record apart. Key columns before the time that are none of the
     * usual ones are taken as tags, as they are in tables with identifiers of their own.
     *
     * @throws IllegalArgumentException if the key is not one of a time-series table; the message
     *     holds no values
     */
    public static TimeSeriesKey of(ChangeRecord record) {
        ColumnList key = record.getPrimaryKey();
        String measurement = "";
        String dataSource = "";
        TreeMap<String, String> tags = new TreeMap<>();
        for (int i = 0; i < key.size(); i++) {
            Column column = key.get(i);
            switch (column.getName()) {
                case MEASUREMENT:
                    measurement = text(record, column);
                    break;
                case DATA_SOURCE:
                    dataSource = text(record, column);
                    break;
                case TAGS:
                    parseTags(record, text(record, column), tags);
                    break;
                case TIME:
                    return new TimeSeriesKey(measurement, dataSource, tags, time(record, column));
                default:
                    tags.put(column.getName(), text(record, column));
            }
        }
        throw notTimeSeries(record, "there is no column '" + TIME + "'");
    }

    /** Returns the name of what is measured; empty if the series has none. */
    public String getMeasurement() {
        return measurement;
    }

    /** Returns where the series comes from; empty if it doesn't say. */
    public String getDataSource() {
        return dataSource;
    }

    /** Returns the series' tags by name, in the order of the names; not to be modified. */
    public SortedMap<String, String> getTags() {
        return Collections.unmodifiableSortedMap(tags);
    }

    /** Returns the point's own time, in microseconds since 1970-01-01T00:00:00Z. */
    public long getTimeMicros() {
        return timeMicros;
    }

    private static String text(ChangeRecord record, Column column) {
        if (column.getType() != ColumnType.STRING) {
            throw notTimeSeries(
                    record, "'" + column.getName() + "' is " + column.getType() + ", not STRING");
        }
        return column.asString();
    }

    private static long time(ChangeRecord record, Column column) {
        if (column.getType() != ColumnType.INTEGER) {
            throw notTimeSeries(record, "'" + TIME + "' is " + column.getType() + ", not INTEGER");
        }
        return column.asLong();
    }

    /**
     * Tags are written as {@code ["name=value","name=value"]}. Nothing is escaped: names hold
     * neither quote nor equals sign, values no quote. No tags are written as nothing at all.
     */
    private static void parseTags(ChangeRecord record, String text, Map<String, String> tags) {
        if (text.isEmpty()) {
            return;
        }
        int end = text.length() - 1;
        if (end < 1 || text.charAt(0) != '[' || text.charAt(end) != ']') {
            throw badTags(record, 0);
        }
        int at = 1;
        while (at < end) {
            int quote = text.indexOf('"', at + 1);
            int equals = text.indexOf('=', at + 1);
            if (text.charAt(at) != '"' || equals < 0 || quote < equals) {
                throw badTags(record, at);
            }
            tags.put(text.substring(at + 1, equals), text.substring(equals + 1, quote));
            at = quote + 1;
            if (at < end && text.charAt(at++) != ',') {
                throw badTags(record, at - 1);
            }
        }
    }

    private static IllegalArgumentException badTags(ChangeRecord record, int at) {
        return notTimeSeries(
                record, "'" + TAGS + "' is not a list of tags from character " + at + " on");
    }

    private static IllegalArgumentException notTimeSeries(ChangeRecord record, String problem) {
        return new IllegalArgumentException(
                "The record "
                        + record.getSequence()
                        + " of shard "
                        + record.getShardId()
                        + " does not have the key of a time-series table: "
                        + problem
                        + '.');
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof TimeSeriesKey)) {
            return false;
        }
        TimeSeriesKey other = (TimeSeriesKey) o;
        return timeMicros == other.timeMicros
                && measurement.equals(other.measurement)
                && dataSource.equals(other.dataSource)
                && tags.equals(other.tags);
    }

    @Override
    public int hashCode() {
        return Objects.hash(measurement, dataSource, tags, timeMicros);
    }

    /** Shows no values. */
    @Override
    public String toString() {
        return "TimeSeriesKey{tags=" + tags.keySet() + '}';
    }
}
