/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it is told. Thread-safe. */
final class RecordingCallListener implements CallListener {

    private final List<String> failures = new ArrayList<>();
    private final List<Long> answerNanos = new ArrayList<>();
    private int requests;

    @Override
    public synchronized void onRequest(Operation operation) {
        requests++;
    }

    @Override
    public synchronized void onAnswer(Operation operation, long nanos) {
        answerNanos.add(nanos);
    }

    @Override
    public synchronized void onFailure(
            Operation operation, OtsStreamException.Kind kind, String code, boolean retried) {
        failures.add(
                operation.wireName()
                        + " "
                        + kind
                        + " "
                        + code
                        + (retried ? ", retried" : ", final"));
    }

    synchronized int requests() {
        return requests;
    }

    synchronized int answers() {
        return answerNanos.size();
    }

    /** How long the answers took, in nanoseconds. */
    synchronized List<Long> answerNanos() {
        return List.copyOf(answerNanos);
    }

    synchronized int inFlight() {
        return requests - answerNanos.size() - failures.size();
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }
}
