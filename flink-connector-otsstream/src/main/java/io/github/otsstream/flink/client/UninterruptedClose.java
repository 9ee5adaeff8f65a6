/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts an HTTP client of the SDK down on a thread of its own: the SDK's shutdown gives up half way
 * when its thread is interrupted, as Flink's are at a cancellation.
 */
@Internal
final class UninterruptedClose {

    private static final Logger LOG = LoggerFactory.getLogger(UninterruptedClose.class);

    /** How long to wait for the HTTP client's threads to end. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private UninterruptedClose() {}

    /**
     * Returns when the shutdown is done, has failed, or has taken too long; the latter two are
     * logged. Keeps the thread's interruption.
     */
    static void run(Runnable shutdown) {
        CompletableFuture<Void> down = new CompletableFuture<>();
        Thread closer =
                new Thread(
                        () -> {
                            try {
                                shutdown.run();
                                down.complete(null);
                            } catch (Throwable t) {
                                down.completeExceptionally(t);
                            }
                        },
                        "otsstream-close");
        closer.setDaemon(true);
        closer.start();
        awaitUninterruptibly(down);
    }

    private static void awaitUninterruptibly(CompletableFuture<Void> down) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    down.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    LOG.warn(
                            "The HTTP client's threads have not ended after {}; leaving them.",
                            TIMEOUT);
                    return;
                } catch (ExecutionException e) {
                    LOG.warn("The HTTP client was not closed cleanly.", e.getCause());
                    return;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
