/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes records for people, with or without their values. */
final class ChangeRecordText {

    /** Bytes of a binary value that are shown. */
    private static final int SHOWN_BYTES = 32;

    private ChangeRecordText() {}

    static String withoutValues(ChangeRecord record) {
        StringBuilder text = new StringBuilder(120);
        text.append("ChangeRecord{").append(record.getOperation());
        text.append(", shard=").append(record.getShardId());
        text.append(", sequence=").append(record.getSequence());
        text.append(", key=").append(record.getPrimaryKey());
        text.append(", columns=").append(record.getColumns());
        if (record.hasOriginColumns()) {
            text.append(", origin=").append(record.getOriginColumns());
        }
        return text.append('}').toString();
    }

    static String withValues(ChangeRecord record) {
        StringBuilder text = new StringBuilder(160);
        text.append(record.getOperation()).append(' ');
        appendColumns(text, '(', record.getPrimaryKey(), ')');
        if (!record.getColumns().isEmpty()) {
            text.append(' ');
            appendColumns(text, '{', record.getColumns(), '}');
        }
        if (record.hasOriginColumns()) {
            text.append(" before ");
            appendColumns(text, '{', record.getOriginColumns(), '}');
        }
        text.append(" at ")
                .append(Instant.EPOCH.plus(record.getTimestampMicros(), ChronoUnit.MICROS));
        return text.append(" in ").append(record.getShardId()).toString();
    }

    private static void appendColumns(
            StringBuilder text, char open, ColumnList columns, char close) {
        text.append(open);
        for (int i = 0; i < columns.size(); i++) {
            text.append(i == 0 ? "" : ", ");
            appendColumn(text, columns.get(i));
        }
        text.append(close);
    }

    private static void appendColumn(StringBuilder text, Column column) {
        switch (column.getOperation()) {
            case DELETE_ALL_VERSIONS:
                text.append('-').append(column.getName());
                break;
            case DELETE_ONE_VERSION:
                text.append('-')
                        .append(column.getName())
                        .append('@')
                        .append(column.getVersionMillis());
                break;
            default:
                text.append(column.getName()).append('=');
                appendValue(text, column);
        }
    }

    private static void appendValue(StringBuilder text, Column column) {
        if (column.getType() == ColumnType.STRING) {
            text.append('\'').append(column.asString()).append('\'');
        } else if (column.getType() == ColumnType.BINARY) {
            byte[] bytes = column.asBytes();
            text.append("0x");
            for (int i = 0; i < Math.min(bytes.length, SHOWN_BYTES); i++) {
                text.append(Character.forDigit((bytes[i] >> 4) & 0xf, 16));
                text.append(Character.forDigit(bytes[i] & 0xf, 16));
            }
            if (bytes.length > SHOWN_BYTES) {
                text.append("... (").append(bytes.length).append(" bytes)");
            }
        } else {
            text.append(column.getValue());
        }
    }
}
