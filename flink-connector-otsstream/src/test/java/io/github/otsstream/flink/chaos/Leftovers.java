/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells which threads are there that were not there before, but for those that Flink, the JDK and
 * the SDK keep for the life of the process.
 */
final class Leftovers {

    /** Begin the names of threads of which a process has some in the end, whatever it ran. */
    private static final Set<String> KEPT_FOR_LIFE =
            Set.of(
                    "ForkJoinPool",
                    "Cleaner",
                    "Common-Cleaner",
                    "awaitility",
                    "process reaper",
                    "Attach Listener",
                    "FlinkCompletableFutureDelayScheduler");

    private final Set<Long> before = new HashSet<>();

    Leftovers() {
        for (long id : ManagementFactory.getThreadMXBean().getAllThreadIds()) {
            before.add(id);
        }
    }

    /** The names of the threads that are there now and were not when this was made. */
    Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
            String name = thread.getThreadName();
            if (!before.contains(thread.getThreadId())
                    && KEPT_FOR_LIFE.stream().noneMatch(name::startsWith)) {
                names.add(name);
            }
        }
        return names;
    }
}
