/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.process;

/**
 * What happened between two snapshots of a contender. CPU time is that of its whole process,
 * garbage collection and compilation included, but nothing of its start.
 */
public final class Window {

    private final Snapshot from;
    private final Snapshot to;
    private final long calls;
    private final double serverCpuSeconds;

    /**
     * @param calls how many requests for records the server answered meanwhile
     */
    public Window(Snapshot from, Snapshot to, long calls, double serverCpuSeconds) {
        this.from = from;
        this.to = to;
        this.calls = calls;
        this.serverCpuSeconds = serverCpuSeconds;
    }

    public double seconds() {
        return (to.nanos() - from.nanos()) / 1e9;
    }

    public long records() {
        return to.records() - from.records();
    }

    public double recordsPerSecond() {
        return records() / seconds();
    }

    public double callsPerSecond() {
        return calls / seconds();
    }

    public double cpuSeconds() {
        return (to.cpuNanos() - from.cpuNanos()) / 1e9;
    }

    public double cpuSecondsPerMillionRecords() {
        return cpuSeconds() / records() * 1e6;
    }

    /** The part of one core that the process has used, in percent. */
    public double cpuPercent() {
        return 100 * cpuSeconds() / seconds();
    }

    /** The same of the server. */
    public double serverCpuPercent() {
        return 100 * serverCpuSeconds / seconds();
    }

    /** By threads that are still there; at least 0, should one of the others have had much. */
    public double allocatedBytesPerRecord() {
        return (double) Math.max(0, to.allocatedBytes() - from.allocatedBytes()) / records();
    }

    /** The delays that were measured, in milliseconds. */
    public double percentileMillis(String percentile) {
        return to.percentiles().get(percentile) / 1e3;
    }
}
