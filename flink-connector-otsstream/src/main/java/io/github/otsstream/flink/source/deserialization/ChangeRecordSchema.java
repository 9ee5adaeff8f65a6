/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordTypeInfo;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;

/** Hands out the change records themselves. */
@PublicEvolving
public final class ChangeRecordSchema implements OtsStreamDeserializationSchema<ChangeRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ChangeRecord record, Context context, Collector<ChangeRecord> out) {
        out.collect(record);
    }

    @Override
    public TypeInformation<ChangeRecord> getProducedType() {
        return ChangeRecordTypeInfo.INSTANCE;
    }
}
