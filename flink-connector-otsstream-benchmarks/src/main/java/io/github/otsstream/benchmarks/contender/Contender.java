/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

/** Reads a stream in this process until the process ends. */
interface Contender {

    /** Begins to read, and returns. Every record that has been read is counted. */
    void start(Task task, Meter meter) throws Exception;
}
