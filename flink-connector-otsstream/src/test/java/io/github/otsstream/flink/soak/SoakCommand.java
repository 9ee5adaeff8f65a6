/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.soak;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.util.MiniClusterWithClientResource;
import org.apache.flink.util.FileUtils;
import org.awaitility.Awaitility;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Reads a table for long while its partitions move, and sees that nothing grows. See {@code
 * tools/soak.sh}.
 */
@Command(name = "tools/soak.sh", sortOptions = false, mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {

    @Option(names = "--minutes", defaultValue = "30", description = "Default: ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "Changes a second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--move-every",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "When a partition splits or two merge. Default: ${DEFAULT-VALUE}.")
    private int secondsBetweenMoves;

    @Option(
            names = "--sample-every",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Default: ${DEFAULT-VALUE}.")
    private int secondsBetweenSamples;

    @Option(
            names = "--max-lag",
            paramLabel = "MILLIS",
            defaultValue = "5000",
            description = "How late a record may be read. Default: ${DEFAULT-VALUE}.")
    private long maxLagMillis;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "Before the first sample. Default: ${DEFAULT-VALUE}.")
    private int warmUpSeconds;

    private PrintStream toService;
    private BufferedReader fromService;
    private MiniCluster cluster;
    private JobClient job;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SoakCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Process service =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-Dlog4j2.configurationFile=log4j2-chaos.properties",
                                "-Dchaos.log=" + System.getProperty("chaos.log") + "-service",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SoakService.class.getName(),
                                "" + rate,
                                "" + secondsBetweenMoves)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Path directory = Files.createTempDirectory("soak");
        MiniClusterWithClientResource resource =
                new MiniClusterWithClientResource(
                        new MiniClusterResourceConfiguration.Builder()
                                .setNumberTaskManagers(2)
                                .setNumberSlotsPerTaskManager(1)
                                .build());
        try {
            toService = new PrintStream(service.getOutputStream(), true, StandardCharsets.UTF_8);
            fromService =
                    new BufferedReader(
                            new InputStreamReader(
                                    service.getInputStream(), StandardCharsets.UTF_8));
            String endpoint = fromService.readLine();
            resource.before();
            cluster = resource.getMiniCluster();
            start(endpoint, directory);
            return watch() ? 0 : 1;
        } finally {
            resource.after();
            service.destroy();
            FileUtils.deleteDirectoryQuietly(directory.toFile());
        }
    }

    private void start(String endpoint, Path directory) throws Exception {
        OtsStreamSource<ChangeRecord> source =
                OtsStreamSource.<ChangeRecord>builder()
                        .endpoint(endpoint)
                        .instanceName("emulator")
                        .tableName(SoakService.TABLE)
                        .credentials("emulator", "emulator-secret")
                        .startingPosition(StartingPosition.earliest())
                        .deserializer(new ChangeRecordSchema())
                        .build();
        Configuration configuration = new Configuration();
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("execution.checkpointing.interval", "2 s");
        configuration.setString("execution.checkpointing.storage", "filesystem");
        configuration.setString("execution.checkpointing.dir", directory.toUri().toString());
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                .keyBy(SoakCheck::key)
                .process(new SoakCheck())
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync("soak");
    }

    private boolean watch() throws Exception {
        System.out.printf(
                "%d changes a second, partitions move every %d s; %d s to warm up, then %.1f min%n",
                rate, secondsBetweenMoves, warmUpSeconds, minutes);
        pause(warmUpSeconds);
        SoakCheck.takeMaxLagMillis();
        long end = System.nanoTime() + (long) (minutes * 60e9);
        List<SoakSample> samples = new ArrayList<>();
        while (System.nanoTime() < end) {
            pause(secondsBetweenSamples);
            SoakSample sample = sample();
            samples.add(sample);
            System.out.println(sample);
            if (job.getJobStatus().get() != JobStatus.RUNNING) {
                throw new IllegalStateException("The job is " + job.getJobStatus().get());
            }
        }
        long written = ask("stop");
        Awaitility.await("everything read")
                .atMost(Duration.ofMinutes(1))
                .until(() -> SoakCheck.read() >= written);
        job.cancel().get(1, TimeUnit.MINUTES);
        List<String> complaints = SoakSample.judge(samples, maxLagMillis);
        System.out.printf("%d changes written, %d read%n", written, SoakCheck.read());
        if (SoakCheck.read() != written) {
            complaints.add("not each change was read once");
        }
        if (SoakCheck.violation() != null) {
            complaints.add(SoakCheck.violation());
        }
        complaints.forEach(complaint -> System.out.println("FAILED: " + complaint));
        return complaints.isEmpty();
    }

    private static void pause(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds);
    }

    private SoakSample sample() throws Exception {
        ManagementFactory.getMemoryMXBean().gc();
        CompletedCheckpointStats checkpoint =
                cluster.getExecutionGraph(job.getJobID())
                        .get()
                        .getCheckpointStatsSnapshot()
                        .getHistory()
                        .getLatestCompletedCheckpoint();
        return new SoakSample(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ask("connections"),
                checkpoint.getStateSize() / 1024.0,
                SoakCheck.takeMaxLagMillis());
    }

    private long ask(String question) throws Exception {
        toService.println(question);
        String answer = fromService.readLine();
        if (answer == null) {
            throw new IllegalStateException("The service has ended; see what it printed");
        }
        return Long.parseLong(answer);
    }
}
