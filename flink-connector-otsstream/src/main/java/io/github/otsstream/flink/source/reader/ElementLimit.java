/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import org.apache.flink.annotation.Internal;

/**
 * How many elements are enough of one reader. Counted by the task thread, and from zero after each
 * restore; any thread may ask whether it is reached.
 */
@Internal
final class ElementLimit {

    /** Never reached. */
    static final long NONE = Long.MAX_VALUE;

    private final long limit;
    private long elements;
    private volatile boolean reached;

    /**
     * @param limit positive, or {@link #NONE}
     */
    ElementLimit(long limit) {
        this.limit = limit;
    }

    /** Counts an element. */
    void count() {
        elements++;
        if (elements >= limit) {
            reached = true;
        }
    }

    boolean isReached() {
        return reached;
    }
}
