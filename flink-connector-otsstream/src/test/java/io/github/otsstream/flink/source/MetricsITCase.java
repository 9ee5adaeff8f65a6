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
import io.github.otsstream.flink.client.LogCapture;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.TrimmedData;
import io.github.otsstream.flink.status.StatusTableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
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

    private static final Duration HOUR = Duration.ofHours(1);

    private JobClient job;
    private JobID jobId;
    private KeyedHistory history;

    @AfterEach
    void stop(TablestoreEmulator emulator) throws Exception {
        setClock(emulator, Instant.now());
        TestJobs.cancel(job);
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
        emulator.clock().advance(HOUR);
        emulator.control().resetCounters();
        emulator.control().faults(FaultPlan.of(1, FaultRule.latency(100).onOperation(READ)));
        String shard = "otsstream.shard." + openShard();
        start(history.source());

        awaitMetric("numRecordsIn", 200L);
        awaitMetric("otsstream.shards", 1);
        awaitMetric(shard + ".records", 200L);
        awaitMetric("otsstream.requestsInFlight", 1);
        awaitMetric("otsstream.requestsInFlight", 0);
        assertThat((long) value("numBytesIn")).isGreaterThan(200 * 60);
        assertThat((long) value(shard + ".bytes")).isGreaterThan(200 * 60);
        assertThat((long) value(shard + ".lastFetchLatency")).isBetween(100L, 60_000L);
        assertThat((long) value("currentFetchEventTimeLag"))
                .isBetween(HOUR.toMillis(), HOUR.toMillis() + 60_000);
        Histogram latency = (Histogram) metric("otsstream.fetchLatency");
        await(() -> latency.getCount() > 1);
        assertThat(latency.getStatistics().getMin()).isBetween(100L, 60_000L);
        emulator.control().faults(FaultPlan.NONE);
        await(() -> latency.getStatistics().getMin() < 100);
        // The one that is under way is counted by only one of the two.
        await(
                () ->
                        Math.abs((long) value("otsstream.requests") - readerCalls(emulator)) <= 1
                                && readerCalls(emulator) > 5);
    }

    /** A reader's calls: the rest are the enumerator's. */
    private static long readerCalls(TablestoreEmulator emulator) {
        return emulator.control().counters(READ).calls()
                + emulator.control().counters("GetShardIterator").calls();
    }

    @Test
    void whatIsFetchedAndNotEmittedIsBufferedAndLags(TablestoreEmulator emulator) throws Exception {
        history = new KeyedHistory(emulator, "buffered", 50);
        history.write(4);
        emulator.clock().advance(HOUR);
        String shard = "otsstream.shard." + openShard();
        Gate.opened = new CountDownLatch(1);
        start(
                history.source().fetchSettings(FetchSettings.defaults().withRecordsPerRequest(10)),
                new Gate());

        awaitLong("otsstream.bufferedBytes", value -> value > 10 * 60);
        assertThat((long) value(shard + ".records")).isLessThan(50L);
        assertThat((long) value(shard + ".timeLag"))
                .isBetween(HOUR.toMillis(), HOUR.toMillis() + 60_000);

        Gate.opened.countDown();
        awaitMetric("numRecordsIn", 200L);
        awaitMetric("otsstream.bufferedBytes", 0L);
        awaitLong(shard + ".timeLag", value -> value < 5_000);
    }

    @Test
    void flinksOwnMetricsOfEventTimeAndIdlenessAreThere(TablestoreEmulator emulator)
            throws Exception {
        // Flink measures by the machine's clock.
        setClock(emulator, Instant.now().minus(HOUR));
        history = new KeyedHistory(emulator, "late", 50);
        history.write(1);
        start(history.source().sourceWatermarks(Duration.ofMinutes(10)));

        awaitMetric("numRecordsIn", 50L);
        assertThat((long) value("currentEmitEventTimeLag"))
                .isBetween(HOUR.toMillis(), HOUR.toMillis() + 60_000);
        // It is counted from the last record, while the watermark goes on without any.
        long watermarkLag = HOUR.plusMinutes(10).toMillis();
        awaitLong("watermarkLag", lag -> Math.abs(lag - watermarkLag) < 60_000);
        awaitLong("sourceIdleTime", value -> value > 2_000);
        long begin = System.nanoTime();
        history.write(1);
        awaitMetric("numRecordsIn", 100L);
        // It would be longer by two seconds, had the records not been noticed.
        awaitLong(
                "sourceIdleTime",
                value -> value <= TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    @Test
    void aShardThatCantBeReadFallsBehindAndItsErrorsAreCounted(TablestoreEmulator emulator)
            throws Exception {
        history = new KeyedHistory(emulator, "failing", 10);
        history.write(1);
        String shard = openShard();
        start(history.source());
        awaitMetric("numRecordsIn", 10L);

        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.").onOperation(READ);
        FaultRule throttled = FaultRule.error(429, "OTSFlowControl", "Slow.").onOperation(READ);
        FaultRule dropped = FaultRule.dropAfter().onOperation(READ);
        FaultRule corrupt = FaultRule.corruptBody().onOperation(READ);
        emulator.control().faults(FaultPlan.of(1, busy.times(2)));
        awaitMetric("otsstream.code.OTSServerBusy.retries", 2L);
        emulator.control().faults(FaultPlan.of(1, throttled.times(1)));
        awaitMetric("otsstream.code.OTSFlowControl.retries", 1L);
        awaitMetric("otsstream.throttledRequests", 1L);
        emulator.control().faults(FaultPlan.of(1, dropped.times(1)));
        awaitMetric("otsstream.code.network.retries", 1L);
        emulator.control().faults(FaultPlan.of(1, corrupt.times(1)));
        awaitMetric("otsstream.code.malformed.retries", 1L);
        long lag = (long) value("otsstream.shard." + shard + ".timeLag");
        emulator.control().faults(FaultPlan.of(1, busy));
        awaitLong("otsstream.shard." + shard + ".timeLag", value -> value > lag + 1_000);
    }

    /** A start that has left retention before it could be sought. */
    @Test
    void aShardThatIsReadOnBehindLostRecordsIsCountedAndLogged(TablestoreEmulator emulator)
            throws Exception {
        history = new KeyedHistory(emulator, "trimmed", 10);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
        emulator.control().faults(FaultPlan.of(1, busy.onOperation("GetShardIterator")));
        try (LogCapture log = new LogCapture()) {
            Instant begin = emulator.clock().instant();
            start(
                    history.source()
                            .startingPosition(StartingPosition.latest())
                            .trimmedData(TrimmedData.EARLIEST));
            await(() -> emulator.control().counters("GetShardIterator").calls() > 0);
            Instant sought = emulator.clock().instant();
            history.write(1);
            emulator.clock().advance(Duration.ofHours(30));
            history.write(2);
            assertThat(valueOrNull("otsstream.trimmedShards")).isEqualTo(0L);
            emulator.control().faults(FaultPlan.NONE);

            awaitMetric("numRecordsIn", 20L);
            awaitMetric("otsstream.trimmedShards", 1L);
            Instant oldest = emulator.clock().instant().minus(Duration.ofHours(24));
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("left the stream's retention"))
                    .singleElement()
                    .asString()
                    .contains("Table trimmed: Records of shard " + openShard() + " from ")
                    .contains("Reading goes on with the oldest that is there")
                    .containsPattern(" from " + HourPattern.within(begin, sought))
                    .containsPattern(
                            " up to "
                                    + HourPattern.within(sought.plus(Duration.ofHours(6)), oldest));
        }
    }

    @Test
    void theEnumeratorTellsWhatWaitsAndWhenItLastLooked(TablestoreEmulator emulator)
            throws Exception {
        history = new KeyedHistory(emulator, "waiting", 10);
        history.write(1);
        history.split(0);
        history.write(1);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                busy.onOperation(READ),
                                FaultRule.latency(1_500).onOperation("DescribeStream")));
        start(history.source().shardDiscoveryInterval(Duration.ofSeconds(2)));

        awaitMetric("unassignedSplits", 2L);
        awaitMetric("otsstream.openShards", 3L);
        assertThat((long) value("otsstream.finishedShards")).isZero();
        assertThat((long) value("otsstream.lastDiscoveryDuration")).isBetween(1_500L, 60_000L);
        awaitLong("otsstream.lastDiscoveryAge", value -> value > 1_000);

        emulator.control().faults(FaultPlan.NONE);
        awaitMetric("numRecordsIn", 20L);
        awaitMetric("otsstream.finishedShards", 1L);
        awaitMetric("otsstream.openShards", 2L);
        awaitMetric("unassignedSplits", 0L);
        // Its end had the stream listed again.
        awaitLong("otsstream.lastDiscoveryDuration", value -> value < 1_500);
        assertThat((long) value("otsstream.lastDiscoveryAge")).isBetween(0L, 60_000L);
    }

    @Test
    void aShardThatHasEndedIsNotReportedAnyMore(TablestoreEmulator emulator) throws Exception {
        history = new KeyedHistory(emulator, "splitting", 10);
        history.write(1);
        String shard = "otsstream.shard." + openShard();
        start(history.source());
        awaitMetric(shard + ".records", 10L);

        history.split(0);
        history.write(1);
        awaitMetric("numRecordsIn", 20L);
        awaitMetric("otsstream.shards", 2);
        for (String metric : List.of("records", "bytes", "lastFetchLatency", "timeLag")) {
            await(() -> metric(shard + "." + metric) == null);
        }
    }

    @Test
    void aBoundedJobTellsItsProgress(TablestoreEmulator emulator) throws Exception {
        history = new KeyedHistory(emulator, "bounded", 10);
        history.write(1);
        Duration window = Duration.ofHours(2);
        long end = emulator.clock().millis() + window.toMillis();
        start(
                history.source()
                        .stoppingPosition(
                                StoppingPosition.timestamp(end)
                                        .withEndMargin(Duration.ZERO)
                                        .waitForEnd()));
        await(() -> valueOrNull("otsstream.progress") != null);
        assertThat((double) value("otsstream.progress")).isLessThan(0.1);

        emulator.clock().advance(window.dividedBy(2));
        await(() -> (double) value("otsstream.progress") > 0.4);
        assertThat((double) value("otsstream.progress")).isLessThan(0.6);

        emulator.clock().advance(window);
        job.getJobExecutionResult().get();
    }

    @Test
    void whatIsNotWrittenToTheStatusTableIsCountedAndHoldsUpNothing(TablestoreEmulator emulator)
            throws Exception {
        history = new KeyedHistory(emulator, "mirrored", 10);
        history.write(1);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(403, "OTSNoPermissionAccess", "No.")
                                        .onOperation("CreateTable")));
        start(history.source().statusTable(StatusTableSettings.of("status")));
        awaitMetric("numRecordsIn", 10L);
        awaitLong("otsstream.mirrorFailures", failures -> failures > 0);
    }

    private static void setClock(TablestoreEmulator emulator, Instant time) {
        emulator.clock().advance(Duration.between(emulator.clock().instant(), time));
    }

    /** The table's only shard. */
    private String openShard() {
        return history.openShards().get(0);
    }

    private void start(OtsStreamSourceBuilder<ChangeRecord> source) throws Exception {
        start(source, record -> record);
    }

    private void start(
            OtsStreamSourceBuilder<ChangeRecord> source,
            MapFunction<ChangeRecord, ChangeRecord> map)
            throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        DataStream<ChangeRecord> changes =
                env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "changes");
        changes.map(map).returns(changes.getType()).sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
        jobId = job.getJobID();
    }

    /** Lets nothing pass until it is opened. */
    private static final class Gate implements MapFunction<ChangeRecord, ChangeRecord> {
        private static final long serialVersionUID = 1L;

        private static volatile CountDownLatch opened;

        @Override
        public ChangeRecord map(ChangeRecord record) throws Exception {
            opened.await();
            return record;
        }
    }

    private void awaitLong(String name, LongPredicate condition) {
        await(
                () -> {
                    Object value = valueOrNull(name);
                    return value != null && condition.test((long) value);
                });
    }

    private void awaitMetric(String name, Object value) {
        await(() -> value.equals(valueOrNull(name)));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(condition);
    }

    private Object value(String name) {
        Object value = valueOrNull(name);
        assertThat(value).as("%s of %s", name, names()).isNotNull();
        return value;
    }

    private Object valueOrNull(String name) {
        Metric metric = metric(name);
        if (metric instanceof Counter) {
            return ((Counter) metric).getCount();
        }
        return metric instanceof Gauge ? ((Gauge<?>) metric).getValue() : null;
    }

    private Metric metric(String name) {
        return REPORTER.getMetricsByIdentifiers(jobId).entrySet().stream()
                .filter(metric -> isNamed(metric.getKey(), name))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse(null);
    }

    /** A metric's identifier begins with the scope of the job's reader, or of its enumerator. */
    private static boolean isNamed(String identifier, String name) {
        return identifier.endsWith(".Source: changes.0." + name)
                || identifier.endsWith(".enumerator." + name);
    }

    private Set<String> names() {
        return new TreeSet<>(REPORTER.getMetricsByIdentifiers(jobId).keySet());
    }
}
