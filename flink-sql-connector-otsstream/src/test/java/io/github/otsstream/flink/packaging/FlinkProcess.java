/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.packaging;

import io.github.otsstream.emulator.TablestoreEmulator;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of Flink's in a process of its own, with no other classes than those of Flink's jars
 * and of such as are added to them. What it prints and what it logs, all of it down to DEBUG, goes
 * to files. Closing it ends it.
 *
 * <p>The emulator's credentials are in its environment, so nothing that Flink says of a statement
 * could show them.
 */
final class FlinkProcess implements AutoCloseable {

    /** In a directory of their own, as in a Flink distribution. */
    private static final Path FLINK_LIB = Path.of(System.getProperty("flink.lib"));

    private static final List<String> CONFIGURATION =
            List.of(
                    "execution.target: local",
                    "parallelism.default: 2",
                    "rest.address: localhost",
                    // It would ask for Hadoop's.
                    "security.delegation.tokens.enabled: false");

    private static final List<String> LOGGING =
            List.of(
                    "rootLogger.level = debug",
                    "rootLogger.appenderRef.file.ref = File",
                    "appender.file.type = File",
                    "appender.file.name = File",
                    "appender.file.fileName = ${sys:log.file}",
                    "appender.file.layout.type = PatternLayout",
                    "appender.file.layout.pattern = %-5p [%t] %c - %m%n");

    private final Process process;
    private final Path output;
    private final Path log;

    private FlinkProcess(Process process, Path output, Path log) {
        this.process = process;
        this.output = output;
        this.log = log;
    }

    /**
     * @param directory for the process's files; it must be there and empty
     * @param lib jars in Flink's lib folder besides Flink's own
     */
    static FlinkProcess start(
            TablestoreEmulator emulator,
            Path directory,
            List<Path> lib,
            String mainClass,
            String... arguments)
            throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf"));
        Files.write(conf.resolve("config.yaml"), CONFIGURATION);
        Path logging = Files.write(conf.resolve("log4j.properties"), LOGGING);
        Path output = directory.resolve("output.txt");
        Path log = directory.resolve("log.txt");

        List<String> classPath = new ArrayList<>(List.of(FLINK_LIB + "/*"));
        lib.forEach(jar -> classPath.add(jar.toString()));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:TieredStopAtLevel=1",
                                "-Dlog.file=" + log,
                                "-Dlog4j.configurationFile=" + logging.toUri(),
                                "-Djava.io.tmpdir=" + directory,
                                "-Duser.home=" + directory));
        command.addAll(List.of(System.getProperty("flink.jvm.opens").split(" ")));
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), mainClass));
        command.addAll(List.of(arguments));

        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("FLINK_CONF_DIR", conf.toString());
        environment.put("TABLESTORE_ACCESS_KEY_ID", emulator.accessKeyId());
        environment.put("TABLESTORE_ACCESS_KEY_SECRET", emulator.accessKeySecret());
        return new FlinkProcess(builder.start(), output, log);
    }

    /** Waits for its end, and returns its exit code. */
    int await(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("It still runs, and has printed:\n" + output());
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() {
        return read(output);
    }

    String log() {
        return read(log);
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
