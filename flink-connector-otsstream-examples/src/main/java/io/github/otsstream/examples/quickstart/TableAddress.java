/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.core.auth.CredentialsProviderFactory;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.flink.client.OtsCredentials;
import io.github.otsstream.flink.client.OtsCredentialsProvider;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A table, where it is, and the credentials to reach it. Immutable. */
final class TableAddress {

    private static final List<String> REQUIRED =
            List.of(
                    "OTS_ENDPOINT",
                    "OTS_INSTANCE",
                    "OTS_TABLE",
                    "OTS_ACCESS_KEY_ID",
                    "OTS_ACCESS_KEY_SECRET");

    private final String endpoint;
    private final String instance;
    private final String table;
    private final OtsCredentials credentials;

    private TableAddress(
            String endpoint, String instance, String table, OtsCredentials credentials) {
        this.endpoint = endpoint;
        this.instance = instance;
        this.table = table;
        this.credentials = credentials;
    }

    /** A table of an emulator. */
    static TableAddress of(TablestoreEmulator emulator, String table) {
        return new TableAddress(
                emulator.endpoint(),
                emulator.instanceName(),
                table,
                OtsCredentials.of(emulator.accessKeyId(), emulator.accessKeySecret()));
    }

    /**
     * The table that environment variables name.
     *
     * @throws IllegalArgumentException if some are missing; the message names them
     */
    static TableAddress of(Map<String, String> environment) {
        List<String> missing =
                REQUIRED.stream()
                        .filter(name -> environment.getOrDefault(name, "").isBlank())
                        .collect(Collectors.toList());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "--remote reads the table that environment variables name, but not set: "
                            + String.join(", ", missing));
        }
        String token = environment.getOrDefault("OTS_SECURITY_TOKEN", "");
        return new TableAddress(
                environment.get("OTS_ENDPOINT"),
                environment.get("OTS_INSTANCE"),
                environment.get("OTS_TABLE"),
                OtsCredentials.of(
                        environment.get("OTS_ACCESS_KEY_ID"),
                        environment.get("OTS_ACCESS_KEY_SECRET"),
                        token.isBlank() ? null : token));
    }

    String endpoint() {
        return endpoint;
    }

    String instance() {
        return instance;
    }

    String table() {
        return table;
    }

    OtsCredentials credentials() {
        return credentials;
    }

    /** A source of the table's changes, to be completed with where to start and stop. */
    OtsStreamSourceBuilder<ChangeRecord> source() {
        return OtsStreamSource.<ChangeRecord>builder()
                .endpoint(endpoint)
                .instanceName(instance)
                .tableName(table)
                .credentials(OtsCredentialsProvider.fixed(credentials))
                .deserializer(new ChangeRecordSchema());
    }

    /** A client of the official SDK. */
    SyncClientInterface client() {
        return SyncClients.create(
                endpoint,
                CredentialsProviderFactory.newDefaultCredentialProvider(
                        credentials.getAccessKeyId(),
                        credentials.getAccessKeySecret(),
                        credentials.getSecurityToken()),
                instance,
                new ClientConfiguration());
    }
}
