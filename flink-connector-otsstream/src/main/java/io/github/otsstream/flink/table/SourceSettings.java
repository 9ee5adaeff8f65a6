/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MAX_BUFFERED_BYTES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MAX_IDLE_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MAX_REQUESTS_IN_FLIGHT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MIN_IDLE_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_RECORDS_PER_REQUEST;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.MAX_RETRIES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.RATE_LIMIT_BYTES_PER_SECOND;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.RATE_LIMIT_RECORDS_PER_SECOND;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_PARALLELISM;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_SHARD_DISCOVERY_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SOURCE_WATERMARK_CLOCK_MARGIN;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE_COMMIT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE_REQUIRED;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TABLE_NAME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TIME_SERIES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TRIMMED_DATA;

import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.RateLimit;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;

/**
 * All that a table's options say of how it is read, except what its rows look like. Everything
 * wrong is a {@link ValidationException} that names the option. Immutable.
 */
final class SourceSettings {

    /** Of any operator in Flink. */
    private static final int MAX_PARALLELISM = 1 << 15;

    private final OtsConnection connection;
    private final String tableName;
    private final ScanWindow window;
    private final FetchSettings fetchSettings;
    private final RateLimit rateLimit;
    @Nullable private final StatusTableSettings statusTable;
    private final Duration watermarkClockMargin;
    private final Duration discoveryInterval;
    @Nullable private final Integer parallelism;
    private final GivenOptions options;

    private SourceSettings(GivenOptions options, ZoneId sessionZone) {
        this.options = options;
        connection = ConnectionOptions.connection(options);
        ConnectionOptions.retryPolicy(options);
        tableName = tableName(options);
        window = ScanWindow.of(options, sessionZone);
        fetchSettings = fetchSettings(options);
        rateLimit = rateLimit(options);
        statusTable = statusTable(options, tableName);
        watermarkClockMargin = watermarkClockMargin(options);
        discoveryInterval = discoveryInterval(options);
        parallelism = parallelism(options);
    }

    /**
     * @param sessionZone where the clock hangs that shows times that are given as text, unless an
     *     option says so
     */
    static SourceSettings of(GivenOptions options, ZoneId sessionZone) {
        return new SourceSettings(options, sessionZone);
    }

    String tableName() {
        return tableName;
    }

    boolean hasStatusTable() {
        return statusTable != null;
    }

    boolean isTimeSeries() {
        return options.get(TIME_SERIES);
    }

    boolean isBounded() {
        return window.stop().isBounded();
    }

    /** How far the service's machines may date a change too early. */
    Duration watermarkClockMargin() {
        return watermarkClockMargin;
    }

    /** The number of readers, if it is not the job's. */
    Optional<Integer> parallelism() {
        return Optional.ofNullable(parallelism);
    }

    /** A source of that table, to which only its deserializer is missing. */
    <T> OtsStreamSourceBuilder<T> newBuilder() {
        OtsStreamSourceBuilder<T> builder =
                OtsStreamSource.<T>builder()
                        .connection(connection)
                        .tableName(tableName)
                        .timeSeries(options.get(TIME_SERIES))
                        .startingPosition(window.start())
                        .stoppingPosition(window.stop())
                        .shardDiscoveryInterval(discoveryInterval)
                        .fetchSettings(fetchSettings)
                        .trimmedData(options.get(TRIMMED_DATA))
                        .maxRetries(options.get(MAX_RETRIES))
                        .rateLimit(rateLimit);
        return statusTable == null ? builder : builder.statusTable(statusTable);
    }

    private static String tableName(GivenOptions options) {
        String name = options.get(TABLE_NAME).trim();
        if (name.isEmpty()) {
            throw options.refused(TABLE_NAME, "it is empty.");
        }
        return name;
    }

    private static FetchSettings fetchSettings(GivenOptions options) {
        // Each value is added to others that are right, so that a refusal is about that value.
        FetchSettings records =
                options.check(
                        FETCH_RECORDS_PER_REQUEST,
                        () ->
                                FetchSettings.defaults()
                                        .withRecordsPerRequest(
                                                options.get(FETCH_RECORDS_PER_REQUEST)));
        FetchSettings requests =
                options.check(
                        FETCH_MAX_REQUESTS_IN_FLIGHT,
                        () ->
                                records.withMaxRequestsInFlight(
                                        options.get(FETCH_MAX_REQUESTS_IN_FLIGHT)));
        FetchSettings bytes =
                options.check(
                        FETCH_MAX_BUFFERED_BYTES,
                        () -> requests.withMaxBufferedBytes(options.get(FETCH_MAX_BUFFERED_BYTES)));
        Duration min = options.get(FETCH_MIN_IDLE_INTERVAL);
        Duration max = options.get(FETCH_MAX_IDLE_INTERVAL);
        options.check(FETCH_MIN_IDLE_INTERVAL, () -> bytes.withIdleInterval(min, min));
        return options.check(
                options.isGiven(FETCH_MAX_IDLE_INTERVAL)
                        ? FETCH_MAX_IDLE_INTERVAL
                        : FETCH_MIN_IDLE_INTERVAL,
                () -> bytes.withIdleInterval(min, max));
    }

    private static RateLimit rateLimit(GivenOptions options) {
        RateLimit records =
                options.check(
                        RATE_LIMIT_RECORDS_PER_SECOND,
                        () ->
                                options.find(RATE_LIMIT_RECORDS_PER_SECOND)
                                        .map(RateLimit.none()::withRecordsPerSecond)
                                        .orElse(RateLimit.none()));
        return options.check(
                RATE_LIMIT_BYTES_PER_SECOND,
                () ->
                        options.find(RATE_LIMIT_BYTES_PER_SECOND)
                                .map(limit -> records.withBytesPerSecond(limit.getBytes()))
                                .orElse(records));
    }

    @Nullable
    private static StatusTableSettings statusTable(GivenOptions options, String tableName) {
        if (!options.isGiven(STATUS_TABLE)) {
            for (ConfigOption<?> option :
                    List.of(STATUS_TABLE_REQUIRED, STATUS_TABLE_INTERVAL, STATUS_TABLE_COMMIT)) {
                if (options.isGiven(option)) {
                    throw options.refused(option, "it needs a 'status-table'.");
                }
            }
            return null;
        }
        String name = options.get(STATUS_TABLE).trim();
        if (name.equals(tableName)) {
            throw options.contradiction(
                    STATUS_TABLE, TABLE_NAME, "a table can't be its own status table.");
        }
        StatusTableSettings settings =
                options.check(STATUS_TABLE, () -> StatusTableSettings.of(name))
                        .withRequired(options.get(STATUS_TABLE_REQUIRED))
                        .withCommit(options.get(STATUS_TABLE_COMMIT));
        return options.check(
                STATUS_TABLE_INTERVAL,
                () -> settings.withInterval(options.get(STATUS_TABLE_INTERVAL)));
    }

    private static Duration watermarkClockMargin(GivenOptions options) {
        Duration margin = options.get(SOURCE_WATERMARK_CLOCK_MARGIN);
        options.check(
                SOURCE_WATERMARK_CLOCK_MARGIN,
                () -> OtsStreamSource.builder().sourceWatermarks(margin));
        return margin;
    }

    private static Duration discoveryInterval(GivenOptions options) {
        Duration interval = options.get(SCAN_SHARD_DISCOVERY_INTERVAL);
        options.check(
                SCAN_SHARD_DISCOVERY_INTERVAL,
                () -> OtsStreamSource.builder().shardDiscoveryInterval(interval));
        return interval;
    }

    @Nullable
    private static Integer parallelism(GivenOptions options) {
        Integer parallelism = options.get(SCAN_PARALLELISM);
        if (parallelism != null && (parallelism < 1 || parallelism > MAX_PARALLELISM)) {
            throw options.refused(
                    SCAN_PARALLELISM, "it must be from 1 to " + MAX_PARALLELISM + ".");
        }
        return parallelism;
    }
}
