/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.assertRefused;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.key;
import static io.github.otsstream.emulator.operation.Service.pk;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.InternalClient;
import com.alicloud.openservices.tablestore.model.AddDefinedColumnRequest;
import com.alicloud.openservices.tablestore.model.CapacityUnit;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.ComputeSplitsBySizeRequest;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.CreateTableRequestEx;
import com.alicloud.openservices.tablestore.model.DefinedColumnSchema;
import com.alicloud.openservices.tablestore.model.DefinedColumnType;
import com.alicloud.openservices.tablestore.model.DeleteDefinedColumnRequest;
import com.alicloud.openservices.tablestore.model.DeleteTableRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKeyOption;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.ReservedThroughput;
import com.alicloud.openservices.tablestore.model.Split;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import com.alicloud.openservices.tablestore.model.UpdateTableResponse;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Table operations through the official client. */
class TableOperationsTest {

    private static Service service;

    @BeforeAll
    static void start() {
        service = new Service();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void describesWhatWasCreated() {
        TableMeta meta = new TableMeta("described");
        meta.addPrimaryKeyColumn(pk("a", PrimaryKeyType.STRING));
        meta.addPrimaryKeyColumn(pk("b", PrimaryKeyType.INTEGER));
        meta.addPrimaryKeyColumn(pk("c", PrimaryKeyType.BINARY));
        meta.addPrimaryKeyColumn(
                new PrimaryKeySchema("d", PrimaryKeyType.INTEGER, PrimaryKeyOption.AUTO_INCREMENT));
        meta.addDefinedColumn("x", DefinedColumnType.DOUBLE);
        meta.addDefinedColumn("y", DefinedColumnType.BINARY);
        TableOptions options = new TableOptions(86_400, 3, 1_000);
        CreateTableRequest request =
                new CreateTableRequest(
                        meta, options, new ReservedThroughput(new CapacityUnit(1, 2)));
        long before = service.emulator().clock().micros();
        service.client().createTable(request);

        DescribeTableResponse described = describe("described");

        assertThat(described.getTableMeta().getPrimaryKeyList())
                .isEqualTo(meta.getPrimaryKeyList());
        assertThat(described.getTableMeta().getDefinedColumnsList())
                .isEqualTo(meta.getDefinedColumnsList());
        assertThat(described.getTableOptions().getTimeToLive()).isEqualTo(86_400);
        assertThat(described.getTableOptions().getMaxVersions()).isEqualTo(3);
        assertThat(described.getTableOptions().getMaxTimeDeviation()).isEqualTo(1_000);
        assertThat(described.getTableOptions().getAllowUpdate()).isTrue();
        assertThat(described.getReservedThroughputDetails().getCapacityUnit())
                .isEqualTo(new CapacityUnit(1, 2));
        assertThat(described.getStreamDetails().isEnableStream()).isFalse();
        assertThat(described.getCreationTime())
                .isBetween(before, service.emulator().clock().micros());
    }

    @Test
    void listsTablesInOrderAndForgetsDeletedOnes() {
        create("list_b", new TableOptions(-1, 1));
        create("list_a", new TableOptions(-1, 1));
        service.client().deleteTable(new DeleteTableRequest("list_b"));

        assertThat(service.client().listTable().getTableNames())
                .contains("list_a")
                .doesNotContain("list_b")
                .isSorted();
        assertNoSuchTable("list_b");
        assertRefused(
                () -> service.client().deleteTable(new DeleteTableRequest("list_b")),
                404,
                "OTSObjectNotExist",
                "Requested table does not exist.");
        create("list_b", new TableOptions(-1, 1));
    }

    @Test
    void deletingATableDropsItsRows() {
        create("dropped", new TableOptions(-1, 1));
        service.put("dropped", key("row"), column("c", 1));
        service.client().deleteTable(new DeleteTableRequest("dropped"));
        assertRefused(
                () -> service.read("dropped", key("row")),
                404,
                "OTSObjectNotExist",
                "Requested table does not exist.");
        create("dropped", new TableOptions(-1, 1));

        assertThat(service.read("dropped", key("row"))).isNull();
    }

    @Test
    void refusesASecondTableOfOneName() {
        create("twice", new TableOptions(-1, 1));
        assertRefused(
                () -> create("twice", new TableOptions(-1, 1)),
                409,
                "OTSObjectAlreadyExist",
                "Requested table already exists.");
    }

    @Test
    void refusesTheTableAfterTheSixtyFourth() {
        try (TablestoreEmulator emulator = TablestoreEmulator.builder().start()) {
            var client = SdkClients.sync(emulator);
            for (int i = 0; i < 64; i++) {
                client.createTable(request("t" + i, new TableOptions(-1, 1)));
            }
            assertRefused(
                    () -> client.createTable(request("t64", new TableOptions(-1, 1))),
                    403,
                    "OTSQuotaExhausted",
                    "Number of tables exceeds the quota:64.");
            client.deleteTable(new DeleteTableRequest("t0"));
            client.createTable(request("t64", new TableOptions(-1, 1)));
            client.shutdown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "#", "中文", "T#", "T中文", "3t", "-", "a-b", "a.b"})
    void refusesTableNames(String name) {
        String message = "Invalid table name: '" + name + "'.";
        assertInvalid(() -> create(name, new TableOptions(-1, 1)), message);
        assertInvalid(() -> describe(name), message);
        assertInvalid(() -> service.client().deleteTable(new DeleteTableRequest(name)), message);
        assertInvalid(() -> service.put(name, key("a"), column("c", 1)), message);
        assertInvalid(() -> service.read(name, key("a")), message);
    }

    @Test
    void takesNamesOfUpTo255Characters() {
        String longest = "T".repeat(255);
        create(longest, new TableOptions(-1, 1));
        assertInvalid(
                () -> create(longest + "T", new TableOptions(-1, 1)),
                "Invalid table name: '" + longest + "T'.");
    }

    @Test
    void refusesKeysOfTooManyColumns() {
        TableMeta meta = new TableMeta("five");
        for (int i = 0; i < 5; i++) {
            meta.addPrimaryKeyColumn(pk("pk" + i, PrimaryKeyType.STRING));
        }
        assertInvalid(
                () -> create(meta, new TableOptions(-1, 1)),
                "The number of primary key columns must be in range: [1, 4].");
    }

    @Test
    void refusesOneNameForTwoColumns() {
        TableMeta keys = new TableMeta("duplicate");
        keys.addPrimaryKeyColumn(pk("a", PrimaryKeyType.STRING));
        keys.addPrimaryKeyColumn(pk("a", PrimaryKeyType.STRING));
        assertInvalid(
                () -> create(keys, new TableOptions(-1, 1)), "Duplicated primary key name: 'a'.");

        TableMeta defined = new TableMeta("duplicate");
        defined.addPrimaryKeyColumn(pk("a", PrimaryKeyType.STRING));
        defined.addDefinedColumn("a", DefinedColumnType.STRING);
        assertInvalid(
                () -> create(defined, new TableOptions(-1, 1)),
                "Duplicated defined column name: 'a'.");
    }

    @Test
    void refusesAutoIncrementWhereItMakesNoSense() {
        assertInvalid(
                () ->
                        create(
                                new PrimaryKeySchema(
                                        "a",
                                        PrimaryKeyType.INTEGER,
                                        PrimaryKeyOption.AUTO_INCREMENT)),
                "First primary key can't be auto increment, table: auto.");
        assertInvalid(
                () ->
                        create(
                                pk("a", PrimaryKeyType.STRING),
                                new PrimaryKeySchema(
                                        "b",
                                        PrimaryKeyType.INTEGER,
                                        PrimaryKeyOption.AUTO_INCREMENT),
                                new PrimaryKeySchema(
                                        "c",
                                        PrimaryKeyType.INTEGER,
                                        PrimaryKeyOption.AUTO_INCREMENT)),
                "AUTO_INCREMENT primary key count must <= 1.");
    }

    @Test
    void refusesMoreThan32DefinedColumns() {
        TableMeta meta = new TableMeta("wide");
        meta.addPrimaryKeyColumn(pk("a", PrimaryKeyType.STRING));
        for (int i = 0; i < 33; i++) {
            meta.addDefinedColumn("c" + i, DefinedColumnType.STRING);
        }
        assertInvalid(
                () -> create(meta, new TableOptions(-1, 1)),
                "The number of defined columns must be in range: [0, 32].");
    }

    @Test
    void refusesOptionsOutOfRange() {
        create("options", new TableOptions(-1, 1));
        assertInvalid(
                () -> updateOptions(86_399, 1, 86_400), "TimeToLive cannot be less than 86400.");
        updateOptions(86_400, 1, 86_400);
        assertThat(describe("options").getTableOptions().getTimeToLive()).isEqualTo(86_400);
    }

    @Test
    void updatesOptionsOneByOne() {
        create("updated", new TableOptions(-1, 1));
        TableOptions versions = new TableOptions();
        versions.setMaxVersions(5);
        UpdateTableRequest request = new UpdateTableRequest("updated");
        request.setTableOptionsForUpdate(versions);
        UpdateTableResponse response = service.client().updateTable(request);

        assertThat(response.getTableOptions().getMaxVersions()).isEqualTo(5);
        assertThat(response.getTableOptions().getTimeToLive()).isEqualTo(-1);
        assertThat(describe("updated").getTableOptions().getMaxVersions()).isEqualTo(5);
    }

    @Test
    void turnsTheStreamOnAndOff() {
        create("streamed", new TableOptions(-1, 1));

        UpdateTableResponse on = updateStream(new StreamSpecification(true, 24));
        assertThat(on.getStreamDetails().isEnableStream()).isTrue();
        String first = on.getStreamDetails().getStreamId();
        assertThat(describe("streamed").getStreamDetails().getExpirationTime()).isEqualTo(24);
        assertThat(describe("streamed").getStreamDetails().getStreamId()).isEqualTo(first);

        UpdateTableResponse off = updateStream(new StreamSpecification(false));
        assertThat(off.getStreamDetails().isEnableStream()).isFalse();

        service.emulator().clock().advance(java.time.Duration.ofMillis(1));
        UpdateTableResponse again = updateStream(new StreamSpecification(true, 12));
        assertThat(again.getStreamDetails().getStreamId()).isNotEqualTo(first);
    }

    @Test
    void createsATableInPartitions() throws Exception {
        InternalClient client = internalClient();
        List<PrimaryKeyValue> points =
                List.of(PrimaryKeyValue.fromString("f"), PrimaryKeyValue.fromString("p"));
        client.createTableEx(split("presplit", points), null).get();
        client.shutdown();

        assertThat(splitPoints("presplit")).isEqualTo(points);

        PrimaryKeyValue later = PrimaryKeyValue.fromString("t");
        service.emulator().control().splitAt("presplit", later);
        assertThat(splitPoints("presplit")).containsExactly(points.get(0), points.get(1), later);
    }

    @Test
    void refusesPartitionsThatMakeNoSense() {
        InternalClient client = internalClient();
        List<PrimaryKeyValue> many = new ArrayList<>();
        for (char c = 'a'; c < 'z'; c++) {
            many.add(PrimaryKeyValue.fromString(String.valueOf(c)));
        }
        assertInvalid(() -> get(client, many), "The count of partitions cannot be greater than 10");
        assertInvalid(
                () -> get(client, List.of(PrimaryKeyValue.fromString(""))),
                "The value of partition range can not be empty string.");
        assertInvalid(
                () -> get(client, List.of(PrimaryKeyValue.fromString("x".repeat(65)))),
                "The value of partition range exceeds the MaxLength:64 with CurrentLength:65.");
        client.shutdown();
    }

    @Test
    void definedColumnsCanBeAddedAndRemoved() {
        create("defined", new TableOptions(-1, 1));
        AddDefinedColumnRequest add = new AddDefinedColumnRequest();
        add.setTableName("defined");
        add.addDefinedColumn("n", DefinedColumnType.INTEGER);
        service.client().addDefinedColumn(add);
        assertThat(describe("defined").getTableMeta().getDefinedColumnsList())
                .containsExactly(new DefinedColumnSchema("n", DefinedColumnType.INTEGER));

        service.put("defined", key("a"), column("n", 1));
        assertInvalid(
                () -> service.put("defined", key("a"), column("n", "one")),
                "Invalid column type for column n expect VT_INTEGER actual VT_STRING");

        DeleteDefinedColumnRequest delete = new DeleteDefinedColumnRequest();
        delete.setTableName("defined");
        delete.addDefinedColumn("n");
        service.client().deleteDefinedColumn(delete);
        service.put("defined", key("a"), column("n", "one"));
        assertRefused(
                () -> service.client().deleteDefinedColumn(delete),
                400,
                "OTSParameterInvalid",
                "Column does not exist:'n'.");
    }

    @Test
    void computesSplitPointsAtPartitionKeys() {
        String table =
                service.table(
                        new TableOptions(-1, 1),
                        pk("pk", PrimaryKeyType.STRING),
                        pk("n", PrimaryKeyType.INTEGER));
        byte[] payload = new byte[300_000];
        for (int i = 0; i < 12; i++) {
            service.put(
                    table,
                    key(
                            "pk",
                            PrimaryKeyValue.fromString("k" + i / 2),
                            "n",
                            PrimaryKeyValue.fromLong(i)),
                    new Column("c", ColumnValue.fromBinary(payload)));
        }
        ComputeSplitsBySizeRequest request = new ComputeSplitsBySizeRequest();
        request.setTableName(table);
        request.setSplitSizeInByte(1, 1024 * 1024);
        List<Split> splits = service.client().computeSplitsBySize(request).getSplits();

        // Two rows of 300,000 bytes a partition key: the third key begins after 1.2 MB.
        assertThat(splits).hasSize(3);
        assertThat(splits.get(0).getLowerBound().getPrimaryKeyColumn(0).getValue())
                .isEqualTo(PrimaryKeyValue.INF_MIN);
        assertThat(splits.get(0).getUpperBound())
                .isEqualTo(
                        key("pk", PrimaryKeyValue.fromString("k2"), "n", PrimaryKeyValue.INF_MIN));
        assertThat(splits.get(1).getLowerBound()).isEqualTo(splits.get(0).getUpperBound());
        assertThat(splits.get(2).getUpperBound().getPrimaryKeyColumn(0).getValue())
                .isEqualTo(PrimaryKeyValue.INF_MAX);
        assertThat(splits).allSatisfy(split -> assertThat(split.getLocation()).hasSize(32));

        request.setSplitPointLimit(1);
        assertThat(service.client().computeSplitsBySize(request).getSplits()).hasSize(2);
        request.setSplitSizeInByte(0, 1024 * 1024);
        assertInvalid(
                () -> service.client().computeSplitsBySize(request),
                "The split_size should be greater than 0.");
        request.setSplitSizeInByte(1, 1024);
        assertInvalid(
                () -> service.client().computeSplitsBySize(request),
                "The split_size_unit_in_byte should be greater equal than: 1048576");
    }

    @Test
    void asyncClientSeesTheSameTables() throws Exception {
        create("asynchronous", new TableOptions(-1, 1));
        assertThat(service.async().listTable(null).get().getTableNames()).contains("asynchronous");
        service.async().deleteTable(new DeleteTableRequest("asynchronous"), null).get();
        assertNoSuchTable("asynchronous");
    }

    private static void assertNoSuchTable(String name) {
        assertRefused(
                () -> describe(name), 404, "OTSObjectNotExist", "Requested table does not exist.");
    }

    private static DescribeTableResponse describe(String name) {
        return service.client().describeTable(new DescribeTableRequest(name));
    }

    private static List<PrimaryKeyValue> splitPoints(String table) {
        List<PrimaryKeyValue> points = new ArrayList<>();
        describe(table)
                .getShardSplits()
                .forEach(point -> points.add(point.getPrimaryKeyColumn(0).getValue()));
        return points;
    }

    private static void create(String name, TableOptions options) {
        service.client().createTable(request(name, options));
    }

    private static void create(TableMeta meta, TableOptions options) {
        service.client().createTable(new CreateTableRequest(meta, options));
    }

    private static void create(PrimaryKeySchema... key) {
        TableMeta meta = new TableMeta("auto");
        for (PrimaryKeySchema column : key) {
            meta.addPrimaryKeyColumn(column);
        }
        create(meta, new TableOptions(-1, 1));
    }

    private static CreateTableRequest request(String name, TableOptions options) {
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(pk("pk", PrimaryKeyType.STRING));
        return new CreateTableRequest(meta, options);
    }

    private static void updateOptions(int timeToLive, int versions, long deviation) {
        UpdateTableRequest request = new UpdateTableRequest("options");
        request.setTableOptionsForUpdate(new TableOptions(timeToLive, versions, deviation));
        service.client().updateTable(request);
    }

    private static UpdateTableResponse updateStream(StreamSpecification specification) {
        UpdateTableRequest request = new UpdateTableRequest("streamed");
        request.setStreamSpecification(specification);
        return service.client().updateTable(request);
    }

    private static InternalClient internalClient() {
        TablestoreEmulator emulator = service.emulator();
        return new InternalClient(
                emulator.endpoint(),
                emulator.accessKeyId(),
                emulator.accessKeySecret(),
                emulator.instanceName());
    }

    private static CreateTableRequestEx split(String name, List<PrimaryKeyValue> points) {
        TableMeta meta = new TableMeta(name);
        meta.addPrimaryKeyColumn(pk("pk", PrimaryKeyType.STRING));
        CreateTableRequestEx request = new CreateTableRequestEx(meta, new TableOptions(-1, 1));
        request.setSplitPoints(points);
        return request;
    }

    private static void get(InternalClient client, List<PrimaryKeyValue> points) throws Throwable {
        try {
            client.createTableEx(split("refused", points), null).get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
