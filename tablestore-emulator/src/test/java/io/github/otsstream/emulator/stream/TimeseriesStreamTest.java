/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.TimeseriesClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.DescribeStreamRequest;
import com.alicloud.openservices.tablestore.model.DescribeStreamResponse;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TimeseriesTableMeta;
import com.alicloud.openservices.tablestore.model.TimeseriesTableOptions;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import com.alicloud.openservices.tablestore.model.timeseries.CreateTimeseriesTableRequest;
import com.alicloud.openservices.tablestore.model.timeseries.DeleteTimeseriesTableRequest;
import com.alicloud.openservices.tablestore.model.timeseries.DescribeTimeseriesTableRequest;
import com.alicloud.openservices.tablestore.model.timeseries.PutTimeseriesDataRequest;
import com.alicloud.openservices.tablestore.model.timeseries.TimeseriesKey;
import com.alicloud.openservices.tablestore.model.timeseries.TimeseriesRow;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Time-series tables and their streams, written and read by the official clients. */
class TimeseriesStreamTest {

    @RegisterExtension
    final TablestoreEmulatorExtension extension = TablestoreEmulatorExtension.create();

    private SyncClientInterface client;
    private TimeseriesClientInterface timeseries;

    @BeforeEach
    void createTable(TablestoreEmulator emulator) {
        client = SdkClients.sync(emulator);
        timeseries = SyncClients.timeseries(client);
        TimeseriesTableMeta meta = new TimeseriesTableMeta("sensors");
        meta.setTimeseriesTableOptions(new TimeseriesTableOptions(864_000));
        timeseries.createTimeseriesTable(new CreateTimeseriesTableRequest(meta));
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Test
    void managesTables() {
        assertThat(timeseries.listTimeseriesTable().getTimeseriesTableNames())
                .containsExactly("sensors");
        assertThat(client.listTable().getTableNames()).isEmpty();
        assertThat(
                        timeseries
                                .describeTimeseriesTable(
                                        new DescribeTimeseriesTableRequest("sensors"))
                                .getTimeseriesTableMeta()
                                .getTimeseriesTableOptions()
                                .getTimeToLive())
                .isEqualTo(864_000);

        timeseries.deleteTimeseriesTable(new DeleteTimeseriesTableRequest("sensors"));

        assertThat(timeseries.listTimeseriesTable().getTimeseriesTableNames()).isEmpty();
        assertThatThrownBy(
                        () ->
                                timeseries.describeTimeseriesTable(
                                        new DescribeTimeseriesTableRequest("sensors")))
                .isInstanceOfSatisfying(
                        TableStoreException.class,
                        error -> assertThat(error.getErrorCode()).isEqualTo("OTSObjectNotExist"));
    }

    @Test
    void describesTheStreamToThoseWhoKnowTimeSeries() {
        enableStream();
        DescribeStreamRequest request = new DescribeStreamRequest(streamId());
        assertThatThrownBy(() -> client.describeStream(request))
                .isInstanceOfSatisfying(
                        TableStoreException.class,
                        error -> {
                            assertThat(error.getErrorCode()).isEqualTo("OTSParameterInvalid");
                            assertThat(error.getMessage())
                                    .isEqualTo(
                                            "Table [sensors] is a timeseries table, not support"
                                                    + " DescribeStream");
                        });

        request.setSupportTimeseriesTable(true);
        DescribeStreamResponse stream = client.describeStream(request);
        assertThat(stream.isTimeseriesDataTable()).isTrue();
        assertThat(stream.getShards()).hasSize(1);
    }

    @Test
    void recordsHaveTheHiddenKeyUnlessParsedInTimeSeriesFormat() {
        enableStream();
        TimeseriesRow row =
                new TimeseriesRow(
                        new TimeseriesKey("cpu", "host-1", Map.of("zone", "a", "os", "linux")),
                        1_700_000_000_000_000L);
        row.addField("load", ColumnValue.fromDouble(0.5));
        row.addField("cores", ColumnValue.fromLong(8));
        row.addField("idle", ColumnValue.fromBoolean(false));
        row.addField("name", ColumnValue.fromString("x"));
        row.addField("raw", ColumnValue.fromBinary(new byte[] {1, 2}));
        row.addField("users", ColumnValue.fromLong(3));
        TimeseriesRow bare =
                new TimeseriesRow(new TimeseriesKey("cpu", ""), 1_700_000_000_000_001L);
        bare.addField("load", ColumnValue.fromDouble(1));
        PutTimeseriesDataRequest put = new PutTimeseriesDataRequest("sensors");
        put.addRow(row);
        put.addRow(bare);
        assertThat(timeseries.putTimeseriesData(put).isAllSuccess()).isTrue();

        GetStreamRecordRequest request = new GetStreamRecordRequest(iterator());
        List<StreamRecord> raw = client.getStreamRecord(request).getRecords();
        assertThat(raw).hasSize(2);
        assertThat(keyNames(raw.get(0)))
                .containsExactly("_#h", "_m_name", "_data_source", "_tags", "time");
        assertThat(raw.get(0).getColumns())
                .extracting(column -> column.getColumn().getName())
                .containsExactlyInAnyOrder(
                        "load:double",
                        "cores:long",
                        "idle:boolean",
                        "name:string",
                        "raw:binary",
                        "users:long");

        request.setParseInTimeseriesDataFormat(true);
        List<StreamRecord> parsed = client.getStreamRecord(request).getRecords();
        assertThat(keyNames(parsed.get(0)))
                .containsExactly("_m_name", "_data_source", "_tags", "time");
        String tags =
                parsed.get(0).getPrimaryKey().getPrimaryKeyColumn("_tags").getValue().asString();
        assertThat(GetStreamRecordResponse.parseTimeseriesTags(tags))
                .isEqualTo(Map.of("zone", "a", "os", "linux"));
        Map<String, ColumnValue> values =
                parsed.get(0).getColumns().stream()
                        .collect(
                                Collectors.toMap(
                                        column -> column.getColumn().getName(),
                                        column -> column.getColumn().getValue()));
        assertThat(values).isEqualTo(row.getFields());
        assertThat(parsed.get(1).getPrimaryKey().getPrimaryKeyColumn("_tags").getValue().asString())
                .isEmpty();
    }

    private void enableStream() {
        UpdateTableRequest update = new UpdateTableRequest("sensors");
        update.setStreamSpecification(new StreamSpecification(true, 24));
        client.updateTable(update);
    }

    private String streamId() {
        return client.listStream(new ListStreamRequest("sensors"))
                .getStreams()
                .get(0)
                .getStreamId();
    }

    private String iterator() {
        String shard = extension.emulator().control().shards("sensors").get(0).shardId();
        return client.getShardIterator(new GetShardIteratorRequest(streamId(), shard))
                .getShardIterator();
    }

    private static List<String> keyNames(StreamRecord record) {
        return Arrays.stream(record.getPrimaryKey().getPrimaryKeyColumns())
                .map(PrimaryKeyColumn::getName)
                .collect(Collectors.toList());
    }
}
