/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TimeseriesClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TimeseriesTableMeta;
import com.alicloud.openservices.tablestore.model.TimeseriesTableOptions;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import com.alicloud.openservices.tablestore.model.timeseries.CreateTimeseriesTableRequest;
import com.alicloud.openservices.tablestore.model.timeseries.PutTimeseriesDataRequest;
import com.alicloud.openservices.tablestore.model.timeseries.TimeseriesKey;
import com.alicloud.openservices.tablestore.model.timeseries.TimeseriesRow;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.TimeSeriesKey;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads a time-series table, written through the official client. */
@Timeout(60)
class TimeSeriesITCase {

    private static final String TABLE = "sensors";
    private static final String ORDINARY_TABLE = "orders";
    private static final long TIME = 1_600_000_000_000_001L;

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

    private static TablestoreEmulator emulator;

    @BeforeAll
    static void createTables() {
        emulator = TablestoreEmulator.builder().start();
        SyncClientInterface client = SyncClients.of(emulator);
        TimeseriesClientInterface timeseries = SyncClients.timeseries(client);
        try {
            TimeseriesTableMeta meta = new TimeseriesTableMeta(TABLE);
            meta.setTimeseriesTableOptions(new TimeseriesTableOptions(-1));
            timeseries.createTimeseriesTable(new CreateTimeseriesTableRequest(meta));
            UpdateTableRequest update = new UpdateTableRequest(TABLE);
            update.setStreamSpecification(new StreamSpecification(true, 24));
            client.updateTable(update);
            write(timeseries);
        } finally {
            client.shutdown();
        }
        new KeyedHistory(emulator, ORDINARY_TABLE, 1).close();
    }

    private static void write(TimeseriesClientInterface timeseries) {
        TimeseriesRow point =
                new TimeseriesRow(
                        new TimeseriesKey("cpu", "host-1", Map.of("os", "a,b", "zone", "[\\]")),
                        TIME);
        point.addField("load", ColumnValue.fromDouble(0.5));
        point.addField("name", ColumnValue.fromString("x"));
        TimeseriesRow bare = new TimeseriesRow(new TimeseriesKey("cpu", ""), TIME + 1);
        bare.addField("load", ColumnValue.fromDouble(1));
        PutTimeseriesDataRequest put = new PutTimeseriesDataRequest(TABLE);
        put.addRow(point);
        put.addRow(bare);
        assertThat(timeseries.putTimeseriesData(put).isAllSuccess()).isTrue();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @Test
    void recordsTellSeriesTimeAndFields() throws Exception {
        List<ChangeRecord> records = read(TABLE, true);

        assertThat(records).hasSize(2).allMatch(ChangeRecord::isTimeSeries);
        TimeSeriesKey key = TimeSeriesKey.of(records.get(0));
        assertThat(key.getMeasurement()).isEqualTo("cpu");
        assertThat(key.getDataSource()).isEqualTo("host-1");
        assertThat(key.getTags()).isEqualTo(Map.of("os", "a,b", "zone", "[\\]"));
        assertThat(key.getTimeMicros()).isEqualTo(TIME);
        assertThat(records.get(0).getPrimaryKey()).hasSize(4);
        assertThat(records.get(0).getColumns()).hasSize(2);
        assertThat(records.get(0).getColumns().get("load").asDouble()).isEqualTo(0.5);
        assertThat(records.get(0).getColumns().get("name").asString()).isEqualTo("x");
        assertThat(TimeSeriesKey.of(records.get(1)).getTags()).isEmpty();
        assertThat(TimeSeriesKey.of(records.get(1)).getTimeMicros()).isEqualTo(TIME + 1);
    }

    @Test
    void aTimeSeriesTableIsRefusedWhereItIsNotExpected() {
        assertThatThrownBy(() -> read(TABLE, false))
                .hasStackTraceContaining("Table sensors is a time-series table")
                .hasStackTraceContaining("Set the source's option timeSeries");
    }

    @Test
    void anOrdinaryTableIsRefusedWhereATimeSeriesTableIsExpected() {
        assertThatThrownBy(() -> read(ORDINARY_TABLE, true))
                .hasStackTraceContaining("Table orders is not a time-series table")
                .hasStackTraceContaining("Leave the option out");
    }

    private static List<ChangeRecord> read(String table, boolean timeSeries) throws Exception {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        env.setParallelism(1);
        OtsStreamSource<ChangeRecord> source =
                OtsStreamSource.<ChangeRecord>builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .tableName(table)
                        .timeSeries(timeSeries)
                        .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                        .stoppingPosition(StoppingPosition.latest())
                        .deserializer(new ChangeRecordSchema())
                        .build();
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), table)
                .executeAndCollect(100);
    }
}
