/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Flink's type information for {@link ChangeRecord}: serialized by {@link ChangeRecordSerializer},
 * not a key type.
 */
@PublicEvolving
public final class ChangeRecordTypeInfo extends TypeInformation<ChangeRecord> {

    private static final long serialVersionUID = 1L;

    /** The only one: it has no state. */
    public static final ChangeRecordTypeInfo INSTANCE = new ChangeRecordTypeInfo();

    private ChangeRecordTypeInfo() {}

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<ChangeRecord> getTypeClass() {
        return ChangeRecord.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<ChangeRecord> createSerializer(SerializerConfig config) {
        return ChangeRecordSerializer.INSTANCE;
    }

    /**
     * What Flink 1.x calls; gone from the superclass in 2.x, where it is an ordinary method that
     * nobody calls.
     */
    @SuppressWarnings({"deprecation", "MissingOverride"})
    public TypeSerializer<ChangeRecord> createSerializer(ExecutionConfig config) {
        return ChangeRecordSerializer.INSTANCE;
    }

    @Override
    public boolean canEqual(Object o) {
        return o instanceof ChangeRecordTypeInfo;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ChangeRecordTypeInfo;
    }

    @Override
    public int hashCode() {
        return ChangeRecordTypeInfo.class.hashCode();
    }

    @Override
    public String toString() {
        return "ChangeRecord";
    }
}
