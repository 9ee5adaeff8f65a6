/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.examples.ProgressDisplay;
import io.github.otsstream.examples.quickstart.StopSignal.StoppedException;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.StoppingPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The main job from end to end on this machine: a table of the emulator is written to, split and
 * merged while a continuous job reads its changes, and what was read is compared with what was
 * written. Used once, by one thread.
 */
final class LocalRun {

    private static final Duration POLL = Duration.ofMillis(100);

    /** How long a job may take to read the rest, a matter of a second where nothing else runs. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Longer than two checkpoints: records that come twice would come by then. */
    private static final Duration SURPLUS = Duration.ofSeconds(1);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** On the real service a window should end five minutes ago: a write can be that late. */
    private static final Duration LATE_WRITES = Duration.ofMinutes(6);

    private static final int PARTITION_CHANGES = 3;

    /** How often something is written before, between and after what happens to the table. */
    private static final int STEPS = PARTITION_CHANGES + 3;

    private final Console console;
    private final ShardNames names;
    private final StopSignal stop;
    private final int writesPerStep;
    private final Duration writePause;

    private final Verification live = new Verification();

    /** What was written, in order; not kept while watching, which would fill the memory. */
    private final List<Change> written = new ArrayList<>();

    /** A moment between two writes: by the service's clock, and by the number of writes before. */
    private static final class Mark {
        private final long millis;
        private final int writes;

        private Mark(long millis, int writes) {
            this.millis = millis;
            this.writes = writes;
        }
    }

    /**
     * @param writesPerStep how many changes are written between two splits or merges
     * @param writePause the time between two of them
     */
    LocalRun(
            Console console,
            ShardNames names,
            StopSignal stop,
            int writesPerStep,
            Duration writePause) {
        this.console = console;
        this.names = names;
        this.stop = stop;
        this.writesPerStep = writesPerStep;
        this.writePause = writePause;
    }

    /**
     * Reads through two splits and a merge, and then a window of the same changes with a second,
     * bounded job.
     *
     * @return whether both jobs read what they should
     */
    boolean once() throws Exception {
        try (LocalTable table = new LocalTable(this::expectAndKeep, console, names);
                FlinkCluster flink = FlinkCluster.start()) {
            introduce(table, flink);
            Mark start;
            Mark end;
            try (ReadingJob job = startLive(table, flink);
                    ProgressDisplay display = console.progress("continuous job")) {
                Runnable progress =
                        () -> display.show((double) live.read() / (STEPS * writesPerStep));
                write(table, job, progress);
                start = mark(table, "the window of the backfill starts here");
                write(table, job, progress);
                for (int changes = 0; changes < PARTITION_CHANGES; changes++) {
                    table.changePartitions();
                    write(table, job, progress);
                }
                end = mark(table, "the window of the backfill ends here");
                write(table, job, progress);
                awaitCaughtUp(job, progress);
                stop.pause(SURPLUS);
            }
            table.letTimePass(LATE_WRITES);
            return verdict(backfill(table, flink, start, end));
        }
    }

    /**
     * Writes and reads until the user stops it.
     *
     * @return whether what was read is what was written
     */
    boolean untilStopped() throws Exception {
        try (LocalTable table = new LocalTable(live::expect, console, names);
                FlinkCluster flink = FlinkCluster.start()) {
            introduce(table, flink);
            console.event("Ctrl-C stops");
            try (ReadingJob job = startLive(table, flink)) {
                try {
                    while (true) {
                        write(table, job, () -> {});
                        table.changePartitions();
                    }
                } catch (StoppedException e) {
                    console.event("stopping, when what is written is read");
                }
                awaitCaughtUp(job, () -> {});
                new ShardTable(console, names)
                        .print(table.client(), table.address().table(), job.countByShard());
            }
            return report("continuous job", live)
                    && console.verdict(
                            true,
                            live.expected()
                                    + " changes written, each read once and in its key's order");
        }
    }

    private void introduce(LocalTable table, FlinkCluster flink) {
        console.event("emulator of Tablestore at " + table.address().endpoint());
        console.event("table " + table.address().table() + " with Stream on, one partition so far");
        console.event("Flink's web UI at " + flink.webUi());
    }

    private ReadingJob startLive(LocalTable table, FlinkCluster flink) throws Exception {
        console.event("a continuous job reads what is written from now on");
        return ReadingJob.start(
                flink,
                "changes of " + table.address().table(),
                table.address().source().startingPosition(StartingPosition.earliest()).build(),
                record -> {
                    console.change(record);
                    live.read(Change.of(record));
                });
    }

    private void expectAndKeep(Change change) {
        written.add(change);
        live.expect(change);
    }

    private Mark mark(LocalTable table, String text) {
        Mark mark = new Mark(table.letTimePass(TICK), written.size());
        console.event(Instant.ofEpochMilli(mark.millis), text);
        return mark;
    }

    private void write(LocalTable table, ReadingJob job, Runnable progress) {
        for (int i = 0; i < writesPerStep; i++) {
            table.write();
            job.hasEnded();
            progress.run();
            stop.pause(writePause);
        }
    }

    private void awaitCaughtUp(ReadingJob job, Runnable progress) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!live.isCaughtUp() && !job.hasEnded() && System.nanoTime() < deadline) {
            Thread.sleep(POLL.toMillis());
        }
        progress.run();
    }

    private Verification backfill(LocalTable table, FlinkCluster flink, Mark start, Mark end)
            throws Exception {
        console.event(
                String.format(
                        "a bounded job reads the window again: [%s, %s)",
                        Console.time(Instant.ofEpochMilli(start.millis)),
                        Console.time(Instant.ofEpochMilli(end.millis))));
        Verification check = new Verification();
        written.subList(start.writes, end.writes).forEach(check::expect);
        OtsStreamSource<ChangeRecord> source =
                table.address()
                        .source()
                        .startingPosition(StartingPosition.timestamp(start.millis))
                        // The table is written to by one machine, so no write of the window is
                        // late.
                        .stoppingPosition(
                                StoppingPosition.timestamp(end.millis).withEndMargin(Duration.ZERO))
                        .build();
        try (ReadingJob job =
                ReadingJob.start(
                        flink,
                        "backfill of " + table.address().table(),
                        source,
                        record -> check.read(Change.of(record)))) {
            try (ProgressDisplay display = console.progress("backfill")) {
                job.awaitEnd(stop, display);
            }
            new ShardTable(console, names)
                    .print(table.client(), table.address().table(), job.countByShard());
        }
        return check;
    }

    private boolean verdict(Verification backfill) {
        boolean right = report("continuous job", live) & report("backfill", backfill);
        return console.verdict(
                right,
                String.format(
                        "%d changes written; the continuous job read each once and in its key's"
                                + " order, and so did the backfill with the %d of its window",
                        live.expected(), backfill.expected()));
    }

    private boolean report(String job, Verification check) {
        check.problems().forEach(problem -> console.event(job + ": " + problem));
        return check.problems().isEmpty();
    }
}
