/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A whole Flink job that drops the change records that it reads. */
final class DataStreamJob implements Contender {

    private static final String ALIGNMENT = "benchmark";

    @Override
    public void start(Task task, Meter meter) throws Exception {
        StreamExecutionEnvironment environment = Jobs.environment(task);
        WatermarkStrategy<ChangeRecord> watermarks =
                task.alignedWith == null
                        ? WatermarkStrategy.noWatermarks()
                        : aligned(WatermarkStrategy.forMonotonousTimestamps());
        environment
                .fromSource(source(task, task.table), watermarks, "source")
                .sinkTo(new CountingSink<>(task.measuresDelay));
        if (task.alignedWith != null) {
            environment
                    .fromSource(
                            source(task, task.alignedWith),
                            aligned(
                                    WatermarkStrategy.<ChangeRecord>forMonotonousTimestamps()
                                            .withTimestampAssigner((record, millis) -> 0)),
                            "held back")
                    .sinkTo(new CountingSink<>(false));
        }
        Jobs.watch(environment.executeAsync());
    }

    private static WatermarkStrategy<ChangeRecord> aligned(
            WatermarkStrategy<ChangeRecord> watermarks) {
        return watermarks.withWatermarkAlignment(ALIGNMENT, Duration.ZERO, Duration.ofSeconds(1));
    }

    private static OtsStreamSource<ChangeRecord> source(Task task, String table) {
        FetchSettings settings =
                FetchSettings.defaults().withRecordsPerRequest(task.recordsPerRequest);
        if (task.maxIdleMillis > 0) {
            settings =
                    settings.withIdleInterval(
                            settings.getMinIdleInterval(), Duration.ofMillis(task.maxIdleMillis));
        }
        return OtsStreamSource.<ChangeRecord>builder()
                .connection(
                        OtsConnection.builder()
                                .endpoint(task.endpoint)
                                .instanceName(Task.INSTANCE)
                                .credentials(Task.ACCESS_KEY_ID, Task.ACCESS_KEY_SECRET)
                                .verifyContentMd5(task.contentMd5)
                                .build())
                .tableName(table)
                .fetchSettings(settings)
                .deserializer(new ChangeRecordSchema())
                .build();
    }
}
