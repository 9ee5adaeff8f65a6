/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is said beside the job, since the job does not say it. */
final class Parameters {

    private static final String UNTOLD = "STRING";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "The instance's address, where the job names a datasource.")
    private String endpoint;

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = "The instance, where the job names a datasource.")
    private String instance;

    @Option(
            names = "--key",
            paramLabel = "NAME=TYPE",
            description = "A column of the table's primary key, in its order: --key id=BIGINT.")
    private Map<String, String> key = new LinkedHashMap<>();

    @Option(
            names = "--type",
            paramLabel = "NAME=TYPE",
            description = "The SQL type of another column: --type amount=DOUBLE. Default: STRING.")
    private Map<String, String> types = new LinkedHashMap<>();

    @Option(
            names = "-D",
            paramLabel = "NAME=VALUE",
            description = "What a placeholder stands for: -D startTime=20240229000000.")
    private Map<String, String> values = new LinkedHashMap<>();

    Optional<String> endpoint() {
        return Optional.ofNullable(endpoint);
    }

    Optional<String> instance() {
        return Optional.ofNullable(instance);
    }

    Map<String, String> key() {
        return key;
    }

    Map<String, String> types() {
        return types;
    }

    String type(String column) {
        return types.getOrDefault(column, UNTOLD);
    }

    /** Puts in what is known of the placeholders. */
    String fill(String sql) {
        String filled = sql;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled =
                    filled.replace(
                            "${" + value.getKey() + '}', value.getValue().replace("'", "''"));
        }
        return filled;
    }
}
