/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The order of rows in a table: column by column, integers by value, strings by their UTF-8 bytes,
 * binaries by their unsigned bytes, {@code INF_MIN} below and {@code INF_MAX} above everything.
 *
 * <p>The SDK's own order compares strings by UTF-16 units, which differs from the service's for
 * characters outside the basic plane.
 */
public final class KeyOrder implements Comparator<PrimaryKey> {

    public static final KeyOrder INSTANCE = new KeyOrder();

    private KeyOrder() {}

    @Override
    public int compare(PrimaryKey left, PrimaryKey right) {
        int columns = Math.min(left.size(), right.size());
        for (int i = 0; i < columns; i++) {
            int order =
                    compareValues(
                            left.getPrimaryKeyColumn(i).getValue(),
                            right.getPrimaryKeyColumn(i).getValue());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Compares two values of one key column; both are of the column's type or infinite. */
    public static int compareValues(PrimaryKeyValue left, PrimaryKeyValue right) {
        int order = Integer.compare(rank(left), rank(right));
        if (order != 0 || left.getType() == null) {
            return order;
        }
        switch (left.getType()) {
            case INTEGER:
                return Long.compare(left.asLong(), right.asLong());
            case STRING:
                return Arrays.compareUnsigned(left.asStringInBytes(), right.asStringInBytes());
            default:
                return Arrays.compareUnsigned(left.asBinary(), right.asBinary());
        }
    }

    private static int rank(PrimaryKeyValue value) {
        if (value.isInfMin()) {
            return -1;
        }
        return value.isInfMax() ? 1 : 0;
    }
}
