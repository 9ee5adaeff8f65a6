/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.client.TableRow;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** The context of sources that look rows up for the records that change only a part of them. */
@Internal
public interface LookupContext extends OtsStreamDeserializationSchema.Context {

    /** Whether the row was looked up for the current record. */
    boolean hasLookedUp();

    /**
     * The row as it was read after the record was; null if it did not exist then. Not to be asked
     * for where nothing was looked up.
     */
    @Nullable
    TableRow currentRow();
}
