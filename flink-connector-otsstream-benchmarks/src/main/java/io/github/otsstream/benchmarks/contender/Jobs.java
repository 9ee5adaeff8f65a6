/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Flink of this process, as the jobs of the benchmarks want it. */
final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    private Jobs() {}

    /** Parallelism 1, a checkpoint every second, no restarts; else Flink's defaults. */
    static StreamExecutionEnvironment environment(Task task) {
        Configuration configuration = new Configuration();
        configuration.set(
                ExecutionCheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        if (task.measuresBuffer) {
            configuration.set(MetricOptions.REPORTERS_LIST, "greatest");
            configuration.setString(
                    "metrics.reporter.greatest.factory.class", GreatestReporter.class.getName());
        }
        return StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    }

    /** Has the process fail if a job does. */
    static void watch(JobClient job) {
        job.getJobExecutionResult()
                .whenComplete(
                        (result, error) -> {
                            LOG.error("The job has ended", error);
                            LogManager.shutdown();
                            Runtime.getRuntime().halt(1);
                        });
    }
}
