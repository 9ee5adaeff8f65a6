/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import java.time.Instant;

/** Times that a test knows nearly, in messages. */
final class HourPattern {

    private HourPattern() {}

    /** A pattern of the hour in which something was that was between two times. */
    static String within(Instant begin, Instant end) {
        return "("
                + begin.toString().substring(0, 13)
                + '|'
                + end.toString().substring(0, 13)
                + ')';
    }
}
