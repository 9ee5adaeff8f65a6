/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.METADATA_COLUMNS;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.SAMPLE_ROWS;
import static io.github.otsstream.flink.table.catalog.OtsStreamCatalogOptions.TABLE_DEFAULT_PREFIX;

import io.github.otsstream.flink.table.ConnectionOptions;
import io.github.otsstream.flink.table.GivenOptions;
import io.github.otsstream.flink.table.OtsStreamTableFactory;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Creates the catalog of an instance for {@code CREATE CATALOG ... WITH ('type' = 'otsstream')}.
 * Every wrong option is refused then; nothing is asked of the service.
 */
@Internal
public final class OtsStreamCatalogFactory implements CatalogFactory {

    @Override
    public String factoryIdentifier() {
        return OtsStreamTableFactory.IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return new HashSet<>(ConnectionOptions.REQUIRED);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> options = new HashSet<>(ConnectionOptions.OPTIONAL);
        options.add(SAMPLE_ROWS);
        options.add(METADATA_COLUMNS);
        return options;
    }

    @Override
    public Catalog createCatalog(Context context) {
        try {
            FactoryUtil.createCatalogFactoryHelper(this, context)
                    .validateExcept(TABLE_DEFAULT_PREFIX);
            return new OtsStreamCatalog(
                    context.getName(), CatalogSettings.of(context.getOptions()));
        } catch (ValidationException e) {
            if (context.getOptions().entrySet().stream()
                    .anyMatch(
                            option -> isSecretThatFlinkShows(option.getKey(), option.getValue()))) {
                return new RefusedCatalog(context.getName(), e);
            }
            throw e;
        }
    }

    private static boolean isSecretThatFlinkShows(String key, String value) {
        return GivenOptions.isSecretThatFlinkShows(
                key.startsWith(TABLE_DEFAULT_PREFIX)
                        ? key.substring(TABLE_DEFAULT_PREFIX.length())
                        : key,
                value);
    }
}
