/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static io.github.otsstream.flink.client.OtsStreamException.Kind.CLOSED;
import static io.github.otsstream.flink.client.OtsStreamException.Kind.FATAL;
import static io.github.otsstream.flink.client.OtsStreamException.Kind.NOT_FOUND;
import static io.github.otsstream.flink.client.OtsStreamException.Kind.THROTTLED;
import static io.github.otsstream.flink.client.OtsStreamException.Kind.TRANSIENT;
import static io.github.otsstream.flink.client.OtsStreamException.Kind.TRIMMED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Retries and paging, without threads and with time that the test lets pass. */
class RetryingStreamClientTest {

    private static final RecordPage PAGE = new RecordPage("shard", List.of(), "next", false, 0, 0);

    private final ScriptedStreamService service = new ScriptedStreamService();
    private final ManualTimer timer = new ManualTimer();
    private final RecordingCallListener calls = new RecordingCallListener();
    private double random = 0.5;
    private RetryPolicy policy =
            RetryPolicy.defaults()
                    .withMaxRetries(3)
                    .withBackoff(
                            Duration.ofMillis(100),
                            Duration.ofMillis(1000),
                            Duration.ofMillis(5000))
                    .withAttemptTimeout(Duration.ofSeconds(60));

    private RetryingStreamClient client() {
        return new RetryingStreamClient(service, policy, calls, timer, () -> random);
    }

    private static OtsStreamException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        try {
            future.get();
        } catch (ExecutionException e) {
            return (OtsStreamException) e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError();
    }

    @Test
    void passesOnASuccess() {
        service.answer(PAGE);

        assertThat(client().getRecords("t", "shard", "here", 10)).isCompletedWithValue(PAGE);
        assertThat(timer.size()).isZero();
        assertThat(calls.failures()).isEmpty();
    }

    @Test
    void makesATransientFailureAgainAfterAPauseThatDoubles() {
        service.fail(TRANSIENT, "OTSServerBusy", 503)
                .fail(TRANSIENT, null, 0)
                .fail(TRANSIENT, null, 502)
                .answer(PAGE);

        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);

        assertThat(timer.untilNext()).isEqualTo(50);
        timer.advance(Duration.ofMillis(49));
        assertThat(service.requests).hasSize(1);
        timer.advance(Duration.ofMillis(1));
        assertThat(service.requests).hasSize(2);
        assertThat(timer.untilNext()).isEqualTo(100);
        timer.advance(Duration.ofMillis(100));
        assertThat(timer.untilNext()).isEqualTo(200);
        assertThat(page).isNotDone();
        timer.advance(Duration.ofMillis(200));
        assertThat(page).isCompletedWithValue(PAGE);
        assertThat(service.requests).containsOnly("read shard here");
        assertThat(calls.failures())
                .containsExactly(
                        "GetStreamRecord TRANSIENT OTSServerBusy, retried",
                        "GetStreamRecord TRANSIENT network, retried",
                        "GetStreamRecord TRANSIENT HTTP 502, retried");
    }

    @Test
    void backsOffHarderWhenThrottled() {
        random = 0;
        service.fail(THROTTLED, "OTSFlowControl", 429)
                .fail(THROTTLED, "OTSFlowControl", 429)
                .answer(PAGE);

        client().getRecords("t", "shard", "here", 10);

        assertThat(timer.untilNext()).isEqualTo(500);
        timer.advance(Duration.ofMillis(500));
        assertThat(timer.untilNext()).isEqualTo(1000);
    }

    @Test
    void backsOffHarderFromTheMomentItIsThrottled() {
        service.fail(TRANSIENT, null, 503)
                .fail(THROTTLED, "OTSFlowControl", 429)
                .fail(TRANSIENT, null, 503)
                .answer(PAGE);

        client().getRecords("t", "shard", "here", 10);

        timer.advance(Duration.ofMillis(50));
        assertThat(timer.untilNext()).isEqualTo(1500);
        timer.advance(Duration.ofMillis(1500));
        assertThat(timer.untilNext()).isEqualTo(200);
    }

    @Test
    void drawsEachPauseAnew() {
        service.fail(TRANSIENT, null, 503).fail(TRANSIENT, null, 503).answer(PAGE);
        random = 0.25;
        client().getRecords("t", "shard", "here", 10);
        assertThat(timer.untilNext()).isEqualTo(25);

        random = 0.75;
        timer.advance(Duration.ofMillis(25));

        assertThat(timer.untilNext()).isEqualTo(150);
    }

    @Test
    void givesEveryRequestTheWholeBudgetAndTheFirstPause() {
        RetryingStreamClient client = client();
        for (int i = 0; i < 3; i++) {
            service.fail(TRANSIENT, null, 503)
                    .fail(TRANSIENT, null, 503)
                    .fail(TRANSIENT, null, 503)
                    .answer(PAGE);

            CompletableFuture<RecordPage> page = client.getRecords("t", "shard", "here", 10);

            assertThat(timer.untilNext()).isEqualTo(50);
            timer.advance(Duration.ofMillis(50 + 100 + 200));
            assertThat(page).isCompletedWithValue(PAGE);
        }
        assertThat(service.requests).hasSize(12);
    }

    @Test
    void keepsOneShardsFailuresFromAnother() {
        RetryingStreamClient client = client();
        service.fail(TRANSIENT, null, 503);
        CompletableFuture<RecordPage> bad = client.getRecords("t", "bad", "here", 10);
        service.answer(PAGE);
        assertThat(client.getRecords("t", "good", "here", 10)).isCompletedWithValue(PAGE);

        // Three failures of the bad one use up its retries; another one has all of its own.
        service.fail(TRANSIENT, null, 503);
        timer.advance(Duration.ofMillis(50));
        service.fail(TRANSIENT, null, 503);
        CompletableFuture<RecordPage> unlucky = client.getRecords("t", "unlucky", "here", 10);
        assertThat(timer.untilNext()).isEqualTo(50);
        service.answer(PAGE);
        timer.advance(Duration.ofMillis(50));

        assertThat(unlucky).isCompletedWithValue(PAGE);
        service.fail(TRANSIENT, null, 503).fail(TRANSIENT, null, 503);
        timer.advance(Duration.ofSeconds(10));
        assertThat(failureOf(bad).getAttempts()).isEqualTo(4);
        assertThat(service.requests)
                .containsExactly(
                        "read bad here",
                        "read good here",
                        "read bad here",
                        "read unlucky here",
                        "read unlucky here",
                        "read bad here",
                        "read bad here");
    }

    @Test
    void byDefaultTriesFor30RetriesAndSomeMinutes() {
        policy = RetryPolicy.defaults();
        random = 1 - 1e-9;
        for (int i = 0; i < 31; i++) {
            service.fail(TRANSIENT, "OTSServerBusy", 503);
        }
        CompletableFuture<RecordPage> busy = client().getRecords("t", "shard", "here", 10);
        timer.advance(Duration.ofMinutes(10));

        assertThat(failureOf(busy).getElapsed())
                .isEqualTo(Duration.ofMillis(100 * (1 + 2 + 4 + 8 + 16 + 32 + 64) + 23 * 10_000));
        assertThat(failureOf(busy)).hasMessageContaining("failed after 31 attempts in 242700 ms");

        for (int i = 0; i < 31; i++) {
            service.fail(THROTTLED, "OTSFlowControl", 429);
        }
        CompletableFuture<RecordPage> throttled = client().getRecords("t", "shard", "here", 10);
        timer.advance(Duration.ofMinutes(10));

        assertThat(failureOf(throttled).getElapsed())
                .isEqualTo(Duration.ofMillis(1000 * (1 + 2 + 4 + 8) + 26 * 10_000));
        assertThat(service.requests).hasSize(62);
    }

    @Test
    void saysWhatWasTriedWhenItGivesUp() {
        for (int i = 0; i < 4; i++) {
            service.fail(TRANSIENT, "OTSServerBusy", 503);
        }
        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);
        timer.advance(Duration.ofSeconds(10));

        OtsStreamException failure = failureOf(page);
        assertThat(failure.getKind()).isEqualTo(TRANSIENT);
        assertThat(failure.getAttempts()).isEqualTo(4);
        assertThat(failure.getElapsed()).isEqualTo(Duration.ofMillis(50 + 100 + 200));
        assertThat(failure)
                .hasMessage(
                        "AnyOperation of table 't' failed after 4 attempts in 350 ms: OTSServerBusy: no luck"
                                + " (HTTP 503, request id request-1)");
        assertThat(calls.failures())
                .hasSize(4)
                .endsWith("GetStreamRecord TRANSIENT OTSServerBusy, final");
        assertThat(timer.size()).isZero();
    }

    @Test
    void doesNotMakeAgainWhatCannotSucceed() {
        for (OtsStreamException.Kind kind : List.of(FATAL, TRIMMED, NOT_FOUND)) {
            service.fail(kind, "OTSSomething", 400);
            CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);

            assertThat(failureOf(page).getKind()).isEqualTo(kind);
            assertThat(failureOf(page).getAttempts()).isOne();
        }
        assertThat(calls.failures())
                .containsExactly(
                        "GetStreamRecord FATAL OTSSomething, final",
                        "GetStreamRecord TRIMMED OTSSomething, final",
                        "GetStreamRecord NOT_FOUND OTSSomething, final");
        assertThat(timer.size()).isZero();
    }

    @Test
    void doesNotRetryAtAllWithoutRetries() {
        policy = policy.withMaxRetries(0);
        service.fail(TRANSIENT, "OTSServerBusy", 503);

        assertThat(failureOf(client().getRecords("t", "shard", "here", 10)).getAttempts()).isOne();
    }

    @Test
    void takesAnUnexpectedExceptionForFatal() {
        service.answerLater(CompletableFuture.failedFuture(new IllegalArgumentException("a bug")));

        OtsStreamException failure = failureOf(client().findStream("t"));

        assertThat(failure.getKind()).isEqualTo(FATAL);
        assertThat(failure)
                .hasMessage(
                        "ListStream of table 't' failed: unexpected error: java.lang.IllegalArgumentException: a bug")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failsACallWhoseRetryDies() {
        service.fail(TRANSIENT, "OTSServerBusy", 503);
        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);

        // Nothing is left to answer: the service throws an Error.
        timer.advance(Duration.ofSeconds(1));

        assertThat(failureOf(page).getKind()).isEqualTo(FATAL);
        assertThat(failureOf(page)).hasMessageContaining("Nothing to answer");
        assertThat(calls.inFlight()).isZero();
    }

    @Test
    void failsACallWhoseAnswerCantBeTold() {
        service.answer(PAGE);
        CallListener broken =
                new CallListener() {
                    @Override
                    public void onAnswer(Operation operation, long nanos) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                };
        CompletableFuture<RecordPage> page =
                new RetryingStreamClient(service, policy, broken, timer, () -> random)
                        .getRecords("t", "shard", "here", 10);

        assertThat(failureOf(page).getKind()).isEqualTo(FATAL);
        assertThat(failureOf(page)).hasCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void givesUpAnAttemptWithoutAnAnswer() {
        CompletableFuture<RecordPage> silent = new CompletableFuture<>();
        service.answerLater(silent).answer(PAGE);
        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);

        timer.advance(Duration.ofSeconds(60));
        assertThat(page).isNotDone();
        silent.complete(new RecordPage("late", List.of(), null, false, 0, 0));
        assertThat(page).isNotDone();
        timer.advance(Duration.ofMillis(50));

        assertThat(page).isCompletedWithValue(PAGE);
        assertThat(calls.failures()).containsExactly("GetStreamRecord TRANSIENT network, retried");
    }

    @Test
    void callsTheDeadlineOffWhenAnAnswerComes() {
        CompletableFuture<RecordPage> answer = new CompletableFuture<>();
        service.answerLater(answer);
        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);
        assertThat(timer.size()).isOne();

        answer.complete(PAGE);

        assertThat(page).isCompletedWithValue(PAGE);
        assertThat(timer.size()).isZero();
    }

    @Test
    void tellsOfEachRequestOnceAndHowLongItsAnswerTook() {
        CompletableFuture<RecordPage> silent = new CompletableFuture<>();
        CompletableFuture<RecordPage> slow = new CompletableFuture<>();
        service.answerLater(silent).answerLater(slow);
        client().getRecords("t", "shard", "here", 10);
        assertThat(calls.requests()).isOne();
        assertThat(calls.inFlight()).isOne();

        timer.advance(Duration.ofSeconds(60));
        assertThat(calls.inFlight()).isZero();
        timer.advance(Duration.ofMillis(50));
        assertThat(calls.requests()).isEqualTo(2);
        assertThat(calls.inFlight()).isOne();
        timer.advance(Duration.ofMillis(7));
        slow.complete(PAGE);
        silent.complete(PAGE);

        assertThat(calls.inFlight()).isZero();
        assertThat(calls.answerNanos()).containsExactly(Duration.ofMillis(7).toNanos());
        assertThat(calls.failures()).containsExactly("GetStreamRecord TRANSIENT network, retried");
    }

    @Test
    void tellsOfRequestsThatNobodyWaitsForAnyMore() {
        CompletableFuture<RecordPage> answered = new CompletableFuture<>();
        CompletableFuture<RecordPage> failing = new CompletableFuture<>();
        CompletableFuture<RecordPage> closing = new CompletableFuture<>();
        service.answerLater(answered).answerLater(failing).answerLater(closing);
        RetryingStreamClient client = client();
        client.getRecords("t", "shard", "here", 10).cancel(false);
        client.getRecords("t", "shard", "here", 10).cancel(false);
        client.getRecords("t", "shard", "here", 10);
        assertThat(calls.inFlight()).isEqualTo(3);

        answered.complete(PAGE);
        failing.completeExceptionally(
                ScriptedStreamService.failure(TRANSIENT, "OTSServerBusy", 503));
        client.close();
        closing.completeExceptionally(ScriptedStreamService.failure(CLOSED, null, 0));

        assertThat(calls.inFlight()).isZero();
        assertThat(calls.answers()).isOne();
        assertThat(calls.failures())
                .containsExactly(
                        "GetStreamRecord TRANSIENT OTSServerBusy, final",
                        "GetStreamRecord CLOSED closed, final");
    }

    @Test
    void doesNotTryAgainWhatWasCancelled() {
        service.fail(TRANSIENT, "OTSServerBusy", 503);
        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10);

        page.cancel(false);
        timer.advance(Duration.ofSeconds(10));

        assertThat(service.requests).hasSize(1);
    }

    @Test
    void closingFailsWhatIsUnderWayAndWhatComesLater() {
        RetryingStreamClient client = client();
        service.answerLater(new CompletableFuture<>()).fail(TRANSIENT, "OTSServerBusy", 503);
        CompletableFuture<RecordPage> unanswered = client.getRecords("t", "shard", "here", 10);
        CompletableFuture<RecordPage> waiting = client.getRecords("t", "shard", "here", 10);

        client.close();

        assertThat(failureOf(unanswered).getKind()).isEqualTo(CLOSED);
        assertThat(failureOf(waiting).getKind()).isEqualTo(CLOSED);
        assertThat(service.closed).isTrue();
        assertThat(timer.size()).isZero();
        assertThat(failureOf(client.getRecords("t", "shard", "here", 10)).getKind())
                .isEqualTo(CLOSED);
        assertThat(service.requests).hasSize(2);
    }

    @Test
    void collectsAllPagesOfAListingAndRetriesEachByItself() {
        policy = policy.withMaxRetries(1);
        service.fail(TRANSIENT, null, 0)
                .answer(description("c", "a", "b"))
                .fail(TRANSIENT, null, 0)
                .answer(description("d", "b", "c"))
                .fail(TRANSIENT, null, 0)
                .answer(description(null, "d"));

        CompletableFuture<StreamDescription> description = client().describeStream("stream");
        timer.advance(Duration.ofSeconds(10));

        assertThat(description).isCompleted();
        assertThat(description.join().getShards())
                .extracting(ShardInfo::getShardId)
                .containsExactly("a", "b", "c", "d");
        assertThat(service.requests)
                .containsExactly(
                        "describe stream from null",
                        "describe stream from null",
                        "describe stream from c",
                        "describe stream from c",
                        "describe stream from d",
                        "describe stream from d");
    }

    @Test
    void collectsAHundredThousandPagesThatAreThereAtOnce() {
        int pages = 100_000;
        for (int i = 1; i < pages; i++) {
            service.answer(description("s" + i, "s" + (i - 1)));
        }
        service.answer(description(null, "s" + (pages - 1)));

        CompletableFuture<StreamDescription> description = client().describeStream("stream");

        assertThat(description).isCompleted();
        assertThat(description.join().getShards()).hasSize(pages);
    }

    @Test
    void collectsPagesThatAreThereAtOnceAfterOneThatIsNot() {
        int pages = 50_000;
        CompletableFuture<StreamDescriptionPage> first = new CompletableFuture<>();
        service.answerLater(first);
        for (int i = 1; i < pages; i++) {
            service.answer(description("s" + i, "s" + (i - 1)));
        }
        service.fail(FATAL, "OTSParameterInvalid", 400);
        CompletableFuture<StreamDescription> description = client().describeStream("stream");
        assertThat(description).isNotDone();

        first.complete(description("s0"));

        assertThat(failureOf(description).getErrorCode()).isEqualTo("OTSParameterInvalid");
        assertThat(service.requests).hasSize(pages + 1);
    }

    @Test
    void followsAHundredThousandTokensThatAreThereAtOnce() {
        for (int i = 1; i < 100_000; i++) {
            service.answer(new IteratorStep(null, "token " + i, 0));
        }
        service.answer(new IteratorStep("iterator", null, 7));

        CompletableFuture<SoughtIterator> sought =
                client().getShardIterator("stream", "shard", OptionalLong.of(1), RetryGate.OPEN);

        assertThat(sought).isCompleted();
        assertThat(sought.join().getIterator()).isEqualTo("iterator");
    }

    @Test
    void refusesAListingThatDoesNotGoOn() {
        service.answer(description("b", "a")).answer(description("b", "b"));

        assertThat(failureOf(client().describeStream("stream")))
                .hasMessageContaining("DescribeStream of stream 'stream'")
                .hasMessageContaining("does not come to an end");
    }

    private static StreamDescriptionPage description(String next, String... shards) {
        List<ShardInfo> infos = new ArrayList<>();
        for (String shard : shards) {
            infos.add(new ShardInfo(shard, null, null));
        }
        return new StreamDescriptionPage(
                new StreamDescription(
                        "stream",
                        "t",
                        1,
                        Duration.ofHours(24),
                        StreamDescription.Status.ACTIVE,
                        false,
                        infos,
                        2),
                next);
    }

    @Test
    void followsTokensToTheLastIterator() {
        service.answer(new IteratorStep("not this", "token-1", 1))
                .answer(new IteratorStep(null, "token-2", 2))
                .answer(new IteratorStep("this", null, 3));

        assertThat(client().getShardIterator("stream", "shard", OptionalLong.of(5)))
                .isCompletedWithValue(new SoughtIterator("this", 3));
        assertThat(service.requests)
                .containsExactly(
                        "seek shard OptionalLong[5] null",
                        "seek shard OptionalLong[5] token-1",
                        "seek shard OptionalLong[5] token-2");
    }

    @Test
    void tellsAShardThatHasEndedByItsMissingIterator() {
        service.answer(new IteratorStep(null, null, 7));

        assertThat(client().getShardIterator("stream", "shard", OptionalLong.empty()))
                .isCompletedWithValue(new SoughtIterator(null, 7));
    }

    @Test
    void aRetryWaitsForItsGate() {
        service.fail(TRANSIENT, "OTSServerBusy", 503).answer(PAGE);
        AtomicInteger pauses = new AtomicInteger();
        AtomicReference<Runnable> retry = new AtomicReference<>();
        RetryGate gate =
                new RetryGate() {
                    @Override
                    public void pausing() {
                        pauses.incrementAndGet();
                    }

                    @Override
                    public void ready(Runnable send) {
                        retry.set(send);
                    }
                };
        CompletableFuture<RecordPage> page = client().getRecords("t", "shard", "here", 10, gate);
        assertThat(pauses).hasValue(1);
        timer.advance(Duration.ofMillis(49));
        assertThat(retry).hasValue(null);
        timer.advance(Duration.ofSeconds(60));
        assertThat(service.requests).hasSize(1);

        retry.get().run();
        assertThat(page).isCompletedWithValue(PAGE);
        assertThat(pauses).hasValue(1);
    }

    @Test
    void findsTheStreamOfATable() {
        service.answer(List.of())
                .answer(
                        List.of(
                                new StreamInfo("t_1", "t", 1),
                                new StreamInfo("t_3", "t", 3),
                                new StreamInfo("t_2", "t", 2),
                                new StreamInfo("other_9", "other", 9)));
        RetryingStreamClient client = client();

        assertThat(client.findStream("t")).isCompletedWithValue(Optional.empty());
        assertThat(client.findStream("t").join())
                .hasValueSatisfying(s -> assertThat(s.getStreamId()).isEqualTo("t_3"));
    }

    @Test
    void pausesGrowToTheCapAndStayThere() {
        RetryPolicy defaults = RetryPolicy.defaults();

        assertThat(defaults.pauseMillis(1, false, 0)).isZero();
        assertThat(defaults.pauseMillis(1, false, 0.999999)).isEqualTo(100);
        assertThat(defaults.pauseMillis(4, false, 0.999999)).isEqualTo(800);
        for (int retry : new int[] {8, 30, 31, 32, 64, 1000, Integer.MAX_VALUE}) {
            assertThat(defaults.pauseMillis(retry, false, 0.999999)).isEqualTo(10_000);
            assertThat(defaults.pauseMillis(retry, true, 0)).isEqualTo(5_000);
        }
        assertThat(defaults.pauseMillis(1, true, 0)).isEqualTo(500);
        assertThat(defaults.pauseMillis(1, true, 0.999999)).isEqualTo(1000);
        assertThatThrownBy(() -> defaults.withMaxRetries(-1)).hasMessageContaining("-1");
        assertThatThrownBy(
                        () ->
                                defaults.withBackoff(
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(3)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
