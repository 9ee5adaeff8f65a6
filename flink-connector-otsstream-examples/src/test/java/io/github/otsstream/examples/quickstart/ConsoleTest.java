/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.otsstream.examples.ProgressDisplay;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

/** Progress beside the lines that are printed meanwhile. */
class ConsoleTest {

    private final StringWriter out = new StringWriter();

    private Console console(Ansi ansi) {
        return new Console(new PrintWriter(out, true), ansi, new ShardNames());
    }

    @Test
    void showsABarInATerminalBelowWhatIsPrinted() {
        Console console = console(Ansi.ON);
        try (ProgressDisplay display = console.progress("backfill")) {
            display.show(0.25);
            await().until(() -> out.toString().contains("25%"));
            console.line("a change");
            display.show(0.5);
        }
        console.line("the end");

        String[] lines = out.toString().split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).endsWith("\r\u001b[Ka change");
        assertThat(lines[1])
                .containsPattern("\rbackfill +50% +\\[=+")
                .contains("50/100 %")
                .endsWith("\r\u001b[Kthe end");
    }

    @Test
    void showsLinesAndNoControlCharactersWherePiped() {
        Console console = console(Ansi.OFF);
        try (ProgressDisplay display = console.progress("backfill")) {
            for (int i = 0; i <= 100; i++) {
                display.show(i / 100.0);
            }
        }

        assertThat(out.toString().lines())
                .hasSize(10)
                .startsWith("== backfill: 10 %", "== backfill: 20 %")
                .endsWith("== backfill: 100 %");
    }
}
