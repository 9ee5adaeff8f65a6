/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;

/** The error where a record deletes the version that a column shows. */
final class UnknownVersion {

    private UnknownVersion() {}

    static IOException failure(String column, ChangeRecord record, Context context) {
        return new IOException(
                "The record deletes the version that the column '"
                        + column
                        + "' shows, and does not say whether there is an older one, which shows now ("
                        + RecordText.placeAndKey(record, context)
                        + "). Only the row itself says it: choose 'changelog-mode' = 'upsert' with"
                        + " 'partial-update' = 'lookup'.");
    }
}
