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
 * @param <T> the type of the elements
 */
@PublicEvolving
public interface OtsStreamDeserializationSchema<T> extends Serializable, ResultTypeQueryable<T> {

    /** Called once before the first record. */
    default void open(DeserializationSchema.InitializationContext context) throws Exception {}

    /**
     * Emits any number of elements for one record. Each has the record's sequence time, in
     * milliseconds, as its event time.
     *
     * @param record valid after the call too, but it refers to the page it came in: keep a {@link
     *     ChangeRecord} in state through its own type information, which copies what is needed
     * @throws IOException if the record can't be understood; the job fails then
     */
    void deserialize(ChangeRecord record, Collector<T> out) throws IOException;
}
