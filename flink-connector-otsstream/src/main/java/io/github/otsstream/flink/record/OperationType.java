/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.PublicEvolving;

/** What a write did to a row. */
@PublicEvolving
public enum OperationType {
    /**
     * The whole row was replaced: a column that the record does not carry does not exist any more.
     */
    PUT,
    /**
     * Only the record's columns changed: a column that the record does not carry is unchanged, and
     * unknown here.
     */
    UPDATE,
    /** The row is gone. */
    DELETE
}
