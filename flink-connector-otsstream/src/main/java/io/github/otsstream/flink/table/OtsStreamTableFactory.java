/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CHANGELOG_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.DIRTY_RECORD;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.DIRTY_RECORD_MAX_COUNT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.EXPORT_SEQUENCE_INFO;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MAX_BUFFERED_BYTES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MAX_IDLE_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MAX_REQUESTS_IN_FLIGHT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_MIN_IDLE_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.FETCH_RECORDS_PER_REQUEST;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.IGNORE_DELETE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.PARTIAL_UPDATE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.RATE_LIMIT_BYTES_PER_SECOND;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.RATE_LIMIT_RECORDS_PER_SECOND;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.READ_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_END_MARGIN;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_TIME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_TIMESTAMP_MILLIS;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_BOUNDED_WAIT_FOR_END;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_DATE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_PARALLELISM;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_SHARD_DISCOVERY_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_OR_EARLIEST;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_TIME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_STARTUP_TIMESTAMP_MILLIS;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SCAN_TIME_ZONE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SOURCE_WATERMARK_CLOCK_MARGIN;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE_COMMIT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE_INTERVAL;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.STATUS_TABLE_REQUIRED;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TABLE_NAME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TIME_SERIES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TRIMMED_DATA;

import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Makes tables with {@code 'connector' = 'otsstream'}; see {@link OtsStreamConnectorOptions}.
 *
 * <p>Asks nothing of the service. Everything that options and declared columns alone show to be
 * wrong is refused here, with a {@link ValidationException} that names the option as the user wrote
 * it; the rest is told when the job starts.
 */
@Internal
public final class OtsStreamTableFactory implements DynamicTableSourceFactory {

    /** What tables are declared with as their connector. */
    public static final String IDENTIFIER = "otsstream";

    /** They change neither rows nor the plan, so a compiled plan takes them from the catalog. */
    private static final List<ConfigOption<?>> FORWARDED =
            List.of(
                    SCAN_STARTUP_MODE,
                    SCAN_STARTUP_TIMESTAMP_MILLIS,
                    SCAN_STARTUP_TIME,
                    SCAN_STARTUP_OR_EARLIEST,
                    SCAN_TIME_ZONE,
                    STATUS_TABLE,
                    STATUS_TABLE_REQUIRED,
                    STATUS_TABLE_INTERVAL,
                    STATUS_TABLE_COMMIT,
                    SCAN_SHARD_DISCOVERY_INTERVAL,
                    TRIMMED_DATA,
                    RATE_LIMIT_RECORDS_PER_SECOND,
                    RATE_LIMIT_BYTES_PER_SECOND,
                    FETCH_RECORDS_PER_REQUEST,
                    FETCH_MAX_REQUESTS_IN_FLIGHT,
                    FETCH_MAX_BUFFERED_BYTES,
                    FETCH_MIN_IDLE_INTERVAL,
                    FETCH_MAX_IDLE_INTERVAL,
                    SOURCE_WATERMARK_CLOCK_MARGIN);

    private static final List<ConfigOption<?>> FIXED =
            List.of(
                    SCAN_BOUNDED_MODE,
                    SCAN_BOUNDED_TIMESTAMP_MILLIS,
                    SCAN_BOUNDED_TIME,
                    SCAN_BOUNDED_END_MARGIN,
                    SCAN_BOUNDED_WAIT_FOR_END,
                    SCAN_DATE,
                    SCAN_PARALLELISM,
                    TIME_SERIES,
                    READ_MODE,
                    CHANGELOG_MODE,
                    PARTIAL_UPDATE,
                    EXPORT_SEQUENCE_INFO,
                    IGNORE_DELETE,
                    DIRTY_RECORD,
                    DIRTY_RECORD_MAX_COUNT);

    private final OptionsOfCatalog catalog;

    /** Found by Flink, for tables of any catalog. */
    public OtsStreamTableFactory() {
        this((context, given) -> given);
    }

    /** For the tables of a catalog that keeps some of their options to itself. */
    public OtsStreamTableFactory(OptionsOfCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return union(ConnectionOptions.REQUIRED, List.of(TABLE_NAME));
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return union(ConnectionOptions.OPTIONAL, union(FORWARDED, FIXED));
    }

    @Override
    public Set<ConfigOption<?>> forwardOptions() {
        return union(union(ConnectionOptions.REQUIRED, ConnectionOptions.OPTIONAL), FORWARDED);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        try {
            return create(context);
        } catch (RuntimeException e) {
            if (context.getCatalogTable().getOptions().entrySet().stream()
                    .anyMatch(
                            option ->
                                    GivenOptions.isSecretThatFlinkShows(
                                            option.getKey(), option.getValue()))) {
                return new RefusedTable(e);
            }
            throw e;
        }
    }

    private DynamicTableSource create(Context context) {
        GivenOptions options =
                GivenOptions.of(
                        union(requiredOptions(), optionalOptions()),
                        catalog.complete(context, givenOptions(context)));
        FactoryUtil.createTableFactoryHelper(
                        this,
                        new FactoryUtil.DefaultDynamicTableContext(
                                context.getObjectIdentifier(),
                                context.getCatalogTable().copy(options.toMap()),
                                Map.of(),
                                context.getConfiguration(),
                                context.getClassLoader(),
                                context.isTemporary()))
                .validate();
        SourceSettings settings =
                SourceSettings.of(options, sessionZone(context.getConfiguration()));
        RowSettings rows = RowSettings.of(options);
        DeclaredColumns columns =
                DeclaredColumns.of(context.getCatalogTable().getResolvedSchema(), rows, options);
        return new OtsStreamTableSource(settings, rows, columns);
    }

    /** The table's own options, and those of its catalog that a compiled plan may take from it. */
    private Map<String, String> givenOptions(Context context) {
        Map<String, String> given = new HashMap<>(context.getCatalogTable().getOptions());
        for (ConfigOption<?> option : forwardOptions()) {
            List<String> keys = GivenOptions.keys(option);
            if (keys.stream().anyMatch(context.getEnrichmentOptions()::containsKey)) {
                given.keySet().removeAll(keys);
                keys.stream()
                        .filter(context.getEnrichmentOptions()::containsKey)
                        .forEach(key -> given.put(key, context.getEnrichmentOptions().get(key)));
            }
        }
        return given;
    }

    private static ZoneId sessionZone(ReadableConfig session) {
        String zone = session.get(TableConfigOptions.LOCAL_TIME_ZONE);
        return zone.equals(TableConfigOptions.LOCAL_TIME_ZONE.defaultValue())
                ? ZoneId.systemDefault()
                : ZoneId.of(zone);
    }

    private static Set<ConfigOption<?>> union(
            Collection<ConfigOption<?>> some, Collection<ConfigOption<?>> others) {
        Set<ConfigOption<?>> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return all;
    }

    /** Completes the options of a catalog's table when a scan of it is planned. */
    @FunctionalInterface
    public interface OptionsOfCatalog {

        /**
         * @param given the table's options with the hints of a query
         * @throws ValidationException if the table can't be scanned with them
         */
        Map<String, String> complete(Context context, Map<String, String> given);
    }
}
