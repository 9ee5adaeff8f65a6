/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertConditionFails;
import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.assertRefused;
import static io.github.otsstream.emulator.operation.Service.cells;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.key;
import static io.github.otsstream.emulator.operation.Service.pk;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.CapacityUnit;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.Condition;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.PutRowResponse;
import com.alicloud.openservices.tablestore.model.ReturnType;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowExistenceExpectation;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import com.alicloud.openservices.tablestore.model.UpdateRowResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PutRow, UpdateRow and DeleteRow through the official client. */
class RowWriteTest {

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
    void storesEveryType() {
        String table =
                service.table(
                        new TableOptions(-1, 1),
                        pk("s", PrimaryKeyType.STRING),
                        pk("i", PrimaryKeyType.INTEGER),
                        pk("b", PrimaryKeyType.BINARY));
        PrimaryKey key =
                key(
                        "s",
                        PrimaryKeyValue.fromString("schlüssel 键 🔑"),
                        "i",
                        PrimaryKeyValue.fromLong(Long.MIN_VALUE),
                        "b",
                        PrimaryKeyValue.fromBinary(new byte[] {0, -1}));
        List<Column> columns =
                List.of(
                        new Column("binary", ColumnValue.fromBinary(new byte[0])),
                        new Column("bool", ColumnValue.fromBoolean(true)),
                        new Column("double", ColumnValue.fromDouble(-0.1)),
                        new Column("integer", ColumnValue.fromLong(Long.MAX_VALUE)),
                        new Column("string", ColumnValue.fromString("值 🌍")));
        service.put(table, key, columns.toArray(new Column[0]));

        Row row = service.read(table, key);
        assertThat(row.getPrimaryKey()).isEqualTo(key);
        assertThat(row.getColumns()).hasSize(columns.size());
        for (Column column : columns) {
            assertThat(row.getLatestColumn(column.getName()).getValue())
                    .isEqualTo(column.getValue());
        }
    }

    @Test
    void aRowWithoutColumnsExists() {
        String table = service.table(1);
        service.put(table, key("bare"));
        assertThat(service.read(table, key("bare")).isEmpty()).isTrue();
        service.put(table, key("bare"), column("c", 1));
        service.put(table, key("bare"));
        assertThat(service.read(table, key("bare")).isEmpty()).isTrue();
    }

    @Test
    void versionsComeNewestFirstAndTheOldestGo() {
        String table = service.table(3);
        long now = service.now();
        for (int i : new int[] {3, 1, 5, 2, 4}) {
            RowUpdateChange change = new RowUpdateChange(table, key("a"));
            change.put(column("c", i, now + i));
            service.update(change);
        }
        assertThat(cells(service.read(table, key("a"))))
                .containsExactly("c=5@" + (now + 5), "c=4@" + (now + 4), "c=3@" + (now + 3));
    }

    @Test
    void oneRequestMayWriteManyVersionsAndTheLastOfAVersionCounts() {
        String table = service.table(10);
        long now = service.now();
        service.put(
                table, key("a"), column("c", 1, now), column("c", 2, now + 1), column("c", 3, now));
        assertThat(cells(service.read(table, key("a"))))
                .containsExactly("c=2@" + (now + 1), "c=3@" + now);
    }

    @Test
    void theServiceGivesItsTimeAsVersion() {
        String table = service.table(1);
        long before = service.now();
        service.put(table, key("a"), column("c", 1));
        assertThat(service.read(table, key("a")).getLatestColumn("c").getTimestamp())
                .isBetween(before, service.now());
    }

    @Test
    void putReplacesAllVersionsOfAllColumns() {
        String table = service.table(5);
        long now = service.now();
        service.put(table, key("a"), column("c", 1, now), column("d", 1, now));
        service.put(table, key("a"), column("c", 2, now - 10));
        assertThat(cells(service.read(table, key("a")))).containsExactly("c=2@" + (now - 10));
    }

    @Test
    void deletesOneVersionOrAll() {
        String table = service.table(5);
        long now = service.now();
        service.put(
                table,
                key("a"),
                column("c", 1, now),
                column("c", 2, now + 1),
                column("d", 3, now),
                column("e", 4, now));
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.deleteColumn("c", now);
        change.deleteColumn("c", now - 77);
        change.deleteColumn("e", now);
        change.deleteColumns("d");
        change.deleteColumns("missing");
        service.update(change);
        assertThat(cells(service.read(table, key("a")))).containsExactly("c=2@" + (now + 1));
    }

    @Test
    void aRowWithoutItsColumnsIsStillThere() {
        String table = service.table(1);
        service.put(table, key("a"), column("c", 1));
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.deleteColumns("c");
        service.update(change);
        assertThat(service.read(table, key("a")).isEmpty()).isTrue();
        service.delete(table, key("a"));
        assertThat(service.read(table, key("a"))).isNull();
    }

    @Test
    void deletingColumnsOfNoRowMakesNone() {
        String table = service.table(1);
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.deleteColumns("c");
        service.update(change);
        assertThat(service.read(table, key("a"))).isNull();
    }

    @Test
    void updateMakesARowThatIsNotThere() {
        String table = service.table(1);
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.put(column("c", 1));
        service.update(change);
        assertThat(values(service.read(table, key("a")))).containsExactly("c=1");
    }

    @Test
    void incrementsAndTellsTheResult() {
        String table = service.table(1);
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.increment(column("n", 5));
        change.increment(column("m", -5));
        change.setReturnType(ReturnType.RT_AFTER_MODIFY);
        change.addReturnColumn("n");
        for (int i = 1; i <= 3; i++) {
            UpdateRowResponse response = service.client().updateRow(new UpdateRowRequest(change));
            assertThat(values(response.getRow())).containsExactly("n=" + 5 * i);
        }
        assertThat(values(service.read(table, key("a")))).containsExactly("m=-15", "n=15");
    }

    @Test
    void refusesIncrementsThatMakeNoSense() {
        String table = service.table(1);
        service.put(table, key("a"), column("s", "text"), column("big", Long.MAX_VALUE));
        assertInvalid(
                () -> increment(table, column("s", 1)),
                "The attribute column: 's' cannot be incremented, its type is VT_STRING.");
        assertInvalid(
                () -> increment(table, column("big", 1)),
                "The attribute column: 'big' overflows VT_INTEGER.");
        assertInvalid(
                () -> increment(table, column("n", "one")),
                "The increment of the attribute column: 'n' must be INTEGER.");
        RowUpdateChange both = new RowUpdateChange(table, key("a"));
        both.increment(column("n", 1));
        both.put(column("n", 1));
        assertInvalid(
                () -> service.update(both),
                "The attribute column: 'n' cannot be incremented and written in one request.");
        RowUpdateChange unasked = new RowUpdateChange(table, key("a"));
        unasked.increment(column("n", 1));
        unasked.setReturnType(ReturnType.RT_AFTER_MODIFY);
        unasked.addReturnColumn("m");
        assertInvalid(
                () -> service.update(unasked),
                "The return column: 'm' is not incremented by the request.");
        assertThat(service.read(table, key("a")).getLatestColumn("n")).isNull();
    }

    @Test
    void incrementsOfManyClientsAddUp() throws Exception {
        String table = service.table(1);
        List<Future<UpdateRowResponse>> pending = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            RowUpdateChange change = new RowUpdateChange(table, key("a"));
            change.increment(column("n", i));
            pending.add(service.async().updateRow(new UpdateRowRequest(change), null));
        }
        for (Future<UpdateRowResponse> each : pending) {
            each.get();
        }
        assertThat(values(service.read(table, key("a")))).containsExactly("n=" + 299 * 300 / 2);
    }

    @Test
    void returnsTheKeyOnDemand() {
        String table = service.table(1);
        RowPutChange change = new RowPutChange(table, key("a"));
        change.addColumn(column("c", 1));
        change.setReturnType(ReturnType.RT_PK);
        PutRowResponse response = service.client().putRow(new PutRowRequest(change));
        assertThat(response.getRow().getPrimaryKey()).isEqualTo(key("a"));
        assertThat(response.getRow().isEmpty()).isTrue();

        change.setReturnType(ReturnType.RT_NONE);
        assertThat(service.client().putRow(new PutRowRequest(change)).getRow()).isNull();
    }

    @Test
    void billsByTheFourKilobytes() {
        String table = service.table(1);
        RowPutChange change = new RowPutChange(table, key("a"));
        change.addColumn(column("c", "x".repeat(4096 - "pk".length() - 1 - 1)));
        assertThat(consumed(change)).isEqualTo(new CapacityUnit(0, 1));
        change.addColumn(column("d", ""));
        assertThat(consumed(change)).isEqualTo(new CapacityUnit(0, 2));
        change.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        assertThat(consumed(change)).isEqualTo(new CapacityUnit(1, 2));
    }

    @Test
    void checksWhetherTheRowExists() {
        String table = service.table(1);
        Condition exists = new Condition(RowExistenceExpectation.EXPECT_EXIST);
        Condition missing = new Condition(RowExistenceExpectation.EXPECT_NOT_EXIST);

        assertConditionFails(() -> put(table, exists));
        assertConditionFails(() -> update(table, exists));
        assertConditionFails(() -> delete(table, exists));
        assertThat(service.read(table, key("a"))).isNull();

        put(table, missing);
        assertConditionFails(() -> put(table, missing));
        assertConditionFails(() -> update(table, missing));
        put(table, exists);
        update(table, exists);
        delete(table, exists);
        assertThat(service.read(table, key("a"))).isNull();
    }

    @Test
    void refusesKeysThatDoNotFitTheTable() {
        String table =
                service.table(
                        new TableOptions(-1, 1),
                        pk("a", PrimaryKeyType.STRING),
                        pk("b", PrimaryKeyType.INTEGER));
        PrimaryKeyValue text = PrimaryKeyValue.fromString("x");
        PrimaryKeyValue number = PrimaryKeyValue.fromLong(1);
        assertKeyRefused(table, key("a", text), "Validate PK size fail. Input: 1, Meta: 2.");
        assertKeyRefused(
                table, key("a", text, "c", number), "Validate PK name fail. Input: c, Meta: b.");
        assertKeyRefused(
                table, key("b", number, "a", text), "Validate PK name fail. Input: b, Meta: a.");
        assertKeyRefused(
                table,
                key("a", text, "b", text),
                "Validate PK type fail. Input: VT_STRING, Meta: VT_INTEGER.");
        assertKeyRefused(
                table,
                key("a", PrimaryKeyValue.fromBinary(new byte[1]), "b", number),
                "Validate PK type fail. Input: VT_BLOB, Meta: VT_STRING.");
    }

    @Test
    void refusesKeysThatNameNoRow() {
        String table = service.table(1);
        PrimaryKey lowest = key("pk", PrimaryKeyValue.INF_MIN);
        PrimaryKey highest = key("pk", PrimaryKeyValue.INF_MAX);
        assertInvalid(
                () -> service.put(table, lowest, column("c", 1)),
                "VT_INF_MIN is an invalid type for the primary key.");
        assertInvalid(
                () -> service.delete(table, highest),
                "VT_INF_MAX is an invalid type for the primary key.");
        assertInvalid(
                () -> service.read(table, lowest),
                "VT_INF_MIN is an invalid type for the primary key.");
    }

    @Test
    void takesKeyValuesOfUpToAKilobyte() {
        String table = service.table(1);
        String longest = "ü".repeat(512);
        service.put(table, key(longest), column("c", 1));
        assertThat(service.read(table, key(longest))).isNotNull();
        assertInvalid(
                () -> service.put(table, key(longest + "x"), column("c", 1)),
                "The length of primary key column: 'pk' exceeds the MaxLength:1024 with"
                        + " CurrentLength:1025.");
        assertInvalid(
                () -> service.read(table, key(longest + "x")),
                "The length of primary key column: 'pk' exceeds the MaxLength:1024 with"
                        + " CurrentLength:1025.");
    }

    @Test
    void takesValuesOfUpToTwoMegabytes() {
        String table = service.table(1);
        int limit = 2 * 1024 * 1024;
        String message =
                "The length of attribute column: 'c' exceeds the MaxLength:2097152 with"
                        + " CurrentLength:2097153.";
        service.put(table, key("a"), column("c", "x".repeat(limit)));
        assertThat(service.read(table, key("a")).getLatestColumn("c").getValue().asString())
                .hasSize(limit);
        assertInvalid(
                () -> service.put(table, key("a"), column("c", "x".repeat(limit + 1))), message);
        assertInvalid(
                () ->
                        service.put(
                                table,
                                key("a"),
                                new Column("c", ColumnValue.fromBinary(new byte[limit + 1]))),
                message);
    }

    @Test
    void takesUpTo1024ColumnsAtOnce() {
        String table = service.table(1);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
            columns.add(column("c" + i, i));
        }
        service.put(table, key("a"), columns.toArray(new Column[0]));
        assertThat(service.read(table, key("a")).getColumns()).hasSize(1024);
        RowUpdateChange more = new RowUpdateChange(table, key("a"));
        columns.forEach(
                column -> more.put(new Column("more" + column.getName(), column.getValue())));
        service.update(more);
        assertThat(service.read(table, key("a")).getColumns()).hasSize(2048);

        columns.add(column("one_more", 1));
        String message =
                "The number of attribute columns exceeds the limit, limit count: 1024, column"
                        + " count: 1025.";
        assertInvalid(() -> service.put(table, key("a"), columns.toArray(new Column[0])), message);
        RowUpdateChange deletes = new RowUpdateChange(table, key("a"));
        columns.forEach(column -> deletes.deleteColumns(column.getName()));
        assertInvalid(() -> service.update(deletes), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "#abc", "#公司", "# "})
    void refusesColumnNames(String name) {
        String table = service.table(1);
        String message = "Invalid column name: '" + name + "'.";
        assertInvalid(() -> service.put(table, key("a"), column(name, 1)), message);
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.deleteColumns(name);
        assertInvalid(() -> service.update(change), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"公司", ".", "a b", "'", "$x", "a#", "_#h", "\n", "0"})
    void takesColumnNames(String name) {
        String table = service.table(1);
        service.put(table, key("a"), column(name, 1));
        assertThat(values(service.read(table, key("a")))).containsExactly(name + "=1");
    }

    @Test
    void takesColumnNamesOfUpTo255Bytes() {
        String table = service.table(1);
        String longest = "c".repeat(255);
        service.put(table, key("a"), column(longest, 1));
        assertThat(values(service.read(table, key("a")))).containsExactly(longest + "=1");
        assertInvalid(
                () -> service.put(table, key("a"), column(longest + "c", 1)),
                "Invalid column name: '" + longest + "c'.");
    }

    @Test
    void refusesAnAttributeNamedLikeAKeyColumn() {
        String table = service.table(1);
        assertInvalid(
                () -> service.put(table, key("a"), column("pk", 1)),
                "Duplicated attribute column name with primary key column: 'pk'.");
    }

    @Test
    void refusesVersionsOutOfRange() {
        String table = service.table(1);
        assertInvalid(
                () -> service.put(table, key("a"), column("c", 1, Long.MAX_VALUE / 1000)),
                "Timestamp must be in range [0, INT64_MAX/1000).");
        long day = 86_400_000;
        long margin = 60_000;
        assertInvalid(
                () -> service.put(table, key("a"), column("c", 1, service.now() - day - margin)),
                "Invalid timestamp. Cell:c.");
        assertInvalid(
                () -> service.put(table, key("a"), column("c", 1, service.now() + day + margin)),
                "Invalid timestamp. Cell:c.");
        service.put(table, key("a"), column("c", 1, service.now() - day + margin));
        service.put(table, key("a"), column("c", 1, service.now() + day - margin));
    }

    @Test
    void takesOldVersionsWhereTheTableAllowsThem() {
        String table =
                service.table(
                        new TableOptions(-1, 3, Long.MAX_VALUE / 1_000_000),
                        pk("pk", PrimaryKeyType.STRING));
        service.put(table, key("a"), column("c", 1, 0), column("c", 2, 1));
        assertThat(cells(service.read(table, key("a")))).containsExactly("c=2@1", "c=1@0");
    }

    @Test
    void refusesUpdatesWhereTheTableForbidsThem() {
        TableOptions options = new TableOptions(-1, 1);
        options.setAllowUpdate(false);
        String table = service.table(options, pk("pk", PrimaryKeyType.STRING));
        service.put(table, key("a"), column("c", 1));
        assertInvalid(
                () -> update(table, new Condition(RowExistenceExpectation.IGNORE)),
                "UpdateRow is not allowed on table: '" + table + "'.");
        service.delete(table, key("a"));
    }

    @Test
    void refusesDoublesThatAreNoNumbers() {
        String table = service.table(1);
        assertInvalid(
                () ->
                        service.put(
                                table,
                                key("a"),
                                new Column("c", ColumnValue.fromDouble(Double.NaN))),
                "NaN can't be set to double value.");
        assertInvalid(
                () ->
                        service.put(
                                table,
                                key("a"),
                                new Column("c", ColumnValue.fromDouble(Double.NEGATIVE_INFINITY))),
                "Infinity can't be set to double value.");
    }

    @Test
    void refusesAnUpdateOfNothing() {
        String table = service.table(1);
        assertInvalid(
                () -> service.update(new RowUpdateChange(table, key("a"))),
                "Attribute column is missing.");
    }

    @Test
    void sortsStringsByTheirBytes() {
        String table = service.table(1);
        // In UTF-16 the astral character comes first, in UTF-8 the other.
        String astral = "🔑";
        String high = "\uffee";
        assertThat(astral.compareTo(high)).isNegative();
        service.put(table, key(astral), column("c", 1));
        service.put(table, key(high), column("c", 2));
        assertThat(service.rows(table))
                .extracting(row -> row.getPrimaryKey().getPrimaryKeyColumn(0).getValue().asString())
                .containsExactly(high, astral);
    }

    private static void increment(String table, Column by) {
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.increment(by);
        service.update(change);
    }

    private static CapacityUnit consumed(RowPutChange change) {
        return service.client()
                .putRow(new PutRowRequest(change))
                .getConsumedCapacity()
                .getCapacityUnit();
    }

    private static void put(String table, Condition condition) {
        RowPutChange change = new RowPutChange(table, key("a"));
        change.addColumn(column("c", 1));
        change.setCondition(condition);
        service.client().putRow(new PutRowRequest(change));
    }

    private static void update(String table, Condition condition) {
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.put(column("c", 1));
        change.setCondition(condition);
        service.update(change);
    }

    private static void delete(String table, Condition condition) {
        RowDeleteChange change = new RowDeleteChange(table, key("a"));
        change.setCondition(condition);
        service.client().deleteRow(new DeleteRowRequest(change));
    }

    private static void assertKeyRefused(String table, PrimaryKey key, String message) {
        assertRefused(() -> service.put(table, key, column("c", 1)), 400, "OTSInvalidPK", message);
        assertRefused(() -> service.read(table, key), 400, "OTSInvalidPK", message);
        assertRefused(() -> service.delete(table, key), 400, "OTSInvalidPK", message);
    }
}
