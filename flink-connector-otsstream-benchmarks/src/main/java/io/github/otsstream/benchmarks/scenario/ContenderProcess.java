/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.process.ChildProcess;
import io.github.otsstream.benchmarks.process.Snapshot;
import io.github.otsstream.benchmarks.process.Window;
import java.io.IOException;
import java.time.Duration;

/** A contender in its process. */
final class ContenderProcess implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(1);
    private static final long POLL_MILLIS = 20;

    private final ChildProcess process;
    private final ServerProcess server;

    ContenderProcess(ChildProcess process, ServerProcess server) {
        this.process = process;
        this.server = server;
    }

    Snapshot snapshot() throws IOException {
        return process.ask("snapshot", null, Snapshot.class);
    }

    /** Waits until so many records have been read. */
    Snapshot awaitRecords(long records, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        Snapshot now = snapshot();
        while (now.records() < records) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "Only "
                                + now.records()
                                + " of "
                                + records
                                + " records were read in "
                                + patience);
            }
            pause(Duration.ofMillis(POLL_MILLIS));
            now = snapshot();
        }
        return now;
    }

    /** Lets the contender read for a while after its first record, and then measures it. */
    Window measure(Duration warmUp, Duration window) throws IOException {
        awaitRecords(1, START_PATIENCE);
        pause(warmUp);
        return measure(window);
    }

    /**
     * Measures the contender when it has used so much CPU time since its first record, that its
     * code is compiled also where it has to share the machine.
     */
    Window measureWarm(Duration warmUp, Duration window) throws IOException {
        long deadline = System.nanoTime() + LONGEST_WARM_UP.toNanos();
        long used = awaitRecords(1, START_PATIENCE).cpuNanos() + warmUp.toNanos();
        while (snapshot().cpuNanos() < used && System.nanoTime() < deadline) {
            pause(Duration.ofMillis(POLL_MILLIS));
        }
        return measure(window);
    }

    /** Measures what is read from now on: until something is, be the window ever so short. */
    Window measure(Duration window) throws IOException {
        return measure(window, 1);
    }

    /** Measures a contender that has nothing to read any more. */
    Window measureIdle(Duration settling, Duration window) throws IOException {
        pause(settling);
        return measure(window, 0);
    }

    private Window measure(Duration window, int least) throws IOException {
        long calls = server.calls();
        double serverCpu = server.cpuSeconds();
        Snapshot from = snapshot();
        pause(window);
        awaitCalls(calls + least);
        Snapshot to = awaitRecords(from.records() + least, START_PATIENCE);
        return new Window(from, to, server.calls() - calls, server.cpuSeconds() - serverCpu);
    }

    private void awaitCalls(long calls) throws IOException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (server.calls() < calls) {
            if (System.nanoTime() > deadline) {
                throw new IOException("No request came in " + START_PATIENCE);
            }
            pause(Duration.ofMillis(POLL_MILLIS));
        }
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while measuring", e);
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
