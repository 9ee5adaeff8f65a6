/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import org.apache.flink.annotation.Internal;

/**
 * Is told of every retry, for metrics. Called on threads of the client, several at once; must not
 * block or throw.
 */
@Internal
@FunctionalInterface
public interface RetryListener {

    /** Does nothing. */
    RetryListener NONE = (operation, kind, code) -> {};

    /**
     * A call failed and will be made again.
     *
     * @param operation the service's name of the call, as {@code GetStreamRecord}
     * @param kind THROTTLED or TRANSIENT
     * @param code the service's error code; if it gave none {@code network} (no answer), {@code
     *     malformed} (an answer that can't be read), or {@code HTTP 502} and the like
     */
    void onRetry(String operation, OtsStreamException.Kind kind, String code);
}
