/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

/**
 * The sequence of a stream's records: (epoch, time in microseconds, row index), strictly growing in
 * the order of commits.
 *
 * <p>The epoch grows when the clock has stepped back; the row index tells apart records of one
 * microsecond. Not thread-safe: moved on under the table's write lock only.
 */
final class Sequence {

    private int epoch;
    private long micros = Long.MIN_VALUE;
    private int rowIndex;

    /** Moves on to the next record, committed at {@code now}. */
    void advance(long now) {
        if (now > micros) {
            rowIndex = 0;
        } else if (now == micros) {
            rowIndex++;
        } else {
            epoch++;
            rowIndex = 0;
        }
        micros = now;
    }

    int epoch() {
        return epoch;
    }

    long micros() {
        return micros;
    }

    int rowIndex() {
        return rowIndex;
    }
}
