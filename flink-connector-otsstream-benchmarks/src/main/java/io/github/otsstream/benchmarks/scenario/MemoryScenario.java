/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.contender.ContenderKind;
import io.github.otsstream.benchmarks.contender.Task;
import io.github.otsstream.benchmarks.process.Snapshot;
import io.github.otsstream.benchmarks.report.Section;
import io.github.otsstream.benchmarks.server.RowShape;
import java.time.Duration;
import java.util.List;

/** Whether a backlog of large pages fits through a small heap. */
final class MemoryScenario implements Scenario {

    private static final int RECORDS_PER_PAGE = 1_000;
    private static final double MIB = 1 << 20;
    private static final int BUDGET_MIB = 64;
    private static final List<Integer> SHARDS = List.of(1, 8, 64);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String BUFFERED = "MiB buffered at most";
    private static final String ALLOWED = "MiB allowed";

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "a backlog of large pages through a heap of 256 MiB";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note(
                "The heap is that of the whole process: the task's, and Flink's JobManager and"
                        + " TaskManager.");
        int pages = bench.orQuick(256, 32);
        List<Integer> shardCounts = bench.orQuick(SHARDS, List.of(8));
        for (int round = 1; round <= bench.rounds(); round++) {
            for (int shards : shardCounts) {
                bench.tell("memory, round " + round + ", shards " + shards);
                measure(bench, section, shards, pages);
            }
        }
        for (int shards : shardCounts) {
            section.atMost(
                    "MiB buffered / (budget + a page for each request), shards " + shards,
                    section.row(label(shards)).median(BUFFERED)
                            / section.row(label(shards)).median(ALLOWED),
                    1);
        }
    }

    private static String label(int shards) {
        return shards + (shards == 1 ? " shard" : " shards");
    }

    private static void measure(Bench bench, Section section, int shards, int pages)
            throws Exception {
        try (ServerProcess server = bench.startServer()) {
            int pageBytes = server.pages(RowShape.LARGE, RECORDS_PER_PAGE, pages / shards);
            server.table("memory", shards);
            Task task =
                    Task.of(ContenderKind.DATA_STREAM, server.pageServer(), "memory")
                            .shape(RowShape.LARGE)
                            .measuresBuffer();
            try (ContenderProcess contender = bench.start(task, server, "-Xms256m", "-Xmx256m")) {
                Snapshot first = contender.awaitRecords(1, PATIENCE);
                Snapshot last = contender.awaitRecords((long) pages * RECORDS_PER_PAGE, PATIENCE);
                double megabytes = (double) pages * pageBytes / MIB;
                section.row(label(shards))
                        .add("MiB read", megabytes)
                        .add("MiB/s", megabytes / ((last.nanos() - first.nanos()) / 1e9))
                        .add(BUFFERED, last.greatest().get("bufferedBytes") / MIB)
                        .add(ALLOWED, BUDGET_MIB + shards * pageBytes / MIB);
            }
        }
    }
}
