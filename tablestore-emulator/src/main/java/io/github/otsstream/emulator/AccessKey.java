/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import java.util.Objects;

/** A key pair that clients may sign with, and the STS token they must send with it, if any. */
public final class AccessKey {

    private final String id;
    private final String secret;
    private final String securityToken;

    /**
     * @param securityToken null for a key pair that is used without a token
     */
    public AccessKey(String id, String secret, String securityToken) {
        this.id = nonEmpty("access key id", id);
        this.secret = nonEmpty("access key secret", secret);
        this.securityToken = securityToken;
    }

    private static String nonEmpty(String what, String value) {
        if (Objects.requireNonNull(value, what).isEmpty()) {
            throw new IllegalArgumentException("The " + what + " must not be empty");
        }
        return value;
    }

    public String id() {
        return id;
    }

    public String secret() {
        return secret;
    }

    /** The STS token, or null. */
    public String securityToken() {
        return securityToken;
    }

    /** The id only: a secret has no place in logs. */
    @Override
    public String toString() {
        return "AccessKey " + id;
    }
}
