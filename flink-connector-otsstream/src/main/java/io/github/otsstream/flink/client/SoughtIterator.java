/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** Where the search for a place in a shard has led. Immutable. */
@Internal
public final class SoughtIterator {

    @Nullable private final String iterator;
    private final long serviceTimeMillis;

    /**
     * @param iterator null if the shard has ended before the time that was asked for
     * @param serviceTimeMillis the service's clock, in milliseconds since 1970-01-01T00:00:00Z
     */
    public SoughtIterator(@Nullable String iterator, long serviceTimeMillis) {
        this.iterator = iterator;
        this.serviceTimeMillis = serviceTimeMillis;
    }

    /** Returns the iterator, or null if the shard has ended before the time that was asked for. */
    @Nullable
    public String getIterator() {
        return iterator;
    }

    /** Returns the service's clock when it answered, in milliseconds since the epoch. */
    public long getServiceTimeMillis() {
        return serviceTimeMillis;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SoughtIterator
                && Objects.equals(((SoughtIterator) o).iterator, iterator)
                && ((SoughtIterator) o).serviceTimeMillis == serviceTimeMillis;
    }

    @Override
    public int hashCode() {
        return Objects.hash(iterator, serviceTimeMillis);
    }

    @Override
    public String toString() {
        return iterator + " at " + serviceTimeMillis;
    }
}
