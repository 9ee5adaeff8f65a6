/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.PublicEvolving;

/** What a write did to one column of a row. */
@PublicEvolving
public enum ColumnOperation {
    /** A version was written: there is a value, and for attribute columns a version. */
    PUT,
    /** One version was deleted: there is a version, but no value. */
    DELETE_ONE_VERSION,
    /** All versions were deleted: there is neither a value nor a version. */
    DELETE_ALL_VERSIONS
}
