/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static io.github.otsstream.flink.source.TestingStreamClient.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests how {@link ShardCursor} cuts pages to what is wanted. */
class ShardCursorTest {

    @Test
    void takesWholePagesWhereEverythingIsWanted() {
        ShardCursor cursor = cursor(ReadWindow.all(), ShardPosition.at("i0", 0, null));

        FetchedPage page = cursor.accept(page("i1", 1, 2, 3), 0);
        assertThat(wanted(page)).containsExactly(1, 2, 3);
        assertThat(page.iterator()).isEqualTo("i0");
        assertThat(page.end()).isNull();
        assertThat(cursor.iterator()).isEqualTo("i1");
    }

    @Test
    void skipsWhatWasDoneAlsoWherePagesHaveBecomeShorter() {
        ShardCursor cursor =
                cursor(
                        ReadWindow.all(),
                        ShardPosition.at("i0", 5, record("s", 5, 5).getSequence()));

        assertThat(wanted(cursor.accept(page("i1", 1, 2), 0))).isEmpty();
        assertThat(wanted(cursor.accept(page("i2"), 0))).isEmpty();
        assertThat(wanted(cursor.accept(page("i3", 3, 4, 5, 6), 0))).containsExactly(6);
        assertThat(wanted(cursor.accept(page("i4", 7), 0))).containsExactly(7);
    }

    @Test
    void hasNotCaughtUpBeforeThePlaceThatWasReached() {
        ShardCursor cursor =
                cursor(
                        ReadWindow.of(ReadWindow.NO_START, 10, true),
                        ShardPosition.at("i0", 3, record("s", 3, 3).getSequence()));

        cursor.accept(page("i1", 1), 0);
        assertThat(cursor.accept(page("i2"), 0).end()).isNull();
        assertThat(wanted(cursor.accept(page("i3", 2, 3, 4), 0))).containsExactly(4);
        assertThat(cursor.accept(page("i4"), 0).end()).isEqualTo(ShardEnd.WINDOW_END);
    }

    /** A service may answer a first call without records although there are some. */
    @Test
    void passesOverWhatWasDoneAlsoBehindAnEmptyPage() {
        ShardCursor cursor =
                cursor(
                        ReadWindow.all(),
                        ShardPosition.at("i0", 0, record("s", 3, 3).getSequence()));
        cursor.lookAgain();
        cursor.found("j0", 10);

        assertThat(cursor.accept(page("j1"), 0).isCaughtUp()).isTrue();
        assertThat(wanted(cursor.accept(page("j2", 1, 2), 0))).isEmpty();
        assertThat(cursor.last()).isEqualTo(record("s", 3, 3).getSequence());
        assertThat(wanted(cursor.accept(page("j3", 3, 4), 0))).containsExactly(4);
        assertThat(wanted(cursor.accept(page("j4", 5), 0))).containsExactly(5);
    }

    @Test
    void passesOverNothingBehindTheLastRecordThatWasDone() {
        ShardCursor cursor =
                cursor(
                        ReadWindow.all(),
                        ShardPosition.at("i0", 0, record("s", 3, 3).getSequence()));
        cursor.lookAgain();
        cursor.found("j0", 10);

        assertThat(wanted(cursor.accept(page("j1", 2, 3), 0))).isEmpty();
        assertThat(cursor.isSkipping()).isFalse();
        assertThat(wanted(cursor.accept(page("j2", 1), 0))).containsExactly(1);
    }

    @Test
    void refusesToGoOnWhereTheRecordsAreNotTheOnesThatWereDone() {
        ShardCursor cursor =
                cursor(
                        ReadWindow.all(),
                        ShardPosition.at("i0", 2, record("s", 2, 2).getSequence()));

        assertThatThrownBy(() -> cursor.accept(page("i1", 1, 3), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Shard s can't be read on from its checkpoint")
                .hasMessageContaining("start the job anew");
    }

    @Test
    void refusesAnEndBeforeThePlaceThatWasReached() {
        ShardCursor cursor =
                cursor(
                        ReadWindow.all(),
                        ShardPosition.at("i0", 3, record("s", 3, 3).getSequence()));

        assertThatThrownBy(() -> cursor.accept(page(null, 1), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended 2 records before");
    }

    @Test
    void leavesOutWhatIsBeforeTheFirstRecordOfTheWindowAndNothingAfterIt() {
        ShardCursor cursor = cursor(ReadWindow.of(10, ReadWindow.NO_END, false), at("i0"));

        FetchedPage before = cursor.accept(page("i1", 7, 8), 0);
        assertThat(wanted(before)).isEmpty();
        assertThat(before.windowEntered()).isFalse();
        assertThat(before.changesAnything()).isTrue();
        FetchedPage into = cursor.accept(page("i2", 9, 10, 8, 11), 0);
        assertThat(wanted(into)).containsExactly(10, 8, 11);
        assertThat(into.windowEntered()).isTrue();
        assertThat(wanted(cursor.accept(page("i3", 9, 12), 0))).containsExactly(9, 12);
    }

    @Test
    void stopsBeforeTheFirstRecordAtTheEnd() {
        ShardCursor cursor = cursor(ReadWindow.of(5, 10, true), at("i0"));

        assertThat(cursor.accept(page("i1", 5, 9), 0).end()).isNull();
        FetchedPage last = cursor.accept(page("i2", 9, 10, 9, 11), 0);
        assertThat(wanted(last)).containsExactly(9);
        assertThat(last.end()).isEqualTo(ShardEnd.WINDOW_END);
    }

    @Test
    void aWindowWithoutRecordsEndsAtTheFirstRecordBehindIt() {
        FetchedPage page =
                cursor(ReadWindow.of(5, 10, true), at("i0")).accept(page("i1", 1, 20), 0);

        assertThat(wanted(page)).isEmpty();
        assertThat(page.end()).isEqualTo(ShardEnd.WINDOW_END);
        assertThat(page.windowEntered()).isTrue();
    }

    @Test
    void endsWhereItHasCaughtUpOnlyIfTold() {
        assertThat(cursor(ReadWindow.of(5, 10, true), at("i0")).accept(page("i1"), 0).end())
                .isEqualTo(ShardEnd.WINDOW_END);
        assertThat(cursor(ReadWindow.of(5, 10, false), at("i0")).accept(page("i1"), 0).end())
                .isNull();
    }

    @Test
    void anEmptyPageThatMoreFollowsIsNotTheEnd() {
        RecordPage more = new RecordPage("s", List.of(), "i1", true, 0, 0);

        assertThat(cursor(ReadWindow.of(5, 10, true), at("i0")).accept(more, 0).end()).isNull();
    }

    @Test
    void aShardWithoutNextIteratorIsClosed() {
        FetchedPage page = cursor(ReadWindow.all(), at("i0")).accept(page(null, 1), 0);

        assertThat(wanted(page)).containsExactly(1);
        assertThat(page.end()).isEqualTo(ShardEnd.CLOSED);
    }

    @Test
    void theEndOfTheWindowComesBeforeTheEndOfTheShard() {
        assertThat(cursor(ReadWindow.of(5, 10, true), at("i0")).accept(page(null, 6, 12), 0).end())
                .isEqualTo(ShardEnd.WINDOW_END);
    }

    @Test
    void aShardThatEndedBeforeTheStartIsClosedWithoutAPage() {
        FetchedPage page =
                cursor(ReadWindow.of(5, 10, true), ShardPosition.seek(1))
                        .endedWithoutPage(ShardEnd.CLOSED);

        assertThat(page.end()).isEqualTo(ShardEnd.CLOSED);
        assertThat(page.windowEntered()).isFalse();
        assertThat(wanted(page)).isEmpty();
    }

    private static ShardPosition at(String iterator) {
        return ShardPosition.at(iterator, 0, null);
    }

    private static ShardCursor cursor(ReadWindow window, ShardPosition position) {
        return new ShardCursor(new ShardSplit("stream", "s", window, position, null));
    }

    private static RecordPage page(String next, int... numbers) {
        List<ChangeRecord> records =
                IntStream.of(numbers).mapToObj(n -> record("s", n, n)).collect(Collectors.toList());
        return new RecordPage("s", records, next, false, 1, 0);
    }

    private static List<Integer> wanted(FetchedPage page) {
        List<Integer> numbers = new ArrayList<>();
        for (ChangeRecord record : page.records().subList(page.from(), page.to())) {
            numbers.add(record.getSequence().getRowIndex());
        }
        return numbers;
    }
}
