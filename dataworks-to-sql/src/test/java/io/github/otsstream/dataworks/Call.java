/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.dataworks;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** A call of the program, with all that it said. */
final class Call {

    private final int exitCode;
    private final String out;
    private final String err;

    private Call(int exitCode, String out, String err) {
        this.exitCode = exitCode;
        this.out = out;
        this.err = err;
    }

    /** Calls it with a job in a file, and with options. */
    static Call with(Path directory, String job, String... options) throws IOException {
        Path file = directory.resolve("job.json");
        Files.writeString(file, job);
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        arguments.addAll(List.of(options));
        return of(arguments.toArray(new String[0]));
    }

    static Call of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = DataWorksToSql.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        int exitCode = command.execute(arguments);
        return new Call(exitCode, out.toString(), err.toString());
    }

    /** The script that the documentation of DataWorks shows. */
    static String referencePage() throws IOException {
        try (InputStream page = Call.class.getResourceAsStream("/reference-page.json")) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    int exitCode() {
        return exitCode;
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }

    /** What is printed but comments. */
    String sql() {
        return out.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
    }

    /** The statements, without what ends them. */
    List<String> statements() {
        return List.of(sql().strip().split(";\\s*"));
    }
}
