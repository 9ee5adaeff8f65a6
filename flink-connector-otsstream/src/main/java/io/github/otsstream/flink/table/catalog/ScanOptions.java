/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CHANGELOG_MODE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ENDPOINT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.INSTANCE_NAME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TABLE_NAME;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.TABLE_DEFAULT_PREFIX;

import io.github.otsstream.flink.table.GivenOptions;
import io.github.otsstream.flink.table.OtsStreamTableFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Completes the options of a catalog's table when a scan of it is planned: adds the credentials,
 * which exist nowhere before, and lets a query's hints come before the catalog's options, also
 * under another name of the same option.
 *
 * <p>Hints that would make it another table than the one that the catalog shows are refused. The
 * credentials are only ever used for the instance that they were given for.
 */
@Internal
final class ScanOptions implements OtsStreamTableFactory.OptionsOfCatalog {

    /** What makes a table the one that it is in the catalog. */
    private static final List<ConfigOption<String>> IDENTITY =
            List.of(FactoryUtil.CONNECTOR, ENDPOINT, INSTANCE_NAME, TABLE_NAME);

    private final CatalogSettings settings;

    ScanOptions(CatalogSettings settings) {
        this.settings = settings;
    }

    @Override
    public Map<String, String> complete(
            DynamicTableFactory.Context context, Map<String, String> given) {
        Map<String, String> own =
                settings.tableOptions(context.getObjectIdentifier().getObjectName());
        IDENTITY.forEach(option -> checkSame(option, own.get(option.key()), given));
        Map<String, String> options = withoutReplaced(given, own);
        checkKey(
                GivenOptions.of(TableDefaults.known(), options),
                context.getCatalogTable().getResolvedSchema().getPrimaryKey().isPresent());
        if (CatalogSettings.CREDENTIALS.stream()
                .allMatch(option -> givenKeys(option, given).isEmpty())) {
            options.putAll(settings.credentials());
        }
        return options;
    }

    private static void checkSame(
            ConfigOption<String> option, String own, Map<String, String> given) {
        for (String key : givenKeys(option, given)) {
            if (!given.get(key).equals(own)) {
                throw new ValidationException(
                        "The option '"
                                + key
                                + "' = '"
                                + given.get(key)
                                + "' can't be used: the catalog's table has '"
                                + own
                                + "'. Declare another one with CREATE TABLE.");
            }
        }
    }

    private static Map<String, String> withoutReplaced(
            Map<String, String> given, Map<String, String> own) {
        Map<String, String> options = new HashMap<>(given);
        for (ConfigOption<?> option : TableDefaults.known()) {
            List<String> keys = givenKeys(option, given);
            if (keys.size() > 1) {
                keys.stream()
                        .filter(key -> given.get(key).equals(own.get(key)))
                        .forEach(options::remove);
            }
        }
        return options;
    }

    /** Flink takes a declared key for unique, and leaves out what would change nothing then. */
    private static void checkKey(GivenOptions options, boolean declared) {
        boolean unique = TableDefaults.declaresKey(options);
        if (unique && !declared) {
            throw options.refused(
                    CHANGELOG_MODE,
                    "the catalog does not declare the table's primary key. Create one with '"
                            + TABLE_DEFAULT_PREFIX
                            + CHANGELOG_MODE.key()
                            + "' = '"
                            + options.get(CHANGELOG_MODE)
                            + "', which does.");
        }
        if (!unique && declared) {
            throw options.refused(
                    CHANGELOG_MODE,
                    "the catalog declares the table's primary key, but in these rows it is not"
                            + " unique, so that Flink would aggregate them wrongly. Create a catalog"
                            + " without '"
                            + TABLE_DEFAULT_PREFIX
                            + CHANGELOG_MODE.key()
                            + "'.");
        }
    }

    private static List<String> givenKeys(ConfigOption<?> option, Map<String, String> given) {
        return GivenOptions.keys(option).stream()
                .filter(given::containsKey)
                .collect(Collectors.toList());
    }
}
