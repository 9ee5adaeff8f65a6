/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;

/**
 * A scan that does what the planner doesn't do with a source that it is given as such: its readers
 * make watermarks shard by shard, or it has a parallelism of its own in spite of the planner.
 */
final class DataStreamScan implements DataStreamScanProvider {

    /**
     * Part of the operator's id in compiled plans, so it must not change. Up to Flink 1.20 the
     * planner gives the operator the id that belongs to this name, whatever the scan says; with the
     * same one here, savepoints of plans outlive an upgrade to Flink 2.
     */
    private static final String OPERATOR = "source";

    private final Source<RowData, ?, ?> source;
    private final WatermarkStrategy<RowData> watermarkStrategy;
    private final String tableName;
    @Nullable private final Integer parallelism;
    private final boolean keptFromPlanner;

    /**
     * @param parallelism null = that of the job
     * @param keptFromPlanner whether the planner is not told of the parallelism. Operators that are
     *     chained to the scan have the same one then, so rows keep their order up to the first
     *     exchange
     */
    DataStreamScan(
            Source<RowData, ?, ?> source,
            WatermarkStrategy<RowData> watermarkStrategy,
            String tableName,
            @Nullable Integer parallelism,
            boolean keptFromPlanner) {
        this.source = source;
        this.watermarkStrategy = watermarkStrategy;
        this.tableName = tableName;
        this.parallelism = parallelism;
        this.keptFromPlanner = keptFromPlanner;
    }

    @Override
    public DataStream<RowData> produceDataStream(
            ProviderContext context, StreamExecutionEnvironment env) {
        DataStreamSource<RowData> stream =
                env.fromSource(source, watermarkStrategy, "Tablestore stream of " + tableName);
        context.generateUid(OPERATOR).ifPresent(stream::uid);
        if (parallelism != null && keptFromPlanner) {
            stream.setParallelism(parallelism);
        }
        return stream;
    }

    @Override
    public Optional<Integer> getParallelism() {
        return keptFromPlanner ? Optional.empty() : Optional.ofNullable(parallelism);
    }

    @Override
    public boolean isBounded() {
        return source.getBoundedness() == Boundedness.BOUNDED;
    }
}
