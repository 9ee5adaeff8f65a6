/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Prints the SQL that does what a DataX or DataWorks job does which reads a Tablestore stream.
 * Exits with 1 and one line on standard error if the job can't be translated, with 2 if an option
 * is wrong.
 */
@Command(
        name = "dataworks-to-sql",
        description = {
            "Prints the SQL that does what a DataX or DataWorks job with the reader otsstream does.",
            "Lines that begin with -- ! want to be read: what the job does not say, and what has no"
                    + " equal."
        },
        sortOptions = false)
public final class DataWorksToSql implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    @Spec private CommandSpec spec;

    @CommandLine.Parameters(
            paramLabel = "FILE",
            description = "The job's JSON, with comments if it has some; - for standard input.")
    private String file;

    @Mixin private Parameters parameters;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    /** Translates a job; see {@code --help}. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new DataWorksToSql())
                .setParameterExceptionHandler(
                        (error, arguments) -> {
                            printLine(error.getCommandLine(), error.getMessage() + " Try --help.");
                            return CommandLine.ExitCode.USAGE;
                        })
                .setExecutionExceptionHandler(
                        (error, command, arguments) -> {
                            printLine(command, error.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        });
    }

    @Override
    public Integer call() throws Exception {
        try {
            spec.commandLine().getOut().print(Translation.of(Job.parse(read()), parameters));
        } catch (JobException e) {
            throw new JobException(
                    (file.equals(STANDARD_INPUT) ? "standard input" : file)
                            + ": "
                            + e.getMessage());
        }
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private String read() throws JobException {
        try {
            return file.equals(STANDARD_INPUT)
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new JobException("there is no such file.");
        } catch (CharacterCodingException e) {
            throw new JobException("it is not UTF-8.");
        } catch (IOException e) {
            throw new JobException("it can't be read: " + e.getMessage() + '.');
        }
    }

    private static void printLine(CommandLine command, String message) {
        command.getErr().println("dataworks-to-sql: " + message.replaceAll("\\s*\\R\\s*", " "));
        command.getErr().flush();
    }
}
