/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A few seeds, one of each kind of run. They have a process to themselves, since they look for
 * threads and connections that are left behind. {@code tools/chaos.sh} runs more.
 */
class ChaosITCase {

    private static final String SEEDS = "1,5,6";
    private static final long MINUTES = 8;

    @TempDir private Path directory;

    @Test
    void nothingIsLostOrDoubledOrLeftBehind() throws Exception {
        File output = directory.resolve("output").toFile();
        Process chaos =
                new ProcessBuilder(command())
                        .redirectErrorStream(true)
                        .redirectOutput(output)
                        .start();
        try {
            boolean ended = chaos.waitFor(MINUTES, TimeUnit.MINUTES);

            String printed = Files.readString(output.toPath());
            assertThat(ended).as("it has ended, after it has printed%n%s", printed).isTrue();
            assertThat(chaos.exitValue()).as(printed).isZero();
            assertThat(printed).contains("3 of 3 seeds ran", ", 0 failed");
        } finally {
            chaos.destroyForcibly().waitFor();
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx1g");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.add("-Dlog4j2.configurationFile=log4j2-chaos.properties");
        command.add("-Dchaos.log=" + directory.resolve("log"));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(ChaosCommand.class.getName());
        command.add("--seeds");
        command.add(SEEDS);
        return command;
    }
}
