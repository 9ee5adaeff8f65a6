/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.awaitility.Awaitility;

/** A running job on a {@link ChaosCluster}. */
final class ChaosJob {

    private static final long SECONDS = 60;

    private final ChaosCluster cluster;
    private final JobClient client;

    ChaosJob(ChaosCluster cluster, JobClient client) {
        this.cluster = cluster;
        this.client = client;
    }

    JobID id() {
        return client.getJobID();
    }

    JobStatus status() throws Exception {
        return client.getJobStatus().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Stops the job with a savepoint, as soon as it is up for long enough to make one. */
    String stopWithSavepoint() {
        return Awaitility.await("a savepoint")
                .atMost(Duration.ofSeconds(SECONDS))
                .pollInterval(Duration.ofMillis(50))
                .pollInSameThread()
                .until(this::tryStop, savepoint -> savepoint != null);
    }

    /** Stops a job that may end by itself before; null if it has. */
    @Nullable
    String tryToStopWithSavepoint() throws Exception {
        String savepoint = null;
        while (savepoint == null && !status().isGloballyTerminalState()) {
            savepoint = tryStop();
        }
        return savepoint;
    }

    @Nullable
    private String tryStop() throws Exception {
        try {
            return client.stopWithSavepoint(
                            false,
                            cluster.savepoints().toUri().toString(),
                            SavepointFormatType.CANONICAL)
                    .get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            if (status().isGloballyTerminalState() && status() != JobStatus.FINISHED) {
                throw e;
            }
            return null; // It was just restarting, say, or has just ended by itself.
        }
    }

    void cancel() throws Exception {
        if (!status().isGloballyTerminalState()) {
            client.cancel().get(SECONDS, TimeUnit.SECONDS);
            Awaitility.await("a cancelled job")
                    .atMost(Duration.ofSeconds(SECONDS))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> status().isGloballyTerminalState());
        }
    }

    /** Cancels the job and returns one of the checkpoints that it leaves, if there is any. */
    @Nullable
    String cancelAndPickCheckpoint(Random random) throws Exception {
        Awaitility.await("a checkpoint")
                .atMost(Duration.ofSeconds(SECONDS))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !completed().isEmpty());
        cancel();
        List<Path> left = completed();
        return left.isEmpty() ? null : left.get(random.nextInt(left.size())).toUri().toString();
    }

    private List<Path> completed() throws IOException {
        Path directory = cluster.checkpoints(id());
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> checkpoints = Files.list(directory)) {
            return checkpoints
                    .filter(path -> Files.exists(path.resolve("_metadata")))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    String lastFailure() {
        return cluster.lastFailure(id());
    }
}
