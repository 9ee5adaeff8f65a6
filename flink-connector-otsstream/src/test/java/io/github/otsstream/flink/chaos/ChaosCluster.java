/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.highavailability.nonha.embedded.HaLeadershipControl;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.util.MiniClusterWithClientResource;

/**
 * A MiniCluster with several TaskManagers, of which one can be killed at a time, and a JobManager
 * whose jobs can lose their leader. Jobs are restarted for as long as they fail. Used by one
 * thread.
 */
final class ChaosCluster implements AutoCloseable {

    private static final int TASK_MANAGERS = 3;
    private static final int SLOTS = 2;
    private static final long SECONDS = 60;

    private final Path directory;
    private final MiniClusterWithClientResource resource;
    private final List<Integer> living = new ArrayList<>();
    private int started = TASK_MANAGERS;

    /**
     * @param directory for checkpoints and savepoints
     */
    ChaosCluster(Path directory) throws Exception {
        this.directory = directory;
        for (int i = 0; i < TASK_MANAGERS; i++) {
            living.add(i);
        }
        Configuration configuration = new Configuration();
        // Memory that nobody uses takes time to clear.
        configuration.setString("taskmanager.memory.managed.size", "16m");
        configuration.setString("taskmanager.memory.network.min", "8m");
        configuration.setString("taskmanager.memory.network.max", "8m");
        resource =
                new MiniClusterWithClientResource(
                        new MiniClusterResourceConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumberTaskManagers(TASK_MANAGERS)
                                .setNumberSlotsPerTaskManager(SLOTS)
                                .withHaLeadershipControl()
                                .build());
        resource.before();
    }

    /** Where a job leaves its checkpoints. */
    Path checkpoints(JobID job) {
        return directory.resolve("checkpoints").resolve(job.toString());
    }

    Path savepoints() {
        return directory.resolve("savepoints");
    }

    /**
     * An environment for one job.
     *
     * @param checkpointTimeout after which a checkpoint has failed, which fails no job
     * @param restored the savepoint or checkpoint to begin with, if any
     */
    StreamExecutionEnvironment environment(
            int parallelism,
            Duration checkpointInterval,
            Duration checkpointTimeout,
            @Nullable String restored) {
        Configuration configuration = new Configuration();
        configuration.setString("restart-strategy.type", "fixed-delay");
        configuration.setString("restart-strategy.fixed-delay.attempts", "100000");
        configuration.setString("restart-strategy.fixed-delay.delay", "20 ms");
        configuration.setString(
                "execution.checkpointing.interval", checkpointInterval.toMillis() + " ms");
        configuration.setString(
                "execution.checkpointing.timeout", checkpointTimeout.toMillis() + " ms");
        configuration.setString("execution.checkpointing.tolerable-failed-checkpoints", "100000");
        configuration.setString("execution.checkpointing.storage", "filesystem");
        configuration.setString(
                "execution.checkpointing.dir", directory.resolve("checkpoints").toUri().toString());
        configuration.setString("execution.checkpointing.num-retained", "5");
        configuration.setString(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        if (restored != null) {
            configuration.setString("execution.state-recovery.path", restored);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        env.setMaxParallelism(16);
        return env;
    }

    /** Kills a TaskManager, and starts another one. */
    void killTaskManager(Random random) throws Exception {
        int victim = living.remove(random.nextInt(living.size()));
        miniCluster().terminateTaskManager(victim).get(SECONDS, TimeUnit.SECONDS);
        miniCluster().startTaskManager();
        living.add(started++);
    }

    /** Takes the leadership from a job's JobManager and gives it back. */
    void loseLeader(JobID job) throws Exception {
        HaLeadershipControl control = miniCluster().getHaLeadershipControl().orElseThrow();
        control.revokeJobMasterLeadership(job).get(SECONDS, TimeUnit.SECONDS);
        control.grantJobMasterLeadership(job).get(SECONDS, TimeUnit.SECONDS);
    }

    /** Why a job has last failed, as far as that is known. */
    String lastFailure(JobID job) {
        try {
            ErrorInfo error =
                    miniCluster()
                            .getExecutionGraph(job)
                            .get(SECONDS, TimeUnit.SECONDS)
                            .getFailureInfo();
            return error == null ? "none" : error.getExceptionAsString();
        } catch (Exception e) {
            return "unknown: " + e;
        }
    }

    private MiniCluster miniCluster() {
        return resource.getMiniCluster();
    }

    @Override
    public void close() {
        resource.after();
    }
}
