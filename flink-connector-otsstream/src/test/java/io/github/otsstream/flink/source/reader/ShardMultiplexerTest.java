/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests {@link ShardMultiplexer} step by step: every request, timer and answer is triggered. */
@Timeout(30)
class ShardMultiplexerTest {

    private static final long HOUR = 3_600_000;
    private static final long TEN_MINUTES = 600_000;

    private final TestingStreamClient client = new TestingStreamClient();
    private final ManuallyTriggeredScheduledExecutorService executor =
            new ManuallyTriggeredScheduledExecutorService();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger trimmed = new AtomicInteger();
    private final AtomicLong buffered = new AtomicLong();
    private final HeldPages heldPages = new HeldPages();
    private TrimmedData trimmedData = TrimmedData.FAIL;
    private PageCompletion completion = PageCompletion.NONE;
    private long nanos;
    private double recordsPerSecond = Double.POSITIVE_INFINITY;

    @Test
    void everyShardHasItsRequestInFlight() throws Exception {
        client.hold(true);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a"), split("b"), split("c")));
        executor.triggerAll();

        assertThat(client.heldAnswers()).isEqualTo(3);
        answer();
        assertThat(client.heldAnswers()).isEqualTo(3);
        executor.triggerAll();
        assertThat(client.requests("a")).isOne();
        assertThat(client.requests("b")).isOne();
        assertThat(client.requests("c")).isOne();
    }

    @Test
    void aRequestAsksForAsManyRecordsAsItIsTold() throws Exception {
        client.shard("a").append("a", 0, 10);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults().withRecordsPerRequest(3));
        shards.add(List.of(split("a")));
        executor.triggerAll();

        assertThat(shards.take()).extracting(page -> page.records().size()).containsExactly(3, 3);
    }

    @Test
    void requestsInFlightKeepToTheirBudget() {
        client.hold(true);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults().withMaxRequestsInFlight(2));
        shards.add(List.of(split("a"), split("b"), split("c")));
        executor.triggerAll();

        assertThat(client.heldAnswers()).isEqualTo(2);
        answer();
        assertThat(client.heldAnswers()).isEqualTo(2);
    }

    @Test
    void aPageIsFollowedByTheNextUntilTwoAreAhead() throws Exception {
        client.shard("a").append("a", 0, 10).pageLimit(2);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(2);

        List<FetchedPage> pages = shards.take();
        assertThat(pages).hasSize(2);
        shards.release(pages.get(0));
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(3);
    }

    @Test
    void noPageIsAskedForAboveTheBudgetOfBytes() throws Exception {
        client.shard("a").append("a", 0, 100);
        client.shard("b").append("b", 0, 100);
        client.pageLimit(10);
        ShardMultiplexer shards =
                multiplexer(
                        FetchSettings.defaults()
                                .withMaxRequestsInFlight(1)
                                .withMaxBufferedBytes(new MemorySize(1_500)));
        shards.add(List.of(split("a"), split("b")));
        executor.triggerAll();
        // Two pages of 1,000 bytes: below the budget before the second one, above it after.
        assertThat(client.requests("a") + client.requests("b")).isEqualTo(2);

        List<FetchedPage> pages = shards.take();
        shards.release(pages.get(0));
        executor.triggerAll();
        assertThat(client.requests("a") + client.requests("b")).isEqualTo(3);
        assertThat(bytes).hasValue(3_000);
    }

    /** Else many shards with large pages would ask for all of them at once. */
    @Test
    void pagesUnderWayCountInTheBudgetOfBytesAsTheLastOnesDid() {
        for (String id : List.of("a", "b", "c", "d")) {
            client.shard(id).append(id, 0, 100).pageLimit(10);
        }
        ShardMultiplexer shards =
                multiplexer(FetchSettings.defaults().withMaxBufferedBytes(new MemorySize(2_500)));
        client.hold(true);
        shards.add(List.of(split("a"), split("b"), split("c"), split("d")));
        executor.triggerAll();
        answer();
        // The iterators are there, and nothing is known yet of pages of 1,000 bytes.
        assertThat(client.heldAnswers()).isEqualTo(4);

        while (client.heldAnswers() > 0) {
            answer();
        }
        takeQuietly(shards).forEach(shards::release);
        executor.triggerAll();
        assertThat(client.heldAnswers()).isEqualTo(3);
    }

    @Test
    void anIdleShardIsAskedLessAndLessAndWakesNobody() {
        client.shard("a");
        ShardMultiplexer shards =
                multiplexer(
                        FetchSettings.defaults()
                                .withIdleInterval(Duration.ofMillis(50), Duration.ofMillis(300)));
        shards.add(List.of(split("a")));
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            executor.triggerAll();
            ScheduledFuture<?> timer =
                    executor.getActiveNonPeriodicScheduledTask().iterator().next();
            waits.add(timer.getDelay(TimeUnit.MILLISECONDS));
            executor.triggerNonPeriodicScheduledTasks();
        }
        assertThat(waits).containsExactly(50L, 100L, 200L, 300L, 300L, 300L);
        // That it has caught up is said once.
        List<FetchedPage> notices = takeQuietly(shards);
        assertThat(notices).extracting(FetchedPage::isCaughtUp).containsExactly(true);
        notices.forEach(shards::release);

        client.append("a", 0, 1);
        executor.triggerAll();
        assertThat(takeQuietly(shards)).extracting(FetchedPage::isCaughtUp).containsExactly(false);
        assertThat(executor.getActiveNonPeriodicScheduledTask())
                .singleElement()
                .satisfies(
                        timer -> assertThat(timer.getDelay(TimeUnit.MILLISECONDS)).isEqualTo(50));

        shards.wakeUp();
        assertThat(takeQuietly(shards)).isEmpty();
    }

    @Test
    void anEmptyPageThatMoreFollowsIsFollowedAtOnce() {
        client.shard("a").emptyPagesSayMore(true);
        client.hold(true);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        answer();
        answer();
        answer();
        assertThat(client.requests("a")).isEqualTo(3);
        assertThat(executor.getActiveNonPeriodicScheduledTask()).isEmpty();
    }

    @Test
    void aPausedShardIsNotAskedAndWhatItHasIsHeldBack() throws Exception {
        client.shard("a").append("a", 0, 10).pageLimit(2);
        client.shard("b").append("b", 0, 1);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a"), split("b")));
        executor.triggerAll();
        shards.pause(List.of("a"));
        executor.triggerAll();

        List<FetchedPage> pages = shards.take();
        assertThat(pages).extracting(FetchedPage::shardId).containsOnly("b");
        int asked = client.requests("a");
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(asked);

        shards.resume(List.of("a"));
        executor.triggerAll();
        List<FetchedPage> resumed = shards.take();
        assertThat(resumed).extracting(FetchedPage::iterator).containsExactly("a@0", "a@2");
        shards.release(resumed.get(0));
        executor.triggerAll();
        assertThat(client.requests("a")).isGreaterThan(asked);
    }

    @Test
    void aPageThatArrivesWhilePausedIsHeldBackAndNotFollowed() {
        client.shard("a").append("a", 0, 10).pageLimit(2);
        client.hold(true);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        answer();
        assertThat(client.requests("a")).isOne();
        shards.pause(List.of("a", "unknown"));
        executor.triggerAll();
        answer();

        shards.wakeUp();
        assertThat(takeQuietly(shards)).isEmpty();
        assertThat(client.requests("a")).isOne();
        shards.resume(List.of("a", "unknown"));
        executor.triggerAll();
        assertThat(takeQuietly(shards)).hasSize(1);
        assertThat(client.requests("a")).isEqualTo(2);
    }

    /** Else a paused shard could wait for a watermark that only the others can bring forward. */
    @Test
    void whatIsHeldBackForPausedShardsDoesNotKeepTheOthersFromReading() throws Exception {
        client.shard("a").append("a", 0, 100).pageLimit(10);
        client.shard("b").append("b", 0, 200);
        ShardMultiplexer shards =
                multiplexer(FetchSettings.defaults().withMaxBufferedBytes(new MemorySize(1_500)));
        shards.add(List.of(split("a")));
        executor.triggerAll();
        shards.pause(List.of("a"));
        shards.add(List.of(split("b")));
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(2);

        for (int page = 0; page < 10; page++) {
            assertThat(client.requests("b")).isEqualTo(page + 1);
            List<FetchedPage> pages = shards.take();
            assertThat(pages).extracting(FetchedPage::iterator).containsExactly("b@" + 10 * page);
            shards.release(pages.get(0));
            executor.triggerAll();
        }
        List<FetchedPage> last = shards.take();
        shards.resume(List.of("a"));
        executor.triggerAll();
        List<FetchedPage> resumed = shards.take();
        assertThat(resumed).extracting(FetchedPage::shardId).containsExactly("a", "a");
        shards.release(last.get(0));
        executor.triggerAll();
        // What is not held back any more uses up the budget again.
        assertThat(client.requests("b")).isEqualTo(11);
        resumed.forEach(shards::release);
        executor.triggerAll();
        assertThat(client.requests("a")).isGreaterThan(2);
    }

    @Test
    void oneRequestAtATimeIsMadeWhereWhatIsHeldBackUsesUpTheBudget() throws Exception {
        for (String id : List.of("a", "b", "c", "d")) {
            client.shard(id).append(id, 0, 100).pageLimit(10);
        }
        ShardMultiplexer shards =
                multiplexer(FetchSettings.defaults().withMaxBufferedBytes(new MemorySize(1_500)));
        shards.add(List.of(split("a")));
        executor.triggerAll();
        shards.pause(List.of("a"));
        executor.triggerAll();
        client.hold(true);
        shards.add(List.of(split("b"), split("c"), split("d")));
        executor.triggerAll();

        for (int page = 0; page < 9; page++) {
            assertThat(client.heldAnswers()).isOne();
            answer();
            takeAndRelease(shards);
        }
    }

    @Test
    void whatIsSkippedInShorterPagesIsPassedAtOnceAndShownToNobody() throws Exception {
        client.shard("a").append("a", 0, 10).pageLimit(2);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        ShardPosition afterFive =
                ShardPosition.at("a@0", 5, TestingStreamClient.record("a", 4, 4).getSequence());
        shards.add(List.of(new ShardSplit("s", "a", ReadWindow.all(), afterFive, null)));
        executor.triggerAll();

        assertThat(executor.getActiveNonPeriodicScheduledTask()).isEmpty();
        assertThat(shards.take()).extracting(FetchedPage::iterator).containsExactly("a@4", "a@6");
    }

    @Test
    void pagesKeepTheirOrderWhicheverIsCompleteFirst() throws Exception {
        client.shard("a").append("a", 0, 6).closeShard("a").pageLimit(3);
        completion = heldPages;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        assertThat(client.requests("a")).as("the next page is fetched meanwhile").isEqualTo(2);

        heldPages.complete("a@3", 0);
        assertThat(takeAndRelease(shards)).isEmpty();
        heldPages.complete("a@0", 0);
        executor.triggerAll();

        List<FetchedPage> pages = shards.take();
        assertThat(pages).extracting(FetchedPage::iterator).containsExactly("a@0", "a@3");
        assertThat(pages).extracting(FetchedPage::end).containsExactly(null, ShardEnd.CLOSED);
    }

    @Test
    void aPageThatIsNotCompleteHoldsUpNoOtherShardAndNoMoreThanTwoOfItsOwn() throws Exception {
        client.shard("a").append("a", 0, 10).pageLimit(2);
        completion = heldPages;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        client.append("b", 0, 1);
        shards.add(List.of(split("b")));
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(2);

        heldPages.complete("b@0", 0);
        executor.triggerAll();
        assertThat(takeRecords(shards)).extracting(FetchedPage::shardId).containsExactly("b");
        heldPages.complete("a@0", 0);
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(2);
        takeAndRelease(shards);
        assertThat(client.requests("a")).isEqualTo(3);
    }

    @Test
    void whatAPageIsCompletedWithCountsInTheBudgetOfBytes() throws Exception {
        client.shard("a").append("a", 0, 100).pageLimit(1);
        client.shard("b").append("b", 0, 100);
        completion = heldPages;
        ShardMultiplexer shards =
                multiplexer(FetchSettings.defaults().withMaxBufferedBytes(new MemorySize(250)));
        shards.add(List.of(split("a")));
        executor.triggerAll();
        assertThat(buffered).as("two pages of 100 bytes").hasValue(200);
        heldPages.complete("a@0", 900);
        executor.triggerAll();
        assertThat(buffered).hasValue(1_100);

        shards.add(List.of(split("b")));
        executor.triggerAll();
        assertThat(client.requests("b")).isZero();
        takeAndRelease(shards);
        assertThat(client.requests("b")).isOne();
        heldPages.complete("a@1", 0);
        heldPages.complete("b@0", 0);
        executor.triggerAll();
        takeAndRelease(shards);
        assertThat(buffered)
                .as("what is not complete yet")
                .hasValue(100L * (heldPages.pages.size() - 3));
    }

    @Test
    void aPageThatIsCompletedWhilePausedIsHeldBackInItsOrder() throws Exception {
        client.shard("a").append("a", 0, 2).closeShard("a").pageLimit(1);
        completion = heldPages;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        heldPages.complete("a@0", 0);
        executor.triggerAll();
        shards.pause(List.of("a"));
        executor.triggerAll();
        heldPages.complete("a@1", 0);
        assertThat(takeAndRelease(shards)).isEmpty();

        shards.resume(List.of("a"));
        executor.triggerAll();
        assertThat(shards.take()).extracting(FetchedPage::iterator).containsExactly("a@0", "a@1");
    }

    /** What comes first in a shard could wait for long. */
    @Test
    void aPageThatCannotBeCompletedFailsAtOnce() {
        client.shard("a").append("a", 0, 2).pageLimit(1);
        completion = heldPages;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        heldPages.fail("a@1", new IllegalStateException("no row today"));
        executor.triggerAll();

        assertThatThrownBy(shards::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no row today");
    }

    @Test
    void aPageThatIsCompletedAfterTheCloseIsDropped() {
        client.shard("a").append("a", 0, 2);
        completion = heldPages;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        shards.close();
        executor.triggerAll();
        heldPages.fail("a@0", new IllegalStateException("closed"));

        assertThat(takeAndRelease(shards)).isEmpty();
        assertThat(buffered).hasValue(0);
    }

    @Test
    void shardsEndWhateverTheyAreAtWhenNoMoreIsWanted() throws Exception {
        client.shard("held").append("held", 0, 10).pageLimit(1);
        client.shard("idle");
        client.shard("retried").append("retried", 0, 1);
        client.stall("retried");
        client.shard("asked").append("asked", 0, 1);
        client.shard("sought").append("sought", 0, 1);
        client.shard("incomplete").append("incomplete", 0, 1).closeShard("incomplete");
        completion = heldPages;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("held"), split("idle"), split("retried"), split("incomplete")));
        executor.triggerAll();
        heldPages.complete("held@0", 0);
        shards.pause(List.of("held"));
        executor.triggerAll();
        client.hold(true);
        shards.add(List.of(at("asked", 0), split("sought")));
        executor.triggerAll();
        assertThat(client.heldAnswers()).isEqualTo(2);
        shards.wakeUp();
        takeQuietly(shards).forEach(shards::release);

        shards.stop();
        executor.triggerAll();
        List<FetchedPage> pages = takeQuietly(shards);
        assertThat(pages)
                .extracting(FetchedPage::shardId)
                .containsExactlyInAnyOrder(
                        "held", "idle", "retried", "incomplete", "asked", "sought");
        assertThat(pages).allSatisfy(page -> assertThat(page.records()).isEmpty());
        assertThat(pages).extracting(FetchedPage::end).containsOnly(ShardEnd.WINDOW_END);
        assertThat(buffered).hasValue(0);

        int requests = client.requests("held") + client.requests("asked");
        heldPages.fail("incomplete@0", new IllegalStateException("too late to matter"));
        client.fail("asked", new IllegalStateException("nobody wants to know"));
        client.retry("retried");
        answer();
        executor.triggerNonPeriodicScheduledTasks();
        shards.pause(List.of("held"));
        shards.resume(List.of("held"));
        assertThat(takeAndRelease(shards)).isEmpty();
        pages.forEach(shards::release);
        executor.triggerAll();
        assertThat(client.requests("held") + client.requests("asked")).isEqualTo(requests);
        assertThat(client.requests("retried")).isOne();
        assertThat(client.requests("sought")).isZero();
    }

    @Test
    void aShardThatIsAddedWhenNoMoreIsWantedEndsWithoutARequest() throws Exception {
        client.shard("a").append("a", 0, 10);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.stop();
        shards.add(List.of(split("a")));
        shards.pause(List.of("a"));
        executor.triggerAll();

        assertThat(shards.take()).extracting(FetchedPage::end).containsExactly(ShardEnd.WINDOW_END);
        assertThat(client.requests("a")).isZero();
        assertThat(client.seeks("a")).isEmpty();
    }

    @Test
    void aShardWhoseEndTheTaskThreadHasIsNotEndedAgain() throws Exception {
        client.shard("a").append("a", 0, 1).closeShard("a");
        client.shard("b").append("b", 0, 1).closeShard("b");
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        assertThat(shards.take()).extracting(FetchedPage::end).containsExactly(ShardEnd.CLOSED);
        shards.add(List.of(split("b")));
        executor.triggerAll();

        shards.stop();
        executor.triggerAll();
        assertThat(shards.take())
                .extracting(FetchedPage::shardId, FetchedPage::end)
                .containsExactly(tuple("b", ShardEnd.CLOSED));
    }

    @Test
    void oneShardsWaitHoldsUpNoOther() throws Exception {
        client.shard("a").append("a", 0, 1);
        client.shard("b").append("b", 0, 1);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        client.hold(true);
        shards.add(List.of(split("a")));
        executor.triggerAll();
        client.hold(false);
        shards.add(List.of(split("b")));
        executor.triggerAll();

        assertThat(takeRecords(shards)).extracting(FetchedPage::shardId).containsExactly("b");
    }

    @Test
    void callsThatWaitForTheirRetryLeaveTheirPlaceToOthers() throws Exception {
        List<ShardSplit> splits = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String bad = "bad-" + i;
            client.shard(bad).append(bad, 0, 1);
            client.stall(bad);
            splits.add(split(bad));
        }
        for (int i = 0; i < 64; i++) {
            String good = "good-" + i;
            client.shard(good).append(good, 0, 1);
            splits.add(split(good));
        }
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults().withMaxRequestsInFlight(64));
        shards.add(splits);
        executor.triggerAll();

        assertThat(takeRecords(shards))
                .extracting(FetchedPage::shardId)
                .hasSize(64)
                .allMatch(id -> id.startsWith("good-"));
        client.retry("bad-7");
        executor.triggerAll();
        assertThat(takeRecords(shards)).extracting(FetchedPage::shardId).containsExactly("bad-7");
    }

    @Test
    void aRetryKeepsToTheBudgetOfRequestsToo() {
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults().withMaxRequestsInFlight(1));
        client.stall("a");
        shards.add(List.of(split("a")));
        executor.triggerAll();
        client.hold(true);
        shards.add(List.of(split("b")));
        executor.triggerAll();
        assertThat(client.heldAnswers()).isOne();

        client.retry("a");
        executor.triggerAll();
        assertThat(client.requests("a")).isOne();
        answer();
        answer();
        assertThat(client.requests("b")).isOne();
        assertThat(client.requests("a")).isEqualTo(2);
    }

    @Test
    void aPausedShardIsNotTriedAgainEither() {
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        client.stall("a");
        shards.add(List.of(split("a")));
        executor.triggerAll();
        shards.pause(List.of("a"));
        executor.triggerAll();
        client.retry("a");
        executor.triggerAll();
        assertThat(client.requests("a")).isOne();

        shards.resume(List.of("a"));
        executor.triggerAll();
        assertThat(client.requests("a")).isEqualTo(2);
    }

    @Test
    void seeksWhereNoIteratorIsKnown() throws Exception {
        client.shard("a").append("a", 0, 10);
        client.shard("b").append("b", 0, 5).closeShard("b");
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        ReadWindow from7 = ReadWindow.of(7, ReadWindow.NO_END, false);
        ShardPosition seek6 = ShardPosition.seek(6);
        shards.add(
                List.of(
                        new ShardSplit("s", "a", from7, seek6, null),
                        new ShardSplit("s", "b", from7, seek6, null)));
        executor.triggerAll();

        List<FetchedPage> pages = takeRecords(shards);
        assertThat(pages)
                .filteredOn(page -> page.shardId().equals("a"))
                .singleElement()
                .satisfies(
                        page -> {
                            assertThat(page.iterator()).isEqualTo("a@6");
                            assertThat(page.from()).isEqualTo(1);
                        });
        assertThat(pages)
                .filteredOn(page -> page.shardId().equals("b"))
                .singleElement()
                .satisfies(page -> assertThat(page.end()).isEqualTo(ShardEnd.CLOSED));
        assertThat(client.requests("b")).isZero();
    }

    @Test
    void aRateThatIsUsedUpIsWaitedForAndNotPolled() {
        client.shard("a").append("a", 0, 1_000);
        client.shard("b").append("b", 0, 1_000);
        recordsPerSecond = 100;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a"), split("b")));
        int records = 0;
        for (int i = 0; i < 100; i++) {
            executor.triggerAll();
            shards.wakeUp();
            for (FetchedPage page : takeQuietly(shards)) {
                records += page.records().size();
                shards.release(page);
            }
        }
        assertThat(records).as("a second's worth at once").isEqualTo(100);
        assertThat(client.requests("a")).isEqualTo(5);
        assertThat(client.requests("b")).isEqualTo(5);
        assertThat(executor.getActiveNonPeriodicScheduledTask()).hasSize(1);

        nanos += TimeUnit.MILLISECONDS.toNanos(100);
        executor.triggerNonPeriodicScheduledTasks();
        executor.triggerAll();
        assertThat(client.requests("a") + client.requests("b")).isEqualTo(11);
    }

    @Test
    void anEndedShardIsNotAskedAgain() throws Exception {
        client.shard("a").append("a", 0, 1).closeShard("a");
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        shards.take().forEach(shards::release);
        executor.triggerAll();

        assertThat(client.requests("a")).isOne();
    }

    @Test
    void aFailureReachesTheCaller() {
        client.shard("a").append("a", 0, 1);
        client.fail("a", new IllegalStateException("shard a is broken"));
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();

        assertThatThrownBy(shards::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(TestingStreamClient.TABLE)
                .hasMessageContaining("shard a is broken")
                .hasRootCauseMessage("shard a is broken");
    }

    @Test
    void theTaskThreadIsToldOnceInAWhileThatAShardIsReadUpToItsEnd() throws Exception {
        client.shard("a").append("a", 0, 3);
        client.serviceTime(HOUR);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        // Not when the answer was given, but when it was asked for, is what it shows.
        assertThat(takeAndRelease(shards))
                .extracting(FetchedPage::caughtUpMillis)
                .containsExactly(ShardPosition.UNKNOWN, HOUR - 1);

        client.serviceTime(HOUR + 59_999);
        executor.triggerNonPeriodicScheduledTasks();
        executor.triggerAll();
        shards.wakeUp();
        assertThat(takeQuietly(shards)).isEmpty();
        client.serviceTime(HOUR + 60_000);
        executor.triggerNonPeriodicScheduledTasks();
        executor.triggerAll();
        assertThat(takeAndRelease(shards))
                .extracting(FetchedPage::caughtUpMillis)
                .containsExactly(HOUR + 59_999);
    }

    @Test
    void whatACallTakesIsNotProvenToBeRead() throws Exception {
        client.shard("a");
        client.hold(true);
        client.serviceTime(HOUR);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        answer();
        nanos = Duration.ofSeconds(7).toNanos();
        answer();

        assertThat(shards.take())
                .extracting(FetchedPage::caughtUpMillis)
                .containsExactly(HOUR - 7_001);
    }

    @Test
    void anIdleShardsIteratorIsRenewedLongBeforeItLeavesRetention() throws Exception {
        client.shard("a").append("a", 0, 3);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a").withRetention(Duration.ofHours(8))));
        client.serviceTime(HOUR);
        executor.triggerAll();
        takeAndRelease(shards);
        assertThat(client.seeks("a")).containsExactly(OptionalLong.empty());

        for (int hours = 2; hours <= 24; hours++) {
            client.serviceTime(hours * HOUR);
            executor.triggerNonPeriodicScheduledTasks();
            executor.triggerAll();
            takeAndRelease(shards);
        }
        assertThat(client.seeks("a").subList(1, 3))
                .containsExactly(
                        micros(3 * HOUR - TEN_MINUTES - 1), micros(6 * HOUR - TEN_MINUTES - 1));
        assertThat(client.seeks("a")).hasSizeBetween(8, 12);

        client.appendAt("a", 25 * HOUR, 3);
        executor.triggerNonPeriodicScheduledTasks();
        executor.triggerAll();
        assertThat(numbers(takeRecords(shards))).containsExactly(3);
    }

    /** The records before a given place were read by another job, and must not be found again. */
    @Test
    void aGivenIteratorIsRenewedWithoutReadingWhatIsBeforeIt() throws Exception {
        client.shard("a").append("a", 0, 3);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(
                List.of(
                        new ShardSplit(
                                TestingStreamClient.STREAM,
                                "a",
                                ReadWindow.all(),
                                ShardPosition.at("a@3", 0, null),
                                null)));
        client.serviceTime(TEN_MINUTES / 10);
        executor.triggerAll();
        assertThat(takeAndRelease(shards)).extracting(FetchedPage::isCaughtUp).containsOnly(true);
        assertThat(client.seeks("a")).isEmpty();

        client.serviceTime(TEN_MINUTES / 10 + HOUR / 4 + 1);
        executor.triggerNonPeriodicScheduledTasks();
        executor.triggerAll();
        assertThat(takeAndRelease(shards)).extracting(FetchedPage::isCaughtUp).containsOnly(true);
        assertThat(client.seeks("a")).hasSize(1);
    }

    /** Its time lies before the last look at the shard, but it was not there then. */
    @Test
    void aRecordThatIsDatedTooEarlyIsNotLostByARenewal() throws Exception {
        client.shard("a").append("a", 0, 3);
        client.appendAt("a", 2 * HOUR - 60_000, 3);
        client.serviceTime(2 * HOUR);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a").withRetention(Duration.ofHours(4))));
        executor.triggerAll();
        takeAndRelease(shards);
        client.serviceTime(4 * HOUR);
        client.hold(true);
        executor.triggerNonPeriodicScheduledTasks();
        executor.triggerAll();
        answer();
        client.appendAt("a", 4 * HOUR - 60_000, 4);
        answer();
        answer();

        assertThat(client.seeks("a")).hasSize(2);
        assertThat(numbers(takeRecords(shards))).containsExactly(4);
    }

    @Test
    void aPositionThatHasLeftRetentionIsFoundAgain() throws Exception {
        client.shard("a");
        for (int i = 0; i < 20; i++) {
            client.appendAt("a", 10 * HOUR + i * 60_000, i);
        }
        client.pageLimit(2);
        client.serviceTime(11 * HOUR);
        client.trim("a", 3);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        // The iterator is gone, and so is the beginning of its page; record 14 was the last one.
        shards.add(
                List.of(
                        new ShardSplit(
                                TestingStreamClient.STREAM,
                                "a",
                                ReadWindow.all(),
                                ShardPosition.at(
                                        "a@2", 13, sequence("a", 10 * HOUR + 14 * 60_000, 14)),
                                null)));
        executor.triggerAll();

        List<FetchedPage> pages = takeRecords(shards);
        assertThat(numbers(pages)).containsExactly(15, 16, 17);
        // Found ten minutes early, at record 4; what was passed over is shown to nobody.
        assertThat(client.seeks("a"))
                .containsExactly(micros(10 * HOUR + 14 * 60_000 - TEN_MINUTES));
        assertThat(pages).extracting(FetchedPage::iterator).containsExactly("a@14", "a@16");
        pages.forEach(shards::release);
        executor.triggerAll();
        assertThat(numbers(takeRecords(shards))).containsExactly(18, 19);
    }

    @Test
    void whatMayBeLostFailsTheJob() {
        ShardMultiplexer shards = trimmedUnread();

        assertThatThrownBy(shards::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Table orders can't be read")
                .hasMessageContaining(
                        "Records of shard a from 1970-01-01T10:00:00Z up to 1970-01-02T06:00:00Z may"
                                + " have left the stream's retention of 24 h")
                .hasMessageContaining("the last one that was read is 1/36000000000/3")
                .hasMessageContaining("trimmedData to EARLIEST");
        assertThat(trimmed).hasValue(0);
    }

    @Test
    void whatMayBeLostIsCountedWhereTheJobIsToGoOn() throws Exception {
        trimmedData = TrimmedData.EARLIEST;
        ShardMultiplexer shards = trimmedUnread();

        assertThat(numbers(takeRecords(shards))).containsExactly(8, 9);
        assertThat(trimmed).hasValue(1);
    }

    /** A reader that was away for two days; the record that it read last is trimmed, and more. */
    private ShardMultiplexer trimmedUnread() {
        client.shard("a");
        for (int i = 0; i < 10; i++) {
            client.appendAt("a", (i < 8 ? 10 + i : 40 + i) * HOUR, i);
        }
        client.trim("a", 8);
        client.serviceTime(54 * HOUR);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(
                List.of(
                        new ShardSplit(
                                TestingStreamClient.STREAM,
                                "a",
                                Duration.ofHours(24),
                                ReadWindow.all(),
                                ShardPosition.at("a@0", 4, sequence("a", 10 * HOUR, 3)),
                                null)));
        executor.triggerAll();
        return shards;
    }

    @Test
    void aTimeThatCanNotBeSoughtAnyMoreIsSoughtFromTheOldestRecord() throws Exception {
        client.shard("a").append("a", 0, 10).trim("a", 5);
        client.failSeeks("a", 1, TestingStreamClient.trimmed());
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(windowed("a", 2, ShardPosition.seek(1))));
        executor.triggerAll();

        assertThat(client.seeks("a")).containsExactly(micros(1), OptionalLong.empty());
        assertThat(numbers(takeRecords(shards))).containsExactly(5, 6, 7, 8, 9);
    }

    /** Nothing was promised of what is older than the oldest record. */
    @Test
    void trimmingThatOvertakesTheOldestRecordIsNoLoss() throws Exception {
        client.shard("a").append("a", 0, 10);
        client.hold(true);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        answer();
        client.trim("a", 4);
        client.hold(false);
        answer();

        assertThat(numbers(takeRecords(shards))).containsExactly(4, 5, 6, 7, 8, 9);
        assertThat(trimmed).hasValue(0);
    }

    @Test
    void aPlaceThatIsNeverThereIsAnError() {
        client.shard("a").append("a", 0, 10);
        client.fail("a", TestingStreamClient.trimmed());
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();

        assertThatThrownBy(shards::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("OTSTrimmedDataAccess");
        assertThat(client.requests("a")).isBetween(2, 20);
    }

    @Test
    void aShardThatIsGoneHasEnded() throws Exception {
        client.shard("b");
        client.serviceTime(30 * HOUR);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(
                List.of(
                        new ShardSplit(
                                TestingStreamClient.STREAM,
                                "gone",
                                Duration.ofHours(24),
                                ReadWindow.all(),
                                ShardPosition.at("gone@9", 0, sequence("gone", HOUR, 9))
                                        .caughtUpAt(20 * HOUR),
                                null)));
        executor.triggerAll();

        // All that could follow is retained; so nothing does.
        assertThat(shards.take())
                .singleElement()
                .satisfies(page -> assertThat(page.end()).isEqualTo(ShardEnd.CLOSED));
        assertThat(client.listings()).isOne();
    }

    @Test
    void aShardThatIsGoneWithRecordsThatMayHaveBeenUnreadIsALoss() throws Exception {
        client.shard("b");
        client.serviceTime(40 * HOUR);
        ShardSplit gone =
                new ShardSplit(
                        TestingStreamClient.STREAM,
                        "gone",
                        Duration.ofHours(24),
                        ReadWindow.all(),
                        ShardPosition.at("gone@9", 0, sequence("gone", 10 * HOUR, 9)),
                        null);
        ShardMultiplexer failing = multiplexer(FetchSettings.defaults());
        failing.add(List.of(gone));
        executor.triggerAll();
        assertThatThrownBy(failing::take)
                .hasMessageContaining("Records of shard gone from 1970-01-01T10:00:00Z up to");

        trimmedData = TrimmedData.EARLIEST;
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(gone));
        executor.triggerAll();
        assertThat(shards.take())
                .singleElement()
                .satisfies(page -> assertThat(page.end()).isEqualTo(ShardEnd.CLOSED));
        assertThat(trimmed).hasValue(1);
    }

    @Test
    void aStreamThatIsGoneIsAnErrorWhateverIsTrimmed() {
        trimmedData = TrimmedData.EARLIEST;
        client.failListing(new IllegalStateException("no such stream"));
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("gone")));
        executor.triggerAll();

        assertThatThrownBy(shards::take).hasMessageContaining("no such stream");
    }

    @Test
    void nothingIsAskedAfterClosing() {
        client.shard("a").append("a", 0, 1);
        client.hold(true);
        ShardMultiplexer shards = multiplexer(FetchSettings.defaults());
        shards.add(List.of(split("a")));
        executor.triggerAll();
        shards.close();
        executor.triggerAll();
        answer();
        assertThat(client.heldAnswers()).isZero();
        executor.shutdownNow();
        shards.wakeUp();
        assertThat(takeQuietly(shards)).isEmpty();
    }

    private static OptionalLong micros(long millis) {
        return OptionalLong.of(millis * 1_000);
    }

    private static SequenceInfo sequence(String shardId, long millis, int number) {
        return TestingStreamClient.record(shardId, millis, number).getSequence();
    }

    private static ShardSplit windowed(String shardId, long startMillis, ShardPosition position) {
        return new ShardSplit(
                TestingStreamClient.STREAM,
                shardId,
                ReadWindow.of(startMillis, ReadWindow.NO_END, false),
                position,
                null);
    }

    private static List<Integer> numbers(List<FetchedPage> pages) {
        return pages.stream()
                .flatMap(page -> page.records().subList(page.from(), page.to()).stream())
                .map(record -> record.getSequence().getRowIndex())
                .collect(Collectors.toList());
    }

    private List<FetchedPage> takeAndRelease(ShardMultiplexer shards) {
        shards.wakeUp();
        List<FetchedPage> pages = takeQuietly(shards);
        pages.forEach(shards::release);
        executor.triggerAll();
        return pages;
    }

    private void answer() {
        client.answerAll();
        executor.triggerAll();
    }

    /** Takes what there is, but for notices that a shard is read up to its end. */
    private static List<FetchedPage> takeRecords(ShardMultiplexer shards) throws IOException {
        return shards.take().stream()
                .filter(page -> !page.isCaughtUp())
                .collect(Collectors.toList());
    }

    private static List<FetchedPage> takeQuietly(ShardMultiplexer shards) {
        try {
            return shards.take().stream().collect(Collectors.toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ShardMultiplexer multiplexer(FetchSettings settings) {
        for (String id : List.of("a", "b", "c")) {
            if (client.requests(id) == 0 && !client.hasShard(id)) {
                client.shard(id);
            }
        }
        return new ShardMultiplexer(
                client,
                TestingStreamClient.TABLE,
                settings,
                trimmedData,
                Duration.ofMinutes(1),
                executor,
                () -> nanos,
                new RateLimiter(recordsPerSecond, Double.POSITIVE_INFINITY, 1, nanos),
                completion,
                new FetchListener() {
                    @Override
                    public void fetched(
                            String shardId,
                            RecordPage page,
                            long readUntilMillis,
                            long latencyNanos) {
                        bytes.addAndGet(page.sizeInBytes());
                    }

                    @Override
                    public void trimmed() {
                        trimmed.incrementAndGet();
                    }

                    @Override
                    public void buffered(long bytes) {
                        buffered.set(bytes);
                    }
                });
    }

    /** Completes pages with records when it is told to. */
    private static final class HeldPages implements PageCompletion {
        private final Map<String, FetchedPage> pages = new LinkedHashMap<>();
        private final Map<String, CompletableFuture<FetchedPage>> completed = new HashMap<>();

        @Override
        public CompletableFuture<FetchedPage> complete(FetchedPage page) {
            if (page.records().isEmpty()) {
                return CompletableFuture.completedFuture(page);
            }
            CompletableFuture<FetchedPage> future = new CompletableFuture<>();
            pages.put(page.iterator(), page);
            completed.put(page.iterator(), future);
            return future;
        }

        /** Completes the page of an iterator, which grows by so many bytes. */
        void complete(String iterator, int bytes) {
            completed.get(iterator).complete(pages.get(iterator).withRows(List.of(), bytes));
        }

        void fail(String iterator, RuntimeException failure) {
            completed.get(iterator).completeExceptionally(failure);
        }

        @Override
        public void close() {}
    }

    private static ShardSplit at(String shardId, int offset) {
        return new ShardSplit(
                TestingStreamClient.STREAM,
                shardId,
                ReadWindow.all(),
                ShardPosition.at(shardId + "@" + offset, 0, null),
                null);
    }

    private static ShardSplit split(String shardId) {
        return new ShardSplit(
                TestingStreamClient.STREAM,
                shardId,
                ReadWindow.all(),
                ShardPosition.oldest(),
                null);
    }
}
