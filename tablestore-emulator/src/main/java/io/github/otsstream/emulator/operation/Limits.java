/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

/** The service's limits on tables and requests. */
final class Limits {

    static final int PRIMARY_KEY_COLUMNS = 4;

    /** Longest string or binary value of a primary key column, in bytes. */
    static final int PRIMARY_KEY_VALUE_BYTES = 1024;

    /** Longest string or binary value of an attribute column, in bytes. */
    static final int ATTRIBUTE_VALUE_BYTES = 2 * 1024 * 1024;

    /** Most attribute columns in one row's write, and most columns a read may name. */
    static final int COLUMNS_PER_REQUEST = 1024;

    static final int DEFINED_COLUMNS = 32;

    static final int ROWS_PER_BATCH_GET = 100;

    static final int ROWS_PER_BATCH_WRITE = 200;

    /** Most data in the rows of one write request, in bytes. */
    static final long WRITE_BYTES = 4 * 1024 * 1024;

    /** Most rows of one GetRange answer. */
    static final int RANGE_ROWS = 5000;

    /** A GetRange answer ends after the row with which it reaches this many bytes. */
    static final long RANGE_BYTES = 4 * 1024 * 1024;

    /** Versions are below this, so that they can be turned from milliseconds into microseconds. */
    static final long VERSION_BOUND = Long.MAX_VALUE / 1000;

    /** Shortest time to live other than for ever, in seconds. */
    static final int MIN_TIME_TO_LIVE = 86_400;

    /** Most that a client's version may differ from the service's time, in seconds. */
    static final long MAX_VERSION_DEVIATION = Long.MAX_VALUE / 1_000_000;

    /** Most partitions a table may be created with. */
    static final int INITIAL_PARTITIONS = 10;

    /** Longest string or binary value at which such a partition may begin. */
    static final int SPLIT_POINT_BYTES = 64;

    /** Smallest unit in which ComputeSplitPointsBySize counts, in bytes. */
    static final long MIN_SPLIT_UNIT_BYTES = 1024 * 1024;

    private Limits() {}
}
