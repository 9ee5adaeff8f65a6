/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its retries, until it succeeds, fails for good, is closed, or its result is
 * cancelled.
 *
 * <p>Attempts follow one another; only {@link #close()} and the result's cancellation come from
 * outside. An attempt that is not answered in time counts as a failed one, and its late answer is
 * dropped.
 */
@Internal
final class RetryingCall<T> {

    private static final Logger LOG = LoggerFactory.getLogger(RetryingCall.class);

    /**
     * A failure that has lasted so long is worth a look; then again after twice as many attempts.
     */
    private static final int FIRST_ATTEMPT_TO_WARN = 4;

    private final Operation operation;
    private final Target target;
    private final Supplier<CompletableFuture<T>> request;
    private final RetryPolicy policy;
    private final RetryGate gate;
    private final CallListener listener;
    private final Timer timer;
    private final DoubleSupplier random;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private final long begin;
    private volatile int attempts;

    RetryingCall(
            Operation operation,
            Target target,
            Supplier<CompletableFuture<T>> request,
            RetryPolicy policy,
            RetryGate gate,
            CallListener listener,
            Timer timer,
            DoubleSupplier random) {
        this.operation = operation;
        this.target = target;
        this.request = request;
        this.policy = policy;
        this.gate = gate;
        this.listener = listener;
        this.timer = timer;
        this.random = random;
        this.begin = timer.nanoTime();
    }

    CompletableFuture<T> result() {
        return result;
    }

    void begin() {
        attempt(1);
    }

    void close() {
        result.completeExceptionally(
                failure(OtsStreamException.Kind.CLOSED, "the client was closed", null)
                        .afterAttempts(Math.max(1, attempts), elapsed()));
    }

    private void attempt(int number) {
        if (result.isDone()) {
            return;
        }
        attempts = number;
        long sent = timer.nanoTime();
        listener.onRequest(operation);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<T> answer;
        try {
            answer = request.get();
        } catch (Throwable t) {
            // Also an Error: on the timer's thread nobody else would hear of it.
            answer = CompletableFuture.failedFuture(t);
        }
        if (answer.isDone()) {
            finish(number, sent, answer);
            return;
        }
        CompletableFuture<T> pending = answer;
        Timer.Task deadline =
                timer.schedule(
                        () -> {
                            if (over.compareAndSet(false, true)) {
                                failed(
                                        number,
                                        failure(
                                                OtsStreamException.Kind.TRANSIENT,
                                                "no answer within "
                                                        + policy.getAttemptTimeout().toMillis()
                                                        + " ms",
                                                null));
                            }
                        },
                        policy.getAttemptTimeout().toMillis());
        pending.whenComplete(
                (value, error) -> {
                    deadline.cancel();
                    if (over.compareAndSet(false, true)) {
                        finish(number, sent, pending);
                    }
                });
    }

    private void finish(int number, long sent, CompletableFuture<T> answer) {
        answer.whenComplete(
                (value, error) -> {
                    try {
                        if (error == null) {
                            listener.onAnswer(operation, timer.nanoTime() - sent);
                            result.complete(value);
                        } else {
                            failed(number, asFailure(error));
                        }
                    } catch (Throwable t) {
                        // The future that is told would keep it to itself.
                        result.completeExceptionally(asFailure(t).afterAttempts(number, elapsed()));
                    }
                });
    }

    private void failed(int number, OtsStreamException failure) {
        boolean again =
                failure.getKind().isRetryable()
                        && number <= policy.getMaxRetries()
                        && !result.isDone();
        listener.onFailure(operation, failure.getKind(), codeOf(failure), again);
        if (!again) {
            result.completeExceptionally(failure.afterAttempts(number, elapsed()));
            return;
        }
        boolean throttled = failure.getKind() == OtsStreamException.Kind.THROTTLED;
        long pause = policy.pauseMillis(number, throttled, random.getAsDouble());
        String message = "Attempt {} failed, the next one follows in {} ms: {}";
        if (number >= FIRST_ATTEMPT_TO_WARN && Integer.bitCount(number) == 1) {
            LOG.warn(message, number, pause, failure.getMessage());
        } else {
            LOG.debug(message, number, pause, failure.getMessage());
        }
        gate.pausing();
        timer.schedule(() -> gate.ready(() -> attempt(number + 1)), pause);
    }

    private OtsStreamException asFailure(Throwable error) {
        Throwable cause =
                error instanceof CompletionException && error.getCause() != null
                        ? error.getCause()
                        : error;
        return cause instanceof OtsStreamException
                ? (OtsStreamException) cause
                : failure(OtsStreamException.Kind.FATAL, "unexpected error: " + cause, cause);
    }

    private OtsStreamException failure(
            OtsStreamException.Kind kind, String reason, Throwable cause) {
        return new OtsStreamException(
                kind,
                operation.wireName(),
                target.toString(),
                null,
                null,
                0,
                1,
                Duration.ZERO,
                reason,
                cause);
    }

    private Duration elapsed() {
        return Duration.ofNanos(timer.nanoTime() - begin);
    }

    private static String codeOf(OtsStreamException failure) {
        if (failure.getErrorCode() != null) {
            return failure.getErrorCode();
        }
        if (failure.getKind() == OtsStreamException.Kind.CLOSED) {
            return "closed";
        }
        int httpStatus = failure.getHttpStatus();
        if (httpStatus == 0) {
            return "network";
        }
        return httpStatus / 100 == 2 ? "malformed" : "HTTP " + httpStatus;
    }
}
