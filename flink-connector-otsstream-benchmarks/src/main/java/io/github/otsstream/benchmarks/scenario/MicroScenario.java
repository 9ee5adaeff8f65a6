/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import io.github.otsstream.benchmarks.report.Section;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The parts by themselves, by JMH. */
final class MicroScenario implements Scenario {

    @Override
    public String name() {
        return "micro";
    }

    @Override
    public String title() {
        return "the parts by themselves, by JMH";
    }

    @Override
    public void run(Bench bench, Section section) throws Exception {
        section.note(
                "Times are of one record in PageBenchmark and RowDataSchemaBenchmark, of all of them"
                        + " in ShardGraphBenchmark.");
        bench.tell("micro");
        TimeValue time = bench.orQuick(TimeValue.seconds(1), TimeValue.milliseconds(1));
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("io.github.otsstream.*Benchmark")
                        .verbosity(VerboseMode.SILENT)
                        .forks(bench.orQuick(1, 0))
                        .jvmArgs("-Xms1g", "-Xmx1g")
                        .warmupTime(time)
                        .warmupIterations(bench.orQuick(3, 0))
                        .measurementTime(time)
                        .measurementIterations(bench.orQuick(bench.rounds(), 1));
        for (RunResult result : new Runner(options.build()).run()) {
            String name = result.getParams().getBenchmark();
            String parameters =
                    result.getParams().getParamsKeys().stream()
                            .map(key -> ", " + key + " " + result.getParams().getParam(key))
                            .collect(Collectors.joining());
            int inClass = name.lastIndexOf('.', name.lastIndexOf('.') - 1);
            section.row(name.substring(inClass + 1) + parameters)
                    .add(
                            result.getPrimaryResult().getScoreUnit(),
                            result.getPrimaryResult().getScore());
        }
    }
}
