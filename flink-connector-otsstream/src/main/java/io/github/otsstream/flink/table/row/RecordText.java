/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.source.deserialization.MultiVersionText;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;

/** Says which record an error is about, so that it can be found. */
final class RecordText {

    private static final int LONGEST_KEY_VALUE = 100;

    private RecordText() {}

    /** Where the record lies: enough to find it, without values. */
    static String place(ChangeRecord record, Context context) {
        return "table "
                + context.getTableName()
                + ", shard "
                + record.getShardId()
                + ", sequence "
                + record.getSequence()
                + ", "
                + record.getOperation();
    }

    /** Where the record lies, and which row it is of. */
    static String placeAndKey(ChangeRecord record, Context context) {
        StringBuilder text = new StringBuilder(place(record, context)).append(", primary key");
        ColumnList key = record.getPrimaryKey();
        for (int i = 0; i < key.size(); i++) {
            String value = MultiVersionText.value(key, i);
            text.append(' ').append(key.name(i)).append('=');
            if (value.length() > LONGEST_KEY_VALUE) {
                text.append(value, 0, LONGEST_KEY_VALUE).append("...");
            } else {
                text.append(value);
            }
        }
        return text.toString();
    }
}
