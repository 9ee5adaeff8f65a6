/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.StoppingPosition;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * A continuous job that is stopped with savepoints and restored with another parallelism, or
 * cancelled and restored from an older checkpoint, again and again; in some runs beside a job in
 * SQL that reads the same table. In the end everything must have been read once, and the savepoint
 * that is left must be one to go on from.
 */
final class ContinuousRun extends ChaosRun {

    private static final String STATUS = "status";
    private static final long MOST_DRIFT_MILLIS = 120_000;
    private static final Duration JUMP = Duration.ofHours(7);

    private final boolean honest;
    private final boolean jumps;
    private final boolean mirrored;
    @Nullable private final SqlReader sql;
    private long driftMillis;
    private int jumpsLeft = 2;
    private RecordCheck check;

    ContinuousRun(long seed, Path directory, boolean withSql) throws Exception {
        super(seed, directory);
        // An empty page that lies makes a time look read that is not. Where iterators are lost, or
        // a jump makes that time old, this could not be told from what was read.
        honest = random.nextInt(3) > 0;
        jumps = honest && random.nextInt(3) == 0;
        mirrored = random.nextInt(4) == 0;
        sql = withSql ? new SqlReader(cluster, emulator, table, random) : null;
    }

    @Override
    void run() throws Exception {
        if (random.nextBoolean()) {
            table.changeAll();
        }
        check = new RecordCheck(table, Map.of());
        String restored = null;
        String sqlRestored = null;
        if (sql != null) {
            sql.start(any(1, 2), null);
            note(sql.toString());
        }
        for (int legs = 1 + random.nextInt(3); legs > 0; legs--) {
            write(200 + random.nextInt(300));
            startJob(changes().build(), check, any(1, 2, 3), restored);
            disturb(2 + random.nextInt(5), honest);
            if (random.nextBoolean()) {
                awaitWritten();
            }
            if (random.nextBoolean()) {
                calm();
            }
            restored = stop();
            if (sql != null && random.nextBoolean()) {
                note("the job in SQL is stopped");
                sqlRestored = sql.job().stopWithSavepoint();
                sql.start(any(1, 2), sqlRestored);
            }
            awaitWritten();
        }
        Map<Integer, Integer> before = table.counts();
        long between = passTime();
        table.changeAll();
        startJob(changes().build(), check, any(1, 2, 3), restored);
        disturb(any(0, 2), honest);
        calm();
        awaitAllRead();
        prove();
        if (sql != null) {
            await(
                    "the results in SQL",
                    () -> sql.difference().isEmpty(),
                    () -> sql.difference() + " last failure: " + sql.job().lastFailure());
            sql.job().cancel();
        }
        job().cancel();
        if (mirrored) {
            goOnByTimePoints(between, before);
        }
        awaitNoConnections();
    }

    /**
     * Puts more time between what is written and what will be than clocks are off, and enough that
     * the status table is told of both.
     *
     * @return the time in the middle
     */
    private long passTime() {
        emulator.control().advanceClock(Duration.ofMinutes(15));
        long middle = emulator.clock().millis();
        emulator.control().advanceClock(Duration.ofMinutes(15));
        return middle;
    }

    /** Whatever points the job has left, a job that begins with them reads all from a time on. */
    private void goOnByTimePoints(long from, Map<Integer, Integer> before) throws Exception {
        // What a clock that was ahead has dated is to lie before the job's start, too.
        emulator.control().advanceClock(Duration.ofMillis(2 * MOST_DRIFT_MILLIS));
        note("read again from " + from);
        RecordCheck again = new RecordCheck(table, before);
        startJob(
                source().statusTable(StatusTableSettings.of(STATUS))
                        .startingPosition(StartingPosition.statusTable(from))
                        .stoppingPosition(StoppingPosition.latest())
                        .build(),
                again,
                any(1, 2, 3),
                null);
        awaitFinished();
        if (!again.hasEndedWith(table.counts())) {
            throw new AssertionError("From " + from + " lacks" + again.missing(table.counts()));
        }
    }

    /** That the right counts are in the state, and not only in what was seen. */
    private void prove() throws Exception {
        String savepoint = job().stopWithSavepoint();
        startJob(changes().build(), check, any(1, 2, 3), savepoint);
        table.changeAll();
        awaitAllRead();
    }

    /** Ends the job in one of the ways in which it can be gone on from. */
    private String stop() throws Exception {
        if (random.nextInt(3) > 0) {
            String savepoint = job().stopWithSavepoint();
            note("stopped with a savepoint");
            check.savepointMade();
            // The job in SQL can be behind.
            if (random.nextBoolean() && sql == null) {
                note(table.expireShards(check::inSavepoint) + " shards expire");
            }
            return savepoint;
        }
        String checkpoint = job().cancelAndPickCheckpoint(random);
        note("cancelled");
        return checkpoint;
    }

    private OtsStreamSourceBuilder<ChangeRecord> changes() {
        OtsStreamSourceBuilder<ChangeRecord> source = source();
        if (mirrored) {
            source.statusTable(StatusTableSettings.of(STATUS).withInterval(Duration.ZERO));
        }
        return source.startingPosition(StartingPosition.earliest());
    }

    @Override
    void stepClock() {
        if (jumps && jumpsLeft > 0) {
            jumpsLeft--;
            note("the service's clock jumps by " + JUMP);
            emulator.control().advanceClock(JUMP);
        } else {
            long next = (long) ((2 * random.nextDouble() - 1) * MOST_DRIFT_MILLIS);
            note("the service's clock is " + next + " ms off");
            emulator.control().advanceClock(Duration.ofMillis(next - driftMillis));
            driftMillis = next;
        }
    }
}
