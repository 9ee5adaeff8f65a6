/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import com.alicloud.openservices.tablestore.core.protocol.OtsFilter;
import com.alicloud.openservices.tablestore.model.ColumnType;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the part of a string that a regular expression captures, and reads it as a number or string
 * before it is compared.
 */
final class ValueTransfer {

    private final Pattern pattern;
    private final OtsFilter.VariantType target;

    /**
     * @param pattern its first group is taken, or the whole match where it has none
     */
    ValueTransfer(Pattern pattern, OtsFilter.VariantType target) {
        this.pattern = pattern;
        this.target = target;
    }

    /** The value to compare; null if the value is no string or nothing in it fits. */
    ColumnValue apply(ColumnValue value) {
        if (value.getType() != ColumnType.STRING) {
            return null;
        }
        Matcher matcher = pattern.matcher(value.asString());
        if (!matcher.find()) {
            return null;
        }
        String part = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
        if (part == null) {
            return null;
        }
        try {
            switch (target) {
                case VT_INTEGER:
                    return ColumnValue.fromLong(Long.parseLong(part));
                case VT_DOUBLE:
                    return ColumnValue.fromDouble(Double.parseDouble(part));
                default:
                    return ColumnValue.fromString(part);
            }
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
