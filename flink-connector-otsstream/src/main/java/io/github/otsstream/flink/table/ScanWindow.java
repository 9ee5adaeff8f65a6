/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_END_MARGIN;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_TIME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_TIMESTAMP_MILLIS;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_WAIT_FOR_END;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_DATE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_OR_EARLIEST;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_TIME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_TIMESTAMP_MILLIS;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_TIME_ZONE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE;

import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.StoppingPosition;
import io.github.otsstream.flink.table.OtsStreamConnectorOptions.ScanBoundedMode;
import io.github.otsstream.flink.table.OtsStreamConnectorOptions.ScanStartupMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;

/**
 * From where to where a table is read, by its options. Options that contradict each other are a
 * {@link ValidationException} that names them. Immutable.
 */
final class ScanWindow {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    private final StartingPosition start;
    private final StoppingPosition stop;

    private ScanWindow(StartingPosition start, StoppingPosition stop) {
        this.start = start;
        this.stop = stop;
    }

    /**
     * @param sessionZone where the clock hangs that shows the times, unless an option says so
     */
    static ScanWindow of(GivenOptions options, ZoneId sessionZone) {
        ZoneId zone = zone(options, sessionZone);
        ConfigOption<?> startTime =
                theOnlyOne(options, SCAN_STARTUP_TIMESTAMP_MILLIS, SCAN_STARTUP_TIME, SCAN_DATE);
        ConfigOption<?> endTime =
                theOnlyOne(options, SCAN_BOUNDED_TIMESTAMP_MILLIS, SCAN_BOUNDED_TIME, SCAN_DATE);
        StartingPosition start = start(options, startTime, zone);
        StoppingPosition stop = stop(options, endTime, zone);
        if (stop.isBefore(start)) {
            throw options.contradiction(startTime, endTime, "the end is before the start.");
        }
        return new ScanWindow(start, stop);
    }

    StartingPosition start() {
        return start;
    }

    StoppingPosition stop() {
        return stop;
    }

    private static ZoneId zone(GivenOptions options, ZoneId sessionZone) {
        try {
            return options.find(SCAN_TIME_ZONE).map(ZoneId::of).orElse(sessionZone);
        } catch (DateTimeException e) {
            throw options.refused(
                    SCAN_TIME_ZONE, "it is no time zone, as Asia/Shanghai, +08:00 or UTC.");
        }
    }

    /** The one of the options that is given, or null if none is. */
    @Nullable
    private static ConfigOption<?> theOnlyOne(GivenOptions options, ConfigOption<?>... choices) {
        List<ConfigOption<?>> given =
                List.of(choices).stream().filter(options::isGiven).collect(Collectors.toList());
        if (given.size() > 1) {
            throw options.contradiction(given.get(0), given.get(1), "give one of them.");
        }
        return given.isEmpty() ? null : given.get(0);
    }

    private static StartingPosition start(
            GivenOptions options, @Nullable ConfigOption<?> time, ZoneId zone) {
        ScanStartupMode mode = startupMode(options, time);
        if (time != null && (mode == ScanStartupMode.EARLIEST || mode == ScanStartupMode.LATEST)) {
            throw options.contradiction(
                    SCAN_STARTUP_MODE,
                    time,
                    "a time needs the mode timestamp or status-table, or none.");
        }
        StartingPosition start = start(options, mode, time, zone);
        if (!options.get(SCAN_STARTUP_OR_EARLIEST)) {
            return start;
        }
        if (mode == ScanStartupMode.EARLIEST || mode == ScanStartupMode.LATEST) {
            throw options.refused(
                    SCAN_STARTUP_OR_EARLIEST,
                    "it is about a start time, or the mode status-table, and there is none.");
        }
        return start.orEarliest();
    }

    private static ScanStartupMode startupMode(
            GivenOptions options, @Nullable ConfigOption<?> time) {
        if (time == null || options.isGiven(SCAN_STARTUP_MODE)) {
            return options.get(SCAN_STARTUP_MODE);
        }
        return options.isGiven(STATUS_TABLE)
                ? ScanStartupMode.STATUS_TABLE
                : ScanStartupMode.TIMESTAMP;
    }

    private static StartingPosition start(
            GivenOptions options,
            ScanStartupMode mode,
            @Nullable ConfigOption<?> time,
            ZoneId zone) {
        switch (mode) {
            case LATEST:
                return StartingPosition.latest();
            case TIMESTAMP:
                if (time == null) {
                    throw options.refused(
                            SCAN_STARTUP_MODE,
                            "it needs 'scan.startup.timestamp-millis' or 'scan.startup.time'.");
                }
                return options.check(time, () -> startAt(options, time, zone));
            case STATUS_TABLE:
                if (!options.isGiven(STATUS_TABLE)) {
                    throw options.refused(SCAN_STARTUP_MODE, "it needs a 'status-table'.");
                }
                return time == null
                        ? StartingPosition.lastRun()
                        : options.check(time, () -> statusAt(options, time, zone));
            default:
                return StartingPosition.earliest();
        }
    }

    private static StartingPosition startAt(
            GivenOptions options, ConfigOption<?> time, ZoneId zone) {
        if (time == SCAN_STARTUP_TIMESTAMP_MILLIS) {
            return StartingPosition.timestamp(options.get(SCAN_STARTUP_TIMESTAMP_MILLIS));
        }
        return time == SCAN_STARTUP_TIME
                ? StartingPosition.timestamp(options.get(SCAN_STARTUP_TIME), zone)
                : StartingPosition.timestamp(date(options).atStartOfDay(zone).toInstant());
    }

    private static StartingPosition statusAt(
            GivenOptions options, ConfigOption<?> time, ZoneId zone) {
        if (time == SCAN_STARTUP_TIMESTAMP_MILLIS) {
            return StartingPosition.statusTable(options.get(SCAN_STARTUP_TIMESTAMP_MILLIS));
        }
        return time == SCAN_STARTUP_TIME
                ? StartingPosition.statusTable(options.get(SCAN_STARTUP_TIME), zone)
                : StartingPosition.statusTable(date(options).atStartOfDay(zone).toInstant());
    }

    private static StoppingPosition stop(
            GivenOptions options, @Nullable ConfigOption<?> time, ZoneId zone) {
        ScanBoundedMode mode =
                time == null || options.isGiven(SCAN_BOUNDED_MODE)
                        ? options.get(SCAN_BOUNDED_MODE)
                        : ScanBoundedMode.TIMESTAMP;
        if (time != null && mode != ScanBoundedMode.TIMESTAMP) {
            throw options.contradiction(
                    SCAN_BOUNDED_MODE, time, "an end needs the mode timestamp, or none.");
        }
        switch (mode) {
            case LATEST:
                return withMargin(options, StoppingPosition.latest());
            case TIMESTAMP:
                if (time == null) {
                    throw options.refused(
                            SCAN_BOUNDED_MODE,
                            "it needs 'scan.bounded.timestamp-millis' or 'scan.bounded.time'.");
                }
                return withMargin(options, options.check(time, () -> stopAt(options, time, zone)));
            default:
                return endless(options);
        }
    }

    private static StoppingPosition endless(GivenOptions options) {
        for (ConfigOption<?> option : List.of(SCAN_BOUNDED_END_MARGIN, SCAN_BOUNDED_WAIT_FOR_END)) {
            if (options.isGiven(option)) {
                throw options.refused(option, "it is about the end of a scan, and there is none.");
            }
        }
        return StoppingPosition.never();
    }

    private static StoppingPosition withMargin(GivenOptions options, StoppingPosition stop) {
        StoppingPosition end =
                options.check(
                        SCAN_BOUNDED_END_MARGIN,
                        () -> stop.withEndMargin(options.get(SCAN_BOUNDED_END_MARGIN)));
        return options.get(SCAN_BOUNDED_WAIT_FOR_END) ? end.waitForEnd() : end;
    }

    private static StoppingPosition stopAt(
            GivenOptions options, ConfigOption<?> time, ZoneId zone) {
        if (time == SCAN_BOUNDED_TIMESTAMP_MILLIS) {
            return StoppingPosition.timestamp(options.get(SCAN_BOUNDED_TIMESTAMP_MILLIS));
        }
        return time == SCAN_BOUNDED_TIME
                ? StoppingPosition.timestamp(options.get(SCAN_BOUNDED_TIME), zone)
                : StoppingPosition.timestamp(
                        date(options).plusDays(1).atStartOfDay(zone).toInstant());
    }

    private static LocalDate date(GivenOptions options) {
        try {
            return LocalDate.parse(options.get(SCAN_DATE), DATE);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("it is no day as yyyyMMdd, like 20260301.", e);
        }
    }
}
