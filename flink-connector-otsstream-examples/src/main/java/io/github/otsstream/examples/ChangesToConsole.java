/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.deserialization.JsonChangeSchema;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;

/** Prints each change of a table as JSON, from the oldest one on, without end. */
public final class ChangesToConsole {

    private ChangesToConsole() {}

    public static void main(String[] arguments) throws Exception {
        ExampleTable table = CommandLine.populateCommand(new ExampleTable(), arguments);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(10_000);
        changes(env, table).print();
        env.execute("changes to the console");
    }

    static DataStream<String> changes(StreamExecutionEnvironment env, ExampleTable table) {
        return env.fromSource(
                table.<String>source()
                        .startingPosition(StartingPosition.earliest())
                        .deserializer(new JsonChangeSchema())
                        .build(),
                WatermarkStrategy.noWatermarks(),
                "changes");
    }
}
