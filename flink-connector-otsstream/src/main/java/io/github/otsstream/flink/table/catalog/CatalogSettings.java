/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ACCESS_KEY_ID;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ACCESS_KEY_SECRET;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CREDENTIALS_PROVIDER;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ECS_RAM_ROLE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.MAX_RETRIES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SECURITY_TOKEN;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TABLE_NAME;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.METADATA_COLUMNS;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.SAMPLE_ROWS;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.TABLE_DEFAULT_PREFIX;

import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.table.ConnectionOptions;
import io.github.otsstream.flink.table.GivenOptions;
import io.github.otsstream.flink.table.OtsStreamTableFactory;
import io.github.otsstream.flink.table.row.MetadataColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * What a catalog was created with: how to reach its instance, what its tables look like, and their
 * options, of which the credentials are kept apart. Immutable; printing it shows none.
 */
@Internal
final class CatalogSettings {

    /** Everything that says who reads. */
    static final List<ConfigOption<?>> CREDENTIALS =
            List.of(
                    ACCESS_KEY_ID,
                    ACCESS_KEY_SECRET,
                    SECURITY_TOKEN,
                    CREDENTIALS_PROVIDER,
                    ECS_RAM_ROLE);

    private static final int MAX_SAMPLE_ROWS = 1_000;

    /** Somebody waits for the catalog's answers: what fails for longer than seconds is told. */
    private static final int DEFAULT_RETRIES = 6;

    private final OtsConnection connection;
    private final RetryPolicy retryPolicy;
    private final int sampleRows;
    private final List<MetadataColumn> metadata;
    private final Map<String, String> credentials;
    private final Map<String, String> connectionOptions;
    private final TableDefaults defaults;

    private CatalogSettings(
            GivenOptions options,
            Map<String, String> credentials,
            Map<String, String> connectionOptions,
            TableDefaults defaults) {
        this.connection = ConnectionOptions.connection(options);
        this.retryPolicy =
                options.isGiven(MAX_RETRIES)
                        ? ConnectionOptions.retryPolicy(options)
                        : RetryPolicy.defaults().withMaxRetries(DEFAULT_RETRIES);
        this.sampleRows = sampleRows(options);
        this.metadata = metadata(options.get(METADATA_COLUMNS));
        this.credentials = credentials;
        this.connectionOptions = connectionOptions;
        this.defaults = defaults;
    }

    /**
     * @param given the options of {@code CREATE CATALOG} but for the type; no unknown ones
     * @throws ValidationException if one is wrong; the message names it
     */
    static CatalogSettings of(Map<String, String> given) {
        Map<String, String> own = new HashMap<>();
        Map<String, String> defaults = new LinkedHashMap<>();
        given.forEach(
                (key, value) -> {
                    if (key.startsWith(TABLE_DEFAULT_PREFIX)) {
                        defaults.put(key.substring(TABLE_DEFAULT_PREFIX.length()), value);
                    } else {
                        own.put(key, value);
                    }
                });
        List<ConfigOption<?>> connection = new ArrayList<>(ConnectionOptions.REQUIRED);
        connection.addAll(ConnectionOptions.OPTIONAL);
        List<ConfigOption<?>> known = new ArrayList<>(connection);
        known.add(SAMPLE_ROWS);
        known.add(METADATA_COLUMNS);
        GivenOptions options = GivenOptions.of(known, own);
        Map<String, String> credentials = new HashMap<>();
        Map<String, String> visible = new LinkedHashMap<>();
        for (ConfigOption<?> option : connection) {
            GivenOptions.keys(option).stream()
                    .filter(own::containsKey)
                    .findFirst()
                    .ifPresent(
                            key ->
                                    (CREDENTIALS.contains(option) ? credentials : visible)
                                            .put(option.key(), own.get(key)));
        }
        return new CatalogSettings(options, credentials, visible, TableDefaults.of(defaults));
    }

    private static int sampleRows(GivenOptions options) {
        int rows = options.get(SAMPLE_ROWS);
        if (rows < 0 || rows > MAX_SAMPLE_ROWS) {
            throw options.refused(SAMPLE_ROWS, "it must be between 0 and " + MAX_SAMPLE_ROWS + '.');
        }
        return rows;
    }

    private static List<MetadataColumn> metadata(List<String> keys) {
        List<MetadataColumn> columns = new ArrayList<>();
        for (String key : keys) {
            MetadataColumn column =
                    Arrays.stream(MetadataColumn.values())
                            .filter(known -> known.key().equals(key.trim()))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            wrongMetadata(
                                                    key,
                                                    "but there is no such metadata. There are, to"
                                                            + " be separated by semicolons: "
                                                            + String.join(
                                                                    ", ",
                                                                    MetadataColumn.list().keySet())
                                                            + '.'));
            if (columns.contains(column)) {
                throw wrongMetadata(key, "and names it again.");
            }
            columns.add(column);
        }
        return List.copyOf(columns);
    }

    private static ValidationException wrongMetadata(String key, String why) {
        return new ValidationException(
                "The option '" + METADATA_COLUMNS.key() + "' names '" + key + "', " + why);
    }

    OtsConnection connection() {
        return connection;
    }

    /** How the catalog's own questions are repeated. */
    RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    int sampleRows() {
        return sampleRows;
    }

    List<MetadataColumn> metadata() {
        return metadata;
    }

    /** Whether tables declare their primary key. */
    boolean declareKey() {
        return defaults.declareKey();
    }

    /** A table's options. None of them is a credential. */
    Map<String, String> tableOptions(String tableName) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(FactoryUtil.CONNECTOR.key(), OtsStreamTableFactory.IDENTIFIER);
        options.putAll(connectionOptions);
        options.put(TABLE_NAME.key(), tableName);
        options.putAll(defaults.asMap());
        return options;
    }

    /** What {@link #tableOptions} leaves out, under the options' own keys. */
    Map<String, String> credentials() {
        return credentials;
    }

    @Override
    public String toString() {
        return "CatalogSettings{" + connection + '}';
    }
}
