/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/** Pages from the bodies of answers, as the client reads them. */
public final class RecordPages {

    private RecordPages() {}

    /** Reads a body with the right MD5 sum. */
    public static RecordPage read(byte[] body) throws IOException {
        return read(body, md5(body));
    }

    static RecordPage read(byte[] body, String md5) throws IOException {
        return new RecordPageReader("shard")
                .read(
                        new Answer(
                                200,
                                Map.of(
                                        "x-ots-date",
                                        "2026-03-01T12:00:00.123Z",
                                        "x-ots-contentmd5",
                                        md5),
                                body,
                                body.length));
    }

    static String md5(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
