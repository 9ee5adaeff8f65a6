/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a seed does: a table that is written, a job that reads it, and disturbances of the service,
 * of Flink and of the job, one after the other or at once. All that is drawn is drawn from the seed
 * in one order, so a seed gives the same course of events; how events of several threads meet is
 * left to the machine. Used by one thread.
 */
abstract class ChaosRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChaosRun.class);

    /** How long a job has, once nothing disturbs it any more, to have read everything. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** How long a job is waited for to get on before it is disturbed again. */
    private static final Duration MOST_WAITING = Duration.ofSeconds(3);

    final Random random;
    final TablestoreEmulator emulator;
    final RecordedTable table;
    final ChaosCluster cluster;

    private final ExecutorService background = Executors.newSingleThreadExecutor();
    private final CountDownLatch wrong = new CountDownLatch(1);
    private final Queue<String> course = new ConcurrentLinkedQueue<>();
    private final long requestTimeoutMillis;
    private final FetchSettings fetchSettings;
    private final Duration discoveryInterval;
    private final int maxRetries;
    private final boolean compression;
    private final long start = System.nanoTime();

    @Nullable private ChaosJob job;
    @Nullable private RecordCheck check;
    @Nullable private Saboteur saboteur;
    @Nullable private Future<?> writing;

    ChaosRun(long seed, Path directory) throws Exception {
        // The first values of neighbouring seeds would be alike.
        random = new Random(new SplittableRandom(seed).nextLong());
        requestTimeoutMillis = random.nextBoolean() ? 1_000 : 3_000;
        fetchSettings =
                FetchSettings.defaults()
                        .withRecordsPerRequest(any(1_000, 100, 17, 3))
                        .withMaxRequestsInFlight(any(64, 4, 1))
                        .withMaxBufferedBytes(
                                random.nextBoolean()
                                        ? FetchSettings.defaults().getMaxBufferedBytes()
                                        : MemorySize.parse("16kb"))
                        .withIdleInterval(
                                Duration.ofMillis(any(1, 10)), Duration.ofMillis(any(20, 100)));
        discoveryInterval = Duration.ofMillis(any(0, 200, 1_000, 30_000));
        maxRetries = any(2, 5, 30);
        compression = random.nextInt(4) == 0;
        emulator = TablestoreEmulator.builder().start();
        table =
                new RecordedTable(
                        emulator, "orders", 10 + random.nextInt(70), new Random(random.nextLong()));
        cluster = new ChaosCluster(directory);
        behave(true);
    }

    final int any(int... values) {
        return values[random.nextInt(values.length)];
    }

    /** Runs the seed to its end. */
    abstract void run() throws Exception;

    final void note(String event) {
        course.add((System.nanoTime() - start) / 1_000_000 + " ms: " + event);
        LOG.info("*** {}", event);
    }

    /** What has happened so far, one event a line. */
    final String course() {
        return String.join("\n", course);
    }

    final OtsStreamSourceBuilder<ChangeRecord> source() {
        return OtsStreamSource.<ChangeRecord>builder()
                .connection(
                        OtsConnection.builder()
                                .endpoint(emulator.endpoint())
                                .instanceName(emulator.instanceName())
                                .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                                .requestTimeout(Duration.ofMillis(requestTimeoutMillis))
                                .connectTimeout(Duration.ofSeconds(1))
                                .compression(compression)
                                .verifyContentMd5(true)
                                .build())
                .tableName(table.name())
                .deserializer(new ChangeRecordSchema())
                .fetchSettings(fetchSettings)
                .shardDiscoveryInterval(discoveryInterval)
                .maxRetries(maxRetries);
    }

    /** Starts a job that checks what it reads. */
    final void startJob(
            OtsStreamSource<ChangeRecord> source,
            RecordCheck newCheck,
            int parallelism,
            @Nullable String restored)
            throws Exception {
        boolean hasty = random.nextInt(3) == 0;
        StreamExecutionEnvironment env =
                cluster.environment(
                        parallelism,
                        Duration.ofMillis(any(50, 100, 250)),
                        hasty ? Duration.ofMillis(300) : Duration.ofSeconds(10),
                        restored);
        stopSaboteur();
        saboteur = new Saboteur(600);
        if (check != null && check != newCheck) {
            check.forget();
        }
        check = newCheck;
        SingleOutputStreamOperator<ChangeRecord> records =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                        .uid("source")
                        .map(saboteur)
                        .returns(source.getProducedType())
                        .uid("saboteur");
        if (random.nextBoolean()) {
            // A stall leaves records under way then, which those of other readers could overtake.
            records.disableChaining();
        }
        records.keyBy(RecordCheck::key)
                .process(check)
                .uid("check")
                .sinkTo(new DiscardingSink<>())
                .uid("sink");
        job = new ChaosJob(cluster, env.executeAsync());
        note(
                "job "
                        + job.id()
                        + " with parallelism "
                        + parallelism
                        + (restored == null ? "" : " from " + restored));
    }

    final ChaosJob job() {
        return job;
    }

    final void write(int changes) {
        int changesBetweenMoves = any(20, 60, 150);
        int pauseMicros = any(1, 1_000, 5_000);
        note(
                String.format(
                        "%d changes, one in %d us, partitions move every %d",
                        changes, pauseMicros, changesBetweenMoves));
        writing =
                background.submit(
                        () -> {
                            try {
                                table.live(changes, changesBetweenMoves, pauseMicros);
                            } catch (Throwable t) {
                                note("the writer failed: " + t);
                                wrong.countDown();
                                throw t;
                            }
                        });
    }

    final void awaitWritten() throws Exception {
        writing.get(120, TimeUnit.SECONDS);
        note("written, " + table.total() + " changes in all");
    }

    /**
     * Disturbs for a while.
     *
     * @param honest whether no empty page may say that there is nothing where there is something
     */
    final void disturb(int times, boolean honest) throws Exception {
        for (int i = 0; i < times; i++) {
            if (random.nextInt(3) > 0) {
                awaitProgress();
            }
            if (wrong.await(random.nextInt(any(10, 300)), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The writer failed");
            }
            failOnViolation();
            disturbOnce(random.nextInt(16), honest);
        }
    }

    /** Waits until the job gets on, so that it is not only disturbed while it starts. */
    private void awaitProgress() throws Exception {
        long processed = check.processed();
        long deadline = System.nanoTime() + MOST_WAITING.toNanos();
        while (check.processed() == processed
                && System.nanoTime() < deadline
                && !job.status().isGloballyTerminalState()
                && !check.hasRead(table.counts())) {
            wrong.await(5, TimeUnit.MILLISECONDS);
        }
    }

    private void disturbOnce(int kind, boolean honest) throws Exception {
        switch (kind) {
            case 0:
            case 1:
                note("a TaskManager is killed");
                cluster.killTaskManager(random);
                break;
            case 2:
                disturbJob("the job's leader is lost", () -> cluster.loseLeader(job.id()));
                break;
            case 3:
                note("a task fails");
                saboteur.failOnce();
                break;
            case 4:
                note("a task stalls");
                saboteur.stallOnce();
                break;
            case 5:
                int snapshots = 1 + random.nextInt(3);
                note(snapshots + " snapshots fail");
                saboteur.failSnapshots(snapshots);
                break;
            case 6:
                int millis = random.nextInt(400);
                note("connections are refused for " + millis + " ms");
                table.duringOutage(() -> outage(millis));
                break;
            case 7:
                behave(honest);
                break;
            case 8:
                note("partitions move");
                table.movePartitions();
                break;
            case 9:
                stepClock();
                break;
            default:
                FaultMix mix = FaultMix.draw(random, honest, mayTrim(honest), requestTimeoutMillis);
                note("faults: " + mix);
                emulator.control().faults(mix.plan());
        }
    }

    /** Whether a position may be said to be trimmed that is not. */
    boolean mayTrim(boolean honest) {
        return honest;
    }

    /** Moves the service's clock; nothing unless a run says how. */
    void stepClock() {}

    /** The job that is disturbed may have ended. */
    private void disturbJob(String event, ThrowingAction action) throws Exception {
        note(event);
        try {
            action.run();
        } catch (Exception e) {
            if (!job.status().isGloballyTerminalState()) {
                throw e;
            }
        }
    }

    private void outage(int millis) {
        emulator.refuseConnections(true);
        try {
            wrong.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            emulator.refuseConnections(false);
        }
    }

    /** Draws what the service does not document. */
    private void behave(boolean mayMoreRecordSent) {
        int records = any(1_000, 100, 20, 3);
        int bytes = any(1 << 20, 8 << 10, 500);
        int shards = any(100, 5, 1);
        int passed = any(100_000, 50, 5);
        Duration seekError = Duration.ofSeconds(random.nextInt(240) - 120);
        boolean sent = mayMoreRecordSent || random.nextInt(3) > 0;
        note(
                String.format(
                        "pages of %d records and %d bytes, %d shards listed at once, seeks of %d"
                                + " records, %s off, may_more_record %ssent",
                        records, bytes, shards, passed, seekError, sent ? "" : "not "));
        emulator.control()
                .streamBehavior(
                        behavior ->
                                behavior.withMaxPageRecords(records)
                                        .withMaxPageBytes(bytes)
                                        .withMaxShardsPerDescribe(shards)
                                        .withSeekRecordsPerCall(passed)
                                        .withSeekError(seekError)
                                        .withMayMoreRecordSent(sent));
    }

    final void calm() {
        note("calm");
        emulator.control().faults(FaultPlan.NONE);
    }

    final void failOnViolation() {
        List<String> violations = check.violations();
        if (!violations.isEmpty()) {
            throw new AssertionError(
                    violations.size() + " records are wrong, the first: " + violations.get(0));
        }
    }

    /** Waits until the job has read everything, and checks that it has read nothing else. */
    final void awaitAllRead() throws Exception {
        await(
                "everything read",
                () -> {
                    failOnViolation();
                    if (job.status().isGloballyTerminalState()) {
                        throw new AssertionError("The job is " + job.status());
                    }
                    return check.hasRead(table.counts());
                },
                () -> "missing are" + check.missing(table.counts()));
        note("all read");
    }

    final void awaitFinished() throws Exception {
        await(
                "the job's end",
                () -> {
                    failOnViolation();
                    return job.status().isGloballyTerminalState();
                },
                () -> "read so far:" + check.missing(table.counts()));
        if (job.status() != JobStatus.FINISHED) {
            throw new AssertionError("The job is " + job.status() + ": " + job.lastFailure());
        }
        failOnViolation();
        note("job finished");
    }

    final void await(String what, Callable<Boolean> condition, Callable<String> explanation)
            throws Exception {
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(10))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "Waited in vain for "
                            + what
                            + "; "
                            + explanation.call()
                            + "\nThe job is "
                            + job.status()
                            + ", its last failure: "
                            + job.lastFailure(),
                    e);
        }
    }

    /** Every reader's connections are closed once no job runs. */
    final void awaitNoConnections() throws Exception {
        table.close();
        await(
                "the last connection's end",
                () -> emulator.openConnections() == 0,
                () -> emulator.openConnections() + " are open");
    }

    private void stopSaboteur() {
        if (saboteur != null) {
            saboteur.stop();
        }
    }

    @Override
    public void close() throws Exception {
        wrong.countDown();
        background.shutdownNow();
        stopSaboteur();
        try {
            cluster.close();
            if (check != null) {
                check.forget();
            }
        } finally {
            background.awaitTermination(10, TimeUnit.SECONDS);
            table.close();
            emulator.close();
        }
    }

    private interface ThrowingAction {
        void run() throws Exception;
    }
}
