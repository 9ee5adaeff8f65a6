/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.core.Constants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.flink.annotation.Internal;

/**
 * Whether an answer is from one who knows the access key's secret, and whether its body is whole.
 *
 * <p>The signature is HMAC-SHA1, with the secret, over the {@code x-ots-} headers in the order of
 * their names and the operation. The MD5 sum of the uncompressed body is one of these headers.
 * Immutable and thread-safe.
 */
@Internal
final class AnswerChecks {

    private static final String SIGNATURE_ALGORITHM = "HmacSHA1";

    private final boolean signature;
    private final boolean pageMd5;

    /**
     * @param pageMd5 whether the MD5 sum is checked of all pages of records; of other answers it
     *     always is, and of some pages by {@link RecordPageReader}
     */
    AnswerChecks(boolean signature, boolean pageMd5) {
        this.signature = signature;
        this.pageMd5 = pageMd5;
    }

    /**
     * @throws IOException if a check that is switched on fails; the message holds neither signature
     */
    void check(Operation operation, OtsCredentials credentials, Answer answer) throws IOException {
        try {
            if (pageMd5 || operation != Operation.GET_STREAM_RECORD) {
                checkContentMd5(answer);
            }
            if (signature) {
                checkSignature(operation, credentials, answer);
            }
        } catch (GeneralSecurityException e) {
            throw uncheckable(e);
        }
    }

    private static IOException uncheckable(GeneralSecurityException e) {
        return new IOException("it can't be checked on this Java runtime: " + e.getMessage(), e);
    }

    /**
     * @throws IOException if the body is not what the service has sent
     */
    static void checkContentMd5(Answer answer) throws IOException {
        MessageDigest md5;
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (GeneralSecurityException e) {
            throw uncheckable(e);
        }
        md5.update(answer.body(), 0, answer.length());
        String actual = Base64.getEncoder().encodeToString(md5.digest());
        if (!actual.equals(answer.header(Constants.OTS_HEADER_OTS_CONTENT_MD5))) {
            throw new IOException("its body does not have the MD5 sum that its header says");
        }
    }

    private static void checkSignature(
            Operation operation, OtsCredentials credentials, Answer answer)
            throws IOException, GeneralSecurityException {
        StringBuilder text = new StringBuilder(256);
        for (Map.Entry<String, String> header : new TreeMap<>(answer.headers()).entrySet()) {
            if (header.getKey().startsWith(Constants.OTS_HEADER_PREFIX)) {
                text.append(header.getKey()).append(':').append(header.getValue()).append('\n');
            }
        }
        text.append('/').append(operation.wireName());
        Mac mac = Mac.getInstance(SIGNATURE_ALGORITHM);
        mac.init(
                new SecretKeySpec(
                        credentials.getAccessKeySecret().getBytes(StandardCharsets.UTF_8),
                        SIGNATURE_ALGORITHM));
        byte[] expected =
                Base64.getEncoder()
                        .encode(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
        byte[] actual = signatureOf(answer.header(Constants.OTS_HEADER_AUTHORIZATION));
        if (!MessageDigest.isEqual(expected, actual)) {
            throw new IOException("its signature is missing or wrong");
        }
    }

    /** Returns what follows the last colon of {@code OTS <access key id>:<signature>}. */
    private static byte[] signatureOf(@Nullable String authorization) {
        if (authorization == null) {
            return new byte[0];
        }
        String value = authorization.substring(authorization.lastIndexOf(':') + 1);
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
