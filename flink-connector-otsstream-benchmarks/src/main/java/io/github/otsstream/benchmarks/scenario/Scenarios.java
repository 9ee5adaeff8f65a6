/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import java.util.Iterator;
import java.util.List;

/** All that can be measured. */
public final class Scenarios {

    private Scenarios() {}

    public static List<Scenario> all() {
        return List.of(
                new CostScenario(),
                new DistanceScenario(),
                new FreshnessScenario(),
                new IdleScenario(),
                new ScaleScenario(),
                new MemoryScenario(),
                new MicroScenario());
    }

    /** Their names, for the command line. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return all().stream().map(Scenario::name).iterator();
        }
    }
}
