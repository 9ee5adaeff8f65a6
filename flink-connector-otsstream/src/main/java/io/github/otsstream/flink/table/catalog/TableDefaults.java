/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CHANGELOG_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.READ_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TABLE_NAME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TIME_SERIES;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.TABLE_DEFAULT_PREFIX;

import io.github.otsstream.flink.table.ConnectionOptions;
import io.github.otsstream.flink.table.GivenOptions;
import io.github.otsstream.flink.table.OtsStreamTableFactory;
import io.github.otsstream.flink.table.row.ChangelogKind;
import io.github.otsstream.flink.table.row.ReadMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;

/**
 * The options that a catalog gives to each of its tables, besides those of the connection. Those
 * that can't be right for a table of a catalog are a {@link ValidationException}. Immutable.
 */
@Internal
final class TableDefaults {

    private final Map<String, String> options;
    private final boolean keyed;

    private TableDefaults(Map<String, String> options, boolean keyed) {
        this.options = options;
        this.keyed = keyed;
    }

    /**
     * @param options keys without the prefix, and values, as the user wrote them
     */
    static TableDefaults of(Map<String, String> options) {
        options.keySet().forEach(TableDefaults::checkKey);
        try {
            return new TableDefaults(
                    Map.copyOf(options), declaresKey(GivenOptions.of(known(), options)));
        } catch (ValidationException e) {
            throw new ValidationException(
                    "What '"
                            + TABLE_DEFAULT_PREFIX
                            + "' gives to tables is wrong. "
                            + e.getMessage(),
                    e);
        }
    }

    private static void checkKey(String key) {
        ConfigOption<?> option =
                known().stream()
                        .filter(known -> GivenOptions.keys(known).contains(key))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        refused(
                                                key,
                                                "tables have no such option. They have: "
                                                        + known().stream()
                                                                .map(ConfigOption::key)
                                                                .sorted()
                                                                .collect(Collectors.joining(", "))
                                                        + '.'));
        if (ConnectionOptions.REQUIRED.contains(option)
                || ConnectionOptions.OPTIONAL.contains(option)) {
            throw refused(
                    key,
                    "a catalog and its tables have one connection. Give '"
                            + option.key()
                            + "' to the catalog.");
        }
        if (option.equals(TABLE_NAME) || option.equals(TIME_SERIES)) {
            throw refused(key, "it is not the same for all tables.");
        }
    }

    private static ValidationException refused(String key, String why) {
        return new ValidationException(
                "The option '" + TABLE_DEFAULT_PREFIX + key + "' can't be used: " + why);
    }

    /** All options that a table can have. */
    static List<ConfigOption<?>> known() {
        OtsStreamTableFactory tables = new OtsStreamTableFactory();
        List<ConfigOption<?>> options = new ArrayList<>(tables.requiredOptions());
        options.addAll(tables.optionalOptions());
        return options;
    }

    /**
     * Returns whether rows change and remove each other by their key, so that it is unique and has
     * to be declared.
     *
     * @param options of a table
     * @throws ValidationException if its rows have other columns than a catalog declares
     */
    static boolean declaresKey(GivenOptions options) {
        if (options.get(READ_MODE) == ReadMode.MULTI_VERSION) {
            throw otherColumns(options, READ_MODE);
        }
        if (options.get(TIME_SERIES)) {
            throw otherColumns(options, TIME_SERIES);
        }
        return options.get(CHANGELOG_MODE) != ChangelogKind.APPEND;
    }

    private static ValidationException otherColumns(GivenOptions options, ConfigOption<?> option) {
        return options.refused(
                option,
                "the rows have other columns then than a catalog declares. Declare such a table"
                        + " with CREATE TABLE.");
    }

    Map<String, String> asMap() {
        return options;
    }

    /** Whether tables declare their key, as {@link #declaresKey(GivenOptions)} says of these. */
    boolean declareKey() {
        return keyed;
    }
}
