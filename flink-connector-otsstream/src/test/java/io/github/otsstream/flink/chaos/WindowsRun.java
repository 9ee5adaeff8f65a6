/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.StoppingPosition;
import io.github.otsstream.flink.status.DataxReader;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Bounded jobs that read window after window while the table is written, and go on where the status
 * table says that the last one ended. Each must read its window exactly, and leave an end that can
 * be gone on from.
 */
final class WindowsRun extends ChaosRun {

    private static final String STATUS = "status";

    WindowsRun(long seed, Path directory) throws Exception {
        super(seed, directory);
    }

    @Override
    void run() throws Exception {
        String streamId =
                table.client()
                        .listStream(new ListStreamRequest(table.name()))
                        .getStreams()
                        .get(0)
                        .getStreamId();
        StartingPosition start = StartingPosition.earliest();
        Map<Integer, Integer> before = Map.of();
        int windows = 2 + random.nextInt(2);
        for (int i = 0; i < windows; i++) {
            write(100 + random.nextInt(200));
            awaitWritten();
            emulator.clock().advance(Duration.ofMinutes(1));
            long end = emulator.clock().millis();
            Map<Integer, Integer> counts = table.counts();
            note("window ends at " + end);
            emulator.clock().advance(Duration.ofMinutes(1));
            write(50 + random.nextInt(200));
            RecordCheck check = new RecordCheck(table, before);
            OtsStreamSource<ChangeRecord> source =
                    source(start)
                            .stoppingPosition(
                                    StoppingPosition.timestamp(end).withEndMargin(Duration.ZERO))
                            .build();
            startJob(source, check, any(1, 2, 3), null);
            disturb(1 + random.nextInt(5), true);
            if (random.nextBoolean()) {
                String savepoint = job().tryToStopWithSavepoint();
                note(savepoint == null ? "too late for a savepoint" : "stopped with a savepoint");
                if (savepoint != null) {
                    startJob(source, check, any(1, 2, 3), savepoint);
                    disturb(any(0, 2), true);
                }
            }
            calm();
            awaitFinished();
            awaitWritten();
            if (!check.hasEndedWith(counts)) {
                throw new AssertionError("The window lacks" + check.missing(counts));
            }
            if (new DataxReader(table.client(), STATUS, streamId).lookup(end).isEmpty()) {
                throw new AssertionError("The status table has no complete end at " + end);
            }
            before = counts;
            start =
                    random.nextBoolean()
                            ? StartingPosition.statusTable(end)
                            : StartingPosition.lastRun();
        }
        RecordCheck check = new RecordCheck(table, before);
        startJob(
                source(start).stoppingPosition(StoppingPosition.latest()).build(),
                check,
                any(1, 2, 3),
                null);
        awaitFinished();
        if (!check.hasEndedWith(table.counts())) {
            throw new AssertionError("The last window lacks" + check.missing(table.counts()));
        }
        awaitNoConnections();
    }

    /** A place that the status table has given has no record before it to find it again by. */
    @Override
    boolean mayTrim(boolean honest) {
        return false;
    }

    private OtsStreamSourceBuilder<ChangeRecord> source(StartingPosition start) {
        return source().startingPosition(start)
                .statusTable(
                        StatusTableSettings.of(STATUS)
                                .withInterval(Duration.ZERO)
                                .withRequired(true));
    }
}
