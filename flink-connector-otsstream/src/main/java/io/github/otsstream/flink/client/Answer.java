/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.core.Constants;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The service's answer to a request, uncompressed. The body is the first {@code length} bytes of an
 * array.
 */
@Internal
final class Answer {

    private final int httpStatus;
    private final Map<String, String> headers;
    private final byte[] body;
    private final int length;

    /**
     * @param headers by name in lower case
     * @param body not copied; may be longer than the body is
     */
    Answer(int httpStatus, Map<String, String> headers, byte[] body, int length) {
        this.httpStatus = httpStatus;
        this.headers = headers;
        this.body = body;
        this.length = length;
    }

    int httpStatus() {
        return httpStatus;
    }

    boolean isSuccess() {
        return httpStatus / 100 == 2;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Nullable
    String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    @Nullable
    String requestId() {
        return header(Constants.OTS_HEADER_REQUEST_ID);
    }

    byte[] body() {
        return body;
    }

    int length() {
        return length;
    }

    /**
     * Returns the service's clock, in milliseconds since 1970-01-01T00:00:00Z; this machine's clock
     * if the answer does not say.
     */
    long serviceTimeMillis() {
        String date = header(Constants.OTS_HEADER_DATE);
        if (date != null) {
            try {
                return Instant.parse(date).toEpochMilli();
            } catch (DateTimeParseException e) {
                // As if it had not been there.
            }
        }
        return System.currentTimeMillis();
    }
}
