/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otsstream.benchmarks.process.ChildProcess;
import io.github.otsstream.benchmarks.report.Section;
import io.github.otsstream.flink.source.enumerator.ScaleSimulation;
import java.util.Map;

/** Very many shards and readers, without a network. */
final class ScaleScenario implements Scenario {

    private static final int READERS = 1_000;

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String title() {
        return "the enumerator with very many shards and 1,000 readers";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note(
                "Simulated: a service that lists a hundred shards with each answer and needs hardly any time"
                        + " for it, and readers that are not there. Each time in a new JVM. Except for"
                        + " the listing, times are CPU times of the coordinator's thread.");
        int large = bench.orQuick(100_000, 2_000);
        int small = large / 10;
        for (int round = 1; round <= bench.rounds(); round++) {
            bench.tell("scale, round " + round);
            measure(bench, section, small);
            measure(bench, section, large);
        }
        section.atMost(label(large) + ", s to start", median(section, large, "start s"), 5);
        section.atMost(
                label(large) + ", bytes of a checkpoint for each open one",
                median(section, large, "bytes/open shard"),
                100);
        section.atMost(
                label(large) + ", ms of a checkpoint",
                median(section, large, "snapshot ms") + median(section, large, "serialization ms"),
                200);
        section.atMost(
                "Time of a split among ten times as many shards / among these",
                median(section, large, "split, coordinator ms")
                        / median(section, small, "split, coordinator ms"),
                2);
    }

    private static double median(Section section, int shards, String figure) {
        return section.row(label(shards)).median(figure);
    }

    private static String label(int shards) {
        return String.format("%,d shards", shards);
    }

    private static void measure(Bench bench, Section section, int shards) throws Exception {
        try (ChildProcess simulation =
                bench.start("scale", ScaleSimulation.class, "-Xms1g", "-Xmx1g")) {
            JsonNode figures =
                    simulation.ask(
                            "run", Map.of("shards", shards, "readers", READERS), JsonNode.class);
            figures.fields()
                    .forEachRemaining(
                            figure ->
                                    section.row(label(shards))
                                            .add(figure.getKey(), figure.getValue().asDouble()));
        }
    }
}
