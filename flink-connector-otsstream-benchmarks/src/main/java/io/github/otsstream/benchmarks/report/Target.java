/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.report;

/** Something to reach, and whether it was. Immutable. */
public final class Target {

    private final String text;
    private final double value;
    private final double bound;
    private final boolean atLeast;

    Target(String text, double value, double bound, boolean atLeast) {
        this.text = text;
        this.value = value;
        this.bound = bound;
        this.atLeast = atLeast;
    }

    String text() {
        return text;
    }

    double value() {
        return value;
    }

    double bound() {
        return bound;
    }

    boolean isReached() {
        return atLeast ? value >= bound : value <= bound;
    }

    /** As in {@code <= 1.0}. */
    String condition() {
        return (atLeast ? ">= " : "<= ") + Report.number(bound);
    }
}
