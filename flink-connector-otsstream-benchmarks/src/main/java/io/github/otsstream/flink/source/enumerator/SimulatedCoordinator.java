/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.split.ShardSplit;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/**
 * A coordinator with many readers that are not there. Both of its threads are the caller's, one
 * after the other. Of the one that waits for the service the time is measured, of the one that
 * everything else waits for its CPU time. What is periodic never happens.
 */
final class SimulatedCoordinator implements SplitEnumeratorContext<ShardSplit> {

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final SplitEnumeratorMetricGroup metrics =
            UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    private final Map<Integer, ReaderInfo> readers = new HashMap<>();
    private final Map<String, Integer> readersByShard = new LinkedHashMap<>();
    private final Queue<Runnable> pending = new ArrayDeque<>();
    private long workerNanos;
    private long coordinatorNanos;

    SimulatedCoordinator(int parallelism) {
        for (int reader = 0; reader < parallelism; reader++) {
            readers.put(reader, new ReaderInfo(reader, "simulated"));
        }
    }

    /** Runs something on the coordinator's thread, and then all that follows from it. */
    void run(Runnable action) {
        measured(action);
        for (Runnable next = pending.poll(); next != null; next = pending.poll()) {
            next.run();
        }
    }

    private void measured(Runnable action) {
        long begin = threads.getCurrentThreadCpuTime();
        action.run();
        coordinatorNanos += threads.getCurrentThreadCpuTime() - begin;
    }

    /** The shards that have been given out, with their readers. */
    Map<String, Integer> readersByShard() {
        return readersByShard;
    }

    /** The time of the thread that waits for the service. */
    long workerNanos() {
        return workerNanos;
    }

    /** The CPU time of the thread that everything else waits for. */
    long coordinatorNanos() {
        return coordinatorNanos;
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return metrics;
    }

    @Override
    public void sendEventToSourceReader(int subtaskId, SourceEvent event) {}

    @Override
    public int currentParallelism() {
        return readers.size();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return readers;
    }

    @Override
    public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
        assignment
                .assignment()
                .forEach(
                        (reader, splits) ->
                                splits.forEach(
                                        split -> readersByShard.put(split.splitId(), reader)));
    }

    @Override
    public void signalNoMoreSplits(int subtask) {}

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        pending.add(
                () -> {
                    long begin = System.nanoTime();
                    T result;
                    try {
                        result = callable.call();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    workerNanos += System.nanoTime() - begin;
                    measured(() -> handler.accept(result, null));
                });
    }

    @Override
    public <T> void callAsync(
            Callable<T> callable,
            BiConsumer<T, Throwable> handler,
            long initialDelayMillis,
            long periodMillis) {}

    @Override
    public void runInCoordinatorThread(Runnable runnable) {
        pending.add(() -> measured(runnable));
    }
}
