/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.Column;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.deserialization.ColumnValueSchema;
import io.github.otsstream.flink.source.deserialization.JsonChangeSchema;
import io.github.otsstream.flink.source.deserialization.MultiVersionCell;
import io.github.otsstream.flink.source.deserialization.MultiVersionCellSchema;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each schema in a job that sends its elements from task to task, with Kryo forbidden, on a stream
 * that carries origin columns.
 */
@Timeout(60)
class SchemasITCase {

    private static final String TABLE = "orders";

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

    private static TablestoreEmulator emulator;
    private static String streamId;

    /** Puts a row, updates it, replaces it, and deletes it. */
    @BeforeAll
    static void writeRow() {
        emulator = TablestoreEmulator.builder().start();
        SyncClientInterface client = SyncClients.of(emulator);
        try {
            TableMeta meta = new TableMeta(TABLE);
            meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
            CreateTableRequest create = new CreateTableRequest(meta, new TableOptions(-1, 3));
            StreamSpecification stream = new StreamSpecification(true, 24);
            stream.addOriginColumnsToGet(new String[] {"price", "note"});
            create.setStreamSpecification(stream);
            client.createTable(create);
            streamId =
                    client.listStream(new ListStreamRequest(TABLE))
                            .getStreams()
                            .get(0)
                            .getStreamId();

            RowPutChange first = new RowPutChange(TABLE, key());
            first.addColumn("note", ColumnValue.fromString("käse"));
            first.addColumn("price", ColumnValue.fromDouble(9.5));
            first.addColumn("unwatched", ColumnValue.fromBinary(new byte[] {1, 2}));
            client.putRow(new PutRowRequest(first));
            RowUpdateChange update = new RowUpdateChange(TABLE, key());
            update.put("price", ColumnValue.fromLong(10));
            update.deleteColumns("note");
            client.updateRow(new UpdateRowRequest(update));
            RowPutChange second = new RowPutChange(TABLE, key());
            second.addColumn("note", ColumnValue.fromString("brot"));
            client.putRow(new PutRowRequest(second));
            client.deleteRow(new DeleteRowRequest(new RowDeleteChange(TABLE, key())));
        } finally {
            client.shutdown();
        }
    }

    private static PrimaryKey key() {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(7))
                .build();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @Test
    void changeRecordsCarryTheRowAsItWasBefore() throws Exception {
        List<ChangeRecord> records = read(new ChangeRecordSchema());

        assertThat(records)
                .extracting(ChangeRecord::getOperation)
                .containsExactly(
                        OperationType.PUT,
                        OperationType.UPDATE,
                        OperationType.PUT,
                        OperationType.DELETE);
        assertThat(records).allMatch(ChangeRecord::hasOriginColumns);
        assertThat(records.get(0).getOriginColumns()).isEmpty();
        ColumnList beforeUpdate = records.get(1).getOriginColumns();
        assertThat(beforeUpdate)
                .extracting(Column::getName)
                .containsExactlyInAnyOrder("price", "note");
        assertThat(beforeUpdate.get("price").asDouble()).isEqualTo(9.5);
        assertThat(beforeUpdate.get("note").asString()).isEqualTo("käse");
        assertThat(records.get(2).getOriginColumns())
                .extracting(Column::getValue)
                .containsExactly(10L);
        assertThat(records.get(3).getOriginColumns())
                .extracting(Column::getValue)
                .containsExactly("brot");
    }

    @Test
    void jsonTellsTheWholeChange() throws Exception {
        List<String> changes = read(new JsonChangeSchema());

        assertThat(changes).hasSize(4);
        assertThat(changes.get(0))
                .startsWith("{\"table\":\"orders\",\"shard\":\"")
                .contains("\"operation\":\"PUT\",\"sequence\":{\"epoch\":")
                .contains("\"primaryKey\":[{\"name\":\"id\",\"type\":\"INTEGER\",\"value\":7}]")
                .contains("\"type\":\"BINARY\",\"value\":\"AQI=\"}")
                .endsWith("\"originColumns\":[]}");
        assertThat(changes.get(1))
                .contains("{\"name\":\"note\",\"operation\":\"DELETE_ALL_VERSIONS\"}")
                .contains("\"type\":\"DOUBLE\",\"value\":9.5}");
        assertThat(changes.get(3)).contains("\"operation\":\"DELETE\"", "\"columns\":[]");
    }

    @Test
    void cellsAreTheLinesThatDataXExports() throws Exception {
        List<MultiVersionCell> cells = read(new MultiVersionCellSchema());

        assertThat(cells)
                .extracting(
                        cell ->
                                cell.getOperation()
                                        + " "
                                        + cell.getOpType()
                                        + " "
                                        + cell.getColumnName()
                                        + "="
                                        + cell.getColumnValue())
                .containsExactly(
                        "PUT DR null=null",
                        "PUT U note=käse",
                        "PUT U price=9.5",
                        "PUT U unwatched=AQI=",
                        "UPDATE U price=10",
                        "UPDATE DA note=null",
                        "PUT DR null=null",
                        "PUT U note=brot",
                        "DELETE DR null=null");
        assertThat(cells).allMatch(cell -> cell.getPrimaryKey()[0].equals("7"));
        assertThat(cells)
                .extracting(MultiVersionCell::getSequenceInfo)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(text -> text.matches("\\d{10}_\\d{20}_\\d{10}_[^:]+:\\d{10}"));
    }

    @Test
    void aSchemaOfFlinksReadsAColumn() throws Exception {
        assertThat(read(new ColumnValueSchema<>("note", new SimpleStringSchema())))
                .containsExactly("käse", "brot");
    }

    @Test
    void aSchemaLearnsTableAndStream() throws Exception {
        assertThat(read(new Origin())).containsOnly(TABLE + " " + streamId).hasSize(4);
    }

    @Test
    void aSchemaIsOpenedBeforeItsFirstRecordAndMayEmitAnyNumberOfElements() throws Exception {
        assertThat(read(new Repeating())).containsExactly(2, 3, 3, 4, 4, 4);
    }

    /** Emits the number of each record as often as there were records before it. */
    private static final class Repeating implements OtsStreamDeserializationSchema<Integer> {

        private static final long serialVersionUID = 1L;

        private transient List<ChangeRecord> seen;
        private transient Counter elements;

        @Override
        public void open(DeserializationSchema.InitializationContext context) throws Exception {
            context.getUserCodeClassLoader().asClassLoader().loadClass(getClass().getName());
            elements = context.getMetricGroup().counter("elements");
            seen = new ArrayList<>();
        }

        @Override
        public void deserialize(ChangeRecord record, Context context, Collector<Integer> out) {
            seen.add(record);
            for (int i = 1; i < seen.size(); i++) {
                elements.inc();
                out.collect(seen.size());
            }
        }

        @Override
        public TypeInformation<Integer> getProducedType() {
            return Types.INT;
        }
    }

    private static <T> List<T> read(OtsStreamDeserializationSchema<T> schema) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        OtsStreamSource<T> source =
                OtsStreamSource.<T>builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .tableName(TABLE)
                        .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                        .stoppingPosition(StoppingPosition.latest())
                        .deserializer(schema)
                        .build();
        DataStream<T> elements =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), TABLE)
                        .rebalance()
                        .map((MapFunction<T, T>) element -> element)
                        .returns(schema.getProducedType());
        return elements.executeAndCollect(100);
    }

    /** Emits what the context tells. */
    private static final class Origin implements OtsStreamDeserializationSchema<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ChangeRecord record, Context context, Collector<String> out) {
            out.collect(context.getTableName() + " " + context.getStreamId());
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }
}
