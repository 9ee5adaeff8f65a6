/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Counts the changes of each order, stops with a savepoint, and goes on with another parallelism:
 * each change is counted once, and each order's changes in their order.
 */
public final class RescaleFromSavepoint {

    private static final String COUNTED = "counted";
    private static final KeySelector<ChangeRecord, String> ORDER =
            change -> change.getPrimaryKey().get("order_id").asString();

    @Mixin private ExampleTable table;

    @Option(names = "--savepoints", required = true, description = "directory for the savepoint")
    private Path savepoints;

    @Option(names = "--changes", defaultValue = "100", description = "to count in each step")
    private long changes;

    public static void main(String[] arguments) throws Exception {
        CommandLine.populateCommand(new RescaleFromSavepoint(), arguments).run();
    }

    private void run() throws Exception {
        System.out.println("1. Counts with parallelism 1.");
        JobClient first = start(1, new Configuration());
        awaitChanges(first);
        String savepoint =
                first.stopWithSavepoint(
                                false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get();
        System.out.println("2. Stopped with the savepoint " + savepoint);
        Configuration restored = new Configuration();
        restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        JobClient second = start(4, restored);
        System.out.println("3. Goes on from it with parallelism 4.");
        awaitChanges(second);
        second.cancel().get();
        System.out.println("4. Cancelled.");
    }

    private JobClient start(int parallelism, Configuration configuration) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.configure(configuration);
        env.setParallelism(parallelism);
        env.enableCheckpointing(1_000);
        env.fromSource(
                        table.<ChangeRecord>source().deserializer(new ChangeRecordSchema()).build(),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .uid("changes") // by which the savepoint's state is found again
                .keyBy(ORDER)
                .map(new Count())
                .uid("count")
                .print();
        return env.executeAsync("counts with parallelism " + parallelism);
    }

    private void awaitChanges(JobClient job) throws Exception {
        while ((Long) job.getAccumulators().get().getOrDefault(COUNTED, 0L) < changes) {
            Thread.sleep(100);
        }
    }

    private static final class Count extends RichMapFunction<ChangeRecord, String> {
        private static final long serialVersionUID = 1L;

        @Override
        public String map(ChangeRecord change) throws Exception {
            ValueState<Long> count =
                    getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
            count.update(count.value() == null ? 1 : count.value() + 1);
            getRuntimeContext().getLongCounter(COUNTED).add(1L);
            return ORDER.getKey(change) + " has changed " + count.value() + " times";
        }
    }
}
