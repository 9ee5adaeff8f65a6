/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporary credentials that are fetched anew long before they expire.
 *
 * <p>Who asks gets those at hand, and sets off a fetch on another thread when one is due: after an
 * hour, or half the time that is left if that is less. If it fails, the old ones go on being given
 * until they expire, and the fetch is tried again after a pause that grows from one second to ten.
 * Only where none are valid, at first or after fetches have failed for so long, does a caller wait,
 * and no longer than some time after the fetch began. Thread-safe.
 */
@Internal
final class RefreshedCredentials {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshedCredentials.class);

    private static final Duration LONGEST_USE = Duration.ofHours(1);
    private static final Duration SHORTEST_USE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Where credentials come from. */
    @FunctionalInterface
    interface Source {

        /**
         * Fetches credentials. May block, for some seconds; is not called twice at once.
         *
         * @throws Exception if there are none to be had; the message says why, and holds no secret
         */
        TemporaryCredentials fetch() throws Exception;
    }

    private final String name;
    private final Source source;
    private final Clock clock;
    private final Executor executor;
    private final Duration longestWait;

    private volatile State state = new State(null, Instant.MIN, 0, null);
    @Nullable private Fetch underWay;

    /**
     * @param name whose credentials they are, for messages
     * @param executor runs the fetches; if it did so in the caller's thread, the caller would block
     * @param longestWait how long after a fetch's begin a caller waits for it, by this machine's
     *     time
     */
    RefreshedCredentials(
            String name, Source source, Clock clock, Executor executor, Duration longestWait) {
        this.name = name;
        this.source = source;
        this.clock = clock;
        this.executor = executor;
        this.longestWait = longestWait;
    }

    /**
     * Returns credentials that are valid by this machine's clock.
     *
     * @throws IllegalStateException if there are none now; there may be some later
     */
    OtsCredentials get() {
        State known = state;
        Instant now = clock.instant();
        Fetch fetch = now.isBefore(known.nextFetch) ? null : fetch();
        if (known.isValid(now)) {
            return known.credentials.credentials();
        }
        State answer = fetch == null ? state : fetch.await();
        if (answer.isValid(clock.instant())) {
            return answer.credentials.credentials();
        }
        throw new IllegalStateException(
                "There are no valid credentials of "
                        + name
                        + (answer.failure == null ? "." : ": " + answer.failure.getMessage()),
                answer.failure);
    }

    /**
     * Returns the fetch under way, after having begun it if there was none, or null if none is due.
     */
    @Nullable
    private Fetch fetch() {
        Fetch begun;
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            // Another caller's fetch may have ended meanwhile.
            if (clock.instant().isBefore(state.nextFetch)) {
                return null;
            }
            begun = new Fetch();
            underWay = begun;
        }
        try {
            executor.execute(begun);
        } catch (RuntimeException | Error e) {
            begun.end(null, e);
        }
        return begun;
    }

    /** When credentials that were fetched now should be fetched anew. */
    static Instant nextFetch(Instant now, Instant expiration) {
        Duration use = Duration.between(now, expiration).dividedBy(2);
        if (use.compareTo(LONGEST_USE) > 0) {
            use = LONGEST_USE;
        } else if (use.compareTo(SHORTEST_USE) < 0) {
            use = SHORTEST_USE;
        }
        Instant next = now.plus(use);
        return next.isBefore(expiration) ? next : expiration;
    }

    /** What is known; immutable. */
    private static final class State {

        @Nullable private final TemporaryCredentials credentials;
        private final Instant nextFetch;
        private final int failures;
        @Nullable private final Throwable failure;

        State(
                @Nullable TemporaryCredentials credentials,
                Instant nextFetch,
                int failures,
                @Nullable Throwable failure) {
            this.credentials = credentials;
            this.nextFetch = nextFetch;
            this.failures = failures;
            this.failure = failure;
        }

        boolean isValid(Instant now) {
            return credentials != null && now.isBefore(credentials.expiration());
        }

        State failed(Throwable failure, Instant now) {
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
            return new State(
                    credentials,
                    now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE),
                    failures + 1,
                    failure);
        }
    }

    /** One fetch, and those who wait for it. */
    private final class Fetch implements Runnable {

        private final CompletableFuture<State> result = new CompletableFuture<>();
        private final long begin = System.nanoTime();

        @Override
        public void run() {
            TemporaryCredentials fetched;
            try {
                fetched = source.fetch();
                if (!clock.instant().isBefore(fetched.expiration())) {
                    throw new IllegalStateException(
                            "those given expired at "
                                    + fetched.expiration()
                                    + "; is this machine's clock right?");
                }
            } catch (Throwable t) {
                end(null, t);
                return;
            }
            end(fetched, null);
        }

        void end(@Nullable TemporaryCredentials fetched, @Nullable Throwable failure) {
            Instant now = clock.instant();
            State next;
            synchronized (RefreshedCredentials.this) {
                next =
                        fetched != null
                                ? new State(fetched, nextFetch(now, fetched.expiration()), 0, null)
                                : state.failed(failure, now);
                state = next;
                underWay = null;
            }
            if (failure == null) {
                LOG.debug("Fetched credentials of {}, valid until {}.", name, fetched.expiration());
            } else if (Integer.bitCount(next.failures) == 1) {
                LOG.warn(
                        "Could not fetch credentials of {}, {} times in a row; {}: {}",
                        name,
                        next.failures,
                        next.isValid(now)
                                ? "those at hand are valid until " + next.credentials.expiration()
                                : "there are none that are valid",
                        failure.getMessage());
            }
            result.complete(next);
        }

        State await() {
            long left = longestWait.toNanos() - (System.nanoTime() - begin);
            try {
                return result.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return state.failed(
                        new TimeoutException("no answer within " + longestWait.toMillis() + " ms"),
                        clock.instant());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(
                        "Interrupted while waiting for credentials of " + name + ".", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
