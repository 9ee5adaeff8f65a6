/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code quickstart.sh sql}. The SQL client's classes are there only with this command: what the
 * options need must not name them.
 */
@Command(
        name = "sql",
        description =
                "Opens Flink's SQL client on a Flink of this machine, with a table to select from:"
                        + " orders, the changes of a table in an emulator, which is written to all"
                        + " the time. Beside it is payments, for joins.",
        footer = {
            "",
            "A SELECT from orders goes on until it is stopped, as the changes do. One that ends:",
            "  SELECT * FROM orders /*+ OPTIONS('scan.bounded.mode' = 'latest') */;"
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:the client was quit, or the script has been executed to its end",
            " 1:a statement of the script has failed, or something could not be started",
            " 2:an option is wrong, or the script can't be read",
            "130:stopped before the end"
        })
final class SqlCommand implements Callable<Integer> {

    private static final int FAILED = 1;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "Executes the statements in the file, and ends. A statement that fails is the"
                            + " last one; an INSERT is waited for.")
    private Path file;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    SqlCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        // Read before anything is started, so that a misspelt name is told at once.
        String script = file == null ? null : script();
        // What goes wrong is shown by the client; whatever else is on the screen would disturb it.
        System.setProperty("log.console.level", "off");
        try (SqlSession session = SqlSession.open(stop)) {
            if (script != null) {
                return session.execute(script, System.out) ? CommandLine.ExitCode.OK : FAILED;
            }
            session.converse();
            return CommandLine.ExitCode.OK;
        }
    }

    private String script() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            String reason =
                    Files.isDirectory(file)
                            ? "it is a directory"
                            : Files.exists(file) ? e.toString() : "there is no such file";
            throw new ParameterException(
                    spec.commandLine(), "Can't read " + file + ": " + reason, e);
        }
    }
}
