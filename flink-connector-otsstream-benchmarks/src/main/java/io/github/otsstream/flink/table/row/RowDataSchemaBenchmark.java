/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.EncodedPages;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Making rows of the records of a page, with 100 attributes each; the time is that of one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RowDataSchemaBenchmark {

    private static final int RECORDS = 200;
    private static final DataType[] TYPES = {
        DataTypes.BIGINT(), DataTypes.STRING(), DataTypes.DOUBLE()
    };

    /** How many of the 100 columns are selected, evenly spread. */
    @Param({"3", "100"})
    public int columns;

    private List<ChangeRecord> records;
    private RowDataSchema schema;
    private Rows rows;

    @Setup
    public void open(Blackhole blackhole) {
        records = EncodedPages.decodedWide(RECORDS);
        rows = new Rows(blackhole);
        RowType type = type();
        schema =
                new RowDataSchema(
                        new RowFormat(
                                ReadMode.ROW,
                                ChangelogKind.APPEND,
                                PartialUpdate.FAIL,
                                false,
                                DirtyRecord.FAIL,
                                0,
                                type,
                                List.of(),
                                List.of(),
                                type.getFieldNames()),
                        RecordFilter.ALL,
                        InternalTypeInfo.of(type));
        schema.open(new Initialization());
    }

    private RowType type() {
        List<DataTypes.Field> fields = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            int column = (2 * i + 1) * EncodedPages.WIDE_COLUMNS / (2 * columns);
            fields.add(
                    DataTypes.FIELD(EncodedPages.wideColumn(column), TYPES[column % TYPES.length]));
        }
        return (RowType) DataTypes.ROW(fields).notNull().getLogicalType();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void rows() throws IOException {
        for (ChangeRecord record : records) {
            schema.deserialize(record, rows, rows);
        }
    }

    private static final class Rows implements Context, Collector<RowData> {

        private final Blackhole blackhole;

        Rows(Blackhole blackhole) {
            this.blackhole = blackhole;
        }

        @Override
        public void collect(RowData row) {
            blackhole.consume(row);
        }

        @Override
        public void close() {}

        @Override
        public String getTableName() {
            return "table";
        }

        @Override
        public String getStreamId() {
            return "stream";
        }
    }

    private static final class Initialization
            implements DeserializationSchema.InitializationContext {

        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
        }
    }
}
