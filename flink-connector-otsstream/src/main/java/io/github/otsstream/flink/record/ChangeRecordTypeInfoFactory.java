/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Lets Flink find {@link ChangeRecordTypeInfo} by itself wherever a job's types mention {@link
 * ChangeRecord}.
 */
@Internal
public final class ChangeRecordTypeInfoFactory extends TypeInfoFactory<ChangeRecord> {

    @Override
    public TypeInformation<ChangeRecord> createTypeInfo(
            Type type, Map<String, TypeInformation<?>> genericParameters) {
        return ChangeRecordTypeInfo.INSTANCE;
    }
}
