/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import java.util.Set;
import java.util.stream.Collectors;

/** The threads of clients of tables that are there now and were not when this was made. */
final class ClientThreads {

    private final Set<Thread> before = all();

    Set<Thread> added() {
        Set<Thread> added = all();
        added.removeAll(before);
        return added;
    }

    private static Set<Thread> all() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("otsstream-table"))
                .collect(Collectors.toSet());
    }
}
