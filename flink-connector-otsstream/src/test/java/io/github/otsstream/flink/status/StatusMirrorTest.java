/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.otsstream.flink.client.OtsStreamException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the mirror writes what, with a time and a thread that the test moves. */
@Timeout(60)
class StatusMirrorTest {

    private static final String STREAM = "orders_1";
    private static final long T = Duration.ofDays(18_000).toMillis();
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final InMemoryTables tables = new InMemoryTables();
    private final StatusTable table = new StatusTable(tables, "status");
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final ManualThread thread = new ManualThread();
    private final AtomicLong nanos = new AtomicLong(-5);
    private final StatusMirror mirror =
            new StatusMirror(table, STREAM, INTERVAL, failures::add, thread, nanos::get);

    private static TimePoint point(String shard, long minutes) {
        return new TimePoint(shard, T + minutes * MINUTE, shard + "@" + minutes);
    }

    private static String row(String shard, long minutes) {
        return "ShardTimeCheckpointForDataxReader|" + shard + "\t   " + (T + minutes * MINUTE);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static CheckpointSet end(String... shards) {
        List<ShardCheckpoint> checkpoints = new ArrayList<>();
        for (String shard : shards) {
            checkpoints.add(ShardCheckpoint.at(shard, "iterator of " + shard));
        }
        return new CheckpointSet(
                new JobDescription("orders", STREAM, "1-x", 0, T, List.of(shards)), checkpoints);
    }

    @Test
    void offeringWritesOnTheMirrorsThreadOnly() {
        mirror.offer(List.of(point("a", 0), point("b", 0)));
        assertThat(tables.takeWrites()).isEmpty();

        thread.runAll();
        assertThat(tables.takeWrites()).containsExactlyInAnyOrder(row("a", 0), row("b", 0));
    }

    @Test
    void pointsAreWrittenAtMostOncePerInterval() {
        mirror.offer(List.of(point("a", 0)));
        thread.runAll();
        tables.takeWrites();

        mirror.offer(List.of(point("a", 20)));
        pass(INTERVAL.minusNanos(1));
        mirror.offer(List.of(point("b", 5)));
        thread.runAll();
        assertThat(tables.takeWrites()).isEmpty();

        pass(Duration.ofNanos(1));
        mirror.offer(List.of());
        thread.runAll();
        assertThat(tables.takeWrites()).containsExactlyInAnyOrder(row("a", 20), row("b", 5));

        mirror.offer(List.of(point("c", 5)));
        thread.runAll();
        assertThat(tables.takeWrites()).isEmpty();
    }

    @Test
    void ofAShardAtMostOnePointPerTenMinutesIsWritten() {
        mirror.offer(List.of(point("a", 0)));
        thread.runAll();
        pass(INTERVAL);
        mirror.offer(List.of(point("a", 9), point("b", 9)));
        thread.runAll();
        pass(INTERVAL);
        mirror.offer(List.of(point("a", 10), point("b", 18)));
        thread.runAll();

        assertThat(tables.takeWrites()).containsExactly(row("a", 0), row("b", 9), row("a", 10));
    }

    @Test
    void ofWaitingPointsTheNewestOfAShardIsWritten() {
        mirror.offer(List.of(point("a", 0)));
        thread.runAll();
        tables.takeWrites();

        mirror.offer(List.of(point("a", 10)));
        mirror.offer(List.of(point("a", 40)));
        mirror.offer(List.of(point("a", 30)));
        pass(INTERVAL);
        mirror.offer(List.of());
        thread.runAll();

        assertThat(tables.takeWrites()).containsExactly(row("a", 40));
    }

    @Test
    void whileOneWriteIsUnderWayNoOtherBegins() {
        mirror.offer(List.of(point("a", 0)));
        pass(INTERVAL);
        mirror.offer(List.of(point("a", 5), point("b", 0)));
        pass(INTERVAL);
        mirror.offer(List.of());
        assertThat(thread.waiting()).isEqualTo(1);

        thread.runAll();
        assertThat(tables.takeWrites()).containsExactly(row("a", 0));

        mirror.offer(List.of());
        thread.runAll();
        assertThat(tables.takeWrites())
                .as("a at 5 minutes was offered while a at 0 was being written")
                .containsExactly(row("b", 0));
    }

    @Test
    void aFailedWriteIsToldAndALaterOneFollows() {
        tables.fail(true);
        mirror.offer(List.of(point("a", 0)));
        thread.runAll();
        assertThat(failures).hasSize(1).first().isInstanceOf(OtsStreamException.class);

        tables.fail(false);
        mirror.offer(List.of(point("a", 1)));
        pass(INTERVAL);
        mirror.offer(List.of(point("a", 2)));
        thread.runAll();

        assertThat(tables.takeWrites()).containsExactly(row("a", 2));
        assertThat(failures).hasSize(1);
    }

    @Test
    void aShardThatNoStreamCanHaveAnyMoreIsForgotten() {
        mirror.offer(List.of(point("a", 0)));
        thread.runAll();
        pass(INTERVAL);
        mirror.offer(List.of(point("b", Duration.ofHours(168).toMinutes() + 1)));
        thread.runAll();
        pass(INTERVAL);
        tables.takeWrites();

        // Only a forgotten shard may begin anew so soon after its last point.
        mirror.offer(List.of(point("a", 1)));
        thread.runAll();
        assertThat(tables.takeWrites()).containsExactly(row("a", 1));
    }

    @Test
    void theEndIsVisibleOnceItIsCommitted() throws Exception {
        CheckpointSet set = end("a", "b");
        Callable<CheckpointSet> atEnd = () -> set;

        CompletableFuture<Void> written = mirror.writeEnd(atEnd);
        assertThat(written).isNotDone();
        thread.runAll();
        assertThat(written).isCompleted();
        assertThatThrownBy(() -> table.readSet(STREAM, T)).isInstanceOf(RejectedSetException.class);
        assertThat(tables.takeWrites()).hasSize(2).noneMatch(row -> row.startsWith("DataxJobDesc"));

        CompletableFuture<Void> committed = mirror.commit(atEnd);
        thread.runAll();
        assertThat(committed).isCompleted();
        assertThat(table.readSet(STREAM, T)).isEqualTo(set);
        assertThat(tables.takeWrites()).containsExactly("DataxJobDesc|" + T);
    }

    @Test
    void committingWritesRowsThatAreNotThereYet() throws Exception {
        tables.fail(true);
        CheckpointSet set = end("a");
        Callable<CheckpointSet> atEnd = () -> set;
        CompletableFuture<Void> written = mirror.writeEnd(atEnd);
        thread.runAll();
        assertThat(written).isCompletedExceptionally();
        assertThat(failures).hasSize(1);
        tables.fail(false);

        mirror.commit(atEnd);
        thread.runAll();

        assertThat(table.readSet(STREAM, T)).isEqualTo(set);
    }

    @Test
    void aFailedCommitIsToldAndCanBeRepeated() throws Exception {
        CheckpointSet set = end("a");
        Callable<CheckpointSet> atEnd = () -> set;
        mirror.writeEnd(atEnd);
        thread.runAll();
        tables.fail(true);
        CompletableFuture<Void> committed = mirror.commit(atEnd);
        thread.runAll();
        assertThat(committed).isCompletedExceptionally();
        assertThat(failures).hasSize(1);

        tables.fail(false);
        mirror.commit(atEnd);
        thread.runAll();

        assertThat(table.readSet(STREAM, T)).isEqualTo(set);
    }

    @Test
    void aListenerThatThrowsDoesNotStopTheMirror() {
        List<Throwable> heard = new ArrayList<>();
        StatusMirror angry =
                new StatusMirror(
                        table,
                        STREAM,
                        INTERVAL,
                        failure -> {
                            heard.add(failure);
                            throw new IllegalStateException("angry");
                        },
                        thread,
                        nanos::get);
        tables.fail(true);
        CompletableFuture<Void> written = angry.writeEnd(() -> end("a"));
        thread.runAll();

        assertThat(heard).hasSize(1);
        assertThat(written).isCompletedExceptionally();
        assertThatThrownBy(written::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OtsStreamException.class);
    }

    @Test
    void closingWritesWhatStillWaits() {
        StatusMirror real = new StatusMirror(table, STREAM, INTERVAL, failures::add);
        real.offer(List.of(point("a", 0)));
        real.offer(List.of(point("b", 0)));
        CheckpointSet set = end("a");
        Callable<CheckpointSet> atEnd = () -> set;
        real.writeEnd(atEnd);
        CompletableFuture<Void> committed = real.commit(atEnd);

        real.close();

        assertThat(committed).isCompleted();
        assertThat(tables.takeWrites())
                .contains(row("a", 0), row("b", 0), "DataxJobDesc|" + T)
                .hasSize(4);
        assertThat(failures).isEmpty();
        assertThat(tables.isClosed()).as("the table is the owner's to close").isFalse();
    }

    @Test
    void closingBreaksOffAfterItsTimeout() {
        StatusMirror real = new StatusMirror(table, STREAM, INTERVAL, failures::add);
        tables.hang();
        CompletableFuture<Void> underWay = real.writeEnd(() -> end("a"));
        CompletableFuture<Void> notBegun = real.commit(() -> end("a"));

        real.close(Duration.ofMillis(50));

        await().untilAsserted(() -> assertThat(underWay).isCompletedExceptionally());
        assertThat(notBegun).isCompletedExceptionally();
        assertThatThrownBy(() -> notBegun.get(0, TimeUnit.SECONDS))
                .hasRootCauseMessage(
                        "Not begun: it was not done PT0.05S after the mirror was told to close.");
        await().until(() -> failures.size() == 2);
    }

    @Test
    void closingEndsAtOnceWhenItsThreadIsInterrupted() {
        StatusMirror real = new StatusMirror(table, STREAM, INTERVAL, failures::add);
        tables.hang();
        CompletableFuture<Void> underWay = real.writeEnd(() -> end("a"));

        Thread.currentThread().interrupt();
        real.close(Duration.ofHours(1));

        assertThat(Thread.interrupted()).isTrue();
        await().untilAsserted(() -> assertThat(underWay).isCompletedExceptionally());
    }

    @Test
    void aClosedMirrorTakesNothing() {
        StatusMirror real = new StatusMirror(table, STREAM, INTERVAL, failures::add);
        real.close();
        real.close();

        real.offer(List.of(point("a", 0)));
        assertThat(failures).isEmpty();
        assertThat(real.writeEnd(() -> end("a"))).isCompletedExceptionally();
        assertThat(tables.takeWrites()).isEmpty();
    }

    /** Runs what it is given when the test says so, on the test's thread. */
    private static final class ManualThread extends AbstractExecutorService {

        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean shutdown;

        void runAll() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        int waiting() {
            return tasks.size();
        }

        @Override
        public void execute(Runnable task) {
            if (shutdown) {
                throw new RejectedExecutionException();
            }
            tasks.add(task);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            List<Runnable> left = List.copyOf(tasks);
            tasks.clear();
            return left;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && tasks.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return isTerminated();
        }
    }
}
