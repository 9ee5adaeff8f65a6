/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class QuickstartCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        CommandLine command = QuickstartCommand.commandLine(new StopSignal());
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    @Test
    void refusesUnknownOptionsInOneLine() {
        assertThat(execute("--wach")).isEqualTo(2);
        assertThat(err.toString()).hasLineCount(1).contains("--wach", "--help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void showsHelp() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("--remote", "--watch", "OTS_ENDPOINT");
    }

    @Test
    void showsHelpForSql() {
        assertThat(execute("sql", "--help")).isZero();
        assertThat(out.toString())
                .contains("quickstart.sh sql", "--file=FILE", "scan.bounded.mode");
    }

    @Test
    void refusesWhatSqlDoesNotKnow() {
        assertThat(execute("sql", "--fiel=a.sql")).isEqualTo(2);
        assertThat(err.toString()).hasLineCount(1).contains("--fiel");
    }

    @Test
    void refusesScriptsThatCannotBeReadBeforeItStartsAnything(@TempDir Path directory) {
        Path missing = directory.resolve("missing.sql");

        assertThat(execute("sql", "-f", missing.toString())).isEqualTo(2);
        assertThat(execute("sql", "-f", directory.toString())).isEqualTo(2);

        assertThat(err.toString().lines())
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line).contains(missing + ": there is no such file"),
                        line -> assertThat(line).contains(directory + ": it is a directory"));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void showsHelpForExamples() {
        assertThat(execute("example", "--help")).isZero();
        assertThat(out.toString())
                .contains("quickstart.sh example", "console, backfill, postgres, rescale");
    }

    @Test
    void refusesExamplesThatAreNotThere() {
        assertThat(execute("example", "nothing")).isEqualTo(2);
        assertThat(err.toString()).hasLineCount(1).contains("nothing", "backfill");
    }

    @Test
    void namesTheVariablesThatAreMissing() {
        Map<String, String> environment =
                Map.of(
                        "OTS_ENDPOINT",
                        "https://a.example",
                        "OTS_TABLE",
                        "orders",
                        "OTS_INSTANCE",
                        " ");

        assertThatThrownBy(() -> TableAddress.of(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(
                        "not set: OTS_INSTANCE, OTS_ACCESS_KEY_ID, OTS_ACCESS_KEY_SECRET");
    }
}
