/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ACCESS_KEY_ID;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ACCESS_KEY_SECRET;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ALLOW_PLAIN_HTTP;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.COMPRESSION;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CONNECT_TIMEOUT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.CREDENTIALS_PROVIDER;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ECS_RAM_ROLE;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.ENDPOINT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.INSTANCE_NAME;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.MAX_CONNECTIONS;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.MAX_RETRIES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.REQUEST_TIMEOUT;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.SECURITY_TOKEN;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.TRUSTED_CERTIFICATES;
import static io.github.otsstream.flink.table.OtsStreamConnectorOptions.VERIFY_CONTENT_MD5;

import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.OtsCredentials;
import io.github.otsstream.flink.client.OtsCredentialsProvider;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.table.OtsStreamConnectorOptions.CredentialsKind;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;

/**
 * The options that tables and catalogs have in common: how to reach the instance. Everything wrong
 * is a {@link ValidationException} that names the option. Stateless.
 */
@Internal
public final class ConnectionOptions {

    /** Those without which there is no connection. */
    public static final List<ConfigOption<?>> REQUIRED = List.of(ENDPOINT, INSTANCE_NAME);

    public static final List<ConfigOption<?>> OPTIONAL =
            List.of(
                    ACCESS_KEY_ID,
                    ACCESS_KEY_SECRET,
                    SECURITY_TOKEN,
                    CREDENTIALS_PROVIDER,
                    ECS_RAM_ROLE,
                    ALLOW_PLAIN_HTTP,
                    REQUEST_TIMEOUT,
                    CONNECT_TIMEOUT,
                    TRUSTED_CERTIFICATES,
                    MAX_CONNECTIONS,
                    COMPRESSION,
                    VERIFY_CONTENT_MD5,
                    MAX_RETRIES);

    private ConnectionOptions() {}

    /** The connection that the options describe. Nothing is sent. */
    public static OtsConnection connection(GivenOptions options) {
        // Each value is added to others that are right, so that a refusal is about that value.
        OtsConnection.Builder builder =
                OtsConnection.builder()
                        .instanceName("-")
                        .credentials(credentials(options))
                        .allowPlainHttp(options.get(ALLOW_PLAIN_HTTP))
                        .compression(options.get(COMPRESSION))
                        .verifyContentMd5(options.get(VERIFY_CONTENT_MD5));
        builder.endpoint(options.get(ENDPOINT));
        options.check(ENDPOINT, builder::build);
        builder.instanceName(options.get(INSTANCE_NAME));
        options.check(INSTANCE_NAME, builder::build);
        options.find(TRUSTED_CERTIFICATES)
                .ifPresent(
                        file ->
                                options.check(
                                        TRUSTED_CERTIFICATES,
                                        () -> builder.trustedCertificates(Path.of(file)).build()));
        builder.requestTimeout(options.get(REQUEST_TIMEOUT));
        options.check(REQUEST_TIMEOUT, builder::build);
        builder.connectTimeout(options.get(CONNECT_TIMEOUT));
        options.check(CONNECT_TIMEOUT, builder::build);
        builder.maxConnections(options.get(MAX_CONNECTIONS));
        return options.check(MAX_CONNECTIONS, builder::build);
    }

    /** How requests are made again. */
    public static RetryPolicy retryPolicy(GivenOptions options) {
        return options.check(
                MAX_RETRIES, () -> RetryPolicy.defaults().withMaxRetries(options.get(MAX_RETRIES)));
    }

    private static OtsCredentialsProvider credentials(GivenOptions options) {
        CredentialsKind kind = kind(options);
        if (kind != CredentialsKind.ECS_RAM_ROLE && options.isGiven(ECS_RAM_ROLE)) {
            throw options.refused(
                    ECS_RAM_ROLE, "it needs 'credentials.provider' = 'ecs-ram-role'.");
        }
        switch (kind) {
            case STATIC:
                return fixed(options);
            case SYSTEM_PROPERTIES:
                return OtsCredentialsProvider.systemProperties();
            case ECS_RAM_ROLE:
                return options.check(
                        ECS_RAM_ROLE,
                        () ->
                                OtsCredentialsProvider.ecsRamRole(
                                        options.find(ECS_RAM_ROLE).orElse(null)));
            default:
                return OtsCredentialsProvider.environment();
        }
    }

    private static CredentialsKind kind(GivenOptions options) {
        ConfigOption<?> key =
                Stream.of(ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN)
                        .filter(options::isGiven)
                        .findFirst()
                        .orElse(null);
        CredentialsKind kind =
                options.find(CREDENTIALS_PROVIDER)
                        .orElse(key == null ? CredentialsKind.ENVIRONMENT : CredentialsKind.STATIC);
        if (key != null && kind != CredentialsKind.STATIC) {
            throw options.contradiction(
                    CREDENTIALS_PROVIDER, key, "give an access key, or another provider.");
        }
        return kind;
    }

    private static OtsCredentialsProvider fixed(GivenOptions options) {
        for (ConfigOption<String> half : List.of(ACCESS_KEY_ID, ACCESS_KEY_SECRET)) {
            if (!options.isGiven(half)) {
                throw new ValidationException(
                        "The option '"
                                + half.key()
                                + "' is missing: an access key has an id and a secret. Without"
                                + " both, credentials come from what 'credentials.provider' says.");
            }
        }
        String id = options.get(ACCESS_KEY_ID);
        // Each is checked beside others that are right, as above.
        options.check(ACCESS_KEY_ID, () -> OtsCredentials.of(id, "-"));
        options.check(
                ACCESS_KEY_SECRET, () -> OtsCredentials.of(id, options.get(ACCESS_KEY_SECRET)));
        return OtsCredentialsProvider.fixed(
                options.check(
                        SECURITY_TOKEN,
                        () ->
                                OtsCredentials.of(
                                        id,
                                        options.get(ACCESS_KEY_SECRET),
                                        options.get(SECURITY_TOKEN))));
    }
}
