/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.contender.ContenderKind;
import io.github.otsstream.benchmarks.contender.Task;
import io.github.otsstream.benchmarks.process.Window;
import io.github.otsstream.benchmarks.report.Row;
import io.github.otsstream.benchmarks.report.Section;
import io.github.otsstream.benchmarks.server.RowShape;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a record costs, in CPU time of the whole process that reads it. */
final class CostScenario implements Scenario {

    private static final String TABLE = "cost";
    private static final int SHARDS = 8;
    private static final int RECORDS_PER_PAGE = 1_000;
    private static final int WIDE_RECORDS_PER_PAGE = 200;

    private static final String CPU = "CPU s/M records";

    private static final String FETCH_ONLY = "fetch only";
    private static final String SDK = "SDK loop";
    private static final String STREAM_CLIENT = "streamclient worker";
    private static final String DATA_STREAM = "DataStream job";
    private static final String DATA_STREAM_MD5 = "DataStream job, MD5 checked";
    private static final String SQL = "SQL job, SELECT *";
    private static final String SQL_MD5 = "SQL job, SELECT *, MD5 checked";
    private static final String WIDE_FETCH_ONLY = "100 columns, fetch only";
    private static final String WIDE_SDK = "100 columns, SDK loop";
    private static final String WIDE_SQL = "100 columns, SQL job, SELECT of 3";

    @Override
    public String name() {
        return "cost";
    }

    @Override
    public String title() {
        return "what a record costs";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note(
                "Pages come from a server that encoded them before: the emulator digests each page,"
                        + " and would be the limit.");
        section.note(
                "A page's MD5 sum is not checked, as it is not by default, but where it says so.");
        try (ServerProcess narrow = bench.startServer();
                ServerProcess wide = bench.startServer()) {
            int bytes = narrow.pages(RowShape.NARROW, RECORDS_PER_PAGE, Long.MAX_VALUE);
            section.note("Narrow records have " + bytes / RECORDS_PER_PAGE + " bytes.");
            int wideBytes = wide.pages(RowShape.WIDE, WIDE_RECORDS_PER_PAGE, Long.MAX_VALUE);
            section.note("Wide records have " + wideBytes / WIDE_RECORDS_PER_PAGE + " bytes.");
            narrow.table(TABLE, SHARDS);
            wide.table(TABLE, SHARDS);
            Map<String, Task> tasks = tasks(bench, narrow.pageServer());
            Map<String, Task> wideTasks = wideTasks(wide.pageServer());
            for (int round = 1; round <= bench.rounds(); round++) {
                for (Map.Entry<String, Task> task : tasks.entrySet()) {
                    measure(bench, section, round, task, narrow);
                }
                for (Map.Entry<String, Task> task : wideTasks.entrySet()) {
                    measure(bench, section, round, task, wide);
                }
            }
        }
        double sdk = section.row(SDK).median(CPU);
        double fetchOnly = section.row(FETCH_ONLY).median(CPU);
        double dataStream = section.row(DATA_STREAM).median(CPU);
        double sql = section.row(SQL).median(CPU);
        section.atMost("CPU of the DataStream job / SDK loop", dataStream / sdk, 1);
        section.atMost("CPU of the SQL job / SDK loop", sql / sdk, 1);
        section.atMost(
                "CPU of SQL with 3 of 100 columns / SDK loop",
                section.row(WIDE_SQL).median(CPU) / section.row(WIDE_SDK).median(CPU),
                0.25);
        section.atMost("Aim: CPU of the DataStream job / fetch only", dataStream / fetchOnly, 1.5);
        section.atMost("Aim: CPU of the SQL job / fetch only", sql / fetchOnly, 1.5);
    }

    private static Map<String, Task> tasks(Bench bench, String endpoint) {
        Map<String, Task> tasks = new LinkedHashMap<>();
        tasks.put(FETCH_ONLY, Task.of(ContenderKind.FETCH_ONLY, endpoint, TABLE));
        tasks.put(SDK, Task.of(ContenderKind.SDK_LOOP, endpoint, TABLE));
        tasks.put(STREAM_CLIENT, Task.of(ContenderKind.STREAM_CLIENT, endpoint, TABLE));
        Task dataStream = Task.of(ContenderKind.DATA_STREAM, endpoint, TABLE);
        tasks.put(DATA_STREAM, dataStream);
        Task sql = Task.of(ContenderKind.SQL, endpoint, TABLE);
        tasks.put(SQL, sql);
        if (!bench.isQuick()) {
            tasks.put(DATA_STREAM_MD5, dataStream.contentMd5());
            tasks.put(SQL_MD5, sql.contentMd5());
        }
        return tasks;
    }

    private static Map<String, Task> wideTasks(String endpoint) {
        Map<String, Task> tasks = new LinkedHashMap<>();
        tasks.put(WIDE_FETCH_ONLY, wide(ContenderKind.FETCH_ONLY, endpoint));
        tasks.put(WIDE_SDK, wide(ContenderKind.SDK_LOOP, endpoint));
        tasks.put(WIDE_SQL, wide(ContenderKind.SQL, endpoint).columns(3));
        return tasks;
    }

    private static Task wide(ContenderKind kind, String endpoint) {
        return Task.of(kind, endpoint, TABLE)
                .shape(RowShape.WIDE)
                .recordsPerRequest(WIDE_RECORDS_PER_PAGE);
    }

    private static void measure(
            Bench bench,
            Section section,
            int round,
            Map.Entry<String, Task> task,
            ServerProcess server)
            throws Exception {
        bench.tell("cost, round " + round + ", " + task.getKey());
        try (ContenderProcess contender = bench.start(task.getValue(), server)) {
            Window window = contender.measureWarm(bench.warmUp(), bench.window());
            Row row = section.row(task.getKey());
            row.add(CPU, window.cpuSecondsPerMillionRecords());
            row.add("records/s", window.recordsPerSecond());
            row.add("bytes allocated/record", window.allocatedBytesPerRecord());
            row.add("% of a core", window.cpuPercent());
            row.add("server's %", window.serverCpuPercent());
        }
    }
}
