/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.examples.JobProgress;
import io.github.otsstream.examples.ProgressDisplay;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/**
 * A Flink job that reads a table's changes and hands each to a consumer, on a thread of its own, as
 * soon as a checkpoint holds it. Closing it cancels the job where it still runs.
 */
final class ReadingJob implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final CloseableIterator<ChangeRecord> changes;
    private final Map<String, Long> countByShard = new TreeMap<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final JobClient job;
    private final JobProgress progress;
    private final Thread thread;

    private ReadingJob(
            JobClient job,
            JobProgress progress,
            CloseableIterator<ChangeRecord> changes,
            Consumer<ChangeRecord> consumer) {
        this.job = job;
        this.progress = progress;
        this.changes = changes;
        this.thread = new Thread(() -> consumeAll(consumer), "changes");
        thread.setDaemon(true);
        thread.start();
    }

    /** Submits the job. */
    static ReadingJob start(
            FlinkCluster cluster,
            String name,
            OtsStreamSource<ChangeRecord> source,
            Consumer<ChangeRecord> consumer)
            throws Exception {
        StreamExecutionEnvironment environment = cluster.newEnvironment();
        CloseableIterator<ChangeRecord> changes =
                environment
                        .fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                        .collectAsync();
        JobClient job = environment.executeAsync(name);
        return new ReadingJob(
                job, JobProgress.of(job, environment.getConfiguration()), changes, consumer);
    }

    private void consumeAll(Consumer<ChangeRecord> consumer) {
        try {
            while (changes.hasNext()) {
                ChangeRecord record = changes.next();
                synchronized (countByShard) {
                    countByShard.merge(record.getShardId(), 1L, Long::sum);
                }
                consumer.accept(record);
            }
            end.complete(null);
        } catch (Throwable t) {
            end.completeExceptionally(t);
        }
    }

    /**
     * Whether the job has come to its end.
     *
     * @throws CompletionException if it has failed
     */
    boolean hasEnded() {
        if (end.isDone()) {
            end.join();
        }
        return end.isDone();
    }

    /**
     * Waits for the end of a bounded job.
     *
     * @param display shows how much of its window is read
     * @throws StopSignal.StoppedException if the user wants to stop
     */
    void awaitEnd(StopSignal stop, ProgressDisplay display) throws InterruptedException {
        while (!hasEnded()) {
            stop.pause(POLL);
            progress.read().ifPresent(display::show);
        }
        display.show(1);
    }

    /** How many records each shard has given so far, by its id. */
    Map<String, Long> countByShard() {
        synchronized (countByShard) {
            return new TreeMap<>(countByShard);
        }
    }

    @Override
    public void close() throws Exception {
        if (!job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get();
            // An error is all that comes of a cancelled job.
            job.getJobExecutionResult().handle((result, error) -> null).get();
        }
        thread.join();
        changes.close();
    }
}
