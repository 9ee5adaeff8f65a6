/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.util.Preconditions;

/**
 * When a failed call is made again: a pure schedule, with no clock and no randomness of its own.
 *
 * <p>The upper bound of the pause doubles with each attempt up to a cap, and the pause is a random
 * part of it, so that readers that failed together do not come back together. Throttling begins at
 * a longer pause. Immutable.
 */
@PublicEvolving
public final class RetryPolicy implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final int maxRetries;
    private final Duration initialBackoff;
    private final Duration throttledBackoff;
    private final Duration maxBackoff;
    private final Duration attemptTimeout;

    private RetryPolicy(
            int maxRetries,
            Duration initialBackoff,
            Duration throttledBackoff,
            Duration maxBackoff,
            Duration attemptTimeout) {
        Preconditions.checkArgument(
                maxRetries >= 0, "The number of retries is negative: %s", maxRetries);
        Preconditions.checkArgument(
                initialBackoff.compareTo(SHORTEST) >= 0
                        && throttledBackoff.compareTo(initialBackoff) >= 0
                        && maxBackoff.compareTo(throttledBackoff) >= 0
                        && maxBackoff.compareTo(LONGEST) <= 0,
                "The pauses must be from one millisecond to one day and not fall: first %s, first when throttled %s, longest %s",
                initialBackoff,
                throttledBackoff,
                maxBackoff);
        this.maxRetries = maxRetries;
        this.initialBackoff = initialBackoff;
        this.throttledBackoff = throttledBackoff;
        Preconditions.checkArgument(
                attemptTimeout.compareTo(SHORTEST) >= 0 && attemptTimeout.compareTo(LONGEST) <= 0,
                "The time for an attempt is from one millisecond to one day: %s",
                attemptTimeout);
        this.maxBackoff = maxBackoff;
        this.attemptTimeout = attemptTimeout;
    }

    /**
     * 30 retries; first pause up to 100 ms, or up to 1 s when throttled, doubling to at most 10 s;
     * two minutes for an attempt to be answered.
     */
    public static RetryPolicy defaults() {
        return new RetryPolicy(
                30,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(2));
    }

    /** The same pauses, with another number of retries. 0 = a call that fails is not made again. */
    public RetryPolicy withMaxRetries(int maxRetries) {
        return new RetryPolicy(
                maxRetries, initialBackoff, throttledBackoff, maxBackoff, attemptTimeout);
    }

    /**
     * The same number of retries with other pauses.
     *
     * @param initial upper bound of the first pause
     * @param throttled upper bound of the first pause after throttling, not below {@code initial}
     * @param max what the upper bound grows to, not below {@code throttled}
     */
    public RetryPolicy withBackoff(Duration initial, Duration throttled, Duration max) {
        return new RetryPolicy(maxRetries, initial, throttled, max, attemptTimeout);
    }

    /**
     * The same schedule with another time for an attempt: one that is not answered after it is
     * given up and made again. A backstop, longer than the request timeout, which a connection that
     * is silent runs into first.
     */
    public RetryPolicy withAttemptTimeout(Duration attemptTimeout) {
        return new RetryPolicy(
                maxRetries, initialBackoff, throttledBackoff, maxBackoff, attemptTimeout);
    }

    Duration getAttemptTimeout() {
        return attemptTimeout;
    }

    /** Returns how often a call is made again after its first attempt. */
    public int getMaxRetries() {
        return maxRetries;
    }

    /**
     * Returns how long to wait before a retry, in milliseconds.
     *
     * @param retry 1 for the first retry of a call
     * @param throttled whether the service asked to slow down
     * @param random from 0 (inclusive) to 1 (exclusive)
     */
    long pauseMillis(int retry, boolean throttled, double random) {
        long first = (throttled ? throttledBackoff : initialBackoff).toMillis();
        int doublings = Math.min(retry - 1, 30);
        long bound =
                first > (maxBackoff.toMillis() >> doublings)
                        ? maxBackoff.toMillis()
                        : first << doublings;
        // When throttled at least half the bound: a pause near zero would defeat what the service
        // asked for.
        long least = throttled ? bound / 2 : 0;
        return least + (long) (random * (bound - least + 1));
    }

    @Override
    public String toString() {
        return "RetryPolicy{maxRetries="
                + maxRetries
                + ", pauses from "
                + initialBackoff
                + " (throttled "
                + throttledBackoff
                + ") to "
                + maxBackoff
                + '}';
    }
}
