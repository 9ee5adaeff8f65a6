/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When credentials are fetched, and what callers get meanwhile. */
class RefreshedCredentialsTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration NO_WAIT = Duration.ZERO;

    private final SettableClock clock = new SettableClock(START);
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private Duration validity = Duration.ofHours(6);
    private String failure;

    private final RefreshedCredentials credentials = with(background::add, NO_WAIT);

    private RefreshedCredentials with(Executor executor, Duration longestWait) {
        return new RefreshedCredentials("a role", this::fetch, clock, executor, longestWait);
    }

    private TemporaryCredentials fetch() throws IOException {
        int number = fetches.incrementAndGet();
        if (failure != null) {
            throw new IOException(failure);
        }
        return new TemporaryCredentials(number(number), clock.instant().plus(validity));
    }

    private static OtsCredentials number(int number) {
        return OtsCredentials.of("id-" + number, "secret", "token");
    }

    /** Runs the one fetch that was set off. */
    private void runFetch() {
        assertThat(background).hasSize(1);
        background.remove().run();
    }

    private void fetchFirst() {
        assertThatThrownBy(credentials::get).isInstanceOf(IllegalStateException.class);
        runFetch();
        assertThat(credentials.get()).isEqualTo(number(1));
    }

    @Test
    void fetchesOnceAndKeepsThem() {
        RefreshedCredentials waiting = with(Runnable::run, Duration.ofSeconds(5));

        assertThat(waiting.get()).isEqualTo(number(1));
        clock.advance(Duration.ofMinutes(59));
        assertThat(waiting.get()).isEqualTo(number(1));
        assertThat(fetches).hasValue(1);
    }

    @Test
    void fetchesAnewInTheBackgroundWhileCallersGetTheOldOnes() {
        fetchFirst();
        clock.advance(Duration.ofHours(1));

        for (int i = 0; i < 10; i++) {
            assertThat(credentials.get()).isEqualTo(number(1));
        }
        assertThat(fetches).hasValue(1);
        runFetch();

        assertThat(credentials.get()).isEqualTo(number(2));
        assertThat(background).isEmpty();
    }

    @Test
    @Timeout(20)
    void doesNotWaitWhileTheOldOnesAreValid() {
        AtomicInteger begun = new AtomicInteger();
        RefreshedCredentials patient =
                with(
                        fetch -> {
                            if (begun.getAndIncrement() == 0) {
                                fetch.run();
                            }
                        },
                        Duration.ofMinutes(5));
        assertThat(patient.get()).isEqualTo(number(1));
        clock.advance(Duration.ofHours(1));

        assertThat(patient.get()).isEqualTo(number(1));
        assertThat(begun).hasValue(2);
    }

    @Test
    void keepsTheOldOnesWhileFetchesFailUntilTheyExpire() {
        fetchFirst();
        failure = "no route";
        clock.advance(Duration.ofHours(1));
        for (Duration pause : seconds(1, 2, 4, 8, 10, 10)) {
            assertThat(credentials.get()).isEqualTo(number(1));
            runFetch();
            assertThat(credentials.get()).isEqualTo(number(1));
            clock.advance(pause.minusMillis(1));
            assertThat(credentials.get()).isEqualTo(number(1));
            assertThat(background).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }

        clock.set(START.plus(validity).minusMillis(1));
        assertThat(credentials.get()).isEqualTo(number(1));
        runFetch();
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(credentials::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a role")
                .hasMessageContaining("no route");

        failure = null;
        clock.advance(Duration.ofSeconds(10));
        assertThatThrownBy(credentials::get).isInstanceOf(IllegalStateException.class);
        runFetch();
        assertThat(credentials.get()).isEqualTo(number(9));
    }

    private static List<Duration> seconds(long... values) {
        List<Duration> durations = new ArrayList<>();
        for (long value : values) {
            durations.add(Duration.ofSeconds(value));
        }
        return durations;
    }

    @Test
    void doesNotAskAgainAtOnceWhereThereAreNone() {
        failure = "no role";
        RefreshedCredentials waiting = with(Runnable::run, Duration.ofSeconds(5));

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(waiting::get).hasMessageContaining("no role");
        }
        assertThat(fetches).hasValue(1);
        clock.advance(Duration.ofSeconds(1));
        failure = null;

        assertThat(waiting.get()).isEqualTo(number(2));
    }

    @Test
    void refusesWhatHasExpired() {
        validity = Duration.ZERO;
        RefreshedCredentials waiting = with(Runnable::run, Duration.ofSeconds(5));

        assertThatThrownBy(waiting::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2026-03-01T00:00:00Z")
                .hasMessageContaining("clock");
    }

    @Test
    void waitsNoLongerThanItMay() {
        RefreshedCredentials impatient = with(background::add, Duration.ofMillis(20));

        assertThatThrownBy(impatient::get).hasMessageContaining("no answer within 20 ms");
        assertThatThrownBy(impatient::get).hasMessageContaining("no answer within 20 ms");

        runFetch();
        assertThat(impatient.get()).isEqualTo(number(1));
    }

    @Test
    void fetchesOnceForManyCallersThatWait() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            RefreshedCredentials shared =
                    new RefreshedCredentials(
                            "a role",
                            () -> {
                                go.await();
                                return fetch();
                            },
                            clock,
                            threads,
                            Duration.ofSeconds(30));
            List<Future<OtsCredentials>> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                callers.add(threads.submit(shared::get));
            }
            go.countDown();

            for (Future<OtsCredentials> caller : callers) {
                assertThat(caller.get(30, TimeUnit.SECONDS)).isEqualTo(number(1));
            }
            assertThat(fetches).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void staysInterrupted() {
        RefreshedCredentials waiting = with(background::add, Duration.ofSeconds(30));
        Thread.currentThread().interrupt();

        assertThatThrownBy(waiting::get).hasMessageContaining("Interrupted");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void outlivesAFetchThatCannotBegin() {
        AtomicInteger begun = new AtomicInteger();
        RefreshedCredentials unlucky =
                with(
                        fetch -> {
                            if (begun.getAndIncrement() == 0) {
                                throw new RejectedExecutionException("no thread");
                            }
                            fetch.run();
                        },
                        Duration.ofSeconds(5));

        assertThatThrownBy(unlucky::get).hasMessageContaining("no thread");
        clock.advance(Duration.ofSeconds(1));
        assertThat(unlucky.get()).isEqualTo(number(1));
    }

    @Test
    void isDueWellBeforeTheEnd() {
        assertThat(dueAfter(Duration.ofHours(6))).isEqualTo(Duration.ofHours(1));
        assertThat(dueAfter(Duration.ofHours(1))).isEqualTo(Duration.ofMinutes(30));
        assertThat(dueAfter(Duration.ofMinutes(15))).isEqualTo(Duration.ofMillis(450_000));
        assertThat(dueAfter(Duration.ofSeconds(15))).isEqualTo(Duration.ofSeconds(10));
        assertThat(dueAfter(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    }

    private static Duration dueAfter(Duration validity) {
        return Duration.between(START, RefreshedCredentials.nextFetch(START, START.plus(validity)));
    }

    /** A clock that stands still unless it is moved. */
    private static final class SettableClock extends Clock {

        private volatile Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        void advance(Duration time) {
            now = now.plus(time);
        }

        void set(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
