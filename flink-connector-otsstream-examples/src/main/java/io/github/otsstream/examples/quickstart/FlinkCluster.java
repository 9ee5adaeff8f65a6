/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;

/** A Flink of this process, with its web UI, which all jobs of the quickstart run on. */
final class FlinkCluster implements AutoCloseable {

    /** The usual port, or else one of the next free ones. */
    private static final String WEB_UI_PORTS = "8081-8181";

    /** Records reach the quickstart when the checkpoint after them completes. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);

    /** Progress is a metric, and accumulators come with heartbeats. */
    private static final Duration REPORT_INTERVAL = Duration.ofMillis(500);

    /** Not Flink's own variable, which may lead to the configuration of another cluster. */
    private static final String CONFIGURATION_DIRECTORY = "QUICKSTART_FLINK_CONF_DIR";

    private static final int PARALLELISM = 2;

    private final MiniCluster cluster;
    private final URI webUi;

    private final Path webUiFiles;

    private FlinkCluster(MiniCluster cluster, URI webUi, Path webUiFiles) {
        this.cluster = cluster;
        this.webUi = webUi;
        this.webUiFiles = webUiFiles;
    }

    /** Starts one for a single job at a time. */
    static FlinkCluster start() throws Exception {
        return start(1);
    }

    /**
     * @param jobs how many jobs can run at the same time
     */
    static FlinkCluster start(int jobs) throws Exception {
        String directory = System.getenv(CONFIGURATION_DIRECTORY);
        return start(
                jobs,
                directory == null
                        ? new Configuration()
                        : GlobalConfiguration.loadConfiguration(directory));
    }

    /**
     * @param given what is configured besides
     */
    static FlinkCluster start(int jobs, Configuration given) throws Exception {
        // Flink's default is the same directory for every cluster of the machine.
        Path webUiFiles = Files.createTempDirectory("quickstart-web-ui");
        Configuration configuration = new Configuration(given);
        configuration.set(RestOptions.ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_PORT, WEB_UI_PORTS);
        configuration.set(JobManagerOptions.BIND_HOST, "localhost");
        configuration.set(WebOptions.TMP_DIR, webUiFiles.toString());
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, REPORT_INTERVAL);
        configuration.set(WebOptions.SUBMIT_ENABLE, false);
        configuration.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, REPORT_INTERVAL);
        configuration.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(jobs * PARALLELISM)
                                .build());
        try {
            cluster.start();
            return new FlinkCluster(cluster, cluster.getRestAddress().get(), webUiFiles);
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    URI webUi() {
        return webUi;
    }

    /** An environment for one job, with checkpoints, and without restarts: a failure is shown. */
    StreamExecutionEnvironment newEnvironment() {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createRemoteEnvironment(
                        webUi.getHost(), webUi.getPort(), jobConfiguration());
        environment.setParallelism(PARALLELISM);
        return environment;
    }

    /** The same for those who submit jobs by a configuration. */
    Configuration sessionConfiguration() {
        Configuration configuration = jobConfiguration();
        configuration.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        configuration.set(RestOptions.ADDRESS, webUi.getHost());
        configuration.set(RestOptions.PORT, webUi.getPort());
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
        configuration.set(WebOptions.TMP_DIR, webUiFiles.toString());
        return configuration;
    }

    private static Configuration jobConfiguration() {
        Configuration configuration = new Configuration();
        configuration.set(
                ExecutionCheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        return configuration;
    }

    /** Cancels all jobs: one whose cluster is taken away would be reported as failed. */
    void cancelJobs() throws Exception {
        for (JobStatusMessage job : cluster.listJobs().get()) {
            if (!job.getJobState().isGloballyTerminalState()) {
                cluster.cancelJob(job.getJobId()).get();
                cluster.requestJobResult(job.getJobId()).get();
            }
        }
    }

    @Override
    public void close() throws Exception {
        cancelJobs();
        cluster.close();
        // Flink leaves it behind.
        FileUtils.deleteDirectory(webUiFiles.toFile());
    }
}
