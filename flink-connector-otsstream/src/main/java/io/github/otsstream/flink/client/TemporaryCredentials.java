/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Instant;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/** Credentials and the time when they expire. Immutable; printing it shows no secret. */
@Internal
final class TemporaryCredentials {

    private final OtsCredentials credentials;
    private final Instant expiration;

    TemporaryCredentials(OtsCredentials credentials, Instant expiration) {
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        this.expiration = Objects.requireNonNull(expiration, "expiration");
    }

    OtsCredentials credentials() {
        return credentials;
    }

    Instant expiration() {
        return expiration;
    }

    @Override
    public String toString() {
        return "TemporaryCredentials{hidden, until " + expiration + '}';
    }
}
