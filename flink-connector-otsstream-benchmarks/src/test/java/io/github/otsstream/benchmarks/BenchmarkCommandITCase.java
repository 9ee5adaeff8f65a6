/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otsstream.benchmarks.scenario.Scenario;
import io.github.otsstream.benchmarks.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Sees that each scenario runs, on little data; figures that are taken so quickly mean nothing. */
@Timeout(300)
class BenchmarkCommandITCase {

    @TempDir private Path output;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static String[] scenarios() {
        return Scenarios.all().stream().map(Scenario::name).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyScenarioRuns(String name) throws IOException {
        int exitCode = run("--quick", "--output", output.toString(), name);

        assertThat(exitCode).as("%s%n%s", out, err).isZero();
        JsonNode report = new ObjectMapper().readTree(output.resolve("benchmark.json").toFile());
        assertThat(report.at("/machine/cores").asInt()).isPositive();
        assertThat(report.get("scenarios")).hasSize(1);
        JsonNode scenario = report.at("/scenarios/0");
        assertThat(scenario.get("name").asText()).isEqualTo(name);
        assertThat(scenario.get("rows")).isNotEmpty();
        for (JsonNode row : scenario.get("rows")) {
            for (JsonNode figure : row) {
                assertThat(figure.get("samples")).isNotEmpty();
                assertThat(figure.get("median").asDouble()).isFinite().isNotNegative();
            }
        }
        for (JsonNode target : scenario.get("targets")) {
            assertThat(target.get("value").asDouble()).as("%s", target).isFinite();
            assertThat(out.toString()).contains(target.get("target").asText());
        }
        if (name.equals("distance")) {
            assertThat(output.resolve("benchmark-round-trip.png")).isNotEmptyFile();
            assertThat(output.resolve("benchmark-shards.png")).isNotEmptyFile();
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(run("speed")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("There is no scenario speed");
    }

    private int run(String... arguments) {
        return new CommandLine(new BenchmarkCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
