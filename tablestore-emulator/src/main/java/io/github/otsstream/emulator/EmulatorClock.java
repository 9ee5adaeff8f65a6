/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The service's time: the machine's clock plus an offset that tests and the admin interface move.
 * Thread-safe.
 */
public final class EmulatorClock extends Clock {

    private final Clock base;
    private final AtomicLong offsetMicros = new AtomicLong();

    public EmulatorClock(Clock base) {
        this.base = base;
    }

    /** Moves the clock by {@code step}, backwards if negative. */
    public void advance(Duration step) {
        offsetMicros.addAndGet(step.toNanos() / 1_000);
    }

    /** Microseconds since the epoch, the unit of sequence times and stream creation times. */
    public long micros() {
        Instant now = base.instant();
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000 + offsetMicros.get();
    }

    @Override
    public long millis() {
        return Math.floorDiv(micros(), 1_000L);
    }

    @Override
    public Instant instant() {
        long micros = micros();
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
