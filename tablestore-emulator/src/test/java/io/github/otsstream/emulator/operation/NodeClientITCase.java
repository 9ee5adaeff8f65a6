/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.otsstream.emulator.TablestoreEmulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A second official client, the Node.js one, which shares no code with the Java SDK, does table
 * operations against the emulator. Skipped where Node.js is missing or npm cannot install it.
 */
class NodeClientITCase {

    private static final Path SOURCES = Path.of("src", "test", "node");
    private static final Path DIRECTORY = Path.of("target", "node");

    @Test
    void nodeClientDoesTableOperations() throws Exception {
        assumeTrue(succeeds("node", "--version"), "Node.js is not on the path");
        assumeTrue(succeeds("npm", "--version"), "npm is not on the path");
        install();

        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
            Result result =
                    run(
                            Map.of(
                                    "OTS_ENDPOINT", emulator.endpoint(),
                                    "OTS_INSTANCE", emulator.instanceName(),
                                    "OTS_ACCESS_KEY_ID", emulator.accessKeyId(),
                                    "OTS_ACCESS_KEY_SECRET", emulator.accessKeySecret()),
                            60,
                            "node",
                            "table-operations.js");
            assertThat(result.exitCode).as(result.output).isZero();
            assertThat(result.output.lines().filter(line -> line.startsWith("ok - "))).hasSize(14);
        }
    }

    private static void install() throws Exception {
        Files.createDirectories(DIRECTORY);
        for (String file :
                List.of("package.json", "package-lock.json", ".npmrc", "table-operations.js")) {
            Files.copy(
                    SOURCES.resolve(file),
                    DIRECTORY.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        // npm takes its time; what is installed from the same lock file need not be again.
        Path stamp = DIRECTORY.resolve("installed-package-lock.json");
        byte[] lock = Files.readAllBytes(DIRECTORY.resolve("package-lock.json"));
        if (Files.exists(stamp) && Arrays.equals(Files.readAllBytes(stamp), lock)) {
            return;
        }
        Result result =
                run(
                        Map.of(),
                        120,
                        "npm",
                        "ci",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--fetch-retries=1");
        assumeTrue(
                result.exitCode == 0,
                "npm cannot install the official Node.js client:\n" + result.output);
        Files.write(stamp, lock);
    }

    private static boolean succeeds(String... command) throws Exception {
        try {
            Files.createDirectories(DIRECTORY);
            return run(Map.of(), 30, command).exitCode == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Result run(Map<String, String> environment, long seconds, String... command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(DIRECTORY, command[0], ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(DIRECTORY.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Result(-1, "No end after " + seconds + " s:\n" + read(log));
        }
        return new Result(process.exitValue(), read(log));
    }

    private static String read(Path log) throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    private static final class Result {

        private final int exitCode;
        private final String output;

        private Result(int exitCode, String output) {
            this.exitCode = exitCode;
            this.output = output;
        }
    }
}
