/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import io.github.otsstream.examples.BackfillToFiles;
import io.github.otsstream.examples.ChangesToConsole;
import io.github.otsstream.examples.RescaleFromSavepoint;
import io.github.otsstream.examples.TableToPostgres;
import io.github.otsstream.flink.record.OperationType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/**
 * The examples on a table of the emulator, which is written to for them, and what they leave held
 * against what was written. Used once, by one thread.
 */
final class LocalExamples {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LATE_WRITES = Duration.ofMinutes(6);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);
    private static final int JOBS = 2;
    private static final int DAYS = 3;
    private static final int PARTITION_CHANGES = 3;

    private final Console console;
    private final StopSignal stop;
    private final Path directory;
    private final int writes;
    private final Duration pause;

    /**
     * @param directory for what the examples write
     * @param writes how many changes are written at a time
     * @param pause the time between two of them, where a job reads meanwhile
     */
    LocalExamples(Console console, StopSignal stop, Path directory, int writes, Duration pause) {
        this.console = console;
        this.stop = stop;
        this.directory = directory;
        this.writes = writes;
        this.pause = pause;
    }

    /** Prints changes until the user stops it. */
    boolean console() throws Exception {
        try (BusyTable table = new BusyTable();
                FlinkCluster flink = FlinkCluster.start()) {
            table.keepWriting(pause);
            run(flink, ChangesToConsole::main, options(table.table()));
            return true;
        }
    }

    /**
     * Exports the changes of three days.
     *
     * @return whether the files hold a line for each cell that was written in them
     */
    boolean backfill() throws Exception {
        FileUtils.deleteDirectory(directory.toFile());
        AtomicLong cells = new AtomicLong();
        try (LocalTable table =
                        new LocalTable(
                                change -> cells.addAndGet(cells(change)),
                                console,
                                new ShardNames());
                FlinkCluster flink = FlinkCluster.start()) {
            write(table, Duration.ZERO);
            cells.set(0);
            String start = second(table);
            for (int day = 0; day < DAYS; day++) {
                if (day > 0) {
                    table.letTimePass(Duration.ofDays(1));
                    table.changePartitions();
                }
                write(table, Duration.ZERO);
            }
            long expected = cells.get();
            String end = second(table);
            write(table, Duration.ZERO);
            table.letTimePass(LATE_WRITES);
            console.event("exports the cells changed in [" + start + ", " + end + ")");
            run(
                    flink,
                    BackfillToFiles::main,
                    options(
                            table,
                            "--start=" + start,
                            "--end=" + end,
                            "--directory=" + directory,
                            "--records-per-second=" + writes));
            Map<String, Long> lines = linesByDay();
            lines.forEach((day, count) -> console.line(directory + "/" + day + ": " + count));
            return console.verdict(
                    lines.size() >= DAYS
                            && lines.values().stream().mapToLong(count -> count).sum() == expected,
                    expected + " cells were changed in the window, and each is a line");
        }
    }

    /** How many lines a change is: a new row first removes the one before. */
    private static int cells(Change change) {
        return change.columns().size() + (change.operation() == OperationType.UPDATE ? 0 : 1);
    }

    /** A time between what was written before and what is written after. */
    private static String second(LocalTable table) {
        return SECONDS.format(Instant.ofEpochMilli(table.letTimePass(Duration.ofSeconds(2))));
    }

    private Map<String, Long> linesByDay() throws IOException {
        Map<String, Long> lines = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                try (Stream<String> read = Files.lines(file)) {
                    Path day = directory.relativize(file).getName(0);
                    lines.merge(day.toString(), read.count(), Long::sum);
                }
            }
        }
        return lines;
    }

    /**
     * Copies a table while it is written to, and split and merged.
     *
     * @return whether the copy has the table's rows in the end
     */
    boolean postgres() throws Exception {
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.builder().setPGStartupWait(PATIENCE).start();
                BusyTable busy = new BusyTable();
                FlinkCluster flink = FlinkCluster.start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            console.event("PostgreSQL at " + url);
            LocalTable table = busy.table();
            CopyComparison comparison;
            try (ExampleRun run =
                    ExampleRun.start(
                            flink, TableToPostgres::main, options(table, "--jdbc-url=" + url))) {
                for (int changes = 0; changes < PARTITION_CHANGES; changes++) {
                    write(table, pause);
                    table.changePartitions();
                    run.hasEnded();
                }
                write(table, pause);
                console.event("writes no more; the copy catches up");
                comparison = awaitCopy(run, table, url);
            }
            comparison.differences().forEach(console::event);
            return console.verdict(
                    comparison.differences().isEmpty(),
                    comparison.rows() + " rows, the same in PostgreSQL as in Tablestore");
        }
    }

    private CopyComparison awaitCopy(ExampleRun run, LocalTable table, String url)
            throws Exception {
        SyncClientInterface client = table.client();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            run.hasEnded();
            CopyComparison comparison = CopyComparison.of(client, table.address().table(), url);
            if (comparison.differences().isEmpty() || System.nanoTime() > deadline) {
                return comparison;
            }
            stop.pause(POLL);
        }
    }

    /** Counts, stops with a savepoint, and goes on with another parallelism. */
    boolean rescale() throws Exception {
        try (BusyTable table = new BusyTable();
                FlinkCluster flink = FlinkCluster.start(JOBS)) {
            table.keepWriting(pause);
            run(
                    flink,
                    RescaleFromSavepoint::main,
                    options(table.table(), "--savepoints=" + directory));
            return true;
        }
    }

    private void write(LocalTable table, Duration pause) {
        for (int i = 0; i < writes; i++) {
            table.write();
            stop.pause(pause);
        }
    }

    private void run(FlinkCluster flink, ExampleRun.Main main, String[] options) throws Exception {
        try (ExampleRun run = ExampleRun.start(flink, main, options)) {
            while (!run.hasEnded()) {
                stop.pause(POLL);
            }
        }
    }

    private static String[] options(LocalTable table, String... more) {
        TableAddress address = table.address();
        return Stream.concat(
                        Stream.of(
                                "--endpoint=" + address.endpoint(),
                                "--instance=" + address.instance(),
                                "--table=" + address.table(),
                                "--access-key-id=" + address.credentials().getAccessKeyId(),
                                "--access-key-secret="
                                        + address.credentials().getAccessKeySecret()),
                        List.of(more).stream())
                .toArray(String[]::new);
    }
}
