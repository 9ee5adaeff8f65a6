/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.core.Constants;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import com.aliyun.ots.thirdparty.org.apache.http.Header;
import com.aliyun.ots.thirdparty.org.apache.http.HttpEntity;
import com.aliyun.ots.thirdparty.org.apache.http.HttpResponse;
import com.aliyun.ots.thirdparty.org.apache.http.entity.ContentType;
import com.aliyun.ots.thirdparty.org.apache.http.nio.ContentDecoder;
import com.aliyun.ots.thirdparty.org.apache.http.nio.IOControl;
import com.aliyun.ots.thirdparty.org.apache.http.nio.protocol.AbstractAsyncResponseConsumer;
import com.aliyun.ots.thirdparty.org.apache.http.protocol.HttpContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Takes one answer from the HTTP client into one array, checks it, and reads it, all on the
 * client's I/O thread.
 *
 * <p>It stands where the SDK has consumers and response handlers of its own. Those copy a body
 * several times, and print the expected signature and whole rows to the log when a check fails.
 * This one logs nothing, and everything that is wrong with an answer becomes an {@link
 * OtsStreamException}. An {@link Error}, as where the heap has no room for a page, fails the call
 * for good; if it got out, it would end the I/O thread, and with it all calls under way, unheard.
 *
 * <p>The HTTP client may give a call up on another thread while its I/O thread is still reading the
 * answer. What comes after that is dropped.
 *
 * <p>Its result is what was read of the answer, empty where that is null; it is null itself where
 * the call was cancelled.
 */
@Internal
final class AnswerConsumer<T> extends AbstractAsyncResponseConsumer<Optional<T>> {

    private static final int DROPPED_AT_ONCE = 8 << 10;

    private final ServiceCall<T> call;
    private final AnswerChecks checks;
    private HttpResponse httpResponse;
    private BodyBuffer body;
    private boolean released;

    AnswerConsumer(ServiceCall<T> call, AnswerChecks checks) {
        this.call = call;
        this.checks = checks;
    }

    @Override
    protected void onResponseReceived(HttpResponse response) {
        httpResponse = response;
    }

    @Override
    protected void onEntityEnclosed(HttpEntity entity, ContentType contentType) throws IOException {
        if (released) {
            return;
        }
        try {
            body = new BodyBuffer(entity.getContentLength());
        } catch (Error e) {
            throw new IOException("An answer can't be taken in.", e);
        }
    }

    @Override
    protected void onContentReceived(ContentDecoder decoder, IOControl control) throws IOException {
        if (released) {
            drop(decoder);
            return;
        }
        try {
            body.consume(decoder);
        } catch (Error e) {
            throw new IOException("An answer can't be taken in.", e);
        }
    }

    private static void drop(ContentDecoder decoder) throws IOException {
        ByteBuffer nowhere = ByteBuffer.allocate(DROPPED_AT_ONCE);
        while (!decoder.isCompleted() && decoder.read(nowhere) > 0) {
            nowhere.clear();
        }
    }

    @Override
    protected Optional<T> buildResult(HttpContext context) throws OtsStreamException {
        int httpStatus = httpResponse.getStatusLine().getStatusCode();
        Map<String, String> headers = new HashMap<>();
        for (Header header : httpResponse.getAllHeaders()) {
            headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        String requestId = headers.get(Constants.OTS_HEADER_REQUEST_ID);
        try {
            Answer answer = uncompressed(httpStatus, headers);
            if (!answer.isSuccess()) {
                throw refusal(answer);
            }
            checks.check(call.operation(), call.credentials(), answer);
            return Optional.ofNullable(call.reader().read(answer));
        } catch (OtsStreamException e) {
            throw e;
        } catch (Error e) {
            throw call.overtaxed(e);
        } catch (TableStoreException e) {
            // Of a part of what was asked for.
            throw call.refused(e.getErrorCode(), requestId, httpStatus, e.getMessage());
        } catch (Exception e) {
            throw call.malformed(
                    requestId, httpStatus, "the answer can't be read: " + e.getMessage(), e);
        }
    }

    private Answer uncompressed(int httpStatus, Map<String, String> headers) throws IOException {
        BodyBuffer plain = body == null ? new BodyBuffer(0) : body;
        String compression = headers.get(Constants.OTS_HEADER_RESPONSE_COMPRESS_TYPE);
        if (compression != null) {
            if (!compression.trim().equalsIgnoreCase(Constants.OTS_COMPRESS_TYPE)) {
                throw new IOException("its compression is unknown: " + compression);
            }
            String size = headers.get(Constants.OTS_HEADER_RESPONSE_COMPRESS_SIZE);
            try {
                plain = plain.inflate(Long.parseLong(String.valueOf(size).trim()));
            } catch (NumberFormatException e) {
                throw new IOException("its uncompressed size is not a number: " + size);
            }
        }
        return new Answer(httpStatus, headers, plain.bytes(), plain.length());
    }

    private OtsStreamException refusal(Answer answer) {
        // Without a request id it did not come from the service, but from something in front of it.
        if (answer.requestId() != null) {
            try {
                OtsInternalApi.Error error =
                        OtsInternalApi.Error.parser().parseFrom(answer.body(), 0, answer.length());
                String message = error.hasMessage() ? error.getMessage() : "no message";
                return call.refused(
                        error.getCode(), answer.requestId(), answer.httpStatus(), message);
            } catch (InvalidProtocolBufferException e) {
                // The status says enough.
            }
        }
        String hint =
                "the answer is not the service's; is the endpoint right, or is there a proxy?";
        String location = answer.header(Constants.OTS_MOVED_PERMANENTLY_LOCATION);
        return call.refused(
                null,
                answer.requestId(),
                answer.httpStatus(),
                location == null ? hint : hint + " It points to " + location);
    }

    @Override
    protected void releaseResources() {
        released = true;
        httpResponse = null;
        body = null;
    }
}
