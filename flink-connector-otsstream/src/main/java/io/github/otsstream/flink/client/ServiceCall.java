/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.aliyun.ots.thirdparty.com.google.protobuf.Message;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * One request: what is asked, with which credentials, and how the answer is read. Also makes the
 * exceptions of its failures, since it knows what to name in them and what to leave out.
 */
@Internal
final class ServiceCall<T> {

    /** Reads an answer; whatever it throws makes the answer a malformed one. */
    @FunctionalInterface
    interface AnswerReader<T> {
        T read(Answer answer) throws Exception;
    }

    private static final String HIDDEN = "***";

    private final Operation operation;
    private final Target target;
    private final Message message;
    private final OtsCredentials credentials;
    private final AnswerReader<T> reader;
    private final long begin = System.nanoTime();
    private volatile String signature = "";

    ServiceCall(
            Operation operation,
            Target target,
            Message message,
            OtsCredentials credentials,
            AnswerReader<T> reader) {
        this.operation = operation;
        this.target = target;
        this.message = message;
        this.credentials = credentials;
        this.reader = reader;
    }

    Operation operation() {
        return operation;
    }

    Message message() {
        return message;
    }

    OtsCredentials credentials() {
        return credentials;
    }

    AnswerReader<T> reader() {
        return reader;
    }

    /** Tells what the request was signed with. */
    void signed(String requestSignature) {
        signature = requestSignature;
    }

    /** An answer with an error in it. */
    OtsStreamException refused(
            @Nullable String code,
            @Nullable String requestId,
            int httpStatus,
            String serviceMessage) {
        return failure(
                ServiceErrors.kindOf(code, httpStatus),
                code,
                requestId,
                httpStatus,
                ServiceErrors.reasonOf(operation, target, code, withoutSecrets(serviceMessage)),
                null);
    }

    /**
     * An answer that makes no sense. It may have been damaged on its way, so it is worth asking
     * again.
     */
    OtsStreamException malformed(
            @Nullable String requestId, int httpStatus, String problem, @Nullable Throwable cause) {
        return failure(
                OtsStreamException.Kind.TRANSIENT, null, requestId, httpStatus, problem, cause);
    }

    /** No answer. */
    OtsStreamException unanswered(
            OtsStreamException.Kind kind, String problem, @Nullable Throwable cause) {
        return failure(kind, null, null, 0, problem, cause);
    }

    /**
     * An answer that this process could not take in. Asked again it would most likely be no better.
     */
    OtsStreamException overtaxed(Error error) {
        String hint =
                error instanceof OutOfMemoryError
                        ? "; give the TaskManagers more heap, or let readers fetch fewer bytes at a time"
                        : "";
        return unanswered(
                OtsStreamException.Kind.FATAL, "the answer can't be read: " + error + hint, error);
    }

    private OtsStreamException failure(
            OtsStreamException.Kind kind,
            @Nullable String code,
            @Nullable String requestId,
            int httpStatus,
            String reason,
            @Nullable Throwable cause) {
        return new OtsStreamException(
                kind,
                operation.wireName(),
                target.toString(),
                code,
                requestId,
                httpStatus,
                1,
                Duration.ofNanos(System.nanoTime() - begin),
                reason,
                cause);
    }

    /** An answer could repeat what the request's header held. */
    private String withoutSecrets(String text) {
        String clean = text.replace(credentials.getAccessKeySecret(), HIDDEN);
        for (String secret : new String[] {credentials.getSecurityToken(), signature}) {
            if (secret != null && !secret.isEmpty()) {
                clean = clean.replace(secret, HIDDEN);
            }
        }
        return clean;
    }
}
