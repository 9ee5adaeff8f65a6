/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.table.row.KeyReader;
import java.io.Serializable;

/**
 * What a filter says of a record, by its key, operation and time: that it is wanted, that it isn't,
 * or, where the record does not tell, neither. Immutable.
 */
@FunctionalInterface
interface RecordCondition extends Serializable {

    /** The record is not wanted. */
    int FALSE = -1;

    /** The record does not tell. */
    int OPEN = 0;

    /** The record is wanted. */
    int TRUE = 1;

    /**
     * @param key has read the record's key
     */
    int test(ChangeRecord record, KeyReader key);

    default RecordCondition and(RecordCondition other) {
        return (record, key) -> Math.min(test(record, key), other.test(record, key));
    }

    default RecordCondition or(RecordCondition other) {
        return (record, key) -> Math.max(test(record, key), other.test(record, key));
    }

    default RecordCondition not() {
        return (record, key) -> -test(record, key);
    }
}
