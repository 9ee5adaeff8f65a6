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
    private final long serviceTimeMillis;

    /**
     * @param serviceTimeMillis the service's clock, in milliseconds since 1970-01-01T00:00:00Z
     */
    public IteratorStep(
            @Nullable String iterator, @Nullable String nextToken, long serviceTimeMillis) {
        this.iterator = iterator;
        this.nextToken = nextToken;
        this.serviceTimeMillis = serviceTimeMillis;
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

    /** Returns the service's clock when it answered, in milliseconds since the epoch. */
    public long getServiceTimeMillis() {
        return serviceTimeMillis;
    }
}
