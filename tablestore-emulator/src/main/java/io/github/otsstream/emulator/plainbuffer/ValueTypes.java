/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.plainbuffer;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.model.ColumnType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;

/** The names by which the service's error messages call value types. */
public final class ValueTypes {

    private ValueTypes() {}

    /** Name of a PlainBuffer type byte. */
    public static String name(byte type) {
        switch (type) {
            case PlainBufferConsts.VT_INTEGER:
                return "VT_INTEGER";
            case PlainBufferConsts.VT_DOUBLE:
                return "VT_DOUBLE";
            case PlainBufferConsts.VT_BOOLEAN:
                return "VT_BOOLEAN";
            case PlainBufferConsts.VT_STRING:
                return "VT_STRING";
            case PlainBufferConsts.VT_BLOB:
                return "VT_BLOB";
            case PlainBufferConsts.VT_INF_MIN:
                return "VT_INF_MIN";
            case PlainBufferConsts.VT_INF_MAX:
                return "VT_INF_MAX";
            case PlainBufferConsts.VT_AUTO_INCREMENT:
                return "VT_AUTO_INCREMENT";
            default:
                return "VT_UNKNOWN(" + type + ")";
        }
    }

    /** Name of the type of a key column's value, infinities included. */
    public static String name(PrimaryKeyValue value) {
        if (value.isInfMin()) {
            return "VT_INF_MIN";
        }
        if (value.isInfMax()) {
            return "VT_INF_MAX";
        }
        if (value.isPlaceHolderForAutoIncr()) {
            return "VT_AUTO_INCREMENT";
        }
        switch (value.getType()) {
            case INTEGER:
                return "VT_INTEGER";
            case STRING:
                return "VT_STRING";
            default:
                return "VT_BLOB";
        }
    }

    /** Name of a key column's declared type. */
    public static String name(OtsInternalApi.PrimaryKeyType type) {
        switch (type) {
            case INTEGER:
                return "VT_INTEGER";
            case STRING:
                return "VT_STRING";
            default:
                return "VT_BLOB";
        }
    }

    /** Name of an attribute value's type. */
    public static String name(ColumnType type) {
        switch (type) {
            case INTEGER:
                return "VT_INTEGER";
            case DOUBLE:
                return "VT_DOUBLE";
            case BOOLEAN:
                return "VT_BOOLEAN";
            case STRING:
                return "VT_STRING";
            default:
                return "VT_BLOB";
        }
    }

    /** Name of a defined column's declared type. */
    public static String name(OtsInternalApi.DefinedColumnType type) {
        switch (type) {
            case DCT_INTEGER:
                return "VT_INTEGER";
            case DCT_DOUBLE:
                return "VT_DOUBLE";
            case DCT_BOOLEAN:
                return "VT_BOOLEAN";
            case DCT_STRING:
                return "VT_STRING";
            default:
                return "VT_BLOB";
        }
    }
}
