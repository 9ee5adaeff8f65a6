/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.github.otsstream.benchmarks.process.Snapshot;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts what a contender reads, and what its process costs. Thread-safe. */
final class Meter {

    private static final Meter INSTANCE = new Meter();

    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final LongAdder records = new LongAdder();
    private final Recorder delays = new Recorder(3);
    private final Map<String, Long> greatest = new ConcurrentHashMap<>();

    private Meter() {}

    /** The one of this process: what Flink runs is serialized, and finds it here. */
    static Meter ofProcess() {
        return INSTANCE;
    }

    void records(long count) {
        records.add(count);
    }

    void delay(long micros) {
        delays.recordValue(Math.max(0, micros));
    }

    /** Takes in a value of a gauge, of which the greatest is kept. */
    void gauge(String name, long value) {
        greatest.merge(name, value, Math::max);
    }

    Snapshot snapshot() {
        Histogram interval = delays.getIntervalHistogram();
        Map<String, Long> percentiles = new LinkedHashMap<>();
        for (double percentile : PERCENTILES) {
            percentiles.put(
                    percentile % 1 == 0
                            ? String.valueOf((int) percentile)
                            : String.valueOf(percentile),
                    interval.getValueAtPercentile(percentile));
        }
        percentiles.put("max", interval.getMaxValue());
        percentiles.put("count", interval.getTotalCount());
        return new Snapshot(
                System.nanoTime(),
                system.getProcessCpuTime(),
                allocatedBytes(),
                records.sum(),
                percentiles,
                Map.copyOf(greatest));
    }

    /** By all threads that live now. */
    private long allocatedBytes() {
        long bytes = 0;
        for (long ofThread : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            bytes += Math.max(0, ofThread);
        }
        return bytes;
    }
}
