/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/** Tells, before a row is made of it, whether a record is wanted at all. Stateless. */
@Internal
public interface RecordFilter extends Serializable {

    /** Wants every record. */
    RecordFilter ALL = record -> true;

    boolean test(ChangeRecord record);
}
