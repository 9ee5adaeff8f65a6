/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks;

import io.github.otsstream.benchmarks.report.Report;
import io.github.otsstream.benchmarks.report.Section;
import io.github.otsstream.benchmarks.scenario.Bench;
import io.github.otsstream.benchmarks.scenario.Scenario;
import io.github.otsstream.benchmarks.scenario.Scenarios;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program behind {@code benchmark.sh}. */
@Command(
        name = "benchmark.sh",
        description =
                "Measures the connector beside other readers, each in a process of its own, and says"
                        + " for each target whether it is reached. docs/performance.md tells more.",
        sortOptions = false)
public final class BenchmarkCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "scenario",
            arity = "0..*",
            description = "What to measure: ${COMPLETION-CANDIDATES}. Default: all.",
            completionCandidates = Scenarios.Names.class)
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is measured. The medians count. Default: 5.")
    private int rounds = 5;

    @Option(
            names = "--quick",
            description = "Only sees that everything runs: one round, little data, no figures.")
    private boolean quick;

    @Option(names = "--record", description = "Has JFR record the contenders, beside their logs.")
    private boolean recorded;

    @Option(
            names = "--output",
            paramLabel = "DIRECTORY",
            description = "Where benchmark.json, plots and logs go. Default: ${DEFAULT-VALUE}.",
            defaultValue = "target")
    private Path output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchmarkCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
        }
        int used = quick ? 1 : rounds;
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("rounds", used);
        settings.put("quick", quick);
        Report report = new Report(settings);
        Bench bench = new Bench(used, quick, recorded, output, spec.commandLine().getErr());
        for (Scenario scenario : chosen()) {
            Section section = new Section(scenario.name(), scenario.title());
            scenario.run(bench, section);
            report.add(section, out);
            // After each, for who stops it before the end.
            report.write(output.resolve("benchmark.json"));
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Scenario> chosen() {
        if (names.isEmpty()) {
            return Scenarios.all();
        }
        List<Scenario> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(
                    Scenarios.all().stream()
                            .filter(scenario -> scenario.name().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new ParameterException(
                                                    spec.commandLine(),
                                                    "There is no scenario " + name)));
        }
        return chosen;
    }
}
