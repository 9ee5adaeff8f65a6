/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.PublicEvolving;

/**
 * The type of a column's value. Attribute columns have no schema: the next record may carry another
 * type.
 */
@PublicEvolving
public enum ColumnType {
    /** A signed 64-bit integer, a {@code long} in Java. */
    INTEGER,
    /** Text in UTF-8. */
    STRING,
    /** A 64-bit IEEE 754 number. Never the type of a primary key column. */
    DOUBLE,
    /** Never the type of a primary key column. */
    BOOLEAN,
    /** Uninterpreted bytes. */
    BINARY
}
