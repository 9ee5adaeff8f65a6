/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.record.ChangeRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests what a job's readers and enumerator measure, as a reporter sees it. */
@Timeout(120)
class MetricsITCase {

    private static final InMemoryReporter REPORTER = InMemoryReporter.create();

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private static final String READ = "GetStreamRecord";

    private JobClient job;
    private KeyedHistory history;

    @AfterEach
    void stop() throws Exception {
        if (!job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get();
        }
        history.close();
    }

    @AfterAll
    static void closeReporter() {
        REPORTER.close();
    }

    @Test
    void readersMeasureWhatTheyFetch(TablestoreEmulator emulator) throws Exception {
        history = new KeyedHistory(emulator, "measured", 50);
        history.write(4);
        String shard = emulator.control().openShards("measured").get(0).shardId();
        JobID jobId = start(history.source().build());

        awaitMetric(jobId, "numRecordsIn", 200L);
        awaitMetric(jobId, "otsstream.shards", 1);
        awaitMetric(jobId, "otsstream.shard." + shard + ".records", 200L);
        awaitMetric(jobId, "otsstream.bufferedBytes", 0L);
        assertThat((long) value(jobId, "numBytesIn")).isGreaterThan(200 * 60);
        assertThat((long) value(jobId, "otsstream.shard." + shard + ".bytes"))
                .isGreaterThan(200 * 60);
        assertThat((long) value(jobId, "otsstream.requests")).isPositive();
        assertThat((int) value(jobId, "otsstream.requestsInFlight")).isBetween(0, 1);
        assertThat((long) value(jobId, "otsstream.shard." + shard + ".lastFetchLatency"))
                .isBetween(0L, 60_000L);
        assertThat((long) value(jobId, "currentFetchEventTimeLag")).isBetween(0L, 60_000L);
        Histogram latency = (Histogram) metric(jobId, "otsstream.fetchLatency");
        assertThat(latency.getCount()).isPositive();
        assertThat(latency.getStatistics().getMax()).isBetween(0L, 60_000L);
        await(() -> (long) value(jobId, "otsstream.shard." + shard + ".timeLag") < 5_000);
    }

    @Test
    void aShardThatCantBeReadFallsBehindAndItsErrorsAreCounted(TablestoreEmulator emulator)
            throws Exception {
        history = new KeyedHistory(emulator, "failing", 10);
        history.write(1);
        String shard = emulator.control().openShards("failing").get(0).shardId();
        JobID jobId = start(history.source().build());
        awaitMetric(jobId, "numRecordsIn", 10L);

        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.").onOperation(READ);
        FaultRule throttled = FaultRule.error(429, "OTSFlowControl", "Slow.").onOperation(READ);
        emulator.control().faults(FaultPlan.of(1, busy.times(2)));
        awaitMetric(jobId, "otsstream.code.OTSServerBusy.retries", 2L);
        emulator.control().faults(FaultPlan.of(1, throttled.times(1)));
        awaitMetric(jobId, "otsstream.code.OTSFlowControl.retries", 1L);
        awaitMetric(jobId, "otsstream.throttledRequests", 1L);
        long lag = (long) value(jobId, "otsstream.shard." + shard + ".timeLag");
        emulator.control().faults(FaultPlan.of(1, busy));
        await(() -> (long) value(jobId, "otsstream.shard." + shard + ".timeLag") > lag + 1_000);
    }

    @Test
    void aShardThatHasEndedIsNotReportedAnyMore(TablestoreEmulator emulator) throws Exception {
        history = new KeyedHistory(emulator, "splitting", 10);
        history.write(1);
        String shard = emulator.control().openShards("splitting").get(0).shardId();
        JobID jobId = start(history.source().build());
        awaitMetric(jobId, "otsstream.shard." + shard + ".records", 10L);

        history.split(0);
        history.write(1);
        awaitMetric(jobId, "numRecordsIn", 20L);
        awaitMetric(jobId, "otsstream.finishedShards", 1L);
        awaitMetric(jobId, "otsstream.openShards", 2L);
        awaitMetric(jobId, "unassignedSplits", 0L);
        await(() -> !isReported(jobId, "otsstream.shard." + shard + ".records"));
        assertThat((long) value(jobId, "otsstream.lastDiscoveryAge")).isBetween(0L, 60_000L);
        assertThat((long) value(jobId, "otsstream.lastDiscoveryDuration")).isBetween(0L, 60_000L);
    }

    @Test
    void aBoundedJobTellsItsProgress(TablestoreEmulator emulator) throws Exception {
        history = new KeyedHistory(emulator, "bounded", 10);
        history.write(1);
        Duration window = Duration.ofHours(2);
        long end = emulator.clock().millis() + window.toMillis();
        JobID jobId =
                start(
                        history.source()
                                .stoppingPosition(
                                        StoppingPosition.timestamp(end)
                                                .withEndMargin(Duration.ZERO)
                                                .waitForEnd())
                                .build());
        await(() -> valueOrNull(jobId, "otsstream.progress") != null);
        assertThat((double) value(jobId, "otsstream.progress")).isLessThan(0.1);

        emulator.clock().advance(window.dividedBy(2));
        await(() -> (double) value(jobId, "otsstream.progress") > 0.4);
        assertThat((double) value(jobId, "otsstream.progress")).isLessThan(0.6);

        emulator.clock().advance(window);
        job.getJobExecutionResult().get();
    }

    private JobID start(OtsStreamSource<ChangeRecord> source) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
        return job.getJobID();
    }

    private static void awaitMetric(JobID jobId, String name, Object value) {
        await(() -> value.equals(valueOrNull(jobId, name)));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(condition);
    }

    private static Object value(JobID jobId, String name) {
        Object value = valueOrNull(jobId, name);
        assertThat(value).as("%s of %s", name, names(jobId)).isNotNull();
        return value;
    }

    private static Object valueOrNull(JobID jobId, String name) {
        Metric metric = metric(jobId, name);
        if (metric instanceof Counter) {
            return ((Counter) metric).getCount();
        }
        return metric instanceof Gauge ? ((Gauge<?>) metric).getValue() : null;
    }

    private static Metric metric(JobID jobId, String name) {
        return REPORTER.getMetricsByIdentifiers(jobId).entrySet().stream()
                .filter(metric -> isNamed(metric.getKey(), name))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse(null);
    }

    private static boolean isReported(JobID jobId, String name) {
        return metric(jobId, name) != null;
    }

    /** A metric's identifier begins with the scope of the job's reader, or of its enumerator. */
    private static boolean isNamed(String identifier, String name) {
        return identifier.endsWith(".Source: changes.0." + name)
                || identifier.endsWith(".enumerator." + name);
    }

    private static Set<String> names(JobID jobId) {
        return new TreeSet<>(REPORTER.getMetricsByIdentifiers(jobId).keySet());
    }
}
