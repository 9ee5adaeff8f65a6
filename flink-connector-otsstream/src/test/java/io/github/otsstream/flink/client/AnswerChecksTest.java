/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which answers are believed. */
class AnswerChecksTest {

    private static final OtsCredentials CREDENTIALS = OtsCredentials.of("id", "key");
    private static final byte[] BODY = "The quick brown fox".getBytes(StandardCharsets.UTF_8);
    private static final String MD5 = "ogBPN3MLlEVnCnOPoPye5Q==";

    /** Over the x-ots- headers below and {@code /GetStreamRecord}, with the secret {@code key}. */
    private static final String SIGNATURE = "8l6EyrOslwJCL/zquBv028iWxUY=";

    private static Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        headers.put("x-ots-requestid", "r-1");
        headers.put("x-ots-contentmd5", MD5);
        headers.put("x-ots-date", "2026-03-01T12:00:00.000Z");
        headers.put("x-ots-contenttype", "protocol buffer");
        headers.put("content-length", "19");
        headers.put("authorization", "OTS id:" + SIGNATURE);
        return headers;
    }

    private static void check(boolean signature, boolean md5, Map<String, String> headers)
            throws Exception {
        new AnswerChecks(signature, md5)
                .check(
                        Operation.GET_STREAM_RECORD,
                        CREDENTIALS,
                        new Answer(200, headers, BODY, BODY.length));
    }

    @Test
    void believesAnAnswerThatIsWholeAndSigned() {
        assertThatCode(() -> check(true, true, headers())).doesNotThrowAnyException();
    }

    @Test
    void doesNotBelieveAnotherSignature() {
        for (String authorization :
                new String[] {
                    "OTS id:AAAAyrOslwJCL/zquBv028iWxUY=", "OTS id:", SIGNATURE + "x", "", ":"
                }) {
            Map<String, String> headers = headers();
            headers.put("authorization", authorization);
            assertThatThrownBy(() -> check(true, false, headers))
                    .hasMessageContaining("signature")
                    .hasMessageNotContaining(SIGNATURE);
        }
        Map<String, String> unsigned = headers();
        unsigned.remove("authorization");
        assertThatThrownBy(() -> check(true, false, unsigned)).hasMessageContaining("signature");
        assertThatCode(() -> check(false, false, unsigned)).doesNotThrowAnyException();
    }

    @Test
    void doesNotBelieveAChangedHeader() {
        Map<String, String> headers = headers();
        headers.put("x-ots-date", "2026-03-01T12:00:00.001Z");

        assertThatThrownBy(() -> check(true, false, headers)).hasMessageContaining("signature");
    }

    @Test
    void doesNotBelieveAnotherBody() {
        Map<String, String> headers = headers();
        headers.put("x-ots-contentmd5", "AAAA" + MD5.substring(4));

        assertThatThrownBy(() -> check(false, true, headers)).hasMessageContaining("MD5");
        assertThatCode(() -> check(false, false, headers)).doesNotThrowAnyException();
    }

    @Test
    void alwaysChecksBodiesWithoutRecords() {
        Map<String, String> headers = headers();
        headers.remove("x-ots-contentmd5");
        Answer answer = new Answer(200, headers, BODY, BODY.length);

        assertThatThrownBy(
                        () ->
                                new AnswerChecks(false, false)
                                        .check(Operation.DESCRIBE_STREAM, CREDENTIALS, answer))
                .hasMessageContaining("MD5");
    }
}
