/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the forms of {@link GivenTime} agree, and which times are refused. */
class GivenTimeTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "20260301093000, Asia/Shanghai, 2026-03-01T01:30:00Z",
        "20260301093000, UTC, 2026-03-01T09:30:00Z",
        "20260701093000, Europe/Berlin, 2026-07-01T07:30:00Z",
        "20260301093000, -03:30, 2026-03-01T13:00:00Z",
        "20240229235959, Z, 2024-02-29T23:59:59Z"
    })
    void theFormsAgree(String text, String zone, Instant instant) {
        long millis = instant.toEpochMilli();
        assertThat(GivenTime.of("start", text, ZoneId.of(zone)).millis()).isEqualTo(millis);
        assertThat(GivenTime.of("start", instant).millis()).isEqualTo(millis);
        assertThat(StartingPosition.timestamp(text, ZoneId.of(zone)))
                .isEqualTo(StartingPosition.timestamp(millis))
                .isEqualTo(StartingPosition.timestamp(instant));
        assertThat(StoppingPosition.timestamp(text, ZoneId.of(zone)))
                .isEqualTo(StoppingPosition.timestamp(millis))
                .isEqualTo(StoppingPosition.timestamp(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026030109300",
                "202603010930000",
                "2026-03-01 09:30",
                "20260230093000",
                "20260301240000",
                "20260301096000",
                "1767225600000"
            })
    void aTextThatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> StartingPosition.timestamp(text, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("start timestamp is not a time as yyyyMMddHHmmss")
                .hasMessageEndingWith(": " + text);
    }

    /** Any choice would be an hour too early or too late for someone. */
    @Test
    void aTimeThatClocksLeaveOutOrShowTwiceIsRefused() {
        assertThatThrownBy(() -> StoppingPosition.timestamp("20260329023000", BERLIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20260329023000 does not exist in Europe/Berlin");
        assertThatThrownBy(() -> StoppingPosition.timestamp("20261025023000", BERLIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20261025023000 exists twice in Europe/Berlin");
    }

    /** A time in nanoseconds is one such mistake; it would overflow on its way to the service. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 1_700_000_000_000_000_000L, Long.MAX_VALUE})
    void aTimeThatCannotBeInMillisecondsIsRefused(long millis) {
        assertThatThrownBy(() -> StartingPosition.timestamp(millis))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("start timestamp is in milliseconds since 1970")
                .hasMessageContaining(Long.toString(millis));
        assertThatThrownBy(() -> StoppingPosition.timestamp(millis))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stop timestamp is in milliseconds since 1970")
                .hasMessageContaining(Long.toString(millis));
    }

    @Test
    void anInstantThatIsTooFarAwayIsRefused() {
        assertThatThrownBy(() -> StartingPosition.timestamp(Instant.MAX))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StartingPosition.timestamp(Instant.ofEpochMilli(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
