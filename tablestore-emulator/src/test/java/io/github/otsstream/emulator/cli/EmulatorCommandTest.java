/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options that keep the program from starting. */
class EmulatorCommandTest {

    private final StringWriter errors = new StringWriter();
    private final StringWriter output = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=x          | '--port': 'x' is not an int. Try --help.",
                "--port=70000      | The port must be in 0..65535, but is 70000. Try --help.",
                "--clock-offset=soon | --clock-offset must be a duration such as",
                "--latency=-5ms    | --latency must not be negative.",
                "--latency=5       | --latency must be a duration such as",
                "--faults=/no/file | cannot read the file /no/file.",
                "--faults={        | Not a valid fault plan",
                "--faults={\"rules\":[{\"effect\":\"ERROR\"}]} | ERROR needs a status",
                "--tls-keystore=/no/file | --tls-keystore: cannot read the file /no/file with its",
                "--access-key-id=  | The access key id must not be empty. Try --help.",
                "--color           | Unknown option: '--color'. Try --help.",
            })
    void oneLineSaysWhatIsWrong(String option, String message) {
        assertThat(run(option)).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
        assertThat(errors.toString().lines()).hasSize(1);
    }

    @Test
    void namesTheFaultsFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("faults.json");
        Files.writeString(file, "{\"rules\": [{\"effect\": \"LATENCY\"}]}");

        assertThat(run("--faults", file.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("LATENCY needs millis");
    }

    @Test
    void saysWhenThePortIsTaken() {
        try (TablestoreEmulator other = TablestoreEmulator.builder().start()) {
            assertThat(run("--port", Integer.toString(other.port()))).isEqualTo(1);
            assertThat(errors.toString())
                    .contains("Cannot listen on 127.0.0.1:" + other.port())
                    .hasLineCount(1);
        }
    }

    @Test
    void helps() {
        assertThat(run("--help")).isZero();
        assertThat(output.toString())
                .contains(
                        "--port",
                        "--instance",
                        "--access-key-id",
                        "--access-key-secret",
                        "--clock-offset",
                        "--latency",
                        "--faults",
                        "--version");
    }

    private int run(String... arguments) {
        CommandLine command = EmulatorCommand.commandLine();
        command.setErr(new PrintWriter(errors, true));
        command.setOut(new PrintWriter(output, true));
        return command.execute(arguments);
    }
}
