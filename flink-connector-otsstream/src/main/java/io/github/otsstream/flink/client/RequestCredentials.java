/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A provider's credentials, as requests need them: what goes wrong with the credentials becomes a
 * failure of the request. Thread-safe as the provider is.
 */
@Internal
final class RequestCredentials {

    private final OtsCredentialsProvider provider;

    RequestCredentials(OtsCredentialsProvider provider) {
        this.provider = Objects.requireNonNull(provider, "provider");
    }

    /**
     * Returns the credentials for a request that is made now.
     *
     * @throws OtsStreamException if there are none: of kind FATAL if the provider says that its
     *     set-up is wrong, else TRANSIENT
     */
    OtsCredentials current(Operation operation, Target target) {
        OtsCredentials credentials;
        try {
            credentials = provider.getCredentials();
        } catch (IllegalArgumentException e) {
            throw missing(OtsStreamException.Kind.FATAL, operation, target, e);
        } catch (RuntimeException e) {
            throw missing(OtsStreamException.Kind.TRANSIENT, operation, target, e);
        }
        if (credentials == null) {
            throw missing(OtsStreamException.Kind.TRANSIENT, operation, target, null);
        }
        return credentials;
    }

    /**
     * Returns what a failure means for a request that was made with these credentials. If they were
     * refused, and the provider has others by now, they were old ones that expired on the way, and
     * the request is worth making again: with the others.
     */
    OtsStreamException judge(OtsStreamException failure, OtsCredentials used) {
        return ServiceErrors.isCredentialsRefused(failure.getErrorCode()) && hasOthersThan(used)
                ? failure.withKind(OtsStreamException.Kind.TRANSIENT)
                : failure;
    }

    private boolean hasOthersThan(OtsCredentials used) {
        try {
            OtsCredentials now = provider.getCredentials();
            return now != null && !now.equals(used);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static OtsStreamException missing(
            OtsStreamException.Kind kind,
            Operation operation,
            Target target,
            @Nullable RuntimeException e) {
        return new OtsStreamException(
                kind,
                operation.wireName(),
                target.toString(),
                null,
                null,
                0,
                1,
                Duration.ZERO,
                "the credentials provider gave no credentials" + (e == null ? "" : ": " + e),
                e);
    }
}
