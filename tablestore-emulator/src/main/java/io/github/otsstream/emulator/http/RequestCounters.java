/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import io.github.otsstream.emulator.OperationCount;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests and answers of each operation. Thread-safe. */
public final class RequestCounters {

    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    void request(String operation, int bytes) {
        Counter counter = counter(operation);
        counter.calls.increment();
        counter.bytesIn.add(bytes);
    }

    void answer(String operation, int bytes) {
        counter(operation).bytesOut.add(bytes);
    }

    void error(String operation, String code) {
        counter(operation).errors.computeIfAbsent(code, any -> new LongAdder()).increment();
    }

    private Counter counter(String operation) {
        return counters.computeIfAbsent(operation, any -> new Counter());
    }

    /** By name of operation, in order. */
    public Map<String, OperationCount> snapshot() {
        Map<String, OperationCount> snapshot = new TreeMap<>();
        counters.forEach((operation, counter) -> snapshot.put(operation, counter.snapshot()));
        return snapshot;
    }

    public void reset() {
        counters.clear();
    }

    private static final class Counter {
        final LongAdder calls = new LongAdder();
        final LongAdder bytesIn = new LongAdder();
        final LongAdder bytesOut = new LongAdder();
        final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

        OperationCount snapshot() {
            Map<String, Long> byCode = new HashMap<>();
            errors.forEach((code, count) -> byCode.put(code, count.sum()));
            return new OperationCount(calls.sum(), byCode, bytesIn.sum(), bytesOut.sum());
        }
    }
}
