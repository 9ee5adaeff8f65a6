/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;

/**
 * An example's main method, run as {@code flink run} does it: on a thread of its own, with the
 * quickstart's Flink as the one that its jobs are submitted to. Closing it cancels the jobs that
 * still run.
 */
final class ExampleRun implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final FlinkCluster flink;
    private final Thread thread;

    private ExampleRun(FlinkCluster flink, Main main, String... arguments) {
        this.flink = flink;
        this.thread = new Thread(() -> call(main, arguments), "example");
        thread.setDaemon(true);
        thread.start();
    }

    /** The main method of an example. */
    interface Main {
        void run(String[] arguments) throws Exception;
    }

    /** Calls the method. */
    static ExampleRun start(FlinkCluster flink, Main main, String... arguments) {
        return new ExampleRun(flink, main, arguments);
    }

    private void call(Main main, String[] arguments) {
        Configuration configuration = flink.sessionConfiguration();
        // An example says itself whether it wants checkpoints.
        configuration.removeConfig(ExecutionCheckpointingOptions.CHECKPOINTING_INTERVAL);
        // It waits for the end of what it executes.
        configuration.set(DeploymentOptions.ATTACHED, true);
        StreamContextEnvironment.setAsContext(
                new DefaultExecutorServiceLoader(),
                configuration,
                Thread.currentThread().getContextClassLoader(),
                false,
                false);
        try {
            main.run(arguments);
            end.complete(null);
        } catch (Throwable t) {
            end.completeExceptionally(t);
        } finally {
            StreamContextEnvironment.unsetAsContext();
        }
    }

    /**
     * Whether the method has returned.
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
     * Ends the method with its jobs, while Flink is there to tell it of their end: Flink's clients
     * would ask on and on, with what {@link StreamContextEnvironment} keeps for all threads.
     */
    @Override
    public void close() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
            flink.cancelJobs();
            thread.join(POLL.toMillis());
        }
    }
}
