/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now;

    @Test
    void withoutLimitsEverythingIsPermittedAtOnce() {
        RateLimiter limiter = new RateLimiter(NONE, NONE, 0, now);
        for (int i = 0; i < 1_000; i++) {
            assertThat(limiter.tryAcquire(1_000, now).records()).isEqualTo(1_000);
        }
    }

    @Test
    void requestsInFlightDontAddUpToABurst() {
        RateLimiter limiter = new RateLimiter(100, NONE, 1, now);
        int reserved = 0;
        for (RateLimiter.Permit permit; (permit = limiter.tryAcquire(1_000, now)) != null; ) {
            reserved += permit.records();
        }
        assertThat(reserved).isEqualTo(100);
        assertThat(limiter.nanosUntilPermit(1_000, now)).isBetween(SECOND / 10, SECOND / 10 + 1);
    }

    @Test
    void aRequestThatBringsNothingCostsNothing() {
        RateLimiter limiter = new RateLimiter(10, 10_000, 1, now);
        for (int i = 0; i < 10_000; i++) {
            limiter.settle(limiter.tryAcquire(1_000, now), 0, 0);
        }
    }

    @Test
    void aPageLargerThanItsPermitIsPaidForLater() {
        RateLimiter limiter = new RateLimiter(NONE, 1_000, 1, now);
        RateLimiter.Permit permit = limiter.tryAcquire(1_000, now);
        limiter.settle(permit, 1, 10_000);

        assertThat(limiter.tryAcquire(1_000, now)).isNull();
        now += limiter.nanosUntilPermit(1_000, now);
        assertThat((double) now / SECOND).isCloseTo(9, within(0.1));
        assertThat(limiter.tryAcquire(1_000, now)).isNotNull();
    }

    @Test
    void aShareCanGrowAndShrink() {
        RateLimiter limiter = new RateLimiter(100, NONE, 0, now);
        limiter.share(0.5, now);
        now += SECOND;
        assertThat(limiter.tryAcquire(1_000, now).records()).isEqualTo(5);

        limiter.share(0, now);
        now += 3_600 * SECOND;
        assertThat(limiter.tryAcquire(1_000, now)).isNotNull();
        assertThat(limiter.tryAcquire(1_000, now)).isNull();
        assertThat(limiter.nanosUntilPermit(1_000, now)).isGreaterThan(1_000_000 * SECOND);
    }

    @Test
    void lessThanOneRecordASecondGetsThroughInTheEnd() {
        RateLimiter limiter = new RateLimiter(0.1, NONE, 1, now);
        assertThat(limiter.tryAcquire(1_000, now)).isNull();
        now += limiter.nanosUntilPermit(1_000, now);
        assertThat(limiter.tryAcquire(1_000, now).records()).isEqualTo(1);
    }

    @Test
    void aWaitIsLongEnoughInSpiteOfRounding() {
        theRateHolds(275, 500, 1, 1);
        theRateHolds(275, 513_716.06, 17, 3);
    }

    /** However answers come, the rate holds over any time, but for one second's worth. */
    @Property(tries = 200)
    void theRateHolds(
            @ForAll @DoubleRange(min = 0.5, max = 50_000) double recordsPerSecond,
            @ForAll @DoubleRange(min = 500, max = 5_000_000) double bytesPerSecond,
            @ForAll @IntRange(min = 1, max = 5_000) int bytesPerRecord,
            @ForAll @IntRange(min = 1, max = 64) int inFlight) {
        RateLimiter limiter = new RateLimiter(recordsPerSecond, bytesPerSecond, 1, 0);
        long time = 0;
        long records = 0;
        long largestPage = 0;
        while (time < 20 * SECOND) {
            boolean any = false;
            for (int i = 0; i < inFlight; i++) {
                RateLimiter.Permit permit = limiter.tryAcquire(1_000, time);
                if (permit != null) {
                    any = true;
                    records += permit.records();
                    largestPage = Math.max(largestPage, permit.records());
                    limiter.settle(permit, permit.records(), permit.records() * bytesPerRecord);
                }
            }
            if (!any) {
                long wait = limiter.nanosUntilPermit(1_000, time);
                assertThat(wait).isPositive();
                time += wait;
                assertThat(limiter.tryAcquire(1_000, time)).isNotNull();
                records++;
            }
        }
        double seconds = 1 + (double) time / SECOND;
        assertThat((double) records)
                .isLessThanOrEqualTo(seconds * recordsPerSecond + 64 + largestPage);
        assertThat((double) records * bytesPerRecord)
                .isLessThanOrEqualTo(
                        seconds * bytesPerSecond + 2.0 * largestPage * bytesPerRecord + 500_000);
    }
}
