/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.Serializable;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * An access key pair, with a security token if it is a temporary one. Immutable; printing it shows
 * no secret.
 */
@PublicEvolving
public final class OtsCredentials implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String accessKeyId;
    private final String accessKeySecret;
    @Nullable private final String securityToken;

    private OtsCredentials(
            String accessKeyId, String accessKeySecret, @Nullable String securityToken) {
        this.accessKeyId = requireText(accessKeyId, "access key id");
        this.accessKeySecret = requireText(accessKeySecret, "access key secret");
        this.securityToken =
                securityToken == null || securityToken.trim().isEmpty()
                        ? null
                        : requirePrintable(securityToken.trim(), "security token");
    }

    /** Credentials of an account or a RAM user. */
    public static OtsCredentials of(String accessKeyId, String accessKeySecret) {
        return new OtsCredentials(accessKeyId, accessKeySecret, null);
    }

    /**
     * Temporary credentials from the Security Token Service. A null or empty token is the same as
     * none.
     */
    public static OtsCredentials of(
            String accessKeyId, String accessKeySecret, @Nullable String securityToken) {
        return new OtsCredentials(accessKeyId, accessKeySecret, securityToken);
    }

    /** Returns the id of the access key, never empty. */
    public String getAccessKeyId() {
        return accessKeyId;
    }

    /** Returns the secret of the access key, never empty. To be shown to nobody. */
    public String getAccessKeySecret() {
        return accessKeySecret;
    }

    /** Returns the security token, or null if the key pair is a permanent one. */
    @Nullable
    public String getSecurityToken() {
        return securityToken;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof OtsCredentials)) {
            return false;
        }
        OtsCredentials that = (OtsCredentials) other;
        return accessKeyId.equals(that.accessKeyId)
                && accessKeySecret.equals(that.accessKeySecret)
                && Objects.equals(securityToken, that.securityToken);
    }

    @Override
    public int hashCode() {
        return accessKeyId.hashCode();
    }

    @Override
    public String toString() {
        return "OtsCredentials{"
                + (securityToken == null ? "permanent" : "temporary")
                + ", hidden}";
    }

    /** Neither message repeats the value: a mix-up of id and secret must not end in a log. */
    private static String requireText(@Nullable String value, String what) {
        if (value == null || value.trim().isEmpty()) {
            throw new IllegalArgumentException("The " + what + " is missing.");
        }
        return requirePrintable(value.trim(), what);
    }

    /** They go into HTTP headers. */
    private static String requirePrintable(String value, String what) {
        if (value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("The " + what + " holds a character that none has.");
        }
        return value;
    }
}
