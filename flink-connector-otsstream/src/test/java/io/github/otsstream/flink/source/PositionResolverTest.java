/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.enumerator.JobStart;
import io.github.otsstream.flink.source.split.ReadWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.util.FlinkException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Tests which windows {@link PositionResolver} makes and which it refuses. */
class PositionResolverTest {

    private static final long NOW = Instant.parse("2026-03-02T12:00:00Z").toEpochMilli();
    private static final long OLDEST = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;

    @Test
    void everythingForEver() throws Exception {
        JobStart start = resolve(StartingPosition.earliest(), StoppingPosition.never());
        assertThat(start.window()).isEqualTo(ReadWindow.all());
        assertThat(start.requestedStartMillis()).isEqualTo(ReadWindow.NO_START);
        assertThat(start.warnings()).isEmpty();
    }

    @Test
    void latestIsTheServicesTime() throws Exception {
        JobStart start = resolve(StartingPosition.latest(), StoppingPosition.never());
        assertThat(start.window()).isEqualTo(ReadWindow.of(NOW, ReadWindow.NO_END, false));
        assertThat(start.requestedStartMillis()).isEqualTo(NOW);

        // The margin is for ends that were chosen without knowing the service's time.
        assertThat(resolve(StartingPosition.earliest(), StoppingPosition.latest()).window())
                .isEqualTo(ReadWindow.of(ReadWindow.NO_START, NOW, true));
    }

    @Test
    void aWindowInRetentionIsTakenAsItIs() throws Exception {
        JobStart start =
                resolve(
                        StartingPosition.timestamp(OLDEST),
                        StoppingPosition.timestamp(NOW - 5 * MINUTE));
        assertThat(start.window()).isEqualTo(ReadWindow.of(OLDEST, NOW - 5 * MINUTE, true));
        assertThat(start.requestedStartMillis()).isEqualTo(OLDEST);
        assertThat(start.warnings()).isEmpty();
    }

    @Test
    void aStartThatHasLeftRetentionIsRefusedWithTheOldestPossibleOne() {
        assertRefused(StartingPosition.timestamp(OLDEST - 1), StoppingPosition.never())
                .hasMessageContaining("Table orders can't be read from 2026-03-01T11:59:59.999Z")
                .hasMessageContaining("retains changes for 24 hours")
                .hasMessageContaining(
                        "oldest possible start is 2026-03-01T12:00:00Z (" + OLDEST + ")")
                .hasMessageContaining("orEarliest()");
    }

    @Test
    void aStartThatHasLeftRetentionCanBeginAtTheOldestRecord() throws Exception {
        JobStart start =
                resolve(
                        StartingPosition.timestamp(OLDEST - 1).orEarliest(),
                        StoppingPosition.never());
        assertThat(start.window()).isEqualTo(ReadWindow.all());
        assertThat(start.requestedStartMillis()).isEqualTo(OLDEST - 1);
        assertThat(start.warnings())
                .singleElement()
                .asString()
                .contains("oldest retained record on instead of 2026-03-01T11:59:59.999Z")
                .contains("changes before 2026-03-01T12:00:00Z");

        assertThat(
                        resolve(
                                        StartingPosition.timestamp(OLDEST).orEarliest(),
                                        StoppingPosition.never())
                                .window()
                                .startMillis())
                .isEqualTo(OLDEST);
    }

    @Test
    void recordsThatAreOfNoUseNeedNotBeRead() throws Exception {
        long wanted = NOW - 10 * MINUTE;
        assertThat(wantedFrom(wanted, StoppingPosition.never()))
                .isEqualTo(ReadWindow.of(wanted, ReadWindow.NO_END, false));
        assertThat(wantedFrom(wanted, StoppingPosition.latest()))
                .isEqualTo(ReadWindow.of(wanted, NOW, true));
        // Nothing to read is no error, and neither is a time that has not come yet.
        long end = NOW - 20 * MINUTE;
        assertThat(wantedFrom(wanted, StoppingPosition.timestamp(end)))
                .isEqualTo(ReadWindow.of(end, end, true));
        assertThat(wantedFrom(NOW + MINUTE, StoppingPosition.never()))
                .isEqualTo(ReadWindow.of(NOW, ReadWindow.NO_END, false));
    }

    @Test
    void whatIsAboutToLeaveRetentionIsNotLookedFor() throws Exception {
        long nearlyLost = OLDEST + 60 * MINUTE;
        assertThat(wantedFrom(nearlyLost, StoppingPosition.never())).isEqualTo(ReadWindow.all());
        assertThat(wantedFrom(nearlyLost + 1, StoppingPosition.never()).hasStart()).isTrue();
        assertThat(wantedFrom(NOW, StoppingPosition.timestamp(OLDEST)).hasStart()).isFalse();
    }

    private static ReadWindow wantedFrom(long millis, StoppingPosition stop) throws Exception {
        JobStart start =
                new PositionResolver(StartingPosition.earliest(), stop, millis)
                        .resolve(stream(OLDEST, Duration.ofHours(24)));
        assertThat(start.warnings()).isEmpty();
        return start.window();
    }

    @Test
    void aStartBeforeTheStreamWasEnabledIsAWarning() throws Exception {
        StreamDescription young = stream(NOW - MINUTE, Duration.ofHours(24));
        JobStart start =
                new PositionResolver(
                                StartingPosition.timestamp(NOW - 2 * MINUTE),
                                StoppingPosition.never())
                        .resolve(young);
        assertThat(start.window().startMillis()).isEqualTo(NOW - 2 * MINUTE);
        assertThat(start.warnings())
                .singleElement()
                .asString()
                .contains("stream was enabled at 2026-03-02T11:59:00Z")
                .contains("changes before that were never recorded");
    }

    @Test
    void anEndTooCloseToNowIsRefusedWithTheReason() {
        assertRefused(StartingPosition.earliest(), StoppingPosition.timestamp(NOW - 5 * MINUTE + 1))
                .hasMessageContaining("Table orders can't be read up to 2026-03-02T11:55:00.001Z")
                .hasMessageContaining("it is 2026-03-02T12:00:00Z (" + NOW + ") by the service's")
                .hasMessageContaining("has to be 300 s past")
                .hasMessageContaining("clocks of the service's machines differ")
                .hasMessageContaining("up to 2026-03-02T11:55:00Z")
                .hasMessageContaining("waitForEnd")
                .hasMessageContaining("withEndMargin");
    }

    @Test
    void theMarginCanBeChanged() throws Exception {
        StoppingPosition end =
                StoppingPosition.timestamp(NOW - MINUTE).withEndMargin(Duration.ofMinutes(1));
        assertThat(resolve(StartingPosition.earliest(), end).window())
                .isEqualTo(ReadWindow.of(ReadWindow.NO_START, NOW - MINUTE, true));
        assertRefused(
                        StartingPosition.earliest(),
                        StoppingPosition.timestamp(NOW - MINUTE + 1)
                                .withEndMargin(Duration.ofMinutes(1)))
                .hasMessageContaining("has to be 60 s past");
    }

    @Test
    void withoutAMarginAnyEndIsTaken() throws Exception {
        StoppingPosition end =
                StoppingPosition.timestamp(NOW + MINUTE).withEndMargin(Duration.ZERO);
        assertThat(resolve(StartingPosition.earliest(), end).window())
                .isEqualTo(ReadWindow.of(ReadWindow.NO_START, NOW + MINUTE, true));
    }

    @Test
    void anEndThatIsWaitedForEndsAfterItsMargin() throws Exception {
        StoppingPosition end = StoppingPosition.timestamp(NOW + MINUTE).waitForEnd();
        assertThat(resolve(StartingPosition.latest(), end).window())
                .isEqualTo(
                        ReadWindow.of(NOW, NOW + MINUTE, true)
                                .endingWhenCaughtUpFrom(NOW + 6 * MINUTE));
        assertThat(
                        resolve(StartingPosition.latest(), end.withEndMargin(Duration.ofMinutes(2)))
                                .window()
                                .caughtUpEndMillis())
                .isEqualTo(NOW + 3 * MINUTE);
        assertThat(
                        resolve(StartingPosition.latest(), StoppingPosition.latest().waitForEnd())
                                .window())
                .isEqualTo(ReadWindow.of(NOW, NOW, true).endingWhenCaughtUpFrom(NOW + 5 * MINUTE));
    }

    @Test
    void anEndBeforeTheStartIsRefused() {
        assertRefused(StartingPosition.latest(), StoppingPosition.timestamp(NOW - 10 * MINUTE))
                .hasMessageContaining("would start at 2026-03-02T12:00:00Z")
                .hasMessageContaining("after its end at 2026-03-02T11:50:00Z");
    }

    @Test
    void aWindowOfWhichNothingIsRetainedIsAWarning() throws Exception {
        for (StartingPosition start :
                List.of(
                        StartingPosition.earliest(),
                        StartingPosition.timestamp(OLDEST - 2).orEarliest())) {
            assertThat(resolve(start, StoppingPosition.timestamp(OLDEST - 1)).warnings())
                    .anySatisfy(
                            warning ->
                                    assertThat(warning)
                                            .contains("Nothing of table orders is read")
                                            .contains("only changes since 2026-03-01T12:00:00Z"));
        }
    }

    @Test
    void onlyAnEndHasAMargin() {
        assertThatThrownBy(() -> StoppingPosition.never().withEndMargin(Duration.ZERO))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> StoppingPosition.never().waitForEnd())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> StoppingPosition.latest().withEndMargin(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StoppingPosition.latest().withEndMargin(Duration.ofDays(8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyATimestampCanBeOlderThanRetention() {
        assertThatThrownBy(() -> StartingPosition.earliest().orEarliest())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> StartingPosition.latest().orEarliest())
                .isInstanceOf(IllegalStateException.class);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(
            StartingPosition start, StoppingPosition stop) {
        return assertThatThrownBy(() -> resolve(start, stop)).isInstanceOf(FlinkException.class);
    }

    private static JobStart resolve(StartingPosition start, StoppingPosition stop)
            throws Exception {
        return new PositionResolver(start, stop).resolve(stream(0, Duration.ofHours(24)));
    }

    private static StreamDescription stream(long creationMillis, Duration retention) {
        return new StreamDescription(
                "orders_1",
                "orders",
                creationMillis * 1_000,
                retention,
                StreamDescription.Status.ACTIVE,
                false,
                List.of(),
                NOW);
    }
}
