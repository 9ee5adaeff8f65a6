/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What was measured at one moment, and what a run's first third is beside its last. */
final class SoakSample {

    /** How much more the last third may have than the first. */
    private static final double GROWTH = 0.05;

    private final double heapMiB;
    private final int threads;
    private final long connections;
    private final double checkpointKiB;
    private final long maxLagMillis;

    /**
     * @param heapMiB heap in use after a collection
     * @param maxLagMillis the longest time from write to check since the sample before
     */
    SoakSample(
            double heapMiB,
            int threads,
            long connections,
            double checkpointKiB,
            long maxLagMillis) {
        this.heapMiB = heapMiB;
        this.threads = threads;
        this.connections = connections;
        this.checkpointKiB = checkpointKiB;
        this.maxLagMillis = maxLagMillis;
    }

    @Override
    public String toString() {
        return String.format(
                "heap %.1f MiB, %d threads, %d connections, checkpoint %.1f KiB, lag up to %d ms",
                heapMiB, threads, connections, checkpointKiB, maxLagMillis);
    }

    /**
     * Prints both thirds.
     *
     * @return what has grown, or is above its bound
     */
    static List<String> judge(List<SoakSample> samples, long maxLagMillis) {
        List<String> complaints = new ArrayList<>();
        compare("heap after GC, MiB", samples, sample -> sample.heapMiB, 0, complaints);
        compare("threads", samples, sample -> sample.threads, 0, complaints);
        // An idle one is closed after seconds, so their number sways.
        compare("connections", samples, sample -> sample.connections, 1, complaints);
        compare("checkpoint, KiB", samples, sample -> sample.checkpointKiB, 0, complaints);
        long lag = samples.stream().mapToLong(sample -> sample.maxLagMillis).max().orElseThrow();
        System.out.printf("longest lag: %d ms (bound %d)%n", lag, maxLagMillis);
        if (lag > maxLagMillis) {
            complaints.add("a record was read " + lag + " ms after it was written");
        }
        return complaints;
    }

    private static void compare(
            String what,
            List<SoakSample> samples,
            ToDoubleFunction<SoakSample> figure,
            double slack,
            List<String> complaints) {
        int third = samples.size() / 3;
        double first = mean(samples.subList(0, third), figure);
        double last = mean(samples.subList(samples.size() - third, samples.size()), figure);
        System.out.printf(
                "%s: mean %.1f in the first third, %.1f in the last, %+.1f %%%n",
                what, first, last, 100 * (last - first) / first);
        if (last > first * (1 + GROWTH) + slack) {
            complaints.add(what + " grew from " + first + " to " + last);
        }
    }

    private static double mean(List<SoakSample> samples, ToDoubleFunction<SoakSample> figure) {
        return samples.stream().mapToDouble(figure).average().orElseThrow();
    }
}
