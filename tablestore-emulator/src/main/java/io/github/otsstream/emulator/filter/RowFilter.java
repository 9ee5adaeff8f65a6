/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import io.github.otsstream.emulator.storage.Row;

/** Decides on a row by the values of its columns. Stateless. */
public interface RowFilter {

    /** Whether the row passes. */
    boolean matches(Row row);
}
