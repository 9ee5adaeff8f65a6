/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * An answer on the way to a shard iterator: only the iterator of the last step, the one without a
 * token, counts.
 */
@Internal
public final class IteratorStep {

    @Nullable private final String iterator;
    @Nullable private final String nextToken;

    public IteratorStep(@Nullable String iterator, @Nullable String nextToken) {
        this.iterator = iterator;
        this.nextToken = nextToken;
    }

    /**
     * Returns the iterator; null in the last step if the shard has ended before the time that was
     * asked for.
     */
    @Nullable
    public String getIterator() {
        return iterator;
    }

    /** Returns what to ask the next step with, or null if this is the last one. */
    @Nullable
    public String getNextToken() {
        return nextToken;
    }
}
