/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.examples.BackfillToFiles;
import io.github.otsstream.examples.ChangesToConsole;
import io.github.otsstream.examples.RescaleFromSavepoint;
import io.github.otsstream.examples.TableToPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quickstart.sh example}. */
@Command(
        name = "example",
        description =
                "Runs one of the examples on a Flink of this machine, with a table in an emulator"
                        + " that is written to meanwhile.",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:the example has come to its end, and what it left is right",
            " 1:it is not, or the example failed",
            " 2:an option is wrong",
            "130:stopped before the end"
        })
final class ExampleCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int WRITES = 100;
    private static final Duration WRITE_PAUSE = Duration.ofMillis(20);
    private static final Duration PRINT_PAUSE = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Beside the log, as all that the quickstart leaves behind. */
    private static final Path OUTPUT =
            Path.of(System.getProperty("log.file", "target/quickstart.log"));

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    /** The examples, by the names that they are asked for. */
    private enum Example {
        console(ChangesToConsole::main),
        backfill(BackfillToFiles::main),
        postgres(TableToPostgres::main),
        rescale(RescaleFromSavepoint::main);

        private final ExampleRun.Main main;

        Example(ExampleRun.Main main) {
            this.main = main;
        }
    }

    @Option(
            names = "--remote",
            description =
                    "Reads the table that OTS_ENDPOINT, OTS_INSTANCE, OTS_TABLE, OTS_ACCESS_KEY_ID"
                            + " and OTS_ACCESS_KEY_SECRET name instead, with the options that"
                            + " follow the example's name.")
    private boolean remote;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Parameters(
            index = "0",
            paramLabel = "EXAMPLE",
            description = "One of ${COMPLETION-CANDIDATES}.")
    private Example example;

    @Parameters(
            index = "1..*",
            paramLabel = "OPTION",
            description = "An option of the example, with --remote.")
    private List<String> options = new ArrayList<>();

    private ExampleCommand(StopSignal stop) {
        this.stop = stop;
    }

    static CommandLine commandLine(StopSignal stop) {
        return new CommandLine(new ExampleCommand(stop)).setStopAtPositional(true);
    }

    @Override
    public Integer call() throws Exception {
        if (remote) {
            try (FlinkCluster flink = FlinkCluster.start(2);
                    ExampleRun run =
                            ExampleRun.start(flink, example.main, options.toArray(new String[0]))) {
                while (!run.hasEnded()) {
                    stop.pause(POLL);
                }
            }
            return CommandLine.ExitCode.OK;
        }
        return runLocally() ? CommandLine.ExitCode.OK : FAILED;
    }

    private boolean runLocally() throws Exception {
        Console console = new Console(spec.commandLine().getOut(), Ansi.AUTO, new ShardNames());
        LocalExamples examples =
                new LocalExamples(
                        console,
                        stop,
                        OUTPUT.resolveSibling(example.name()).toAbsolutePath(),
                        WRITES,
                        example == Example.console ? PRINT_PAUSE : WRITE_PAUSE);
        switch (example) {
            case console:
                return examples.console();
            case backfill:
                return examples.backfill();
            case postgres:
                return examples.postgres();
            default:
                return examples.rescale();
        }
    }
}
