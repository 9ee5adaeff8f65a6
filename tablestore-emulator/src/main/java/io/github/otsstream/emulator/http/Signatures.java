/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The service's signature algorithms, versions 2 and 4. Stateless. */
final class Signatures {

    private static final String V4_SALT = "ots";

    private Signatures() {}

    /** Version 2: the key secret signs the request. */
    static String requestV2(String operation, SortedMap<String, String> headers, String secret) {
        return base64(
                hmac(
                        "HmacSHA1",
                        secret.getBytes(StandardCharsets.UTF_8),
                        requestText(operation, headers)));
    }

    /** Version 4: a key derived by {@link #derivedKey} signs the request. */
    static String requestV4(
            String operation, SortedMap<String, String> headers, String derivedKey) {
        return base64(
                hmac(
                        "HmacSHA256",
                        derivedKey.getBytes(StandardCharsets.UTF_8),
                        requestText(operation, headers) + V4_SALT));
    }

    /** The key that stands for a secret on one day and in one region, in Base64. */
    static String derivedKey(String secret, String date, String region) {
        byte[] key = ("aliyun_v4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String step : new String[] {date, region, "ots", "aliyun_v4_request"}) {
            key = hmac("HmacSHA256", key, step);
        }
        return base64(key);
    }

    /** Signs an answer, whatever version signed the request. */
    static String response(String operation, SortedMap<String, String> headers, String key) {
        return base64(
                hmac(
                        "HmacSHA1",
                        key.getBytes(StandardCharsets.UTF_8),
                        headerLines(headers) + '/' + operation));
    }

    private static String requestText(String operation, SortedMap<String, String> headers) {
        return '/' + operation + "\nPOST\n\n" + headerLines(headers);
    }

    private static String headerLines(SortedMap<String, String> headers) {
        StringBuilder lines = new StringBuilder(512);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            lines.append(header.getKey()).append(':').append(header.getValue()).append('\n');
        }
        return lines.toString();
    }

    private static byte[] hmac(String algorithm, byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has " + algorithm, e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
