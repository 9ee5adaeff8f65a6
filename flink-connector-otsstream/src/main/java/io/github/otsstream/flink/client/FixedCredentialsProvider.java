/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Objects;
import org.apache.flink.annotation.Internal;

/** Always the same credentials. */
@Internal
final class FixedCredentialsProvider implements OtsCredentialsProvider {

    private static final long serialVersionUID = 1L;

    private final OtsCredentials credentials;

    FixedCredentialsProvider(OtsCredentials credentials) {
        this.credentials = Objects.requireNonNull(credentials, "credentials");
    }

    @Override
    public OtsCredentials getCredentials() {
        return credentials;
    }

    @Override
    public String toString() {
        return "FixedCredentialsProvider{hidden}";
    }
}
