/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import org.apache.flink.annotation.Internal;

/**
 * Is told of every request, for metrics. A call is made of one request and one more for each retry.
 *
 * <p>Each {@link #onRequest} is followed by exactly one {@link #onAnswer} or {@link #onFailure}, so
 * requests begun less requests ended are those in flight. Called for each request on threads of the
 * client, several at once: a method must be quick, and must neither block nor throw. All do nothing
 * unless they are overridden.
 */
@Internal
public interface CallListener {

    /** Does nothing. */
    CallListener NONE = new CallListener() {};

    /** A request goes out. */
    default void onRequest(Operation operation) {}

    /**
     * A request succeeded.
     *
     * @param nanos from the request's begin until its answer was read and decoded, in nanoseconds
     */
    default void onAnswer(Operation operation, long nanos) {}

    /**
     * A request failed.
     *
     * @param code the service's error code; if it gave none {@code network} (no answer), {@code
     *     malformed} (an answer that can't be read), {@code closed} (the client was), or {@code
     *     HTTP 502} and the like
     * @param retried whether it will be made again; if not, the call has failed
     */
    default void onFailure(
            Operation operation, OtsStreamException.Kind kind, String code, boolean retried) {}
}
