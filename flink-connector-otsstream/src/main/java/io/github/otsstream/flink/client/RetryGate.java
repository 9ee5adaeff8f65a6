/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import org.apache.flink.annotation.Internal;

/**
 * Decides when a call's retries go out, for a caller that limits its requests: between two attempts
 * a call has no request under way, so it need not count as one.
 *
 * <p>Called on threads of the client, never twice at once for one call; a method must neither block
 * nor throw.
 */
@Internal
public interface RetryGate {

    /** Lets every retry go out at the end of its pause. */
    RetryGate OPEN =
            new RetryGate() {
                @Override
                public void pausing() {}

                @Override
                public void ready(Runnable send) {
                    send.run();
                }
            };

    /** An attempt has failed, and the next one follows after a pause. */
    void pausing();

    /**
     * The pause is over.
     *
     * @param send sends the next attempt, without blocking; to be run once, on any thread, or never
     *     if nobody wants the call's result any more
     */
    void ready(Runnable send);
}
