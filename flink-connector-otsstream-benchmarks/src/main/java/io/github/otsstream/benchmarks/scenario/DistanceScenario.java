/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.contender.ContenderKind;
import io.github.otsstream.benchmarks.contender.Task;
import io.github.otsstream.benchmarks.process.Window;
import io.github.otsstream.benchmarks.report.Curves;
import io.github.otsstream.benchmarks.report.Section;
import io.github.otsstream.benchmarks.server.RowShape;
import java.time.Duration;
import java.util.List;

/** What the distance of the service costs, over many shards and on a single one. */
final class DistanceScenario implements Scenario {

    private static final long ROUND_TRIP_MILLIS = 20;
    private static final int SHARDS = 64;
    private static final int RECORDS_PER_PAGE = 1_000;

    /** So few that calls are the limit, not records. */
    private static final int RECORDS_PER_SMALL_PAGE = 20;

    private static final String CALLS = "calls/s";
    private static final String RECORDS = "records/s";

    private static final String MANY = SHARDS + " shards, " + ROUND_TRIP_MILLIS + " ms, ";

    private static final List<ContenderKind> CURVES =
            List.of(ContenderKind.DATA_STREAM, ContenderKind.SDK_LOOP, ContenderKind.ONE_AT_A_TIME);

    @Override
    public String name() {
        return "distance";
    }

    @Override
    public String title() {
        return "what the way to the service costs";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note("Pages come from a server that encoded them before and holds them back.");
        section.note(
                String.format(
                        "A shard's next page can only be asked for when its last one is there: with"
                                + " a round trip of %d ms, %d shards of pages of %,d can give %,d"
                                + " records a second. Narrow records are read faster than that, so"
                                + " what distance costs where CPU is the limit is measured on"
                                + " records of 20 attributes.",
                        ROUND_TRIP_MILLIS,
                        SHARDS,
                        RECORDS_PER_PAGE,
                        SHARDS * RECORDS_PER_PAGE * 1_000L / ROUND_TRIP_MILLIS));
        try (ServerProcess small = bench.startServer();
                ServerProcess large = bench.startServer();
                ServerProcess medium = bench.startServer()) {
            small.pages(RowShape.NARROW, RECORDS_PER_SMALL_PAGE, Long.MAX_VALUE);
            large.pages(RowShape.NARROW, RECORDS_PER_PAGE, Long.MAX_VALUE);
            medium.pages(RowShape.MEDIUM, RECORDS_PER_PAGE, Long.MAX_VALUE);
            medium.table(table(SHARDS), SHARDS);
            small.latency(ROUND_TRIP_MILLIS);
            small.table(table(SHARDS), SHARDS);
            List<Integer> shardCounts =
                    bench.orQuick(List.of(1, 4, 16, 64, 256), List.of(1, SHARDS));
            for (int shards : shardCounts) {
                large.table(table(shards), shards);
            }
            for (int round = 1; round <= bench.rounds(); round++) {
                bench.tell("distance, round " + round);
                calls(bench, section, small, ContenderKind.ONE_AT_A_TIME);
                calls(bench, section, small, ContenderKind.SDK_LOOP);
                calls(bench, section, small, ContenderKind.DATA_STREAM);
                throughput(bench, section, large, RowShape.NARROW);
                throughput(bench, section, medium, RowShape.MEDIUM);
                hotShard(bench, section, large);
            }
            curvesOverRoundTrip(bench, large);
            curvesOverShards(bench, large, shardCounts);
        }
        section.atLeast(
                "Calls a second of the job / one shard at a time",
                section.row(callsRow(ContenderKind.DATA_STREAM)).median(CALLS)
                        / section.row(callsRow(ContenderKind.ONE_AT_A_TIME)).median(CALLS),
                20);
        section.atLeast(
                "Records a second at 20 ms / at 0 ms, where CPU is the limit",
                section.row(throughputRow(RowShape.MEDIUM, ROUND_TRIP_MILLIS)).median(RECORDS)
                        / section.row(throughputRow(RowShape.MEDIUM, 0)).median(RECORDS),
                0.8);
        section.atLeast(
                "One hot shard, records a second / (page / round trip)",
                section.row(hotShardRow()).median(RECORDS)
                        / (RECORDS_PER_PAGE * 1e3 / ROUND_TRIP_MILLIS),
                0.9);
    }

    private static String table(int shards) {
        return "distance_" + shards;
    }

    private static String callsRow(ContenderKind kind) {
        return MANY + RECORDS_PER_SMALL_PAGE + " a page, " + kind.title();
    }

    private static String throughputRow(RowShape shape, long millis) {
        String records = shape == RowShape.MEDIUM ? " of 20 attributes" : "";
        return SHARDS + " shards, " + millis + " ms, 1,000" + records + " a page, DataStream job";
    }

    private static String hotShardRow() {
        return "1 shard, " + ROUND_TRIP_MILLIS + " ms, 1,000 a page, DataStream job";
    }

    private static void calls(
            Bench bench, Section section, ServerProcess server, ContenderKind kind)
            throws Exception {
        Task task =
                Task.of(kind, server.pageServer(), table(SHARDS))
                        .recordsPerRequest(RECORDS_PER_SMALL_PAGE);
        try (ContenderProcess contender = bench.start(task, server)) {
            add(section, callsRow(kind), contender.measure(bench.warmUp(), bench.window()));
        }
    }

    private static void throughput(
            Bench bench, Section section, ServerProcess server, RowShape shape) throws Exception {
        server.latency(0);
        Task task =
                Task.of(ContenderKind.DATA_STREAM, server.pageServer(), table(SHARDS)).shape(shape);
        try (ContenderProcess contender = bench.start(task, server)) {
            add(
                    section,
                    throughputRow(shape, 0),
                    contender.measure(bench.warmUp(), bench.window()));
            server.latency(ROUND_TRIP_MILLIS);
            ContenderProcess.pause(settling(bench));
            add(
                    section,
                    throughputRow(shape, ROUND_TRIP_MILLIS),
                    contender.measure(bench.window()));
        }
    }

    private static void hotShard(Bench bench, Section section, ServerProcess server)
            throws Exception {
        server.latency(ROUND_TRIP_MILLIS);
        Task task = Task.of(ContenderKind.DATA_STREAM, server.pageServer(), table(1));
        try (ContenderProcess contender = bench.start(task, server)) {
            add(section, hotShardRow(), contender.measure(bench.warmUp(), bench.window()));
        }
    }

    private static void add(Section section, String row, Window window) {
        section.row(row)
                .add(CALLS, window.callsPerSecond())
                .add(RECORDS, window.recordsPerSecond())
                .add("% of a core", window.cpuPercent())
                .add("server's %", window.serverCpuPercent());
    }

    private static Duration settling(Bench bench) {
        return bench.orQuick(Duration.ofSeconds(1), Duration.ofMillis(100));
    }

    private static List<ContenderKind> curves(Bench bench) {
        return bench.orQuick(CURVES, CURVES.subList(0, 1));
    }

    private static void curvesOverRoundTrip(Bench bench, ServerProcess server) throws Exception {
        Curves curves =
                new Curves(SHARDS + " shards, 1,000 records a page", "round trip in ms", false);
        List<Long> roundTrips =
                bench.orQuick(List.of(0L, 5L, 10L, 20L, 50L, 100L), List.of(0L, 20L));
        for (ContenderKind kind : curves(bench)) {
            bench.tell("distance, throughput over round trip, " + kind.title());
            server.latency(0);
            Task task = Task.of(kind, server.pageServer(), table(SHARDS));
            try (ContenderProcess contender = bench.start(task, server)) {
                contender.measure(bench.warmUp(), Duration.ZERO);
                for (long millis : roundTrips) {
                    server.latency(millis);
                    ContenderProcess.pause(settling(bench));
                    Window window = contender.measure(bench.window().dividedBy(2));
                    curves.add(kind.title(), millis, window.recordsPerSecond());
                }
            }
        }
        curves.write(bench.outputDirectory().resolve("benchmark-round-trip.png"));
    }

    private static void curvesOverShards(
            Bench bench, ServerProcess server, List<Integer> shardCounts) throws Exception {
        Curves curves =
                new Curves(
                        ROUND_TRIP_MILLIS + " ms of round trip, 1,000 records a page",
                        "shards",
                        true);
        server.latency(ROUND_TRIP_MILLIS);
        for (ContenderKind kind : curves(bench)) {
            bench.tell("distance, throughput over shards, " + kind.title());
            for (int shards : shardCounts) {
                Task task = Task.of(kind, server.pageServer(), table(shards));
                try (ContenderProcess contender = bench.start(task, server)) {
                    Window window =
                            contender.measure(
                                    bench.warmUp().dividedBy(2), bench.window().dividedBy(2));
                    curves.add(kind.title(), shards, window.recordsPerSecond());
                }
            }
        }
        curves.write(bench.outputDirectory().resolve("benchmark-shards.png"));
    }
}
