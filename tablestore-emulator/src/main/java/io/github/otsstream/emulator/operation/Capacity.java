/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;

/** Consumed capacity as the service bills it: units of 4 KB begun. */
final class Capacity {

    private static final long UNIT_BYTES = 4096;

    private Capacity() {}

    /** A read of so many bytes; one unit at least, also for nothing found. */
    static OtsInternalApi.ConsumedCapacity read(long bytes) {
        return consumed(units(bytes), 0);
    }

    /**
     * A write of so many bytes.
     *
     * @param conditional whether the row had to be read first, which costs a read unit
     */
    static OtsInternalApi.ConsumedCapacity write(long bytes, boolean conditional) {
        return consumed(conditional ? 1 : 0, units(bytes));
    }

    private static int units(long bytes) {
        return (int) Math.max(1, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    }

    private static OtsInternalApi.ConsumedCapacity consumed(int read, int write) {
        return OtsInternalApi.ConsumedCapacity.newBuilder()
                .setCapacityUnit(
                        OtsInternalApi.CapacityUnit.newBuilder().setRead(read).setWrite(write))
                .build();
    }
}
