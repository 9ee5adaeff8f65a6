/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.SequenceInfo;
import java.math.BigDecimal;
import java.util.Base64;
import org.apache.flink.annotation.Internal;

/**
 * The text that DataX and DataWorks print for values and sequences, so that what reads their
 * exports reads ours. It differs only where theirs loses what was written: binary values are
 * Base64, a negative zero keeps its sign, and numbers that are none are {@code NaN}, {@code
 * Infinity} and {@code -Infinity}. Stateless.
 */
@Internal
public final class MultiVersionText {

    private MultiVersionText() {}

    /**
     * Returns a column's value: integers and text as they are, doubles without an exponent, {@code
     * true} or {@code false}, Base64 with padding.
     *
     * @throws IllegalStateException if the column was deleted
     */
    public static String value(ColumnList columns, int index) {
        if (columns.type(index) == null) {
            throw new IllegalStateException(
                    "The column '" + columns.name(index) + "' was deleted: it has no value.");
        }
        switch (columns.type(index)) {
            case INTEGER:
                return Long.toString(columns.asLong(index));
            case DOUBLE:
                return text(columns.asDouble(index));
            case BOOLEAN:
                return Boolean.toString(columns.asBoolean(index));
            case BINARY:
                return Base64.getEncoder().encodeToString(columns.get(index).asBytes());
            default:
                return columns.get(index).asString();
        }
    }

    private static String text(double value) {
        String shortest = Double.toString(value);
        boolean asItIs = value == 0 || Double.isNaN(value) || Double.isInfinite(value);
        return asItIs ? shortest : new BigDecimal(shortest).toPlainString();
    }

    /**
     * Returns a record's sequence: {@code <epoch>_<microseconds>_<row index>_<shard>}, the numbers
     * padded with zeros to 10, 20 and 10 digits. Compared as texts, those of one shard are in its
     * order.
     */
    public static String sequence(ChangeRecord record) {
        SequenceInfo sequence = record.getSequence();
        StringBuilder text = new StringBuilder(44 + record.getShardId().length() + 11);
        appendPadded(text, sequence.getEpoch(), 10).append('_');
        appendPadded(text, sequence.getTimestampMicros(), 20).append('_');
        appendPadded(text, sequence.getRowIndex(), 10).append('_');
        return text.append(record.getShardId()).toString();
    }

    /**
     * Returns the sequence of one of a record's cells: {@link #sequence(ChangeRecord)}, a colon,
     * and the cell's index padded with zeros to 10 digits.
     *
     * @param recordSequence what {@link #sequence(ChangeRecord)} returned
     * @param cell the cell's index in the record, from 0
     */
    public static String sequence(String recordSequence, int cell) {
        StringBuilder text = new StringBuilder(recordSequence.length() + 11);
        return appendPadded(text.append(recordSequence).append(':'), cell, 10).toString();
    }

    private static StringBuilder appendPadded(StringBuilder text, long number, int width) {
        String digits = Long.toString(number);
        int sign = number < 0 ? 1 : 0;
        text.append(digits, 0, sign);
        for (int i = digits.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(digits, sign, digits.length());
    }
}
