/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The options of a catalog with {@code 'type' = 'otsstream'}, beside those that say how to reach
 * the instance, which are the same as a table's: {@link
 * io.github.otsstream.flink.table.OtsStreamConnectorOptions}.
 */
@PublicEvolving
public final class OtsStreamCatalogOptions {

    /**
     * An option of a table with this before its key is given to each table of the catalog. A hint
     * in a query comes before it.
     */
    public static final String TABLE_DEFAULT_PREFIX = "table-default.";

    public static final ConfigOption<Integer> SAMPLE_ROWS =
            ConfigOptions.key("sample-rows")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "How many rows of a table are read, half of them from each of its ends,"
                                    + " to find columns that it does not define; at most 1000. Each"
                                    + " table is sampled once. By default only the primary key and"
                                    + " the defined columns are there.");

    public static final ConfigOption<List<String>> METADATA_COLUMNS =
            ConfigOptions.key("metadata-columns")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Keys of metadata that each table has as columns at its end, separated"
                                    + " by semicolons. The columns are named as the keys, with '_'"
                                    + " for '-', as op_type for op-type.");

    private OtsStreamCatalogOptions() {}
}
