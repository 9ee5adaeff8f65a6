/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import com.alicloud.openservices.tablestore.core.protocol.OtsFilter;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.storage.Row;
import io.github.otsstream.emulator.storage.Versions;
import java.util.Arrays;

/** Compares one column, of the key or an attribute, with a constant. */
final class SingleColumnFilter implements RowFilter {

    private final String column;
    private final OtsFilter.ComparatorType comparator;
    private final ColumnValue constant;
    private final ValueTransfer transfer;
    private final boolean filterIfMissing;
    private final boolean latestVersionOnly;

    /**
     * @param constant null for comparators that take none
     * @param transfer what to make of a value before it is compared; null for nothing
     * @param filterIfMissing whether a row without the column fails
     * @param latestVersionOnly whether only the newest version counts; else one that matches is
     *     enough
     */
    SingleColumnFilter(
            String column,
            OtsFilter.ComparatorType comparator,
            ColumnValue constant,
            ValueTransfer transfer,
            boolean filterIfMissing,
            boolean latestVersionOnly) {
        this.column = column;
        this.comparator = comparator;
        this.constant = constant;
        this.transfer = transfer;
        this.filterIfMissing = filterIfMissing;
        this.latestVersionOnly = latestVersionOnly;
    }

    @Override
    public boolean matches(Row row) {
        Versions versions = row.column(column);
        ColumnValue ofKey = versions == null ? keyValue(row.key()) : null;
        boolean missing = versions == null && ofKey == null;
        if (comparator == OtsFilter.ComparatorType.CT_EXIST) {
            return !missing;
        }
        if (comparator == OtsFilter.ComparatorType.CT_NOT_EXIST) {
            return missing;
        }
        if (missing) {
            return !filterIfMissing;
        }
        return versions == null ? compare(ofKey) : compareVersions(versions);
    }

    private boolean compareVersions(Versions versions) {
        for (Versions next = versions; next != null; next = next.older()) {
            if (compare(next.value())) {
                return true;
            }
            if (latestVersionOnly) {
                return false;
            }
        }
        return false;
    }

    private ColumnValue keyValue(PrimaryKey key) {
        for (PrimaryKeyColumn keyColumn : key.getPrimaryKeyColumns()) {
            if (keyColumn.getName().equals(column)) {
                return columnValue(keyColumn.getValue());
            }
        }
        return null;
    }

    private static ColumnValue columnValue(PrimaryKeyValue value) {
        switch (value.getType()) {
            case INTEGER:
                return ColumnValue.fromLong(value.asLong());
            case STRING:
                return ColumnValue.fromString(value.asString(), value.asStringInBytes());
            default:
                return ColumnValue.fromBinary(value.asBinary());
        }
    }

    private boolean compare(ColumnValue value) {
        ColumnValue compared = transfer == null ? value : transfer.apply(value);
        if (compared == null || compared.getType() != constant.getType()) {
            return comparator == OtsFilter.ComparatorType.CT_NOT_EQUAL;
        }
        int order = order(compared, constant);
        switch (comparator) {
            case CT_EQUAL:
                return order == 0;
            case CT_NOT_EQUAL:
                return order != 0;
            case CT_GREATER_THAN:
                return order > 0;
            case CT_GREATER_EQUAL:
                return order >= 0;
            case CT_LESS_THAN:
                return order < 0;
            default:
                return order <= 0;
        }
    }

    private static int order(ColumnValue left, ColumnValue right) {
        switch (left.getType()) {
            case STRING:
                return Arrays.compareUnsigned(left.asStringInBytes(), right.asStringInBytes());
            case BINARY:
                return Arrays.compareUnsigned(left.asBinary(), right.asBinary());
            default:
                return left.compareTo(right);
        }
    }
}
