/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own, on this one's class path, that answers requests; see {@link Requests}. What it
 * logs goes to a file. Used by one thread; closing it ends the process.
 */
public final class ChildProcess implements AutoCloseable {

    /** Flink reflects into these packages. */
    private static final List<String> OPENS =
            List.of(
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.time=ALL-UNNAMED");

    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

    private final ObjectMapper json = new ObjectMapper();
    private final String name;
    private final Path log;
    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        requests =
                new BufferedWriter(
                        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts a JVM and waits until it is ready.
     *
     * @param name of the process, for its log
     * @param main a class whose main method serves {@link Requests}
     * @param argument what main gets, as JSON
     */
    public static ChildProcess start(
            Path logDirectory, String name, Class<?> main, List<String> jvmOptions, Object argument)
            throws IOException {
        Files.createDirectories(logDirectory);
        Path log = Files.createTempFile(logDirectory, name + "-", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPENS);
        command.addAll(jvmOptions);
        command.add("-Dlog.file=" + log);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add(new ObjectMapper().writeValueAsString(argument));
        File output = log.toFile();
        Process process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(output))
                        .start();
        ChildProcess child = new ChildProcess(name, log, process);
        try {
            child.readAnswer(Void.class);
            return child;
        } catch (IOException e) {
            child.close();
            throw e;
        }
    }

    /** Asks for something, and waits for the answer. */
    public <T> T ask(String request, Object parameter, Class<T> answer) throws IOException {
        requests.write(request + ' ' + json.writeValueAsString(parameter) + '\n');
        requests.flush();
        return readAnswer(answer);
    }

    private <T> T readAnswer(Class<T> type) throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(Requests.DONE)) {
            if (line.startsWith(Requests.FAILED)) {
                throw new IOException(name + " has " + line + ", see " + log);
            }
            // The JVM itself has said something.
            line = answers.readLine();
        }
        if (line == null) {
            throw new IOException(name + " has ended before its time, see " + log);
        }
        return json.readValue(line.substring(Requests.DONE.length()), type);
    }

    /** The CPU time that the process has used so far, as the operating system counts it. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() throws IOException {
        try {
            requests.close();
            if (!process.waitFor(PATIENCE_AT_END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
