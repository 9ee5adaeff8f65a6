/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.otsstream.flink.client.LogCapture;
import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.event.MirrorPointsEvent;
import io.github.otsstream.flink.source.event.RateShareEvent;
import io.github.otsstream.flink.source.event.ReaderProgressEvent;
import io.github.otsstream.flink.source.event.ReaderStartedEvent;
import io.github.otsstream.flink.source.event.ShardEndNotedEvent;
import io.github.otsstream.flink.source.event.ShardEndedEvent;
import io.github.otsstream.flink.source.event.SourceWatermarkEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import io.github.otsstream.flink.status.InMemoryTables;
import io.github.otsstream.flink.status.StatusTable;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests {@link ShardEnumerator} against Flink's testing context. */
@Timeout(60)
class ShardEnumeratorTest {

    private static final LongFunction<ReadWindow> EVERYTHING = now -> ReadWindow.all();

    private final TestingStreamClient client = new TestingStreamClient();
    private final ManualClock clock = new ManualClock();
    private Duration discoveryInterval = Duration.ofSeconds(30);
    private final Set<Integer> registered = new HashSet<>();
    private final List<Integer> noMoreSplits = new ArrayList<>();

    /** Refuses, as Flink does, what is sent to a reader that is not there. */
    private final TestingSplitEnumeratorContext<ShardSplit> context =
            new TestingSplitEnumeratorContext<>(2) {
                @Override
                public Map<Integer, ReaderInfo> registeredReaders() {
                    return registered.stream()
                            .collect(Collectors.toMap(r -> r, r -> new ReaderInfo(r, "host")));
                }

                @Override
                public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
                    assertThat(registered).containsAll(assignment.assignment().keySet());
                    assertThat(noMoreSplits)
                            .doesNotContainAnyElementsOf(assignment.assignment().keySet());
                    super.assignSplits(assignment);
                }

                @Override
                public void sendEventToSourceReader(int reader, SourceEvent event) {
                    assertThat(registered).contains(reader);
                    super.sendEventToSourceReader(reader, event);
                }

                @Override
                public void signalNoMoreSplits(int reader) {
                    assertThat(registered).contains(reader);
                    noMoreSplits.add(reader);
                    super.signalNoMoreSplits(reader);
                }
            };

    @Test
    void waitsForEveryReaderAndBalancesShards() {
        client.shard("a").shard("b").shard("c").shard("d");
        ShardEnumerator enumerator = start(EVERYTHING, false, EnumeratorState.empty());
        readerStarted(enumerator, 0);
        assertThat(assigned(0)).isEmpty();

        readerStarted(enumerator, 1);
        assertThat(assigned(0)).hasSize(2);
        assertThat(assigned(1)).hasSize(2);
    }

    /** As in batch mode with too few slots, where one reader starts when another has finished. */
    @Test
    void aBoundedJobIsReadByTheReadersThatStart() throws Exception {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = start(EVERYTHING, true, EnumeratorState.empty());
        readerStarted(enumerator, 1);
        pass(ShardEnumerator.WAIT_FOR_READERS.minusMillis(1));
        assertThat(assigned(1)).isEmpty();

        pass(Duration.ofMillis(1));
        assertThat(assigned(1)).containsExactly("a", "b");
        ended(enumerator, 1, "a", ShardEnd.WINDOW_END);
        assertThat(noMoreSplits).isEmpty();
        ended(enumerator, 1, "b", ShardEnd.WINDOW_END);
        assertThat(noMoreSplits).containsExactly(1);

        readerStarted(enumerator, 0);
        assertThat(noMoreSplits).containsExactlyInAnyOrder(0, 1);
    }

    /** The only reader that runs fails, and is waited for. */
    @Test
    void shardsThatCameBackWaitForAReader() throws Exception {
        client.shard("a");
        ShardEnumerator enumerator = start(EVERYTHING, true, EnumeratorState.empty());
        readerStarted(enumerator, 1);
        pass(ShardEnumerator.WAIT_FOR_READERS);
        assertThat(assigned(1)).containsExactly("a");
        ShardSplit back = splits(1).get(0);
        registered.remove(1);
        enumerator.addSplitsBack(List.of(back), 1);
        pass(ShardEnumerator.WAIT_FOR_READERS);
        assertThat(assigned(0)).isEmpty();

        readerStarted(enumerator, 0);
        assertThat(assigned(0)).containsExactly("a");
    }

    @Test
    void othersThanBoundedJobsWaitForEachReader() throws Exception {
        client.shard("a");
        ShardEnumerator enumerator = start(EVERYTHING, false, EnumeratorState.empty());
        readerStarted(enumerator, 1);
        pass(ShardEnumerator.WAIT_FOR_READERS.multipliedBy(2));
        assertThat(allAssigned()).isEmpty();
    }

    /** A reader that has not started yet can have restored shards. */
    @Test
    void aRestoredJobWaitsForEachReader() throws Exception {
        client.shard("a").shard("b");
        EnumeratorState state =
                new EnumeratorState(
                        TestingStreamClient.STREAM,
                        ReadWindow.all(),
                        ReadWindow.NO_START,
                        null,
                        List.of(assignedShard("a")));
        ShardEnumerator enumerator = start(EVERYTHING, true, state);
        readerStarted(enumerator, 1);
        pass(ShardEnumerator.WAIT_FOR_READERS.multipliedBy(2));
        assertThat(allAssigned()).isEmpty();
    }

    /** A restored shard can wait for a parent of which only the listing tells. */
    @Test
    void nothingIsGivenOutBeforeTheFirstListing() {
        client.shard("a").shard("b", "a");
        EnumeratorState state =
                new EnumeratorState(
                        TestingStreamClient.STREAM,
                        ReadWindow.all(),
                        ReadWindow.NO_START,
                        null,
                        List.of(
                                assignedShard("a"),
                                new ShardProgress(
                                        "b",
                                        ShardGraph.Status.WAITING,
                                        ShardPosition.oldest(),
                                        true)));
        ShardEnumerator enumerator = create(EVERYTHING, false, state);
        enumerator.start();
        for (int reader : List.of(0, 1)) {
            registered.add(reader);
            enumerator.handleSourceEvent(
                    reader, new ReaderStartedEvent(reader == 0 ? List.of("a") : List.of()));
        }
        ShardSplit back =
                new ShardSplit(
                        TestingStreamClient.STREAM,
                        "b",
                        ReadWindow.all(),
                        ShardPosition.oldest(),
                        null);
        enumerator.addSplitsBack(List.of(back), 1);
        enumerator.handleSourceEvent(1, new ReaderStartedEvent(List.of()));
        assertThat(allAssigned()).isEmpty();
        runActions();
        assertThat(allAssigned()).isEmpty();

        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        assertThat(allAssigned()).containsExactly("b");
    }

    @Test
    void countsWhatRestoredReadersReport() {
        client.shard("a").shard("b").shard("c").shard("d");
        EnumeratorState state =
                new EnumeratorState(
                        TestingStreamClient.STREAM,
                        ReadWindow.all(),
                        ReadWindow.NO_START,
                        null,
                        List.of(assignedShard("a"), assignedShard("b"), assignedShard("c")));
        ShardEnumerator enumerator = start(EVERYTHING, false, state);
        readerStarted(enumerator, 0, "a", "b", "c");
        readerStarted(enumerator, 1);

        assertThat(assigned(0)).isEmpty();
        assertThat(assigned(1)).containsExactly("d");
    }

    @Test
    void looksUpChildrenWhenAShardEnds() {
        client.shard("a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        int listings = client.listings();

        client.shard("b", "a").shard("c", "a");
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        assertThat(client.listings()).isEqualTo(listings + 1);
        assertThat(allAssigned()).containsExactlyInAnyOrder("a", "b", "c");
    }

    /** What blocks there blocks checkpoints, and all other sources of the job. */
    @Test
    void theCoordinatorThreadNeverAsksTheService() {
        client.shard("a");
        ShardEnumerator enumerator = create(EVERYTHING, false, EnumeratorState.empty());
        enumerator.start();
        assertThat(client.listings()).isZero();
        runActions();
        assertThat(client.listings()).isOne();
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);

        enumerator.handleSourceEvent(
                0, new ShardEndedEvent("a", ShardEnd.CLOSED, true, ShardPosition.oldest()));
        enumerator.snapshotState(1);
        enumerator.notifyCheckpointComplete(1);
        enumerator.addSplitsBack(List.of(), 1);
        assertThat(client.listings()).isOne();
        runActions();
        assertThat(client.listings()).isEqualTo(2);
    }

    @Test
    void findsNewShardsPeriodically() {
        client.shard("a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        client.shard("z");
        context.triggerAllActions();

        assertThat(allAssigned()).containsExactlyInAnyOrder("a", "z");
        assertThat(enumerator.snapshotState(1).shards()).hasSize(2);
    }

    @Test
    void looksForTheChildrenOfAClosedShardUntilTheyAreListed() {
        client.shard("a");
        discoveryInterval = Duration.ZERO;
        ShardEnumerator enumerator = startWithReaders(now -> ReadWindow.of(0, now, true), true);
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        long wait = ShardEnumerator.MIN_WAIT_FOR_CHILDREN.toMillis();
        for (int i = 0; i < 100; i++) {
            int listings = client.listings();
            clock.advanceTime(Duration.ofMillis(wait - 1));
            context.triggerAllActions();
            assertThat(client.listings()).isEqualTo(listings);
            clock.advanceTime(Duration.ofMillis(1));
            context.triggerAllActions();
            assertThat(client.listings()).isEqualTo(listings + 1);
            wait = Math.min(2 * wait, ShardEnumerator.MAX_WAIT_FOR_CHILDREN.toMillis());
        }
        assertThat(noMoreSplits).isEmpty();

        client.shard("b", "a").shard("c", "a");
        clock.advanceTime(ShardEnumerator.MAX_WAIT_FOR_CHILDREN);
        context.triggerAllActions();
        assertThat(allAssigned()).containsExactlyInAnyOrder("a", "b", "c");

        int listings = client.listings();
        clock.advanceTime(ShardEnumerator.MAX_WAIT_FOR_CHILDREN);
        context.triggerAllActions();
        assertThat(client.listings()).isEqualTo(listings);
    }

    /** Its children are not to be expected any more than it is. */
    @Test
    void aBoundedJobDoesNotWaitForTheChildrenOfAShardThatHasExpired() {
        client.shard("a");
        ShardEnumerator enumerator = startWithReaders(now -> ReadWindow.of(0, now, true), true);
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        assertThat(noMoreSplits()).isFalse();

        client.expireShard("a");
        context.triggerAllActions();
        assertThat(noMoreSplits()).isTrue();
    }

    @Test
    void anEndIsAnsweredOnceTheNextCheckpointHoldsItAndKeptUntilOneHasCompleted() {
        client.shard("a").shard("b", "a").shard("c", "a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        enumerator.snapshotState(1);
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        assertThat(noted(0)).containsExactly("a");
        completed(enumerator, 1);

        EnumeratorState holding = enumerator.snapshotState(2);
        assertThat(holding.shards())
                .filteredOn(shard -> shard.shardId().equals("a"))
                .singleElement()
                .satisfies(shard -> assertThat(shard.status()).isEqualTo(ShardGraph.Status.CLOSED));
        completed(enumerator, 2);
        assertThat(enumerator.snapshotState(3).shards())
                .extracting(ShardProgress::shardId)
                .containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void anEndThatIsReportedAgainAfterItWasRecordedIsAnsweredAndChangesNothing() {
        client.shard("a").shard("b", "a").shard("c", "a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        enumerator.snapshotState(1);
        completed(enumerator, 1);

        ended(enumerator, 1, "a", ShardEnd.CLOSED);
        assertThat(noted(1)).containsExactly("a");
        assertThat(allAssigned()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void childrenWaitAgainWhenTheirParentsReaderFailsBeforeTheCheckpoint() {
        client.shard("a").shard("b", "a").shard("c", "a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        enumerator.snapshotState(1);
        completed(enumerator, 1);
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        List<ShardSplit> children = splits(0);
        children.addAll(splits(1));
        children.removeIf(split -> split.splitId().equals("a"));
        assertThat(children).hasSize(2);

        clearAssignments();
        enumerator.addSplitsBack(List.of(), 0);
        enumerator.addSplitsBack(children, 1);
        readerStarted(enumerator, 1);
        readerStarted(enumerator, 0, "a");
        assertThat(allAssigned()).isEmpty();

        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        assertThat(allAssigned()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void childrenAreReadByTheirParentsReaderAtOnce() {
        client.shard("a").shard("z");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        int reader = assigned(0).contains("a") ? 0 : 1;
        client.shard("b", "a").shard("c", "a");
        ended(enumerator, reader, "a", ShardEnd.CLOSED);

        assertThat(assigned(reader)).contains("b", "c");
    }

    @Test
    void anOverloadedReadersChildrenGoElsewhereAfterTheNextCheckpoint() {
        client.shard("a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        enumerator.snapshotState(1);
        completed(enumerator, 1);
        client.shard("b", "a").shard("c", "a");
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        client.shard("d", "b").shard("e", "b");
        ended(enumerator, 0, "b", ShardEnd.CLOSED);
        assertThat(assigned(0)).containsExactly("a", "b", "c", "d");
        assertThat(assigned(1)).isEmpty();

        enumerator.snapshotState(2);
        completed(enumerator, 2);
        assertThat(assigned(1)).containsExactly("e");
    }

    @Test
    void theChildOfParentsWithDifferentReadersIsReadAfterTheNextCheckpoint() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        client.shard("m", "a", "b");
        ended(enumerator, assigned(0).contains("a") ? 0 : 1, "a", ShardEnd.CLOSED);
        ended(enumerator, assigned(0).contains("b") ? 0 : 1, "b", ShardEnd.CLOSED);
        assertThat(allAssigned()).containsExactlyInAnyOrder("a", "b");

        enumerator.snapshotState(1);
        assertThat(allAssigned()).doesNotContain("m");
        completed(enumerator, 1);
        assertThat(allAssigned()).contains("m");
    }

    @Test
    void theOtherParentOfAMergeIsReadWhereTheRestoredOneIs() {
        client.shard("a").shard("b").shard("m", "a", "b");
        EnumeratorState state =
                new EnumeratorState(
                        TestingStreamClient.STREAM,
                        ReadWindow.all(),
                        ReadWindow.NO_START,
                        null,
                        List.of(assignedShard("a")));
        ShardEnumerator enumerator = start(EVERYTHING, false, state);
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1, "a");
        assertThat(assigned(1)).containsExactly("b");
    }

    @Test
    void aShardThatEndsDuringAListingIsFollowedByAnotherOne() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        int listings = client.listings();
        client.shard("c", "a").shard("d", "a").shard("e", "b").shard("f", "b");
        enumerator.handleSourceEvent(
                0, new ShardEndedEvent("a", ShardEnd.CLOSED, true, ShardPosition.oldest()));
        enumerator.handleSourceEvent(
                1, new ShardEndedEvent("b", ShardEnd.CLOSED, true, ShardPosition.oldest()));
        runActions();
        assertThat(client.listings()).isEqualTo(listings + 2);
    }

    @Test
    void parentsOfAKnownMergeAreReadByOneReader() {
        client.shard("a").shard("b").shard("m", "a", "b");
        startWithReaders(EVERYTHING, false);
        assertThat(List.of(assigned(0).size(), assigned(1).size())).containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void aMergeDoesNotWaitForEverInAJobWithoutCheckpoints() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        client.shard("m", "a", "b");
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        ended(enumerator, 1, "b", ShardEnd.CLOSED);
        context.triggerAllActions();
        clock.advanceTime(ShardEnumerator.WAIT_WITHOUT_CHECKPOINTS.minusMillis(1));
        context.triggerAllActions();
        assertThat(allAssigned()).doesNotContain("m");

        clock.advanceTime(Duration.ofMillis(1));
        try (LogCapture log = new LogCapture()) {
            context.triggerAllActions();
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("Shard m of orders_1 is read now"));
        }
        assertThat(allAssigned()).contains("m");
    }

    @Test
    void aMergeWaitsForTheFirstCheckpointOnceItHasBegun() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        client.shard("m", "a", "b");
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        ended(enumerator, 1, "b", ShardEnd.CLOSED);
        context.triggerAllActions();
        enumerator.snapshotState(1);
        clock.advanceTime(ShardEnumerator.WAIT_WITHOUT_CHECKPOINTS);
        context.triggerAllActions();
        assertThat(allAssigned()).doesNotContain("m");

        completed(enumerator, 1);
        assertThat(allAssigned()).contains("m");
    }

    /**
     * Where a job is stopped with a savepoint, its readers finish at the savepoint's completion.
     */
    @Test
    void nothingIsGivenOutRightAfterACheckpoint() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        client.shard("m", "a", "b");
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        ended(enumerator, 1, "b", ShardEnd.CLOSED);
        context.triggerAllActions();
        enumerator.snapshotState(1);
        enumerator.notifyCheckpointComplete(1);
        clock.advanceTime(ShardEnumerator.QUIET_AFTER_CHECKPOINT.minusMillis(1));
        context.triggerAllActions();
        assertThat(allAssigned()).doesNotContain("m");

        clock.advanceTime(Duration.ofMillis(1));
        context.triggerAllActions();
        assertThat(allAssigned()).contains("m");
    }

    @Test
    void theNextCheckpointShowsThatTheJobGoesOn() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        client.shard("m", "a", "b");
        ended(enumerator, 0, "a", ShardEnd.CLOSED);
        ended(enumerator, 1, "b", ShardEnd.CLOSED);
        context.triggerAllActions();
        enumerator.snapshotState(1);
        enumerator.notifyCheckpointComplete(1);
        assertThat(enumerator.snapshotState(2).shards())
                .as("what is given out belongs to the next checkpoint")
                .filteredOn(shard -> shard.shardId().equals("m"))
                .extracting(ShardProgress::status)
                .containsExactly(ShardGraph.Status.WAITING);
        runActions();
        assertThat(allAssigned()).contains("m");
    }

    @Test
    void aWordFromAReaderShowsThatTheJobGoesOn() {
        client.shard("a").shard("x");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        int reader = assigned(0).contains("a") ? 0 : 1;
        enumerator.snapshotState(1);
        enumerator.notifyCheckpointComplete(1);
        client.shard("b", "a");
        ended(enumerator, reader, "a", ShardEnd.CLOSED);
        assertThat(assigned(reader)).contains("b");
    }

    @Test
    void readersAreToldTheWatermarkButNotRightAfterACheckpoint() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator =
                createWith(
                        EnumeratorSettings.of(false, Duration.ofSeconds(30))
                                .withSourceWatermarks(Duration.ofMillis(100)),
                        EnumeratorState.empty());
        enumerator.start();
        runActions();
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);
        progressed(enumerator, 1_000);
        context.triggerAllActions();
        assertThat(watermarks(0)).containsExactly(899L);
        assertThat(watermarks(1)).containsExactly(899L);

        enumerator.snapshotState(1);
        runActions();
        progressed(enumerator, 2_000);
        enumerator.notifyCheckpointComplete(1);
        context.triggerAllActions();
        assertThat(watermarks(0)).containsExactly(899L);
        clock.advanceTime(ShardEnumerator.QUIET_AFTER_CHECKPOINT);
        context.triggerAllActions();
        assertThat(watermarks(0)).containsExactly(899L, 1_899L);
    }

    @Test
    void readersAreToldTheirPartsOfTheRateByTheShardsThatTheyHave() {
        client.shard("a").shard("b").shard("c").shard("d");
        EnumeratorSettings limited =
                EnumeratorSettings.of(false, Duration.ofSeconds(30)).withRateLimit(true);
        ShardEnumerator enumerator = createWith(limited, EnumeratorState.empty());
        enumerator.start();
        runActions();
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);
        assertThat(lastShare(0)).isEqualTo(0.5);
        assertThat(lastShare(1)).isEqualTo(0.5);

        String ofReader1 = assigned(1).get(0);
        ended(enumerator, 1, ofReader1, ShardEnd.WINDOW_END);
        assertThat(lastShare(0)).isEqualTo(2.0 / 3);
        assertThat(lastShare(1)).isEqualTo(1.0 / 3);

        // The job goes on with other parts of its shards in its readers.
        EnumeratorState state = enumerator.snapshotState(1);
        List<String> open = new ArrayList<>(allAssigned());
        open.remove(ofReader1);
        context.getSentEvents().clear();
        ShardEnumerator restored = createWith(limited, state);
        restored.start();
        runActions();
        readerStarted(restored, 0, open.get(0));
        readerStarted(restored, 1, open.get(1), open.get(2));
        assertThat(lastShare(0)).isEqualTo(1.0 / 3);
        assertThat(lastShare(1)).isEqualTo(2.0 / 3);

        // One that starts anew is told, be its part the same.
        context.getSentEvents().remove(0);
        restored.addSplitsBack(List.of(), 0);
        readerStarted(restored, 0, open.get(0));
        assertThat(lastShare(0)).isEqualTo(1.0 / 3);
    }

    private double lastShare(int reader) {
        return context.getSentEvents().getOrDefault(reader, List.of()).stream()
                .filter(RateShareEvent.class::isInstance)
                .mapToDouble(event -> ((RateShareEvent) event).share())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void readersAreToldNoPartOfARateThatTheJobDoesNotLimit() {
        client.shard("a");
        startWithReaders(EVERYTHING, false);
        assertThat(sentEvents()).isEmpty();
    }

    @Test
    void theProgressOfABoundedJobIsLoggedEveryTenSeconds() {
        client.shard("a").serviceTime(1_000_000);
        ShardEnumerator enumerator =
                startWithReaders(now -> ReadWindow.of(now - 100_000, now, true), true);
        enumerator.handleSourceEvent(
                0, new ReaderProgressEvent(Map.of("a", client.serviceTime() - 25_000), 1_234));
        assertThat(context.getExecutorService().getActivePeriodicScheduledTask())
                .extracting(task -> task.getDelay(TimeUnit.MILLISECONDS))
                .contains(10_000L);
        try (LogCapture log = new LogCapture()) {
            context.triggerAllActions();
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("of the window is read"))
                    .singleElement()
                    .asString()
                    .contains("75 %", "0 shards are done and 1 are not", "1,234 records");
        }
    }

    @Test
    void theProgressOfAJobWithoutAnEndIsNotLogged() {
        client.shard("a");
        startWithReaders(EVERYTHING, false);
        try (LogCapture log = new LogCapture()) {
            context.triggerAllActions();
            assertThat(log.messages()).noneMatch(line -> line.contains("of the window is read"));
        }
    }

    /** A reader tells its places when a checkpoint completes, also when it finishes with that. */
    @Test
    void placesForTheStatusTableAreNoSignThatAReaderGoesOn() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        enumerator.snapshotState(1);
        client.shard("c");
        context.triggerAllActions();
        clearAssignments();
        enumerator.notifyCheckpointComplete(1);
        enumerator.handleSourceEvent(
                0, new MirrorPointsEvent(List.of(new MirrorPointsEvent.Point("a", 1, "iterator"))));
        client.shard("d");
        context.triggerAllActions();
        assertThat(allAssigned()).isEmpty();

        clock.advanceTime(ShardEnumerator.QUIET_AFTER_CHECKPOINT);
        context.triggerAllActions();
        assertThat(allAssigned()).contains("d");
    }

    @Test
    void aJobThatRequiresItsEndInTheStatusTableIsNotLeftWaitingForCheckpoints() {
        client.shard("a");
        InMemoryTables tables = new InMemoryTables();
        ShardEnumerator enumerator =
                new ShardEnumerator(
                        context,
                        new StreamLookup(client, TestingStreamClient.TABLE, false, Duration.ZERO),
                        stream -> startOf(stream, now -> ReadWindow.of(0, now, true)),
                        EnumeratorSettings.of(true, discoveryInterval),
                        new RunMirror(
                                new StatusTable(tables, "status"),
                                StatusTableSettings.of("status").withRequired(true),
                                client,
                                TestingStreamClient.TABLE),
                        clock,
                        EnumeratorState.empty());
        enumerator.start();
        runActions();
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);
        ended(enumerator, assigned(0).isEmpty() ? 1 : 0, "a", ShardEnd.WINDOW_END);
        context.triggerAllActions();
        assertThat(noMoreSplits).isEmpty();

        clock.advanceTime(ShardEnumerator.WAIT_WITHOUT_CHECKPOINTS);
        assertThatThrownBy(context::triggerAllActions)
                .hasStackTraceContaining("requires that the status table has its end")
                .hasStackTraceContaining("Turn checkpoints on");
        enumerator.close();
    }

    private static void progressed(ShardEnumerator enumerator, long readUntilMillis) {
        for (String shardId : List.of("a", "b")) {
            enumerator.handleSourceEvent(
                    0, new ReaderProgressEvent(Map.of(shardId, readUntilMillis), 1));
        }
    }

    private List<Long> watermarks(int reader) {
        return context.getSentEvents().getOrDefault(reader, List.of()).stream()
                .filter(SourceWatermarkEvent.class::isInstance)
                .map(event -> ((SourceWatermarkEvent) event).millis())
                .collect(Collectors.toList());
    }

    /** Flink takes a failed reader off the list at once, and says so when it starts it anew. */
    @Test
    void nothingIsSentToAReaderThatHasFailedUntilItIsBack() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        int reader = assigned(0).contains("a") ? 0 : 1;
        client.shard("c", "a").shard("d", "a").shard("z");
        enumerator.handleSourceEvent(
                reader, new ShardEndedEvent("a", ShardEnd.CLOSED, true, ShardPosition.oldest()));
        enumerator.snapshotState(1);
        registered.remove(reader);
        context.triggerAllActions();
        completed(enumerator, 1);
        assertThat(allAssigned()).containsExactlyInAnyOrder("a", "b");

        clearAssignments();
        enumerator.addSplitsBack(List.of(), reader);
        context.triggerAllActions();
        assertThat(allAssigned()).isEmpty();
        readerStarted(enumerator, reader);
        enumerator.handleSourceEvent(
                reader, new ShardEndedEvent("a", ShardEnd.CLOSED, true, ShardPosition.oldest()));
        assertThat(noted(reader)).containsExactly("a", "a");
        assertThat(allAssigned()).containsExactlyInAnyOrder("c", "d", "z");
    }

    /** A reader finishes at the completion of a savepoint; an event it can't get fails the job. */
    @Test
    void nothingIsSentToReadersBecauseACheckpointHasCompleted() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        ended(enumerator, 0, "a", ShardEnd.WINDOW_END);
        enumerator.snapshotState(1);
        Map<Integer, List<SourceEvent>> before = sentEvents();
        completed(enumerator, 1);
        assertThat(sentEvents()).isEqualTo(before);
    }

    @Test
    void readersAreToldOnceThatNoMoreShardsCome() {
        startWithReaders(now -> ReadWindow.of(0, now, true), true);
        context.triggerAllActions();
        context.triggerAllActions();
        assertThat(noMoreSplits).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void whatComesBackWhenOthersHaveFinishedIsReadByTheReaderThatFailed() {
        client.shard("a").shard("b").shard("m", "a", "b");
        ShardEnumerator enumerator = startWithReaders(now -> ReadWindow.of(0, now, true), true);
        List<ShardSplit> given = splits(0);
        given.addAll(splits(1));
        int reader = assigned(0).contains("a") ? 0 : 1;
        ended(enumerator, reader, "a", ShardEnd.WINDOW_END);
        ended(enumerator, reader, "b", ShardEnd.WINDOW_END);
        assertThat(noMoreSplits()).isTrue();

        clearAssignments();
        enumerator.addSplitsBack(given, reader);
        readerStarted(enumerator, reader);
        assertThat(assigned(reader)).containsExactlyInAnyOrder("a", "b");
        ended(enumerator, reader, "a", ShardEnd.WINDOW_END);
        ended(enumerator, reader, "b", ShardEnd.WINDOW_END);
        assertThat(noMoreSplits).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void shardsThatAreFoundTooLateAreAnErrorAndNotLost() {
        client.shard("a");
        ShardEnumerator enumerator = startWithReaders(now -> ReadWindow.of(0, now, true), true);
        ended(enumerator, 0, "a", ShardEnd.WINDOW_END);
        client.shard("late");
        assertThatThrownBy(context::triggerAllActions)
                .hasStackTraceContaining("late")
                .hasStackTraceContaining("goes on from its last checkpoint");
    }

    @Test
    void splitsThatComeBackAreGivenOutWithTheirPosition() {
        client.shard("a");
        ShardEnumerator enumerator = startWithReaders(EVERYTHING, false);
        ShardSplit moved =
                new ShardSplit(
                        TestingStreamClient.STREAM,
                        "a",
                        ReadWindow.all(),
                        ShardPosition.at(
                                "a@5", 1, TestingStreamClient.record("a", 1, 1).getSequence()),
                        null);
        clearAssignments();
        enumerator.addSplitsBack(List.of(moved), 0);
        assertThat(allAssigned()).isEmpty();
        readerStarted(enumerator, 0);

        List<ShardSplit> all = splits(0);
        all.addAll(splits(1));
        assertThat(all).containsExactly(moved.withRetention(Duration.ofHours(24)));
    }

    @Test
    void aBoundedJobEndsWhenEveryShardHas() {
        client.shard("a").shard("b");
        ShardEnumerator enumerator = startWithReaders(now -> ReadWindow.of(0, now, true), true);
        assertThat(noMoreSplits()).isFalse();
        ended(enumerator, 0, "a", ShardEnd.WINDOW_END);
        assertThat(noMoreSplits()).isFalse();
        client.shard("c", "b").shard("d", "b").shard("out", "a");
        ended(enumerator, 1, "b", ShardEnd.CLOSED);
        assertThat(noMoreSplits()).isFalse();
        ended(enumerator, 0, "c", ShardEnd.WINDOW_END);
        ended(enumerator, 0, "d", ShardEnd.WINDOW_END);

        assertThat(noMoreSplits()).isTrue();
        assertThat(allAssigned()).doesNotContain("out");
    }

    @Test
    void aBoundedJobWithoutShardsEnds() {
        startWithReaders(now -> ReadWindow.of(0, now, true), true);
        assertThat(noMoreSplits()).isTrue();
    }

    @Test
    void startAndEndAreResolvedOnceAndKept() {
        client.shard("a").serviceTime(1_000_000);
        ShardEnumerator enumerator =
                startWithReaders(now -> ReadWindow.of(now, now + 5, true), true);
        EnumeratorState state = enumerator.snapshotState(1);
        assertThat(state.window()).isEqualTo(ReadWindow.of(1_000_000, 1_000_005, true));
        assertThat(splits(0))
                .singleElement()
                .satisfies(
                        split ->
                                assertThat(split.position())
                                        .isEqualTo(ShardPosition.seek(400_000)));

        client.serviceTime(2_000_000);
        clearAssignments();
        ShardEnumerator restored = start(now -> ReadWindow.of(now, now + 5, true), true, state);
        assertThat(restored.snapshotState(2).window()).isEqualTo(state.window());
    }

    @Test
    void aRestoredJobIsNotAskedWhereToStart() {
        client.shard("a");
        EnumeratorState state = startWithReaders(EVERYTHING, false).snapshotState(1);
        ShardEnumerator restored =
                createWith(
                        stream -> {
                            throw new AssertionError("Asked again");
                        },
                        false,
                        state);
        restored.start();
        runActions();
        assertThat(restored.snapshotState(2)).isEqualTo(state);
    }

    @Test
    void aStartThatIsRefusedFailsTheJobWithItsReasonAlone() {
        ShardEnumerator enumerator =
                createWith(
                        stream -> {
                            throw new FlinkException("Not from " + stream.getStreamId());
                        },
                        false,
                        EnumeratorState.empty());
        enumerator.start();
        assertThatThrownBy(this::runActions)
                .hasStackTraceContaining("FlinkRuntimeException: Not from orders_1");
    }

    @Test
    void aKnownStartGoesOnWhereEveryShardWas() {
        client.shard("old").shard("a", "old").shard("b", "old").shard("c", "b").shard("d", "b");
        ShardPosition inA = ShardPosition.at("a@3", 0, null);
        StartResolver resolver =
                stream ->
                        JobStart.of(ReadWindow.all(), 5_000, List.of())
                                .continuing(Set.of("b", "expired"), Map.of("a", inA));
        ShardEnumerator enumerator = createWith(resolver, false, EnumeratorState.empty());
        enumerator.start();
        runActions();
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);

        List<ShardSplit> given = splits(0);
        given.addAll(splits(1));
        assertThat(given)
                .extracting(ShardSplit::splitId, ShardSplit::position, ShardSplit::window)
                .containsExactlyInAnyOrder(
                        tuple("a", inA, ReadWindow.all()),
                        tuple("c", ShardPosition.oldest(), ReadWindow.all()),
                        tuple("d", ShardPosition.oldest(), ReadWindow.all()));
        EnumeratorState state = enumerator.snapshotState(1);
        assertThat(state.requestedStartMillis()).isEqualTo(5_000);
        assertThat(state.shards())
                .extracting(ShardProgress::shardId)
                .containsExactlyInAnyOrder("a", "c", "d");
    }

    @Test
    void aPositionBeforeTheStartSavesASeek() {
        client.shard("a").shard("b").shard("c", "b");
        ReadWindow window = ReadWindow.of(1_000_000, 2_000_000, true);
        ShardPosition inA = ShardPosition.at("a@3", 0, null);
        ShardPosition inC = ShardPosition.at("c@3", 0, null);
        StartResolver resolver =
                stream ->
                        JobStart.of(window, 1_000_000, List.of())
                                .lookingFrom(Map.of("a", inA, "c", inC, "gone", inA));
        ShardEnumerator enumerator = createWith(resolver, true, EnumeratorState.empty());
        enumerator.start();
        runActions();
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);
        List<ShardSplit> given = splits(0);
        given.addAll(splits(1));
        assertThat(given)
                .extracting(ShardSplit::splitId, ShardSplit::position, ShardSplit::window)
                .containsExactlyInAnyOrder(
                        tuple("a", inA, window), tuple("b", ShardPosition.seek(400_000), window));

        // Once its parent has reached the window, all of a shard is in it.
        clearAssignments();
        ended(enumerator, assigned(0).contains("b") ? 0 : 1, "b", ShardEnd.CLOSED);
        given = splits(0);
        given.addAll(splits(1));
        assertThat(given)
                .extracting(ShardSplit::position, ShardSplit::window)
                .containsExactly(tuple(ShardPosition.oldest(), window.entered()));
    }

    @Test
    void aTableWithoutAStreamIsAClearError() {
        client.streamId(null);
        assertThatThrownBy(() -> start(EVERYTHING, false, EnumeratorState.empty()))
                .hasStackTraceContaining("Table orders has no stream")
                .hasStackTraceContaining("Enable Stream");
    }

    @Test
    void aStreamThatDoesNotBecomeActiveIsAClearError() {
        client.status(StreamDescription.Status.ENABLING);
        assertThatThrownBy(() -> start(EVERYTHING, false, EnumeratorState.empty()))
                .hasStackTraceContaining("orders_1 of table orders is still being enabled");
    }

    @Test
    void aStreamThatWasEnabledAnewIsAnErrorThatNamesBoth() {
        EnumeratorState state =
                new EnumeratorState(
                        "orders_0", ReadWindow.all(), ReadWindow.NO_START, null, List.of());
        client.failListing(
                new OtsStreamException(
                        OtsStreamException.Kind.NOT_FOUND,
                        "DescribeStream",
                        "stream orders_0",
                        "OTSObjectNotExist",
                        null,
                        404,
                        1,
                        Duration.ZERO,
                        "Requested stream does not exist.",
                        null));
        assertThatThrownBy(() -> start(EVERYTHING, false, state))
                .hasStackTraceContaining("Stream orders_0 of table orders is gone")
                .hasStackTraceContaining("its stream is now orders_1");
    }

    @Test
    void closingClosesTheClient() {
        start(EVERYTHING, false, EnumeratorState.empty()).close();
        assertThat(client.isClosed()).isTrue();
    }

    private ShardEnumerator startWithReaders(LongFunction<ReadWindow> window, boolean bounded) {
        ShardEnumerator enumerator = start(window, bounded, EnumeratorState.empty());
        readerStarted(enumerator, 0);
        readerStarted(enumerator, 1);
        return enumerator;
    }

    private ShardEnumerator start(
            LongFunction<ReadWindow> window, boolean bounded, EnumeratorState state) {
        ShardEnumerator enumerator = create(window, bounded, state);
        enumerator.start();
        runActions();
        return enumerator;
    }

    private ShardEnumerator create(
            LongFunction<ReadWindow> window, boolean bounded, EnumeratorState state) {
        return createWith(stream -> startOf(stream, window), bounded, state);
    }

    private static JobStart startOf(StreamDescription stream, LongFunction<ReadWindow> window) {
        ReadWindow resolved = window.apply(stream.getServiceTimeMillis());
        return JobStart.of(resolved, resolved.startMillis(), List.of());
    }

    private ShardEnumerator createWith(
            StartResolver start, boolean bounded, EnumeratorState state) {
        return new ShardEnumerator(
                context,
                new StreamLookup(client, TestingStreamClient.TABLE, false, Duration.ZERO),
                start,
                EnumeratorSettings.of(bounded, discoveryInterval),
                null,
                clock,
                state);
    }

    private ShardEnumerator createWith(EnumeratorSettings settings, EnumeratorState state) {
        return new ShardEnumerator(
                context,
                new StreamLookup(client, TestingStreamClient.TABLE, false, Duration.ZERO),
                stream -> startOf(stream, EVERYTHING),
                settings,
                null,
                clock,
                state);
    }

    private void readerStarted(ShardEnumerator enumerator, int reader, String... shardIds) {
        registered.add(reader);
        noMoreSplits.remove((Integer) reader);
        enumerator.addReader(reader);
        enumerator.handleSourceEvent(reader, new ReaderStartedEvent(List.of(shardIds)));
        runActions();
    }

    /** A checkpoint completes, and the job is not being stopped with it. */
    private void completed(ShardEnumerator enumerator, long checkpointId) {
        enumerator.notifyCheckpointComplete(checkpointId);
        clock.advanceTime(ShardEnumerator.QUIET_AFTER_CHECKPOINT);
        context.triggerAllActions();
    }

    private void ended(ShardEnumerator enumerator, int reader, String shardId, ShardEnd end) {
        enumerator.handleSourceEvent(
                reader, new ShardEndedEvent(shardId, end, true, ShardPosition.oldest()));
        runActions();
    }

    /** Lets time pass and runs all that is done periodically. */
    private void pass(Duration time) throws Exception {
        clock.advanceTime(time);
        context.triggerAllActions();
    }

    /** Runs all that is due, without the periodic discovery. */
    private void runActions() {
        context.getExecutorService().triggerAll();
    }

    private static ShardProgress assignedShard(String shardId) {
        return new ShardProgress(shardId, ShardGraph.Status.ASSIGNED, ShardPosition.oldest(), true);
    }

    private void clearAssignments() {
        context.getSplitAssignments().clear();
    }

    private List<ShardSplit> splits(int reader) {
        TestingSplitEnumeratorContext.SplitAssignmentState<ShardSplit> state =
                context.getSplitAssignments().get(reader);
        return state == null ? new ArrayList<>() : new ArrayList<>(state.getAssignedSplits());
    }

    private List<String> assigned(int reader) {
        return splits(reader).stream().map(ShardSplit::splitId).collect(Collectors.toList());
    }

    private List<String> allAssigned() {
        List<String> all = new ArrayList<>(assigned(0));
        all.addAll(assigned(1));
        return all;
    }

    private boolean noMoreSplits() {
        return noMoreSplits.containsAll(List.of(0, 1));
    }

    private List<String> noted(int reader) {
        return sentEvents().getOrDefault(reader, List.of()).stream()
                .map(event -> ((ShardEndNotedEvent) event).shardId())
                .collect(Collectors.toList());
    }

    private Map<Integer, List<SourceEvent>> sentEvents() {
        Map<Integer, List<SourceEvent>> events = new HashMap<>();
        context.getSentEvents().forEach((reader, sent) -> events.put(reader, List.copyOf(sent)));
        return events;
    }
}
