/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured of one contender, or in one place: some figures, each once in every round. */
public final class Row {

    private final String label;
    private final Map<String, List<Double>> samples = new LinkedHashMap<>();

    Row(String label) {
        this.label = label;
    }

    /** Adds what a round has measured. */
    public Row add(String figure, double value) {
        samples.computeIfAbsent(figure, key -> new ArrayList<>()).add(value);
        return this;
    }

    /** The median over all rounds. */
    public double median(String figure) {
        double[] sorted =
                samples.get(figure).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    String label() {
        return label;
    }

    Map<String, List<Double>> samples() {
        return samples;
    }
}
