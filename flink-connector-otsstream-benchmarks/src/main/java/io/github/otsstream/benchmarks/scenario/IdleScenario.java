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

/** What a job costs that has nothing to do. */
final class IdleScenario implements Scenario {

    private static final int SHARDS = 64;

    /** By default an idle shard is asked every half second. */
    private static final double CALLS_PER_SECOND = 2.0 * SHARDS;

    private static final int FORMER_CALLS = 300 * SHARDS;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String CPU = "% of a core";
    private static final String CALLS = "calls/s";

    private static final String ONE_IDLE = "1 idle shard";
    private static final String IDLE = SHARDS + " idle shards";
    private static final String ONE_PAUSED = "1 shard paused by alignment";
    private static final String PAUSED = SHARDS + " shards paused by alignment";

    private static final String TABLE = "idle";
    private static final String SMALL_TABLE = "idle_one";
    private static final String OLD_TABLE = "idle_old";

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String title() {
        return "what it costs to have nothing to read";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note(
                "CPU of the whole process, with Flink's JobManager and a checkpoint every second in"
                        + " it; what these cost is what the jobs with one shard show.");
        section.note(
                "Each job has read some thousand small pages before, so that its code is compiled.");
        int rows = bench.orQuick(FORMER_CALLS, 2 * SHARDS);
        try (ServerProcess server = bench.startServer()) {
            server.table(TABLE, SHARDS);
            server.write(TABLE, SHARDS, rows / SHARDS);
            server.table(SMALL_TABLE, 1);
            server.write(SMALL_TABLE, 1, rows);
            server.table(OLD_TABLE, 1);
            server.write(OLD_TABLE, 1, rows);
            Task idle = task(server, TABLE);
            Task small = task(server, SMALL_TABLE);
            for (int round = 1; round <= bench.rounds(); round++) {
                bench.tell("idle, round " + round);
                measure(bench, section, ONE_IDLE, small, server, rows);
                measure(bench, section, IDLE, idle, server, rows);
                // The table that holds the others back is read to its end.
                measure(bench, section, ONE_PAUSED, small.alignedWith(OLD_TABLE), server, rows);
                measure(bench, section, PAUSED, idle.alignedWith(OLD_TABLE), server, rows);
            }
        }
        section.atMost(
                "64 idle shards, % of a core more than with one",
                section.row(IDLE).median(CPU) - section.row(ONE_IDLE).median(CPU), 3);
        section.atMost(
                "Calls a second / those that were configured",
                section.row(IDLE).median(CALLS) / CALLS_PER_SECOND,
                1.01);
        section.atMost(
                "64 paused shards, % of a core more than with one",
                section.row(PAUSED).median(CPU) - section.row(ONE_PAUSED).median(CPU), 1);
    }

    private static Task task(ServerProcess server, String table) {
        return Task.of(ContenderKind.DATA_STREAM, server.emulator(), table).recordsPerRequest(1);
    }

    private static void measure(
            Bench bench,
            Section section,
            String label,
            Task task,
            ServerProcess server,
            int formerRecords)
            throws Exception {
        try (ContenderProcess contender = bench.start(task, server)) {
            contender.awaitRecords(formerRecords, PATIENCE);
            Window window =
                    contender.measureIdle(
                            bench.orQuick(Duration.ofSeconds(30), bench.warmUp()),
                            bench.orQuick(Duration.ofSeconds(15), bench.window()));
            section.row(label).add(CPU, window.cpuPercent()).add(CALLS, window.callsPerSecond());
        }
    }
}
