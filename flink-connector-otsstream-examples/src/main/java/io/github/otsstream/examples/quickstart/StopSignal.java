/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * Ctrl-C, or another request to end, as something that the main thread looks at in each of its
 * pauses; so it ends between two steps, and closes what it has opened. Thread-safe.
 *
 * <p>It handles the signal itself, since a shutdown hook would run beside those of Flink, which
 * take the cluster apart while its jobs still run.
 */
final class StopSignal {

    /** Thrown out of a pause when the user wants to stop. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("Stopped.");
        }
    }

    private final CountDownLatch stop = new CountDownLatch(1);

    /** From now on the first signal asks to stop, and the second one ends the process at once. */
    void install() {
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(
                    new Signal(name),
                    signal -> {
                        if (stop.getCount() == 0) {
                            Runtime.getRuntime().halt(QuickstartCommand.STOPPED);
                        }
                        stop();
                    });
        }
    }

    /** Asks the main thread to stop. */
    void stop() {
        stop.countDown();
    }

    /**
     * Waits.
     *
     * @throws StoppedException if the user wants to stop
     */
    void pause(Duration duration) {
        try {
            if (stop.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoppedException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
