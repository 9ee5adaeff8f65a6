/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import picocli.CommandLine.Option;

/**
 * Which table an example reads: by options, or else by the environment variables OTS_ENDPOINT,
 * OTS_INSTANCE, OTS_TABLE, OTS_ACCESS_KEY_ID and OTS_ACCESS_KEY_SECRET, which keep the secret out
 * of the list of processes.
 */
public final class ExampleTable {

    @Option(names = "--endpoint", required = true, defaultValue = "${env:OTS_ENDPOINT}")
    private String endpoint;

    @Option(names = "--instance", required = true, defaultValue = "${env:OTS_INSTANCE}")
    private String instance;

    @Option(names = "--table", required = true, defaultValue = "${env:OTS_TABLE}")
    private String table;

    @Option(names = "--access-key-id", required = true, defaultValue = "${env:OTS_ACCESS_KEY_ID}")
    private String accessKeyId;

    @Option(
            names = "--access-key-secret",
            required = true,
            defaultValue = "${env:OTS_ACCESS_KEY_SECRET}")
    private String accessKeySecret;

    /** A source of the table's changes, to be completed with what its elements are. */
    <T> OtsStreamSourceBuilder<T> source() {
        return OtsStreamSource.<T>builder()
                .endpoint(endpoint)
                .instanceName(instance)
                .tableName(table)
                .credentials(accessKeyId, accessKeySecret);
    }

    /** What follows WITH in a CREATE TABLE. */
    String with(String... more) {
        return String.join(
                ", ",
                "('connector' = 'otsstream'",
                option("endpoint", endpoint),
                option("instance-name", instance),
                option("table-name", table),
                option("access-key-id", accessKeyId),
                option("access-key-secret", accessKeySecret),
                String.join(", ", more) + ")");
    }

    /** An option in SQL. */
    static String option(String name, Object value) {
        return "'" + name + "' = '" + String.valueOf(value).replace("'", "''") + "'";
    }
}
