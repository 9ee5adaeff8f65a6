/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import static io.github.otsstream.examples.ExampleTable.option;

import java.nio.file.Path;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Exports the changes of {@code [start, end)} of a table with the key {@code order_id} to CSV files
 * in a directory for each day, as a DataWorks job in multi-version mode does: one line for each
 * cell that was written or deleted. The end has to be five minutes past, since a write can be late.
 */
public final class BackfillToFiles {

    @Mixin private ExampleTable table;

    @Option(names = "--start", required = true, description = "yyyyMMddHHmmss, inclusive")
    private String start;

    @Option(names = "--end", required = true, description = "yyyyMMddHHmmss, exclusive")
    private String end;

    @Option(names = "--time-zone", defaultValue = "UTC", description = "of start, end and days")
    private String timeZone;

    @Option(names = "--directory", required = true, description = "for the files")
    private Path directory;

    @Option(names = "--records-per-second", defaultValue = "100000")
    private int recordsPerSecond;

    private BackfillToFiles() {}

    public static void main(String[] arguments) throws Exception {
        CommandLine.populateCommand(new BackfillToFiles(), arguments).run();
    }

    private void run() throws Exception {
        TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        sql.getConfig().set("table.local-time-zone", timeZone);
        sql.executeSql(
                "CREATE TABLE cells (order_id STRING, colname STRING, version BIGINT,"
                        + " colvalue STRING, optype STRING, sequenceinfo STRING,"
                        + " changed TIMESTAMP_LTZ(3) METADATA FROM 'row-timestamp') WITH "
                        + table.with(
                                option("read-mode", "multi-version"),
                                option("scan.startup.time", start),
                                option("scan.bounded.time", end),
                                option("export-sequence-info", true),
                                option("rate-limit.records-per-second", recordsPerSecond)));
        sql.executeSql(
                "CREATE TABLE files (order_id STRING, colname STRING, version BIGINT,"
                        + " colvalue STRING, optype STRING, sequenceinfo STRING, `day` STRING)"
                        + " PARTITIONED BY (`day`) WITH ('connector' = 'filesystem',"
                        + " 'format' = 'csv', "
                        + option("path", directory.toUri())
                        + ")");
        JobClient job =
                sql.executeSql(
                                "INSERT INTO files SELECT order_id, colname, version, colvalue,"
                                        + " optype, sequenceinfo,"
                                        + " DATE_FORMAT(changed, 'yyyy-MM-dd') FROM cells")
                        .getJobClient()
                        .orElseThrow();
        try (ProgressDisplay display = ProgressDisplay.onConsole("backfill")) {
            JobProgress.of(job, sql.getConfig()).show(display);
        }
    }
}
