/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.VisibleForTesting;

/**
 * Credentials under well-known names in the process that sends the request, read anew each time.
 *
 * <p>There can be several sets of names. The first whose access key id is there is taken, and all
 * of it from there, so that a secret is never combined with another key's id.
 */
@Internal
enum NamedCredentials implements OtsCredentialsProvider {
    ENVIRONMENT(
            "environment variables",
            System::getenv,
            new Names(
                    "TABLESTORE_ACCESS_KEY_ID",
                    "TABLESTORE_ACCESS_KEY_SECRET",
                    "TABLESTORE_SESSION_TOKEN"),
            new Names(
                    "ALIBABA_CLOUD_ACCESS_KEY_ID",
                    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                    "ALIBABA_CLOUD_SECURITY_TOKEN")),

    SYSTEM_PROPERTIES(
            "system properties",
            System::getProperty,
            new Names(
                    "tablestore.accessKeyId",
                    "tablestore.accessKeySecret",
                    "tablestore.sessionToken"));

    private final String where;
    private final UnaryOperator<String> lookup;
    private final List<Names> sets;

    NamedCredentials(String where, UnaryOperator<String> lookup, Names... sets) {
        this.where = where;
        this.lookup = lookup;
        this.sets = List.of(sets);
    }

    @Override
    public OtsCredentials getCredentials() {
        return find(lookup);
    }

    /** As {@link #getCredentials()}, from elsewhere. A value of blanks is the same as none. */
    @VisibleForTesting
    OtsCredentials find(UnaryOperator<String> lookup) {
        for (Names names : sets) {
            String id = lookup.apply(names.id);
            if (id != null && !id.isBlank()) {
                String secret = lookup.apply(names.secret);
                if (secret == null || secret.isBlank()) {
                    throw new IllegalArgumentException(
                            "Of the "
                                    + where
                                    + " of this process, "
                                    + names.id
                                    + " is set, but "
                                    + names.secret
                                    + " is not.");
                }
                return OtsCredentials.of(id, secret, lookup.apply(names.token));
            }
        }
        throw new IllegalArgumentException(
                "The "
                        + where
                        + " of this process hold no credentials: set "
                        + sets.stream().map(Names::toString).collect(Collectors.joining(", or "))
                        + ", for every JobManager and TaskManager.");
    }

    /** What one set of credentials is called. */
    private static final class Names {

        private final String id;
        private final String secret;
        private final String token;

        Names(String id, String secret, String token) {
            this.id = id;
            this.secret = secret;
            this.token = token;
        }

        @Override
        public String toString() {
            return id + " and " + secret + " (and " + token + " for temporary ones)";
        }
    }
}
