/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/** A timer on one daemon thread of its own. */
@Internal
final class ThreadTimer implements Timer {

    private static final Task NOTHING = () -> {};

    private final ScheduledThreadPoolExecutor executor;

    ThreadTimer(String threadName) {
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        action -> {
                            Thread thread = new Thread(action, threadName);
                            thread.setDaemon(true);
                            return thread;
                        });
        // Nearly every task is a deadline that is called off soon.
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Task schedule(Runnable action, long delayMillis) {
        try {
            Future<?> future = executor.schedule(action, delayMillis, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return NOTHING;
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
