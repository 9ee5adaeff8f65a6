/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;

/** What a schema makes of a record of the table {@code orders}. */
final class Deserialized {

    private static final OtsStreamDeserializationSchema.Context ORDERS =
            new OtsStreamDeserializationSchema.Context() {
                @Override
                public String getTableName() {
                    return "orders";
                }

                @Override
                public String getStreamId() {
                    return "orders_1";
                }
            };

    private Deserialized() {}

    static <T> List<T> by(OtsStreamDeserializationSchema<T> schema, ChangeRecord record)
            throws IOException {
        List<T> elements = new ArrayList<>();
        schema.deserialize(record, ORDERS, new ListCollector<>(elements));
        return elements;
    }
}
