/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Gives the credentials to sign requests with. It travels with the job to every reader and is asked
 * before each request, from several threads at once: an implementation that fetches temporary
 * credentials must cache them, refresh them before they expire, be thread-safe, and not block for
 * long.
 */
@PublicEvolving
@FunctionalInterface
public interface OtsCredentialsProvider extends Serializable {

    /**
     * Returns the credentials to use now.
     *
     * @throws RuntimeException if there are none; the request fails and is tried again later
     */
    OtsCredentials getCredentials();

    /** Always the same credentials. */
    static OtsCredentialsProvider fixed(OtsCredentials credentials) {
        return new FixedCredentialsProvider(credentials);
    }

    /** Always the same key pair. */
    static OtsCredentialsProvider fixed(String accessKeyId, String accessKeySecret) {
        return fixed(OtsCredentials.of(accessKeyId, accessKeySecret));
    }
}
