/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.TimeseriesClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
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
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables with one row for each record, or for each cell of it, and the metadata that they have. */
@Timeout(120)
class AppendITCase {

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    private SqlSession sql;
    private TablestoreEmulator emulator;
    private SqlTable orders;

    @BeforeEach
    void createTable(TablestoreEmulator running) {
        emulator = running;
        sql = SqlSession.streaming();
        orders = new SqlTable(emulator, "orders", "item");
    }

    @AfterEach
    void close() {
        orders.close();
    }

    private void declareBounded(String columns, String... options) {
        sql.execute(orders.ddl(columns, options));
    }

    @Test
    void eachRecordIsARow() throws Exception {
        orders.put(1, "item", "tea", "price", 2.5);
        orders.update(1, "price", 3.5);
        orders.delete(1);
        declareBounded("id BIGINT, item STRING, price DOUBLE", "scan.bounded.mode", "latest");

        assertThat(sql.changes("SELECT * FROM orders"))
                .containsExactly("+I[1, tea, 2.5]", "+I[1, null, 3.5]", "+I[1, null, null]");
        assertThat(sql.changes("SELECT price FROM orders WHERE price > 3"))
                .containsExactly("+I[3.5]");
    }

    @Test
    void everyDeclaredTypeIsMadeOfWhatTheTableHolds() throws Exception {
        long millis = 1_700_000_000_123L;
        orders.put(
                1,
                "tiny",
                5L,
                "small",
                -300L,
                "num",
                70_000L,
                "amount",
                "12.5",
                "wall",
                millis,
                "moment",
                millis,
                "ratio",
                0.25,
                "part",
                0.5,
                "text",
                "tea",
                "fixed",
                "ab",
                "short",
                "rice",
                "yes",
                true,
                "packed",
                new byte[] {1, 2},
                "day",
                "2024-02-29",
                "clock",
                "23:59:58",
                "list",
                "[1, 2]",
                "map",
                "{\"a\": 1.5}",
                "both",
                "{\"n\": 1, \"s\": \"x\"}");
        declareBounded(
                "id DECIMAL(20, 0), tiny TINYINT, small SMALLINT, num INT, amount DECIMAL(5, 2),"
                        + " wall TIMESTAMP(3), moment TIMESTAMP_LTZ(3), ratio DOUBLE, part FLOAT,"
                        + " text STRING, fixed CHAR(3), short VARCHAR(4), yes BOOLEAN, packed BYTES,"
                        + " `day` DATE, clock TIME, `list` ARRAY<INT>, `map` MAP<STRING, DOUBLE>,"
                        + " `both` ROW<n INT, s STRING>",
                "scan.bounded.mode",
                "latest");

        assertThat(sql.changes("SELECT * FROM orders"))
                .containsExactly(
                        "+I[1, 5, -300, 70000, 12.50, 2023-11-14T22:13:20.123,"
                                + " 2023-11-14T22:13:20.123Z, 0.25, 0.5, tea, ab , rice, true,"
                                + " [1, 2], 2024-02-29, 23:59:58, [1, 2], {a=1.5}, +I[1, x]]");
    }

    @Test
    void deletionsAreLeftOutWhereTheyAreIgnored() throws Exception {
        orders.put(1, "item", "tea");
        orders.delete(1);
        declareBounded(
                "id BIGINT, item STRING", "scan.bounded.mode", "latest", "ignoreDelete", "true");

        assertThat(sql.changes("SELECT * FROM orders")).containsExactly("+I[1, tea]");
    }

    @Test
    void anUnboundedTableIsReadOn() throws Exception {
        orders.put(1, "item", "tea");
        declareBounded("id BIGINT, item STRING");
        try (CloseableIterator<Row> rows = sql.execute("SELECT * FROM orders").collect()) {
            assertThat(rows.next()).hasToString("+I[1, tea]");
            orders.put(2, "item", "rice");
            assertThat(rows.next()).hasToString("+I[2, rice]");
        }
    }

    @Test
    void batchModeReadsWhatIsThere() throws Exception {
        orders.put(1, "item", "tea");
        orders.put(2, "item", "rice");
        SqlSession batch = SqlSession.batch();
        batch.execute(orders.ddl("id BIGINT, item STRING", "scan.bounded.mode", "latest"));

        assertThat(batch.changes("SELECT COUNT(*), MAX(item) FROM orders"))
                .containsExactly("+I[2, tea]");
    }

    @Test
    void eachCellIsARowWithTheColumnsOfDataWorks() throws Exception {
        orders.put(1, "item", "tea", "picture", new byte[] {1, 2});
        orders.update(1, "price", 3.5, "item", null);
        orders.delete(1);
        declareBounded(
                "sequenceinfo STRING, id BIGINT, colname STRING, version BIGINT, colvalue STRING,"
                        + " optype STRING, op STRING METADATA FROM 'op-type'",
                "mode",
                "multi_version",
                "isExportSequenceInfo",
                "true",
                "scan.bounded.mode",
                "latest");

        assertThat(sql.changes("SELECT id, colname, colvalue, optype, op FROM orders"))
                .containsExactly(
                        "+I[1, null, null, DR, PUT]",
                        "+I[1, item, tea, U, PUT]",
                        "+I[1, picture, AQI=, U, PUT]",
                        "+I[1, price, 3.5, U, UPDATE]",
                        "+I[1, item, null, DA, UPDATE]",
                        "+I[1, null, null, DR, DELETE]");
        assertThat(sql.changes("SELECT sequenceinfo, version IS NULL FROM orders"))
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(
                        row ->
                                row.matches(
                                        "\\+I\\[\\d{10}_\\d{20}_\\d{10}_[^:]+:\\d{10}, (true|false)]"));
        assertThat(sql.changes("SELECT colvalue FROM orders WHERE id = 1 AND optype = 'U'"))
                .containsExactly("+I[tea]", "+I[AQI=]", "+I[3.5]");
        assertThat(sql.changes("SELECT colvalue FROM orders WHERE id = 2")).isEmpty();
    }

    @Test
    void onlyWritesAreRowsInTheRowModeOfDataX() throws Exception {
        orders.put(1, "item", "tea", "price", 2.5);
        orders.update(1, "price", 3.5);
        orders.delete(1);
        declareBounded(
                "id BIGINT, item STRING, price DOUBLE",
                "mode",
                "single_version_and_update_only",
                "scan.bounded.mode",
                "latest");

        assertThat(sql.changes("SELECT * FROM orders"))
                .containsExactly("+I[1, tea, 2.5]", "+I[1, null, 3.5]");
    }

    @Test
    void metadataTellsWhatColumnsDont() throws Exception {
        orders.put(1, "item", "tea", "price", 2);
        orders.update(1, "price", 3, "item", null);
        orders.delete(1);
        String streamId =
                orders.client()
                        .listStream(new ListStreamRequest("orders"))
                        .getStreams()
                        .get(0)
                        .getStreamId();
        String shardId = emulator.control().shards("orders").get(0).shardId();
        declareBounded(
                "id BIGINT"
                        + ", op STRING METADATA FROM 'op-type'"
                        + ", `type` STRING METADATA"
                        + ", ts TIMESTAMP_LTZ(6) METADATA FROM 'row-timestamp'"
                        + ", `timestamp` BIGINT METADATA"
                        + ", seq STRING METADATA FROM 'sequence-info'"
                        + ", epoch INT METADATA"
                        + ", row_index INT METADATA FROM 'row-index'"
                        + ", shard STRING METADATA FROM 'shard-id'"
                        + ", stream_id STRING METADATA FROM 'stream-id'"
                        + ", tab STRING METADATA FROM 'table-name'"
                        + ", present ARRAY<STRING> METADATA FROM 'present-columns'"
                        + ", deleted ARRAY<STRING> METADATA FROM 'deleted-columns'"
                        + ", versions MAP<STRING, BIGINT> METADATA FROM 'column-versions'"
                        + ", ops MAP<STRING, STRING> METADATA FROM 'column-ops'"
                        + ", origin MAP<STRING, STRING> METADATA FROM 'origin-columns'"
                        + ", attributes MAP<STRING, STRING> METADATA",
                "scan.bounded.mode",
                "latest");

        assertThat(sql.changes("SELECT op, `type` FROM orders"))
                .containsExactly("+I[PUT, PUT]", "+I[UPDATE, UPDATE]", "+I[DELETE, DELETE]");
        assertThat(sql.changes("SELECT present, deleted FROM orders"))
                .containsExactly("+I[[item, price], []]", "+I[[price], [item]]", "+I[[], []]");
        assertThat(sql.changes("SELECT ops, origin['item'], attributes FROM orders"))
                .containsExactly(
                        "+I[{item=PUT, price=PUT}, null, {item=tea, price=2}]",
                        "+I[{item=DELETE_ALL_VERSIONS, price=PUT}, tea, {price=3}]",
                        "+I[{}, null, {}]");
        assertThat(
                        sql.changes(
                                "SELECT shard, stream_id, tab, epoch >= 0, row_index >= 0,"
                                        + " versions['price'] > 0 FROM orders"))
                .first()
                .isEqualTo("+I[" + shardId + ", " + streamId + ", orders, true, true, true]");
        assertThat(
                        sql.changes(
                                "SELECT ts = TO_TIMESTAMP_LTZ(`timestamp` / 1000, 3)"
                                        + " OR EXTRACT(MICROSECOND FROM ts) > 0,"
                                        + " seq LIKE '%' || CAST(`timestamp` AS STRING) || '%' || shard"
                                        + " FROM orders"))
                .containsOnly("+I[true, true]");
    }

    /** The reference page's own parameters, with its datasource replaced by what it stands for. */
    @Test
    void theParametersOfADataWorksJobCanBePasted() throws Exception {
        SqlTable person = new SqlTable(emulator, "person");
        person.put(1, "name", "too early");
        emulator.clock().advance(Duration.ofMinutes(10));
        Instant start = emulator.clock().instant();
        person.put(2, "name", "in time");
        emulator.clock().advance(Duration.ofMinutes(10));
        Instant end = emulator.clock().instant();
        person.put(3, "name", "too late");
        emulator.clock().advance(Duration.ofMinutes(10));
        person.close();
        sql.tables().getConfig().setLocalTimeZone(ZoneOffset.UTC);
        sql.execute(
                "CREATE TEMPORARY TABLE person (id BIGINT, colname STRING, version BIGINT,"
                        + " colvalue STRING, optype STRING) WITH ('connector' = 'otsstream',"
                        // Of the datasource.
                        + ("'endpoint' = '" + emulator.endpoint() + "',")
                        + ("'instanceName' = '" + emulator.instanceName() + "',")
                        + ("'accessId' = '" + emulator.accessKeyId() + "',")
                        + ("'accessKey' = '" + emulator.accessKeySecret() + "',")
                        // The mode that exports have, which has to be said.
                        + "'mode' = 'multi_version',"
                        // The parameter block.
                        + "'dataTable' = 'person',"
                        + ("'startTimeString' = '" + TIME.format(start) + "',")
                        + ("'endTimeString' = '" + TIME.format(end) + "',")
                        + "'statusTable' = 'TableStoreStreamReaderStatusTable',"
                        + "'maxRetries' = '30',"
                        + "'isExportSequenceInfo' = 'false')");

        assertThat(sql.changes("SELECT id, colname, colvalue, optype FROM person"))
                .containsExactly("+I[2, null, null, DR]", "+I[2, name, in time, U]");
        assertThat(orders.client().listTable().getTableNames())
                .contains("TableStoreStreamReaderStatusTable");
    }

    @Test
    void oneDayIsReadFromItsBeginToItsEnd() throws Exception {
        ZoneOffset china = ZoneOffset.ofHours(8);
        Instant midnight =
                emulator.clock()
                        .instant()
                        .atOffset(china)
                        .toLocalDate()
                        .plusDays(1)
                        .atStartOfDay()
                        .toInstant(china);
        orders.put(1, "item", "the day before");
        emulator.clock().advance(Duration.between(emulator.clock().instant(), midnight));
        orders.put(2, "item", "the day");
        emulator.clock().advance(Duration.ofHours(23));
        orders.put(3, "item", "the evening");
        emulator.clock().advance(Duration.ofHours(1));
        orders.put(4, "item", "the day after");
        emulator.clock().advance(Duration.ofMinutes(10));
        declareBounded(
                "id BIGINT",
                "date",
                DateTimeFormatter.BASIC_ISO_DATE.format(midnight.atOffset(china).toLocalDate()),
                "scan.time-zone",
                "Asia/Shanghai");

        assertThat(sql.changes("SELECT id FROM orders")).containsExactly("+I[2]", "+I[3]");
    }

    @Test
    void pointsOfTimeSeriesAreRowsToo() throws Exception {
        TimeseriesClientInterface series = SyncClients.timeseries(orders.client());
        TimeseriesTableMeta meta = new TimeseriesTableMeta("sensors");
        meta.setTimeseriesTableOptions(new TimeseriesTableOptions(-1));
        series.createTimeseriesTable(new CreateTimeseriesTableRequest(meta));
        UpdateTableRequest enable = new UpdateTableRequest("sensors");
        enable.setStreamSpecification(new StreamSpecification(true, 24));
        orders.client().updateTable(enable);
        PutTimeseriesDataRequest put = new PutTimeseriesDataRequest("sensors");
        for (int i = 0; i < 2; i++) {
            TimeseriesRow point =
                    new TimeseriesRow(
                            new TimeseriesKey("cpu", "host-" + i, Map.of("zone", "a")),
                            1_700_000_000_000_123L);
            point.addField("load", ColumnValue.fromDouble(0.5 + i));
            put.addRow(point);
        }
        series.putTimeseriesData(put);
        Map<String, String> options = SqlTable.options(emulator, "sensors");
        options.put("isTimeseriesTable", "true");
        options.put("scan.bounded.mode", "latest");
        String columns =
                "_m_name STRING, _data_source STRING, `load` DOUBLE,"
                        + " `time` TIMESTAMP_LTZ(6), _tags ";
        sql.execute(SqlTable.ddl("points", columns + "MAP<STRING, STRING>", options));

        assertThat(
                        sql.changes(
                                "SELECT _m_name, _data_source, `load`, _tags['zone'],"
                                        + " EXTRACT(MICROSECOND FROM `time`) FROM points"
                                        + " WHERE _data_source = 'host-1'"))
                .containsExactly("+I[cpu, host-1, 1.5, a, 123]");

        options.put("changelog-mode", "upsert");
        options.put("partial-update", "null");
        sql.execute(
                SqlTable.ddl(
                        "series",
                        columns
                                + "STRING, PRIMARY KEY (_m_name, _data_source, _tags, `time`)"
                                + " NOT ENFORCED",
                        options));
        assertThat(sql.changes("SELECT `load` FROM series WHERE _data_source = 'host-0'"))
                .containsExactly("+I[0.5]");
    }

    @Test
    void dirtyRecordsFailTheJobOrAreLeftOut() throws Exception {
        orders.put(1, "price", "cheap");
        orders.put(2, "price", 2.5);
        declareBounded("id BIGINT, price DOUBLE", "scan.bounded.mode", "latest");

        assertThatThrownBy(() -> sql.changes("SELECT * FROM orders"))
                .hasStackTraceContaining("The column 'price' holds STRING")
                .hasStackTraceContaining("'dirty-record'");
        assertThat(sql.changes("SELECT * FROM orders /*+ OPTIONS('skipInvalidData' = 'true') */"))
                .containsExactly("+I[2, 2.5]");
        assertThat(sql.changes("SELECT * FROM orders /*+ OPTIONS('dirty-record' = 'NULL') */"))
                .containsExactly("+I[1, null]", "+I[2, 2.5]");
        // The column that doesn't fit isn't read.
        assertThat(sql.changes("SELECT id FROM orders")).containsExactly("+I[1]", "+I[2]");
    }

    @Test
    void aKeyColumnOfAnotherTypeIsRefusedAtTheStart() {
        declareBounded("id BYTES", "scan.bounded.mode", "latest");

        assertThatThrownBy(() -> sql.changes("SELECT * FROM orders"))
                .hasStackTraceContaining("The column 'id' is declared as BYTES")
                .hasStackTraceContaining("it is INTEGER")
                .hasStackTraceContaining("Declare it as BIGINT");
    }

    @Test
    void aColumnOfCellsThatIsNotOfTheKeyIsRefusedAtTheStart() {
        declareBounded(
                "id BIGINT, item STRING, colvalue STRING",
                "read-mode",
                "multi-version",
                "scan.bounded.mode",
                "latest");

        assertThatThrownBy(() -> sql.changes("SELECT colvalue FROM orders"))
                .hasStackTraceContaining("The column 'item' is not part of the primary key")
                .hasStackTraceContaining("(id INTEGER)");
    }

    @Test
    void aTableWithoutAStreamIsRefusedAtTheStart() {
        UpdateTableRequest request = new UpdateTableRequest("orders");
        request.setStreamSpecification(new StreamSpecification(false));
        orders.client().updateTable(request);
        declareBounded("id BIGINT");

        assertThatThrownBy(() -> sql.changes("SELECT * FROM orders"))
                .hasStackTraceContaining("orders")
                .hasStackTraceContaining("Stream");
    }
}
