/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.contender.ContenderKind;
import io.github.otsstream.benchmarks.contender.Task;
import io.github.otsstream.benchmarks.process.Window;
import io.github.otsstream.benchmarks.report.Section;
import java.time.Duration;
import java.util.List;

/** How long a record takes from its write to the sink, where little is written. */
final class FreshnessScenario implements Scenario {

    private static final long ROUND_TRIP_MILLIS = 5;
    private static final long SHORT_IDLE_MILLIS = 100;
    private static final int MANY_SHARDS = 64;
    private static final List<Integer> SHARDS = List.of(1, MANY_SHARDS);

    private static final String P50 = "p50 ms";
    private static final String P99 = "p99 ms";

    @Override
    public String name() {
        return "freshness";
    }

    @Override
    public String title() {
        return "from a write to the emitted record";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note(
                "One write a second on each shard, at a random moment of the second, to the emulator;"
                        + " "
                        + ROUND_TRIP_MILLIS
                        + " ms of round trip.");
        try (ServerProcess server = bench.startServer()) {
            server.latency(ROUND_TRIP_MILLIS);
            for (int shards : bench.orQuick(SHARDS, List.of(MANY_SHARDS))) {
                server.table(table(shards), shards);
            }
            for (int round = 1; round <= bench.rounds(); round++) {
                for (int shards : bench.orQuick(SHARDS, List.of(MANY_SHARDS))) {
                    bench.tell("freshness, round " + round + ", shards " + shards);
                    server.writeEverySecond(table(shards), shards);
                    measure(bench, section, server, shards, 0);
                    measure(bench, section, server, shards, SHORT_IDLE_MILLIS);
                    server.stopWriting();
                }
            }
        }
        section.atMost("p99 with default settings, ms", median(section, MANY_SHARDS, 0, P99), 600);
        section.atMost(
                "p50 with idle shards asked every 100 ms, ms",
                median(section, MANY_SHARDS, SHORT_IDLE_MILLIS, P50),
                80);
        section.atMost(
                "p99 with idle shards asked every 100 ms, ms",
                median(section, MANY_SHARDS, SHORT_IDLE_MILLIS, P99),
                150);
    }

    private static double median(Section section, int shards, long idleMillis, String figure) {
        return section.row(label(shards, idleMillis)).median(figure);
    }

    private static String label(int shards, long idleMillis) {
        return String.format(
                "%2d shard%s, %s",
                shards,
                shards == 1 ? "" : "s",
                idleMillis == 0 ? "default settings" : "idle at most " + idleMillis + " ms");
    }

    private static String table(int shards) {
        return "freshness_" + shards;
    }

    private static void measure(
            Bench bench, Section section, ServerProcess server, int shards, long idleMillis)
            throws Exception {
        Task task =
                Task.of(ContenderKind.DATA_STREAM, server.emulator(), table(shards))
                        .maxIdleMillis(idleMillis)
                        .measuresDelay();
        try (ContenderProcess contender = bench.start(task, server)) {
            Window window =
                    contender.measure(
                            bench.warmUp(),
                            bench.orQuick(Duration.ofSeconds(20), Duration.ofSeconds(1)));
            section.row(label(shards, idleMillis))
                    .add(P50, window.percentileMillis("50"))
                    .add("p90 ms", window.percentileMillis("90"))
                    .add(P99, window.percentileMillis("99"))
                    .add("max ms", window.percentileMillis("max"))
                    .add("records", window.records())
                    .add("calls/s", window.callsPerSecond())
                    .add("% of a core", window.cpuPercent());
        }
    }
}
