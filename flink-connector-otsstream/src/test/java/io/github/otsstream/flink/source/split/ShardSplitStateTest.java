/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.SequenceInfo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests how {@link ShardSplitState} moves. */
class ShardSplitStateTest {

    private static final SequenceInfo FIRST = new SequenceInfo(1, 10_000_000, 0);
    private static final SequenceInfo SECOND = new SequenceInfo(1, 11_000_000, 0);

    private final ShardSplitState state =
            new ShardSplitState(
                    new ShardSplit(
                            "stream",
                            "s",
                            Duration.ofHours(24),
                            ReadWindow.of(5, ReadWindow.NO_END, false),
                            ShardPosition.seek(5),
                            null));

    @Test
    void isWhereItBeganUntilSomethingIsRead() {
        ShardSplit split = state.toSplit();

        assertThat(split.position()).isEqualTo(ShardPosition.seek(5));
        assertThat(split.retention()).isEqualTo(Duration.ofHours(24));
        assertThat(state.pageIterator()).isNull();
    }

    @Test
    void movesWithEveryRecordAndPage() {
        state.recordDone("a", 10_000, 1, FIRST);
        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.at("a", 1, FIRST));
        assertThat(state.toSplit().window().hasStart()).isFalse();
        state.pageDone("a", 10_000, "b", SECOND, true);
        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.at("b", 0, SECOND));
    }

    @Test
    void thatItHasCaughtUpHoldsUntilTheNextRecord() {
        state.pageDone("a", 10_000, "b", FIRST, true);
        state.caughtUp("b2", 50_000);
        assertThat(state.toSplit().position())
                .isEqualTo(ShardPosition.at("b2", 0, FIRST).caughtUpAt(50_000));
        assertThat(state.toSplit().position().readUntilMillis()).isEqualTo(50_000);

        state.recordDone("b2", 11_000, 1, SECOND);
        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.at("b2", 1, SECOND));
    }

    @Test
    void anEndWithoutRecordsKeepsWhatIsKnown() {
        state.pageDone("a", 10_000, "b", FIRST, true);
        state.caughtUp("b2", 50_000);
        state.ended(ShardEnd.CLOSED, true, "b2", 0, null, ShardPosition.UNKNOWN);

        assertThat(state.toSplit().position())
                .isEqualTo(ShardPosition.at("b2", 0, FIRST).caughtUpAt(50_000));
        assertThat(state.toSplit().end()).isEqualTo(ShardEnd.CLOSED);
    }

    @Test
    void knowsThePageItIsInOrHasLeft() {
        state.recordDone("a", 10_000, 1, FIRST);
        assertThat(state.pageIterator()).isEqualTo("a");
        assertThat(state.pageMillis()).isEqualTo(10_000);
        state.pageDone("a", 10_000, "b", FIRST, true);
        state.caughtUp("b2", 50_000);
        assertThat(state.pageIterator()).isEqualTo("a");
        state.recordDone("b2", 11_000, 1, SECOND);
        assertThat(state.pageIterator()).isEqualTo("b2");
        assertThat(state.pageMillis()).isEqualTo(11_000);
    }

    @Test
    void aPageWithoutWantedRecordsIsItsPageToo() {
        state.pageDone("a", 10_000, "b", FIRST, false);

        assertThat(state.pageIterator()).isEqualTo("a");
        assertThat(state.pageMillis()).isEqualTo(10_000);
        assertThat(state.toSplit().window().hasStart()).isTrue();
    }

    @Test
    void anEndIsWhereTheFirstUnwantedRecordIs() {
        state.ended(ShardEnd.WINDOW_END, true, "b", 2, SECOND, 50_000);

        assertThat(state.toSplit().position())
                .isEqualTo(ShardPosition.at("b", 2, SECOND).caughtUpAt(50_000));
        assertThat(state.toSplit().window().hasStart()).isFalse();
        assertThat(state.toSplit().end()).isEqualTo(ShardEnd.WINDOW_END);
    }

    @Test
    void anEndWithoutAnIteratorIsWhereTheShardWas() {
        state.ended(ShardEnd.CLOSED, false, null, 0, null, ShardPosition.UNKNOWN);

        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.seek(5));
        assertThat(state.toSplit().window().hasStart()).isTrue();
        assertThat(state.toSplit().end()).isEqualTo(ShardEnd.CLOSED);
    }
}
