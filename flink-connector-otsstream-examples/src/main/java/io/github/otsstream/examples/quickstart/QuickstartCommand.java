/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import io.github.otsstream.examples.quickstart.StopSignal.StoppedException;
import io.github.otsstream.flink.client.OtsStreamException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind {@code quickstart.sh}. */
@Command(
        name = "quickstart.sh",
        description =
                "Reads a Tablestore table's changes with Flink: on this machine, with an emulator"
                        + " and rows made up for it, or from a table of yours.",
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:what was read is what was written (or, with --remote: all was read)",
            " 1:it is not, or reading failed",
            " 2:an option or an environment variable is wrong",
            "130:stopped before the end"
        })
public final class QuickstartCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    static final int STOPPED = 130;

    private static final int WRITES_PER_STEP = 50;
    private static final Duration WRITE_PAUSE = Duration.ofMillis(30);
    private static final int WATCHED_WRITES_PER_STEP = 60;
    private static final Duration WATCHED_WRITE_PAUSE = Duration.ofMillis(250);

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(names = "--watch", description = "Goes on until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--remote",
            description =
                    "Reads the table that OTS_ENDPOINT, OTS_INSTANCE, OTS_TABLE, OTS_ACCESS_KEY_ID,"
                            + " OTS_ACCESS_KEY_SECRET and, if there is one, OTS_SECURITY_TOKEN"
                            + " name, and writes nothing.")
    private boolean remote;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    QuickstartCommand(StopSignal stop) {
        this.stop = stop;
    }

    public static void main(String[] arguments) {
        StopSignal stop = new StopSignal();
        stop.install();
        CommandLine command = commandLine(stop);
        // Unlike the default, this one tells when nobody reads the output any more.
        command.setOut(new PrintWriter(System.out, true, Charset.defaultCharset()));
        try {
            System.exit(command.execute(arguments));
        } catch (Error e) {
            // Flink's threads would keep the program alive.
            e.printStackTrace();
            System.exit(FAILED);
        }
    }

    static CommandLine commandLine(StopSignal stop) {
        return new CommandLine(new QuickstartCommand(stop))
                .addSubcommand(new SqlCommand(stop))
                .addSubcommand(ExampleCommand.commandLine(stop))
                .setParameterExceptionHandler(
                        (error, arguments) -> {
                            error.getCommandLine()
                                    .getErr()
                                    .println(error.getMessage() + " (try --help)");
                            return CommandLine.ExitCode.USAGE;
                        })
                .setExecutionExceptionHandler(
                        (error, command, arguments) -> {
                            if (error instanceof StoppedException) {
                                command.getErr().println(error.getMessage());
                                return STOPPED;
                            }
                            command.getErr().println("FAILED: " + message(error));
                            return FAILED;
                        });
    }

    /**
     * What to say of a failure: what Flink and its client wrap around it would only hide it, and
     * what is under the connector's own error is part of that one's message.
     */
    private static String message(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && !(cause instanceof OtsStreamException)) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        ShardNames names = new ShardNames();
        Console console = new Console(out, Ansi.AUTO, names);
        if (remote) {
            remoteRun(console, names).run();
            return CommandLine.ExitCode.OK;
        }
        boolean right =
                watch
                        ? new LocalRun(
                                        console,
                                        names,
                                        stop,
                                        WATCHED_WRITES_PER_STEP,
                                        WATCHED_WRITE_PAUSE)
                                .untilStopped()
                        : new LocalRun(console, names, stop, WRITES_PER_STEP, WRITE_PAUSE).once();
        return right ? CommandLine.ExitCode.OK : FAILED;
    }

    private RemoteRun remoteRun(Console console, ShardNames names) {
        try {
            return new RemoteRun(console, names, stop, TableAddress.of(System.getenv()), watch);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
