/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.contender.ContenderMain;
import io.github.otsstream.benchmarks.contender.Task;
import io.github.otsstream.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long and how often scenarios measure, and the processes that they measure with. */
public final class Bench {

    /** The same for all contenders, since collecting garbage costs less in a larger heap. */
    private static final List<String> CONTENDER_HEAP = List.of("-Xms1g", "-Xmx1g");

    /** Starts faster, and runs slower. */
    private static final List<String> QUICK =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final int rounds;
    private final boolean quick;
    private final boolean recorded;
    private final Path outputDirectory;
    private final PrintWriter progress;

    /**
     * @param quick whether everything is only to be seen to run
     * @param recorded whether contenders are recorded by JFR, which costs a little
     * @param outputDirectory for plots, logs and recordings
     * @param progress told what is measured at the moment
     */
    public Bench(
            int rounds,
            boolean quick,
            boolean recorded,
            Path outputDirectory,
            PrintWriter progress) {
        this.rounds = rounds;
        this.quick = quick;
        this.recorded = recorded;
        this.outputDirectory = outputDirectory;
        this.progress = progress;
    }

    int rounds() {
        return rounds;
    }

    Path outputDirectory() {
        return outputDirectory;
    }

    boolean isQuick() {
        return quick;
    }

    /** One of two values: the second where everything is only to be seen to run. */
    <T> T orQuick(T usual, T small) {
        return quick ? small : usual;
    }

    /** For how long a contender runs before it is measured: until its code is compiled. */
    Duration warmUp() {
        return orQuick(Duration.ofSeconds(15), Duration.ofMillis(200));
    }

    /** For how long a contender is measured. */
    Duration window() {
        return orQuick(Duration.ofSeconds(6), Duration.ofMillis(300));
    }

    void tell(String what) {
        progress.println("... " + what);
        progress.flush();
    }

    ServerProcess startServer() throws IOException {
        return ServerProcess.start(logs());
    }

    /** Starts a contender in a JVM of its own. */
    ContenderProcess start(Task task, ServerProcess server, String... moreJvmOptions)
            throws IOException {
        List<String> options = new ArrayList<>(orQuick(CONTENDER_HEAP, QUICK));
        options.addAll(List.of(moreJvmOptions));
        if (recorded) {
            String file = task.kind().name() + '-' + System.currentTimeMillis() + ".jfr";
            options.add(
                    "-XX:StartFlightRecording=settings=profile,filename=" + logs().resolve(file));
        }
        return new ContenderProcess(
                ChildProcess.start(logs(), task.kind().name(), ContenderMain.class, options, task),
                server);
    }

    /** Starts some other process of a scenario. */
    ChildProcess start(String name, Class<?> main, String... jvmOptions) throws IOException {
        return ChildProcess.start(logs(), name, main, List.of(jvmOptions), name);
    }

    private Path logs() {
        return outputDirectory.resolve("benchmark-logs");
    }
}
