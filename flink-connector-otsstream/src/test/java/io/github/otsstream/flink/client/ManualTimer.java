/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A timer whose time passes only when a test says so. For one thread. */
final class ManualTimer implements Timer {

    private final List<Scheduled> tasks = new ArrayList<>();
    private long nowMillis;
    private boolean closed;

    @Override
    public Task schedule(Runnable action, long delayMillis) {
        Scheduled task = new Scheduled(nowMillis + delayMillis, action);
        if (!closed) {
            tasks.add(task);
        }
        return () -> tasks.remove(task);
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis);
    }

    @Override
    public void close() {
        closed = true;
        tasks.clear();
    }

    /** Lets time pass, and runs what becomes due, in order. */
    void advance(Duration time) {
        long until = nowMillis + time.toMillis();
        while (true) {
            Optional<Scheduled> next =
                    tasks.stream()
                            .min(Comparator.comparingLong(task -> task.due))
                            .filter(task -> task.due <= until);
            if (next.isEmpty()) {
                nowMillis = until;
                return;
            }
            tasks.remove(next.get());
            nowMillis = next.get().due;
            next.get().action.run();
        }
    }

    /** Returns how long it takes, in milliseconds, until something is due. */
    long untilNext() {
        return tasks.stream().mapToLong(task -> task.due).min().orElseThrow() - nowMillis;
    }

    int size() {
        return tasks.size();
    }

    private static final class Scheduled {

        private final long due;
        private final Runnable action;

        Scheduled(long due, Runnable action) {
            this.due = due;
            this.action = action;
        }
    }
}
