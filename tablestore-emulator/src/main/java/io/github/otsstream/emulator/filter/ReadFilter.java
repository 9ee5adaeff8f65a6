/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.filter;

import io.github.otsstream.emulator.storage.Row;

/** What a read's filter leaves of a row. Stateless. */
public interface ReadFilter {

    /**
     * @param row the row with the columns and versions that the read selects
     * @return the row, part of it, or null if the row is filtered out
     */
    Row apply(Row row);
}
