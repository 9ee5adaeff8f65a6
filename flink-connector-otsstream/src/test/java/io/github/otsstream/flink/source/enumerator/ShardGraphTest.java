/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static io.github.otsstream.flink.source.enumerator.Listings.discover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests {@link ShardGraph} on lineages that are written out. */
@Timeout(30)
class ShardGraphTest {

    private static final ReadWindow FROM_1000 = ReadWindow.of(1_000, 9_000, true);
    private static final ShardPosition SEEK = ShardPosition.seek(400);

    private final ShardGraph graph = new ShardGraph("s", ReadWindow.all(), ShardPosition.oldest());

    @Test
    void childrenOfASplitWaitForTheirParent() {
        discover(graph, List.of(shard("b", "a"), shard("c", "a"), shard("a")));

        assertThat(ready(graph)).containsExactly("a");
        graph.assigned("a", 0);
        assertThat(ready(graph)).isEmpty();
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void theChildOfAMergeWaitsForBothParents() {
        discover(graph, List.of(shard("m", "a", "b"), shard("a"), shard("b")));
        assertThat(ready(graph)).containsExactlyInAnyOrder("a", "b");

        close("a");
        assertThat(ready(graph)).containsExactly("b");
        close("b");
        assertThat(ready(graph)).containsExactly("m");
    }

    @Test
    void aChildIsBoundToItsParentsReaderUntilACheckpointHoldsTheirEnd() {
        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        graph.assigned("a", 2);
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 2);
        assertThat(graph.ready()).extracting(ShardGraph.Ready::boundReader).containsOnly(2);

        graph.recorded(Set.of("a"));
        assertThat(graph.ready())
                .hasSize(2)
                .extracting(ShardGraph.Ready::boundReader)
                .containsOnly(ShardGraph.NO_READER);
    }

    @Test
    void theChildOfParentsWithDifferentReadersWaitsForACheckpoint() {
        discover(graph, List.of(shard("a"), shard("b"), shard("m", "a", "b")));
        graph.assigned("a", 1);
        assertThat(graph.partnerReader("b")).isEqualTo(1);
        graph.assigned("b", 2);
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 1);
        graph.ended("b", ShardEnd.CLOSED, true, ShardPosition.oldest(), 2);
        assertThat(graph.ready()).isEmpty();
        assertThat(graph.waitingForCheckpoint()).containsExactly("m");

        graph.recorded(Set.of("a"));
        assertThat(graph.ready()).extracting(ShardGraph.Ready::boundReader).containsExactly(2);
        graph.recorded(Set.of("b"));
        assertThat(graph.ready())
                .extracting(ShardGraph.Ready::boundReader)
                .containsExactly(ShardGraph.NO_READER);
        assertThat(graph.waitingForCheckpoint()).isEmpty();
    }

    @Test
    void aWaitForACheckpointCanBeWaived() {
        discover(graph, List.of(shard("a"), shard("b"), shard("m", "a", "b")));
        graph.assigned("a", 1);
        graph.assigned("b", 2);
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 1);
        graph.ended("b", ShardEnd.CLOSED, true, ShardPosition.oldest(), 2);
        graph.waiveOrder("m");
        assertThat(ready(graph)).containsExactly("m");
    }

    @Test
    void aParentThatIsNotListedCountsAsRead() {
        discover(graph, List.of(shard("m", "gone", "b"), shard("b")));
        assertThat(ready(graph)).containsExactly("b");
        close("b");
        assertThat(ready(graph)).containsExactly("m");
    }

    @Test
    void whatWasReadIsForgottenAndNotHandedOutAgain() {
        List<ShardInfo> listing = List.of(shard("a"), shard("b", "a"), shard("c", "a"));
        discover(graph, listing);
        close("a");
        assertThat(graph.progress()).hasSize(3);

        graph.recorded(graph.unrecordedEnds());
        assertThat(graph.progress()).extracting(ShardProgress::shardId).containsExactly("b", "c");

        assertThat(discover(graph, listing)).isZero();
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void anEndThatNoCheckpointHoldsIsKept() {
        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        close("a");
        discover(graph, List.of(shard("b", "a"), shard("c", "a")));
        assertThat(graph.progress()).extracting(ShardProgress::shardId).contains("a");
    }

    @Test
    void anEndThatIsRecordedAfterItsShardHasExpiredIsForgotten() {
        discover(graph, List.of(shard("a")));
        close("a");
        discover(graph, List.of());
        assertThat(graph.progress()).hasSize(1);

        graph.recorded(Set.of("a"));
        assertThat(graph.progress()).isEmpty();
    }

    @Test
    void aRestoredEndWhoseShardHasExpiredIsForgotten() {
        graph.restore(
                List.of(
                        new ShardProgress(
                                "a", ShardGraph.Status.CLOSED, ShardPosition.oldest(), true)));
        assertThat(graph.closedWithoutChildren()).containsExactly("a");

        discover(graph, List.of(shard("b")));
        assertThat(graph.progress()).extracting(ShardProgress::shardId).containsExactly("b");
        assertThat(graph.closedWithoutChildren()).isEmpty();
    }

    @Test
    void aListingThatIsBehindMakesNothingBeReadTwice() {
        List<ShardInfo> listing = List.of(shard("a"), shard("b", "a"), shard("c", "a"));
        discover(graph, listing);
        close("a");
        graph.recorded(Set.of("a"));

        assertThat(discover(graph, List.of(shard("a")))).isZero();
        assertThat(discover(graph, List.of())).isZero();
        assertThat(discover(graph, List.of(shard("a")))).isZero();
        assertThat(discover(graph, listing)).isZero();
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void aShardThatIsGivenBackAfterItWasForgottenWaitsForItsParents() {
        discover(
                graph,
                List.of(
                        shard("a"),
                        shard("b", "a"),
                        shard("c", "a"),
                        shard("d", "b"),
                        shard("e", "b")));
        close("a");
        close("b");
        graph.recorded(Set.of("a", "b"));
        assertThat(ready(graph)).containsExactlyInAnyOrder("c", "d", "e");

        graph.returned(new ShardSplit("s", "b", ReadWindow.all(), ShardPosition.seek(7), null));
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
        graph.returned(new ShardSplit("s", "a", ReadWindow.all(), ShardPosition.seek(7), null));
        assertThat(ready(graph)).containsExactly("a");
    }

    @Test
    void aChangeThatDoesNotFollowTheLastListingIsRefused() {
        ListingChange change =
                ShardListing.of(List.of(shard("a"))).since(ShardListing.of(List.of()));

        assertThatThrownBy(() -> graph.discover(change))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSiblingThatIsListedLateIsRead() {
        discover(graph, List.of(shard("a"), shard("b", "a")));
        close("a");
        graph.recorded(graph.unrecordedEnds());

        assertThat(discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")))).isOne();
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void unrecordedEndsOfAFailedReaderAreOpenAgain() {
        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        graph.assigned("a", 3);
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 3);
        List<ShardSplit> children = splits(graph);
        graph.assigned("b", 1);
        graph.assigned("c", 2);

        // The whole job goes back to a checkpoint in which reader 3 still reads "a".
        graph.readerReset(1);
        graph.readerReset(2);
        children.forEach(graph::returned);
        graph.readerReset(3);

        assertThat(ready(graph)).isEmpty();
        graph.assigned("a", 3);
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 3);
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void recordedEndsStayEndsWhenTheirReaderFails() {
        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        graph.assigned("a", 0);
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        graph.recorded(Set.of("a"));

        graph.readerReset(0);
        assertThat(ready(graph)).containsExactlyInAnyOrder("b", "c");
        assertThat(graph.unrecordedEnds()).isEmpty();
    }

    @Test
    void descendantsOfAShardThatStoppedAtTheWindowsEndAreLeftOut() {
        discover(
                graph,
                List.of(
                        shard("a"),
                        shard("x"),
                        shard("b", "a"),
                        shard("c", "a"),
                        shard("m", "c", "x"),
                        shard("n", "m")));
        graph.assigned("a", 0);
        graph.assigned("x", 0);
        assertThat(graph.isFinished()).isFalse();
        graph.ended("a", ShardEnd.WINDOW_END, true, ShardPosition.oldest(), 0);
        graph.ended("x", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);

        assertThat(ready(graph)).isEmpty();
        assertThat(graph.isFinished()).isTrue();
        // A shard that is listed later is left out too.
        discover(graph, List.of(shard("o", "n"), shard("n", "m"), shard("m", "c", "x")));
        assertThat(ready(graph)).isEmpty();
    }

    @Test
    void anEndThatIsUndoneBringsItsDescendantsBack() {
        discover(graph, List.of(shard("a"), shard("b", "a"), shard("n", "b")));
        graph.assigned("a", 0);
        graph.ended("a", ShardEnd.WINDOW_END, true, ShardPosition.oldest(), 0);
        assertThat(graph.isFinished()).isTrue();

        graph.readerReset(0);
        assertThat(graph.isFinished()).isFalse();
        graph.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        assertThat(ready(graph)).containsExactly("b");
    }

    @Test
    void behindTheWindowReadingGoesOnWhereItEndedAndInAllThatWasLeftOut() {
        ShardPosition end = at("next", 9_000);
        discover(graph, List.of(shard("a"), shard("b"), shard("c", "a"), shard("d", "b")));
        graph.assigned("a", 0);
        graph.assigned("b", 0);

        graph.ended("a", ShardEnd.WINDOW_END, true, end, 0);
        graph.ended("b", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);

        assertThat(graph.behindWindow())
                .containsOnly(entry("a", end), entry("c", ShardPosition.oldest()));
    }

    @Test
    void shardsAreSoughtUntilTheWindowIsReached() {
        ShardGraph bounded = new ShardGraph("s", FROM_1000, SEEK);
        discover(
                bounded, List.of(shard("a"), shard("b", "a"), shard("c", "b"), shard("r", "gone")));

        assertThat(splits(bounded))
                .containsExactlyInAnyOrder(
                        new ShardSplit("s", "a", FROM_1000, SEEK, null),
                        new ShardSplit("s", "r", FROM_1000, SEEK, null));
        bounded.assigned("a", 0);
        bounded.assigned("r", 0);
        bounded.ended("a", ShardEnd.CLOSED, false, ShardPosition.oldest(), 0);
        assertThat(splits(bounded))
                .containsExactly(new ShardSplit("s", "b", FROM_1000, SEEK, null));

        bounded.assigned("b", 0);
        bounded.ended("b", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        assertThat(splits(bounded))
                .containsExactly(
                        new ShardSplit(
                                "s", "c", FROM_1000.entered(), ShardPosition.oldest(), null));
    }

    @Test
    void nothingHasToBeWaitedForWhereNothingWasEmitted() {
        ShardGraph bounded = new ShardGraph("s", FROM_1000, SEEK);
        discover(bounded, List.of(shard("a"), shard("b"), shard("m", "a", "b")));
        bounded.assigned("a", 0);
        bounded.assigned("b", 1);
        bounded.ended("a", ShardEnd.CLOSED, false, ShardPosition.oldest(), 0);
        bounded.ended("b", ShardEnd.CLOSED, false, ShardPosition.oldest(), 1);
        assertThat(bounded.ready())
                .extracting(ShardGraph.Ready::boundReader)
                .containsExactly(ShardGraph.NO_READER);
    }

    @Test
    void nothingOfAChildIsLeftOutOnceItsParentHasReachedTheWindow() {
        ShardGraph bounded = new ShardGraph("s", FROM_1000, SEEK);
        discover(bounded, List.of(shard("a"), shard("b", "a")));
        bounded.assigned("a", 0);
        bounded.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        discover(bounded, List.of(shard("a"), shard("b", "a"), shard("c", "a")));

        assertThat(splits(bounded))
                .extracting(ShardSplit::splitId, split -> split.window().hasStart())
                .containsExactlyInAnyOrder(tuple("b", false), tuple("c", false));
    }

    /** A restored reader can report an end before the first listing tells whose parent it is. */
    @Test
    void nothingOfAChildIsLeftOutAlsoWhereItsParentsEndWasReportedBeforeTheListing() {
        ShardGraph restored = new ShardGraph("s", FROM_1000, SEEK);
        restored.restore(
                List.of(
                        new ShardProgress("a", ShardGraph.Status.ASSIGNED, SEEK, false),
                        new ShardProgress("b", ShardGraph.Status.WAITING, SEEK, false)));
        restored.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        discover(restored, List.of(shard("a"), shard("b", "a"), shard("c", "a")));

        assertThat(splits(restored))
                .hasSize(2)
                .allSatisfy(
                        split -> {
                            assertThat(split.window()).isEqualTo(FROM_1000.entered());
                            assertThat(split.position()).isEqualTo(ShardPosition.oldest());
                        });
    }

    /** What was trimmed of it before its first page can be noticed only so. */
    @Test
    void aChildHoldsNothingThatIsOlderThanWhatWasReadOfItsParents() {
        discover(graph, List.of(shard("a"), shard("b"), shard("c", "a", "b"), shard("d", "c")));
        graph.assigned("a", 0);
        graph.assigned("b", 0);
        graph.ended("a", ShardEnd.CLOSED, true, at("a", 7_000), 0);
        graph.ended("b", ShardEnd.CLOSED, true, at("b", 5_000).caughtUpAt(9_000), 0);
        graph.recorded(Set.of("a", "b"));
        assertThat(splits(graph))
                .extracting(ShardSplit::position)
                .containsExactly(ShardPosition.oldest().caughtUpAt(9_000));

        ShardGraph restored = new ShardGraph("s", ReadWindow.all(), ShardPosition.oldest());
        restored.restore(graph.progress());
        discover(restored, List.of(shard("c", "a", "b"), shard("d", "c")));
        assertThat(splits(restored))
                .extracting(ShardSplit::position)
                .containsExactly(ShardPosition.oldest().caughtUpAt(9_000));
    }

    @Test
    void aChildThatIsListedAfterARestoreBeginsAtItsParentsEndToo() {
        discover(graph, List.of(shard("a")));
        graph.assigned("a", 0);
        graph.ended("a", ShardEnd.CLOSED, true, at("a", 7_000), 0);

        ShardGraph restored = new ShardGraph("s", ReadWindow.all(), ShardPosition.oldest());
        restored.restore(graph.progress());
        discover(restored, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        assertThat(splits(restored))
                .extracting(ShardSplit::position)
                .containsOnly(ShardPosition.oldest().caughtUpAt(7_000));
    }

    private static ShardPosition at(String iterator, long millis) {
        return ShardPosition.at(iterator, 1, new SequenceInfo(1, millis * 1_000, 0));
    }

    /** Forgotten too early, it would look as if its second child had no parent to follow. */
    @Test
    void aShardOfWhichOnlyOneChildIsListedIsKept() {
        discover(graph, List.of(shard("a"), shard("b", "a")));
        close("a");
        graph.recorded(Set.of("a"));
        assertThat(graph.progress()).extracting(ShardProgress::shardId).contains("a");

        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        assertThat(graph.progress()).extracting(ShardProgress::shardId).doesNotContain("a");
    }

    @Test
    void aShardThatComesBackHasTheWindowOfItsSplit() {
        ShardGraph bounded = new ShardGraph("s", FROM_1000, SEEK);
        discover(bounded, List.of(shard("a")));
        ShardSplit entered =
                new ShardSplit("s", "a", FROM_1000.entered(), ShardPosition.at("i", 0, null), null);
        bounded.assigned("a", 0);
        bounded.returned(entered);
        assertThat(splits(bounded)).containsExactly(entered);
    }

    @Test
    void aRestoredShardKeepsItsWindow() {
        ShardGraph restored = new ShardGraph("s", FROM_1000, SEEK);
        restored.restore(List.of(new ShardProgress("a", ShardGraph.Status.WAITING, SEEK, true)));
        discover(restored, List.of(shard("a")));
        assertThat(splits(restored))
                .extracting(ShardSplit::window)
                .containsExactly(FROM_1000.entered());
    }

    @Test
    void aClosedShardWithoutChildrenIsNoticed() {
        discover(graph, List.of(shard("a")));
        close("a");
        assertThat(graph.closedWithoutChildren()).containsExactly("a");
        discover(graph, List.of(shard("a"), shard("b", "a")));
        assertThat(graph.closedWithoutChildren()).isEmpty();
    }

    @Test
    void aClosedShardWithoutChildrenIsNoticedAfterARestoreUntilItHasExpired() {
        ShardPosition last = ShardPosition.oldest();
        graph.restore(List.of(new ShardProgress("a", ShardGraph.Status.CLOSED, last, true)));
        assertThat(graph.closedWithoutChildren()).containsExactly("a");
        discover(graph, List.of(shard("a")));
        assertThat(graph.closedWithoutChildren()).containsExactly("a");
        discover(graph, List.of(shard("z")));
        assertThat(graph.closedWithoutChildren()).isEmpty();
    }

    @Test
    void aListingThatContradictsItselfIsRefused() {
        assertThatThrownBy(
                        () ->
                                discover(
                                        graph,
                                        List.of(shard("a"), shard("b", "c"), shard("c", "b"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("descend from themselves")
                .hasMessageContaining("b")
                .hasMessageContaining("c");
        assertThatThrownBy(() -> discover(graph, List.of(shard("a", "a"))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> discover(graph, List.of(shard("a", "b"), shard("a", "c"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has the parents");
    }

    @Test
    void theStreamIsReadUntilTheEarliestTimeOfAnyOpenShard() {
        discover(graph, List.of(shard("a"), shard("b")));
        graph.assigned("a", 0);
        graph.readUntil("a", 500);
        assertThat(graph.readUntilMillis()).as("b has not been read").isEmpty();

        graph.assigned("b", 1);
        graph.readUntil("b", 300);
        assertThat(graph.readUntilMillis()).hasValue(300);
        graph.readUntil("b", 700);
        assertThat(graph.readUntilMillis()).hasValue(500);
    }

    @Test
    void whatIsBeforeTheWindowCountsAsRead() {
        ShardGraph windowed = new ShardGraph("s", FROM_1000, SEEK);
        discover(windowed, List.of(shard("a")));
        assertThat(windowed.readUntilMillis()).hasValue(1_000);

        windowed.assigned("a", 0);
        windowed.readUntil("a", 500);
        assertThat(windowed.readUntilMillis()).hasValue(1_000);
        windowed.readUntil("a", 1_500);
        assertThat(windowed.readUntilMillis()).hasValue(1_500);
    }

    @Test
    void aShardThatWaitsForAnotherReaderHoldsTheTimeAtItsParentsEnd() {
        discover(graph, List.of(shard("a"), shard("b"), shard("m", "a", "b"), shard("x")));
        for (String shardId : List.of("a", "b", "x")) {
            graph.assigned(shardId, shardId.charAt(0));
            graph.readUntil(shardId, 900);
        }
        graph.ended("a", ShardEnd.CLOSED, true, readUntil(400), 'a');
        graph.readUntil("x", 10_000);
        assertThat(graph.readUntilMillis()).hasValue(900);

        graph.ended("b", ShardEnd.CLOSED, true, readUntil(1_000), 'b');
        assertThat(graph.waitingForCheckpoint()).containsExactly("m");
        assertThat(graph.readUntilMillis()).hasValue(1_000);
    }

    @Test
    void aClosedShardWithoutChildrenHoldsTheTimeUntilTheyAreListed() {
        discover(graph, List.of(shard("a"), shard("x")));
        graph.assigned("a", 0);
        graph.assigned("x", 0);
        graph.readUntil("x", 5_000);
        graph.ended("a", ShardEnd.CLOSED, true, readUntil(400), 0);
        graph.recorded(Set.of("a"));
        assertThat(graph.readUntilMillis()).hasValue(400);

        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a"), shard("x")));
        assertThat(graph.readUntilMillis()).as("a is forgotten").hasValue(400);
        for (String child : List.of("b", "c")) {
            graph.assigned(child, 0);
            graph.readUntil(child, 6_000);
        }
        assertThat(graph.readUntilMillis()).hasValue(5_000);
    }

    @Test
    void aReaderThatGoesBackTakesTheTimeBack() {
        discover(graph, List.of(shard("a"), shard("b"), shard("c", "b")));
        graph.assigned("a", 0);
        graph.readUntil("a", 100);
        graph.assigned("b", 1);
        graph.readUntil("b", 200);
        graph.ended("b", ShardEnd.CLOSED, true, readUntil(300), 1);
        assertThat(graph.readUntilMillis()).hasValue(100);

        graph.readerReset(1);
        assertThat(graph.readUntilMillis()).isEmpty();
        graph.readUntil("b", 50);
        assertThat(graph.readUntilMillis()).hasValue(50);
    }

    @Test
    void aShardThatIsGivenBackCountsFromItsPosition() {
        discover(graph, List.of(shard("a")));
        graph.assigned("a", 0);
        graph.readUntil("a", 900);
        graph.returned(new ShardSplit("s", "a", ReadWindow.all(), readUntil(600), null));
        assertThat(graph.readUntilMillis()).hasValue(600);
    }

    @Test
    void theProgressOfAWindowIsTheAverageOfItsShards() {
        ShardGraph bounded = new ShardGraph("s", FROM_1000, ShardPosition.seek(0));
        assertThat(bounded.progress(1_000, 9_000)).isZero();
        discover(bounded, List.of(shard("a"), shard("b"), shard("c", "b"), shard("d", "b")));
        assertThat(bounded.progress(1_000, 9_000)).isZero();
        bounded.assigned("a", 0);
        bounded.readUntil("a", 5_000);
        bounded.assigned("b", 0);
        bounded.ended("b", ShardEnd.CLOSED, true, readUntil(3_000), 0);
        assertThat(bounded.progress(1_000, 9_000)).isEqualTo((0.5 + 0.25 + 0.25) / 3);

        bounded.ended("a", ShardEnd.WINDOW_END, true, readUntil(5_000), 0);
        for (String child : List.of("c", "d")) {
            bounded.assigned(child, 0);
            bounded.readUntil(child, 20_000);
            assertThat(bounded.progress(1_000, 9_000)).isLessThanOrEqualTo(1);
            bounded.ended(child, ShardEnd.WINDOW_END, true, readUntil(9_000), 0);
        }
        assertThat(bounded.progress(1_000, 9_000)).isEqualTo(1);
        assertThat(bounded.readUntilMillis()).isEmpty();
    }

    private static ShardPosition readUntil(long millis) {
        return ShardPosition.at("i", 0, null).caughtUpAt(millis);
    }

    @Test
    void aShardThatIsNotLeftOutAfterAllIsReadFullyWhereAParentReachedTheWindow() {
        ShardGraph bounded = new ShardGraph("s", FROM_1000, SEEK);
        discover(bounded, List.of(shard("a"), shard("b"), shard("m", "a", "b")));
        bounded.assigned("a", 0);
        bounded.assigned("b", 1);
        bounded.ended("b", ShardEnd.WINDOW_END, false, ShardPosition.oldest(), 1);
        bounded.ended("a", ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
        assertThat(ready(bounded)).isEmpty();

        bounded.readerReset(1);
        bounded.ended("b", ShardEnd.CLOSED, false, ShardPosition.oldest(), 1);
        assertThat(splits(bounded))
                .extracting(ShardSplit::window)
                .containsExactly(FROM_1000.entered());
    }

    @Test
    void aListingThatContradictsAnEarlierOneIsRefused() {
        discover(graph, List.of(shard("a"), shard("b"), shard("m", "a", "b")));
        discover(graph, List.of(shard("a"), shard("b"), shard("m", "b", "a")));
        assertThatThrownBy(
                        () ->
                                discover(
                                        graph,
                                        List.of(shard("a"), shard("b"), shard("m", "a", "c"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shard m has the parents [a, b] and [a, c]");
        assertThatThrownBy(() -> discover(graph, List.of(shard("a", "m"), shard("b"), shard("m"))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aParentThatAListingLeavesOutIsRememberedWhileItIsRead() {
        discover(graph, List.of(shard("a"), shard("b", "a"), shard("c", "a")));
        discover(graph, List.of(shard("b"), shard("c")));
        assertThat(ready(graph)).containsExactly("a");
    }

    @Test
    void aLongChainOfExcludedShardsIsNoTrouble() {
        List<ShardInfo> chain =
                IntStream.range(0, 50_000)
                        .mapToObj(i -> i == 0 ? shard("s0") : shard("s" + i, "s" + (i - 1)))
                        .collect(Collectors.toList());
        discover(graph, chain);
        graph.assigned("s0", 0);
        graph.ended("s0", ShardEnd.WINDOW_END, true, ShardPosition.oldest(), 0);
        assertThat(graph.isFinished()).isTrue();
    }

    private void close(String shardId) {
        graph.assigned(shardId, 0);
        graph.ended(shardId, ShardEnd.CLOSED, true, ShardPosition.oldest(), 0);
    }

    private static List<String> ready(ShardGraph graph) {
        return splits(graph).stream().map(ShardSplit::splitId).collect(Collectors.toList());
    }

    private static List<ShardSplit> splits(ShardGraph graph) {
        return graph.ready().stream().map(ShardGraph.Ready::split).collect(Collectors.toList());
    }

    private static ShardInfo shard(String shardId) {
        return new ShardInfo(shardId, null, null);
    }

    private static ShardInfo shard(String shardId, String parent) {
        return new ShardInfo(shardId, parent, null);
    }

    private static ShardInfo shard(String shardId, String parent, String sibling) {
        return new ShardInfo(shardId, parent, sibling);
    }
}
