/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.StoppingPosition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/** What options that don't contradict each other mean; the others are in OptionErrorsTest. */
class ScanWindowTest {

    private static final Instant NOON_UTC = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aScanReadsAllThereIsWithoutAnEnd() {
        assertThat(start()).isEqualTo(StartingPosition.earliest());
        assertThat(stop()).isEqualTo(StoppingPosition.never());
        assertThat(start("scan.startup.mode", "LATEST")).isEqualTo(StartingPosition.latest());
        assertThat(stop("scan.bounded.mode", "latest")).isEqualTo(StoppingPosition.latest());
    }

    @Test
    void aTimeMeansTheModeTimestamp() {
        StartingPosition noon = StartingPosition.timestamp(NOON_UTC);
        String millis = Long.toString(NOON_UTC.toEpochMilli());

        assertThat(start("scan.startup.timestamp-millis", millis)).isEqualTo(noon);
        assertThat(start("startTimestampMillis", millis)).isEqualTo(noon);
        assertThat(start("scan.startup.time", "20260301120000")).isEqualTo(noon);
        assertThat(start("scan.startup.mode", "timestamp", "startTimeString", "20260301120000"))
                .isEqualTo(noon);
        assertThat(start("scan.startup.time", "20260301120000", "scan.startup.or-earliest", "true"))
                .isEqualTo(noon.orEarliest());

        StoppingPosition end = StoppingPosition.timestamp(NOON_UTC);
        assertThat(stop("scan.bounded.timestamp-millis", millis)).isEqualTo(end);
        assertThat(stop("endTimestampMillis", millis)).isEqualTo(end);
        assertThat(stop("scan.bounded.mode", "timestamp", "endTimeString", "20260301120000"))
                .isEqualTo(end);
        assertThat(
                        stop(
                                "scan.bounded.time",
                                "20260301120000",
                                "scan.bounded.end-margin",
                                "0 s",
                                "scan.bounded.wait-for-end",
                                "true"))
                .isEqualTo(end.withEndMargin(Duration.ZERO).waitForEnd());
    }

    @Test
    void theStatusTableIsAskedForATimeUnlessTheModeSaysOtherwise() {
        assertThat(start("statusTable", "status", "startTimeString", "20260301120000"))
                .isEqualTo(StartingPosition.statusTable(NOON_UTC));
        assertThat(
                        start(
                                "status-table",
                                "status",
                                "scan.startup.timestamp-millis",
                                Long.toString(NOON_UTC.toEpochMilli()),
                                "scan.startup.or-earliest",
                                "true"))
                .isEqualTo(StartingPosition.statusTable(NOON_UTC).orEarliest());
        assertThat(
                        start(
                                "status-table",
                                "status",
                                "scan.startup.mode",
                                "timestamp",
                                "scan.startup.time",
                                "20260301120000"))
                .isEqualTo(StartingPosition.timestamp(NOON_UTC));
        assertThat(start("status-table", "status", "scan.startup.mode", "status_table"))
                .isEqualTo(StartingPosition.lastRun());
        assertThat(
                        start(
                                "status-table",
                                "status",
                                "scan.startup.mode",
                                "status-table",
                                "scan.startup.or-earliest",
                                "true"))
                .isEqualTo(StartingPosition.lastRun().orEarliest());
        // A mirror alone says nothing of the start.
        assertThat(start("status-table", "status")).isEqualTo(StartingPosition.earliest());
    }

    @Test
    void aDayIsFromItsBeginToItsEndWhereTheClockHangs() {
        String[] day = {"scan.date", "20260301", "scan.time-zone", "Asia/Shanghai"};
        assertThat(start(day))
                .isEqualTo(StartingPosition.timestamp(Instant.parse("2026-02-28T16:00:00Z")));
        assertThat(stop(day))
                .isEqualTo(StoppingPosition.timestamp(Instant.parse("2026-03-01T16:00:00Z")));
        assertThat(start("date", "20260301", "status-table", "status"))
                .isEqualTo(StartingPosition.statusTable(Instant.parse("2026-03-01T00:00:00Z")));

        // Where clocks are set forward at midnight, the day begins later and is shorter.
        String[] shorter = {"scan.date", "20180218", "scan.time-zone", "America/Sao_Paulo"};
        assertThat(start(shorter))
                .isEqualTo(StartingPosition.timestamp(Instant.parse("2018-02-18T03:00:00Z")));
        assertThat(stop(shorter))
                .isEqualTo(StoppingPosition.timestamp(Instant.parse("2018-02-19T03:00:00Z")));
    }

    @Test
    void timesAreTheSessionsUnlessAnOptionSaysOtherwise() {
        GivenOptions options = options("scan.startup.time", "20260301200000");
        assertThat(ScanWindow.of(options, ZoneId.of("Asia/Shanghai")).start())
                .isEqualTo(StartingPosition.timestamp(NOON_UTC));
        GivenOptions own = options("scan.startup.time", "20260301070000", "scan.time-zone", "-5");
        assertThat(ScanWindow.of(own, ZoneId.of("Asia/Shanghai")).start())
                .isEqualTo(StartingPosition.timestamp(NOON_UTC));
    }

    private static StartingPosition start(String... options) {
        return ScanWindow.of(options(options), ZoneOffset.UTC).start();
    }

    private static StoppingPosition stop(String... options) {
        return ScanWindow.of(options(options), ZoneOffset.UTC).stop();
    }

    private static GivenOptions options(String... options) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            given.put(options[i], options[i + 1]);
        }
        List<ConfigOption<?>> known =
                new ArrayList<>(new OtsStreamTableFactory().optionalOptions());
        return GivenOptions.of(known, given);
    }
}
