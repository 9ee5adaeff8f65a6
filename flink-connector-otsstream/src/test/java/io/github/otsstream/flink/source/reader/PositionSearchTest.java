/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what {@link PositionSearch} seeks, and when it says that records may be lost. */
class PositionSearchTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final Duration RETENTION = Duration.ofHours(24);

    /** A time at which something was read. */
    private static final long T = 1_000 * HOUR;

    @Test
    void seeksAWhileBeforeWhatWasRead() {
        assertThat(behind(sequence(T), T, ReadWindow.all()).seekMillis())
                .isEqualTo(T - 10 * MINUTE);
        assertThat(behind(sequence(T), T + HOUR, ReadWindow.all()).seekMillis())
                .isEqualTo(T + 50 * MINUTE);
        assertThat(behind(null, MINUTE, ReadWindow.all()).seekMillis()).isZero();
        assertThat(behind(null, ShardPosition.UNKNOWN, ReadWindow.all()).seeksOldest()).isTrue();
        assertThat(behind(sequence(T), T, ReadWindow.all()).fromOldest().seeksOldest()).isTrue();
    }

    @Test
    void seeksNothingBeforeTheWindow() {
        ReadWindow window = ReadWindow.of(T + 5 * HOUR, ReadWindow.NO_END, false);

        assertThat(behind(sequence(T), T, window).seekMillis())
                .isEqualTo(T + 5 * HOUR - 10 * MINUTE);
        assertThat(behind(null, ShardPosition.UNKNOWN, window).seekMillis())
                .isEqualTo(T + 5 * HOUR - 10 * MINUTE);
    }

    @Test
    void nothingIsLostWhereARecordIsFoundAgainThatWasDone() {
        PositionSearch search = behind(sequence(T), T, ReadWindow.all());

        assertThat(search.lost(page(T + 100 * HOUR, T))).isNull();
        assertThat(search.lost(page(T + 100 * HOUR, T - 3 * MINUTE, T + HOUR))).isNull();
    }

    @Test
    void nothingIsLostWhileAllThatFollowsIsRetained() {
        // Read up to its end at T + 10 h, when the last record was ten hours old.
        PositionSearch search = behind(sequence(T), T + 10 * HOUR, ReadWindow.all());

        assertThat(search.lost(page(T + 33 * HOUR, T + 12 * HOUR))).isNull();
        assertThat(search.lost(page(T + 33 * HOUR))).isNull();
        assertThat(search.lostAt(T + 34 * HOUR - 5 * MINUTE)).isNull();
    }

    @Test
    void whatMayBeTrimmedUnreadIsLost() {
        PositionSearch search = behind(sequence(T), T + 10 * HOUR, ReadWindow.all());

        // The clocks of two machines may differ by five minutes.
        assertLost(
                search.lostAt(T + 34 * HOUR - 5 * MINUTE + 1),
                T + 10 * HOUR,
                T + 10 * HOUR - 5 * MINUTE + 1);
        assertLost(search.lost(page(T + 50 * HOUR)), T + 10 * HOUR, T + 26 * HOUR);
        assertLost(search.lost(page(T + 50 * HOUR, T + 30 * HOUR)), T + 10 * HOUR, T + 26 * HOUR);
        assertLost(search.lost(page(T + 50 * HOUR, T + 25 * HOUR)), T + 10 * HOUR, T + 25 * HOUR);
    }

    @Test
    void everythingMayBeLostWhereNothingIsKnownOfWhatWasRead() {
        PositionSearch search = behind(null, ShardPosition.UNKNOWN, ReadWindow.all());

        assertLost(search.lost(page(T, T - HOUR)), ShardPosition.UNKNOWN, T - 24 * HOUR);
        assertThat(search.lost(page(T, T - HOUR)).toString()).startsWith("up to 1970-02-10T");
    }

    /** The service is to retain records for the whole time; if it hasn't, that must be noticed. */
    @Test
    void aRecordThatWasDoneAndIsGoneTooEarlyShowsThatOthersMayBeGoneToo() {
        PositionSearch search = behind(sequence(T), T, ReadWindow.all());

        assertLost(search.lost(page(T + 2 * HOUR, T + HOUR)), T, T + HOUR);
        assertLost(search.lost(page(T + 2 * HOUR)), T, T + 2 * HOUR);
        // Sought behind it, it can't be found.
        assertThat(
                        behind(sequence(T), T + HOUR, ReadWindow.all())
                                .lost(page(T + 3 * HOUR, T + 2 * HOUR)))
                .isNull();
        assertLost(
                behind(sequence(T), T + HOUR, ReadWindow.all())
                        .fromOldest()
                        .lost(page(T + 3 * HOUR, T + 2 * HOUR)),
                T + HOUR,
                T + 2 * HOUR);
    }

    /** Five minutes for the clocks of two machines. */
    @Test
    void aRecordThatWasDoneIsExpectedFiveMinutesBehindWhatIsSoughtAndRetained() {
        long lastMoment = T + 24 * HOUR - 5 * MINUTE;
        assertLost(behind(sequence(T), T, ReadWindow.all()).lostAt(lastMoment), T, lastMoment);

        assertLost(
                behind(sequence(T), T + 5 * MINUTE, ReadWindow.all()).lostAt(T + HOUR),
                T + 5 * MINUTE,
                T + HOUR);
        assertThat(behind(sequence(T), T + 5 * MINUTE + 1, ReadWindow.all()).lostAt(T + HOUR))
                .isNull();
    }

    @Test
    void whatIsBeforeTheWindowCanNotBeLost() {
        ReadWindow window = ReadWindow.of(T + 5 * HOUR, ReadWindow.NO_END, false);
        PositionSearch search = behind(sequence(T), T, window);

        assertThat(search.lostAt(T + 29 * HOUR)).isNull();
        assertThat(search.lost(page(T + 40 * HOUR, T + 4 * HOUR))).isNull();
        assertLost(search.lost(page(T + 40 * HOUR, T + 17 * HOUR)), T + 5 * HOUR, T + 16 * HOUR);
    }

    @Test
    void aStartThatHasLeftRetentionIsLost() {
        ReadWindow window = ReadWindow.of(T, ReadWindow.NO_END, false);
        PositionSearch search =
                PositionSearch.forStart(ShardPosition.seek(T - 10 * MINUTE), window, RETENTION);

        assertThat(search.seekMillis()).isEqualTo(T - 10 * MINUTE);
        assertThat(search.lost(page(T + 24 * HOUR, T + HOUR))).isNull();
        assertLost(search.lost(page(T + 25 * HOUR, T + 2 * HOUR)), T, T + HOUR);
        assertThat(search.lost(page(T + 25 * HOUR, T - MINUTE, T + HOUR))).isNull();
    }

    @Test
    void theOldestRecordIsWhateverIsThere() {
        PositionSearch search =
                PositionSearch.forStart(ShardPosition.oldest(), ReadWindow.all(), RETENTION);

        assertThat(search.seeksOldest()).isTrue();
        assertThat(search.lost(page(T, T - HOUR))).isNull();
        assertThat(search.lostAt(T)).isNull();
    }

    @Test
    void allOfAChildIsNeeded() {
        PositionSearch search =
                PositionSearch.forStart(
                        ShardPosition.oldest().caughtUpAt(T), ReadWindow.all(), RETENTION);

        assertThat(search.seeksOldest()).isTrue();
        assertThat(search.lost(page(T + 24 * HOUR, T + HOUR))).isNull();
        assertLost(search.lost(page(T + 25 * HOUR, T + 2 * HOUR)), T, T + HOUR);
    }

    @Test
    void anEmptyPageThatMoreFollowsTellsNothing() {
        assertThat(PositionSearch.isTelling(new RecordPage("s", List.of(), "i", true, 0, T)))
                .isFalse();
        assertThat(PositionSearch.isTelling(new RecordPage("s", List.of(), "i", false, 0, T)))
                .isTrue();
        assertThat(PositionSearch.isTelling(new RecordPage("s", List.of(), null, true, 0, T)))
                .isTrue();
        assertThat(PositionSearch.isTelling(page(T, T))).isTrue();
    }

    private static void assertLost(TrimmedRange range, long fromMillis, long toMillis) {
        assertThat(range).isNotNull();
        assertThat(range.fromMillis()).isEqualTo(fromMillis);
        assertThat(range.toMillis()).isEqualTo(toMillis);
    }

    private static PositionSearch behind(SequenceInfo done, long readUntil, ReadWindow window) {
        return PositionSearch.behind(done, readUntil, window, RETENTION);
    }

    private static SequenceInfo sequence(long millis) {
        return TestingStreamClient.record("s", millis, 0).getSequence();
    }

    private static RecordPage page(long serviceMillis, long... recordMillis) {
        List<ChangeRecord> records = new ArrayList<>();
        for (long millis : recordMillis) {
            records.add(TestingStreamClient.record("s", millis, 0));
        }
        return new RecordPage("s", records, "next", false, 0, serviceMillis);
    }
}
