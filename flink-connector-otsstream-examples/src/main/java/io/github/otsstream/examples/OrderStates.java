/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.StartingPosition;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The README's job: follows the states of orders. Needs the environment variables OTS_ENDPOINT,
 * OTS_INSTANCE, OTS_ACCESS_KEY_ID and OTS_ACCESS_KEY_SECRET, and a table {@code orders} with the
 * key {@code order_id} and Stream on.
 */
public final class OrderStates {

    private OrderStates() {}

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(10_000);
        states(
                        env,
                        System.getenv("OTS_ENDPOINT"),
                        System.getenv("OTS_INSTANCE"),
                        System.getenv("OTS_ACCESS_KEY_ID"),
                        System.getenv("OTS_ACCESS_KEY_SECRET"))
                .print();
        env.execute("states of orders");
    }

    static DataStream<String> states(
            StreamExecutionEnvironment env,
            String endpoint,
            String instance,
            String accessKeyId,
            String accessKeySecret) {
        OtsStreamSource<ChangeRecord> source =
                OtsStreamSource.<ChangeRecord>builder()
                        .endpoint(endpoint) // https://my-instance.cn-hangzhou.ots.aliyuncs.com
                        .instanceName(instance)
                        .tableName("orders")
                        .credentials(accessKeyId, accessKeySecret)
                        .startingPosition(StartingPosition.earliest())
                        .deserializer(new ChangeRecordSchema())
                        .build();

        DataStream<String> states =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "orders")
                        .filter(change -> change.getColumns().get("state") != null)
                        .map(
                                change ->
                                        change.getPrimaryKey().get("order_id").asString()
                                                + " is "
                                                + change.getColumns().get("state").asString());
        return states;
    }
}
