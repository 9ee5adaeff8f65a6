/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * The connector {@code stored}: tables that rows are upserted into by their keys, for tests to look
 * at. They are kept by the tables' names until they are cleared.
 */
public final class StoredRows implements DynamicTableSinkFactory {

    private static final ConcurrentMap<String, ConcurrentMap<String, String>> TABLES =
            new ConcurrentHashMap<>();

    /** Forgets all rows. */
    public static void clear() {
        TABLES.clear();
    }

    /** The rows of a table by their keys, both as text. */
    public static Map<String, String> of(String table) {
        return new TreeMap<>(TABLES.getOrDefault(table, new ConcurrentHashMap<>()));
    }

    @Override
    public String factoryIdentifier() {
        return "stored";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return new Sink(
                context.getObjectIdentifier().getObjectName(),
                context.getPrimaryKeyIndexes(),
                context.getPhysicalRowDataType());
    }

    private static final class Sink implements DynamicTableSink {

        private final String table;
        private final int[] key;
        private final DataType type;

        Sink(String table, int[] key, DataType type) {
            this.table = table;
            this.key = key;
            this.type = type;
        }

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requestedMode) {
            return ChangelogMode.upsert();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            Store store = new Store(table, key, context.createDataStructureConverter(type));
            return new DataStreamSinkProvider() {
                @Override
                public DataStreamSink<?> consumeDataStream(
                        ProviderContext provider, DataStream<RowData> rows) {
                    SingleOutputStreamOperator<Boolean> stored =
                            rows.map(store)
                                    .returns(Types.BOOLEAN)
                                    .setParallelism(rows.getParallelism());
                    provider.generateUid("store").ifPresent(stored::uid);
                    DataStreamSink<Boolean> sink =
                            stored.sinkTo(new DiscardingSink<>())
                                    .setParallelism(rows.getParallelism());
                    provider.generateUid("discard").ifPresent(sink::uid);
                    return sink;
                }
            };
        }

        @Override
        public DynamicTableSink copy() {
            return new Sink(table, key, type);
        }

        @Override
        public String asSummaryString() {
            return "stored rows of " + table;
        }
    }

    private static final class Store implements MapFunction<RowData, Boolean> {

        private static final long serialVersionUID = 1L;

        private final String table;
        private final int[] key;
        private final DynamicTableSink.DataStructureConverter toRow;

        Store(String table, int[] key, DynamicTableSink.DataStructureConverter toRow) {
            this.table = table;
            this.key = key;
            this.toRow = toRow;
        }

        @Override
        public Boolean map(RowData data) {
            ConcurrentMap<String, String> rows =
                    TABLES.computeIfAbsent(table, name -> new ConcurrentHashMap<>());
            Row row = (Row) toRow.toExternal(data);
            String rowKey = Row.project(row, key).toString().replaceFirst("^..", "");
            if (row.getKind() == RowKind.DELETE || row.getKind() == RowKind.UPDATE_BEFORE) {
                rows.remove(rowKey);
            } else {
                row.setKind(RowKind.INSERT);
                rows.put(rowKey, row.toString());
            }
            return true;
        }
    }
}
