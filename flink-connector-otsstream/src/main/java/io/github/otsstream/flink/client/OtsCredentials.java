/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.Serializable;
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
        this.securityToken = securityToken;
    }

    /** Credentials of an account or a RAM user. */
    public static OtsCredentials of(String accessKeyId, String accessKeySecret) {
        return new OtsCredentials(accessKeyId, accessKeySecret, null);
    }

    /** Temporary credentials from the Security Token Service. A null token is the same as none. */
    public static OtsCredentials of(
            String accessKeyId, String accessKeySecret, @Nullable String securityToken) {
        return new OtsCredentials(accessKeyId, accessKeySecret, securityToken);
    }

    public String getAccessKeyId() {
        return accessKeyId;
    }

    public String getAccessKeySecret() {
        return accessKeySecret;
    }

    /** Returns the security token, or null if the key pair is a permanent one. */
    @Nullable
    public String getSecurityToken() {
        return securityToken;
    }

    @Override
    public String toString() {
        return "OtsCredentials{"
                + (securityToken == null ? "permanent" : "temporary")
                + ", hidden}";
    }

    private static String requireText(@Nullable String value, String what) {
        if (value == null || value.trim().isEmpty()) {
            throw new IllegalArgumentException("The " + what + " is missing.");
        }
        return value.trim();
    }
}
