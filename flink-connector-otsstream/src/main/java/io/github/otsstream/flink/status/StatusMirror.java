/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.VisibleForTesting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the status table how far a job has come, beside the job: Flink's checkpoints stay the
 * truth, and this is for other jobs to go on from.
 *
 * <p>No call blocks but {@link #close}, none throws, and they may come from any thread; all writing
 * is done on one thread of its own. A write that fails (after the client's retries) is logged and
 * told to the listener; what becomes of the job then is the listener's to decide.
 *
 * <p><em>Time points</em> ({@link #offer}) are written at most once per interval, and of one shard
 * at most one per ten minutes of its records' time. What comes in between is held until a later
 * offer or the end, and replaced by newer points of the same shard. What can't be written is
 * dropped: a newer one serves as well.
 *
 * <p><em>The end of a window</em> takes two steps, so that other jobs see all of it or nothing:
 * {@link #writeEnd} when all shards are read, and {@link #commit} once a checkpoint that knows it
 * has completed. An end that is not committed is harmless, and both steps can be repeated after a
 * restore. Two jobs whose windows of one stream end at the same time must not write to one table at
 * the same time: their rows would mix, and count for neither.
 */
@Internal
public final class StatusMirror implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusMirror.class);

    /** The least time between two points of one shard, by their records. */
    public static final Duration BETWEEN_POINTS = Duration.ofMinutes(10);

    /** No stream keeps its records for longer, so no shard can still be read before that. */
    private static final long LONGEST_RETENTION_MILLIS = Duration.ofHours(168).toMillis();

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final StatusTable table;
    private final String streamId;
    private final long intervalNanos;
    private final Consumer<Throwable> failureListener;
    private final ExecutorService thread;
    private final LongSupplier nanoTime;

    private final Object lock = new Object();

    /** The newest point of each shard that waits to be written. Guarded by {@link #lock}. */
    private Map<String, TimePoint> waiting = new HashMap<>();

    /** The time of the last point that was written, by shard. Guarded by {@link #lock}. */
    private final Map<String, Long> writtenMillis = new HashMap<>();

    /** Guarded by {@link #lock}. */
    private boolean writing;

    /** When points were last written. Guarded by {@link #lock}. */
    private long lastWriteNanos;

    /** The window's end whose rows are written. Used on the mirror's thread only. */
    @Nullable private Callable<CheckpointSet> writtenEnd;

    /** The rows. Used on the mirror's thread only. */
    private CheckpointSet written;

    /**
     * @param table stays open when the mirror is closed; its creation is not the mirror's business
     * @param interval the least time between two writes of time points
     * @param failureListener hears of each write that has failed or that a closed mirror refused,
     *     before its future fails; called on the mirror's thread or that of the caller, must be
     *     short
     */
    public StatusMirror(
            StatusTable table,
            String streamId,
            Duration interval,
            Consumer<Throwable> failureListener) {
        this(table, streamId, interval, failureListener, newThread(), System::nanoTime);
    }

    @VisibleForTesting
    StatusMirror(
            StatusTable table,
            String streamId,
            Duration interval,
            Consumer<Throwable> failureListener,
            ExecutorService thread,
            LongSupplier nanoTime) {
        this.table = table;
        this.streamId = streamId;
        this.intervalNanos = interval.toNanos();
        this.failureListener = failureListener;
        this.thread = thread;
        this.nanoTime = nanoTime;
        this.lastWriteNanos = nanoTime.getAsLong() - intervalNanos;
    }

    private static ExecutorService newThread() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.MINUTES,
                        new LinkedBlockingQueue<>(),
                        action -> {
                            Thread thread = new Thread(action, "otsstream-status-mirror");
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Takes places that a completed checkpoint has passed, to be written now or later. */
    public void offer(Collection<TimePoint> points) {
        synchronized (lock) {
            if (thread.isShutdown()) {
                return;
            }
            for (TimePoint point : points) {
                if (isDue(point)) {
                    waiting.merge(point.getShardId(), point, StatusMirror::newer);
                }
            }
            if (!writing && nanoTime.getAsLong() - lastWriteNanos >= intervalNanos) {
                submitWaiting();
            }
        }
    }

    private static TimePoint newer(TimePoint one, TimePoint other) {
        return other.getMillis() >= one.getMillis() ? other : one;
    }

    /** Called with the lock held. */
    private void submitWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        Collection<TimePoint> points = waiting.values();
        waiting = new HashMap<>();
        writing = true;
        lastWriteNanos = nanoTime.getAsLong();
        submit("time points", () -> writeTimePoints(points));
    }

    private void writeTimePoints(Collection<TimePoint> points) throws Exception {
        List<TimePoint> due = new ArrayList<>();
        synchronized (lock) {
            // They may have been offered while their shards' points before were being written.
            points.stream().filter(this::isDue).forEach(due::add);
        }
        boolean done = false;
        try {
            table.writeTimePoints(streamId, due);
            done = true;
        } finally {
            synchronized (lock) {
                writing = false;
                if (done) {
                    due.forEach(point -> writtenMillis.put(point.getShardId(), point.getMillis()));
                    forgetOldShards();
                }
            }
        }
    }

    /** Called with the lock held. */
    private boolean isDue(TimePoint point) {
        Long before = writtenMillis.get(point.getShardId());
        return before == null || point.getMillis() >= before + BETWEEN_POINTS.toMillis();
    }

    /** Called with the lock held. */
    private void forgetOldShards() {
        long newest = writtenMillis.values().stream().mapToLong(Long::longValue).max().orElse(0);
        writtenMillis.values().removeIf(millis -> millis < newest - LONGEST_RETENTION_MILLIS);
    }

    /**
     * Writes the rows of all shards at the window's end.
     *
     * @param end finds them; called on the mirror's thread, and may block
     * @return done when they are written; fails if they can't be, which the listener hears of, too
     */
    public CompletableFuture<Void> writeEnd(Callable<CheckpointSet> end) {
        return submit("the rows at the end of the window", () -> write(end));
    }

    /**
     * Makes the window's end visible to other jobs. Its rows are written first if {@link #writeEnd}
     * was not called with the same object, or failed.
     *
     * @return done when it is; fails if it can't be, which the listener hears of, too
     */
    public CompletableFuture<Void> commit(Callable<CheckpointSet> end) {
        return submit(
                "the description of the run",
                () -> {
                    if (end != writtenEnd) {
                        write(end);
                    }
                    table.writeDescription(written.getDescription());
                    LOG.info(
                            "The status table {} has the end of the {}.",
                            table.getTableName(),
                            written.getDescription());
                });
    }

    private void write(Callable<CheckpointSet> end) throws Exception {
        CheckpointSet set = end.call();
        table.writeCheckpoints(set);
        writtenEnd = end;
        written = set;
    }

    private CompletableFuture<Void> submit(String what, Write write) {
        Task task = new Task(what, write);
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            task.fail(new IllegalStateException("The mirror is closed.", e));
        }
        return task.result;
    }

    /** As {@link #close(Duration)}, with ten seconds. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Writes the time points that still wait, and returns when all that was asked for is done, or
     * the timeout has passed, or the thread is interrupted. What is under way after that is broken
     * off; nothing is taken any more.
     */
    public void close(Duration timeout) {
        synchronized (lock) {
            if (!thread.isShutdown()) {
                submitWaiting();
            }
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                breakOff("it was not done " + timeout + " after the mirror was told to close");
            }
        } catch (InterruptedException e) {
            breakOff("the thread that closes the mirror was interrupted");
            Thread.currentThread().interrupt();
        }
    }

    private void breakOff(String why) {
        for (Runnable left : thread.shutdownNow()) {
            ((Task) left).fail(new IllegalStateException("Not begun: " + why + "."));
        }
    }

    private interface Write {
        void run() throws Exception;
    }

    private final class Task implements Runnable {

        private final String what;
        private final Write write;
        private final CompletableFuture<Void> result = new CompletableFuture<>();

        Task(String what, Write write) {
            this.what = what;
            this.write = write;
        }

        @Override
        public void run() {
            try {
                write.run();
            } catch (Throwable t) {
                fail(t);
                return;
            }
            result.complete(null);
        }

        void fail(Throwable failure) {
            LOG.warn(
                    "Could not write {} to the status table {}. The job's own checkpoints are not"
                            + " concerned.",
                    what,
                    table.getTableName(),
                    failure);
            try {
                failureListener.accept(failure);
            } catch (RuntimeException e) {
                LOG.error("The listener to failures of the status mirror has thrown.", e);
            }
            result.completeExceptionally(failure);
        }
    }
}
