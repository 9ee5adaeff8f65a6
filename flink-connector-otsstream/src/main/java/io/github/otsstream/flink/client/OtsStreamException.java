/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A call to the service that failed: what was asked, what was answered, and how often it was tried.
 * The message names the operation, its target, and the service's error code and request id. Neither
 * it nor any field holds a credential.
 */
@Internal
public final class OtsStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a failure means for the caller. */
    public enum Kind {
        /** The service asks to slow down; the same call can succeed later. */
        THROTTLED,
        /** The service or the network failed for now; the same call can succeed later. */
        TRANSIENT,
        /** The position has left the stream's retention: records are lost to this reader. */
        TRIMMED,
        /** The table, stream or shard does not exist (any more). */
        NOT_FOUND,
        /** The set-up is wrong, or the answer makes no sense: trying again does not help. */
        FATAL,
        /** The client was closed before the call was done. */
        CLOSED;

        /** Returns whether the same call can succeed later. */
        public boolean isRetryable() {
            return this == THROTTLED || this == TRANSIENT;
        }
    }

    private final Kind kind;
    private final String operation;
    private final String target;
    @Nullable private final String errorCode;
    @Nullable private final String requestId;
    private final int httpStatus;
    private final int attempts;
    private final Duration elapsed;
    private final String reason;

    /**
     * @param operation the service's name of the call, as {@code GetStreamRecord}
     * @param target what was asked for, as {@code table orders, shard 5c...}
     * @param errorCode the service's code, null if it gave none
     * @param requestId the service's id of the (last) request, null if it gave none
     * @param httpStatus 0 if there was no answer
     * @param attempts how often the call was made, at least 1
     * @param elapsed from the first attempt's begin to the last one's end
     * @param reason the service's message, or what went wrong
     */
    public OtsStreamException(
            Kind kind,
            String operation,
            String target,
            @Nullable String errorCode,
            @Nullable String requestId,
            int httpStatus,
            int attempts,
            Duration elapsed,
            String reason,
            @Nullable Throwable cause) {
        super(
                describe(
                        operation,
                        target,
                        errorCode,
                        requestId,
                        httpStatus,
                        attempts,
                        elapsed,
                        reason),
                cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.operation = operation;
        this.target = target;
        this.errorCode = errorCode;
        this.requestId = requestId;
        this.httpStatus = httpStatus;
        this.attempts = attempts;
        this.elapsed = elapsed;
        this.reason = reason;
    }

    /** Returns the same failure as the last of several attempts. */
    OtsStreamException afterAttempts(int attempts, Duration elapsed) {
        return new OtsStreamException(
                kind,
                operation,
                target,
                errorCode,
                requestId,
                httpStatus,
                attempts,
                elapsed,
                reason,
                getCause());
    }

    /** Returns the same failure with another meaning for the caller. */
    OtsStreamException withKind(Kind kind) {
        return new OtsStreamException(
                kind,
                operation,
                target,
                errorCode,
                requestId,
                httpStatus,
                attempts,
                elapsed,
                reason,
                getCause());
    }

    private static String describe(
            String operation,
            String target,
            @Nullable String errorCode,
            @Nullable String requestId,
            int httpStatus,
            int attempts,
            Duration elapsed,
            String reason) {
        StringBuilder text = new StringBuilder(160);
        text.append(operation).append(" of ").append(target).append(" failed");
        if (attempts > 1) {
            text.append(" after ")
                    .append(attempts)
                    .append(" attempts in ")
                    .append(elapsed.toMillis())
                    .append(" ms");
        }
        text.append(": ");
        if (errorCode != null) {
            text.append(errorCode).append(": ");
        }
        text.append(reason);
        if (httpStatus != 0) {
            text.append(" (HTTP ").append(httpStatus);
            text.append(requestId == null ? ")" : ", request id " + requestId + ")");
        }
        return text.toString();
    }

    public Kind getKind() {
        return kind;
    }

    /** Returns the service's name of the call, as {@code GetStreamRecord}. */
    public String getOperation() {
        return operation;
    }

    /** Returns what was asked for, as {@code table orders, shard 5c...}. */
    public String getTarget() {
        return target;
    }

    /** Returns the service's error code, or null if it gave none. */
    @Nullable
    public String getErrorCode() {
        return errorCode;
    }

    /** Returns the service's id of the last request, or null if it gave none. */
    @Nullable
    public String getRequestId() {
        return requestId;
    }

    /** Returns the HTTP status, or 0 if there was no answer. */
    public int getHttpStatus() {
        return httpStatus;
    }

    /** Returns how often the call was made. */
    public int getAttempts() {
        return attempts;
    }

    /** Returns the time from the first attempt's begin to the last one's end. */
    public Duration getElapsed() {
        return elapsed;
    }

    /** Returns the service's message, or what went wrong, without what was asked. */
    public String getReason() {
        return reason;
    }
}
