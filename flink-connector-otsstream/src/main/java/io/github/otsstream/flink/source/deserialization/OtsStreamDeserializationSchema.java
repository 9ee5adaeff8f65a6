/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.util.Collector;

/**
 * Turns change records into the elements of a stream.
 *
 * <p>An instance is used by one task thread. It is serialized with the job, so what can't be
 * serialized is made in {@link #open}.
 *
 * @param <T> the type of the elements; {@link #getProducedType()} says how Flink serializes them
 */
@PublicEvolving
public interface OtsStreamDeserializationSchema<T> extends Serializable, ResultTypeQueryable<T> {

    /**
     * Called once on each reader, before its first record and before any other call there. What it
     * throws fails the job.
     */
    default void open(DeserializationSchema.InitializationContext context) throws Exception {}

    /**
     * Emits any number of elements for one record. Each has the record's sequence time, in
     * milliseconds, as its event time. The record counts as read when the call returns; a
     * checkpoint never falls between two of its elements.
     *
     * @param record valid after the call too, but it refers to the page it came in: keep a {@link
     *     ChangeRecord} in state through its own type information, which copies what is needed
     * @param context what the record itself doesn't say; valid during the call only
     * @param out takes no nulls
     * @throws IOException if the record can't be understood; the job fails then
     */
    void deserialize(ChangeRecord record, Context context, Collector<T> out) throws IOException;

    /**
     * Where a record comes from. What the record says itself, as its shard, is not repeated here.
     */
    @PublicEvolving
    interface Context {

        /** The table as the job names it. */
        String getTableName();

        /**
         * The id of the table's stream. A table whose Stream is disabled and enabled again gets
         * another one.
         */
        String getStreamId();
    }
}
