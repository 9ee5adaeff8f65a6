/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what a job reads with what was written: each change once, and the changes of a key in
 * the order in which they were written. It holds only what is written and not yet read, so it can
 * run for as long as the writer does. Thread-safe.
 */
final class Verification {

    /** More would not say more. */
    private static final int MAX_PROBLEMS = 10;

    private final Map<String, Deque<Change>> unread = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long expected;
    private long read;

    /** A change is about to be written; to be called before that, or it could be read too early. */
    synchronized void expect(Change change) {
        unread.computeIfAbsent(change.key(), key -> new ArrayDeque<>()).add(change);
        expected++;
    }

    /** A change was read. */
    synchronized void read(Change change) {
        read++;
        Deque<Change> next = unread.getOrDefault(change.key(), new ArrayDeque<>());
        if (!next.contains(change)) {
            problem("read, but not to be read (again): " + change);
        } else {
            while (!next.peek().equals(change)) {
                problem("not read before " + change + ": " + next.poll());
            }
            next.poll();
        }
        if (next.isEmpty()) {
            unread.remove(change.key());
        }
    }

    private void problem(String text) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(text);
        }
    }

    /** How many changes were written. */
    synchronized long expected() {
        return expected;
    }

    /** How many changes were read. */
    synchronized long read() {
        return read;
    }

    /** Whether nothing is left to be read. */
    synchronized boolean isCaughtUp() {
        return unread.isEmpty();
    }

    /** What is wrong, up to ten lines; empty if all that was written was read as it should be. */
    synchronized List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        unread.values().stream()
                .flatMap(Deque::stream)
                .limit(MAX_PROBLEMS - all.size())
                .forEach(change -> all.add("not read: " + change));
        return all;
    }
}
