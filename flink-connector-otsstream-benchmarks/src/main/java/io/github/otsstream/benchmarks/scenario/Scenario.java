/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.report.Section;

/** One thing that is measured, with what is to be reached in it. */
public interface Scenario {

    /** What it is called on the command line. */
    String name();

    String title();

    void run(Bench bench, Section section) throws Exception;
}
