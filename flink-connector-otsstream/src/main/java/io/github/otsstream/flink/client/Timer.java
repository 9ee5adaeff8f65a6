/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import org.apache.flink.annotation.Internal;

/** Runs things later, and tells the time that they are measured by. */
@Internal
interface Timer extends AutoCloseable {

    /** Something to be run later that can be called off. */
    interface Task {

        /** Calls it off if it has not begun. */
        void cancel();
    }

    /**
     * Runs an action after a delay; after {@link #close()} it does nothing. The action must be
     * short.
     */
    Task schedule(Runnable action, long delayMillis);

    /** Returns a time in nanoseconds, to be compared with others from this timer only. */
    long nanoTime();

    /** Forgets what has not begun. */
    @Override
    void close();
}
