/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.key;
import static io.github.otsstream.emulator.operation.Service.pk;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.BatchWriteRowResponse;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.Condition;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyOption;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.ReturnType;
import com.alicloud.openservices.tablestore.model.RowExistenceExpectation;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import com.alicloud.openservices.tablestore.model.condition.SingleColumnValueCondition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables whose last key column the service fills in, through the official client. */
class AutoIncrementTest {

    private static Service service;

    private String table;

    @BeforeAll
    static void start() {
        service = new Service();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void createTable() {
        table =
                service.table(
                        new TableOptions(-1, 1),
                        pk("pk", PrimaryKeyType.STRING),
                        new PrimaryKeySchema(
                                "id", PrimaryKeyType.INTEGER, PrimaryKeyOption.AUTO_INCREMENT));
    }

    @Test
    void everyPutMakesANewRowWithAGreaterKey() {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PrimaryKey key = insert();
            ids.add(key.getPrimaryKeyColumn("id").getValue().asLong());
            assertThat(values(service.read(table, key))).containsExactly("c=1");
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(service.rows(table)).hasSize(5);
    }

    @Test
    void updatesMakeRowsToo() {
        RowUpdateChange change = new RowUpdateChange(table, placeholder());
        change.put(column("c", 1));
        change.setReturnType(ReturnType.RT_PK);
        PrimaryKey key =
                service.client().updateRow(new UpdateRowRequest(change)).getRow().getPrimaryKey();
        assertThat(values(service.read(table, key))).containsExactly("c=1");
    }

    @Test
    void aBatchMayHoldManyPlaceholders() {
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        for (int i = 0; i < 3; i++) {
            request.addRowChange(put(placeholder()));
        }
        BatchWriteRowResponse response = service.client().batchWriteRow(request);
        assertThat(response.isAllSucceed()).isTrue();
        assertThat(response.getSucceedRows())
                .extracting(result -> result.getRow().getPrimaryKey())
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    void aKnownRowCanBeWrittenOnlyIfItIsExpected() {
        PrimaryKey key = insert();
        RowUpdateChange change = new RowUpdateChange(table, key);
        change.put(column("d", 2));
        assertInvalid(
                () -> service.update(change),
                "Invalid expect: IGNORE when modify a specific row for table with pk auto"
                        + " increment.");
        change.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        service.update(change);
        assertThat(values(service.read(table, key))).containsExactly("c=1", "d=2");
        service.delete(table, key);
        assertThat(service.rows(table)).isEmpty();
    }

    @Test
    void refusesPlaceholdersWithConditionsAndInDeletesAndReads() {
        RowPutChange expecting = put(placeholder());
        expecting.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        assertInvalid(
                () -> service.client().putRow(new PutRowRequest(expecting)),
                "Invalid expect:EXPECT_EXIST when modify row with pk auto increment.");
        RowPutChange conditional = put(placeholder());
        Condition condition = new Condition(RowExistenceExpectation.IGNORE);
        condition.setColumnCondition(
                new SingleColumnValueCondition(
                        "c",
                        SingleColumnValueCondition.CompareOperator.EQUAL,
                        ColumnValue.fromLong(1)));
        conditional.setCondition(condition);
        assertInvalid(
                () -> service.client().putRow(new PutRowRequest(conditional)),
                "Can't set condition when modify row with pk auto increment.");
        assertInvalid(
                () -> service.delete(table, placeholder()),
                "Invalid row to delete which with pk auto increment.");
        assertInvalid(
                () -> service.read(table, placeholder()),
                "PKAutoIncr can't be used for read operations.");
    }

    @Test
    void refusesAPlaceholderElsewhere() {
        String plain = service.table(1);
        Service.assertRefused(
                () -> service.put(plain, key("pk", PrimaryKeyValue.AUTO_INCREMENT), column("c", 1)),
                400,
                "OTSInvalidPK",
                "Validate PK type fail. Input: VT_AUTO_INCREMENT, Meta: VT_STRING.");
    }

    private PrimaryKey insert() {
        return service.client()
                .putRow(new PutRowRequest(put(placeholder())))
                .getRow()
                .getPrimaryKey();
    }

    private RowPutChange put(PrimaryKey key) {
        RowPutChange change = new RowPutChange(table, key);
        change.addColumn(column("c", 1));
        change.setReturnType(ReturnType.RT_PK);
        return change;
    }

    private static PrimaryKey placeholder() {
        return key("pk", PrimaryKeyValue.fromString("a"), "id", PrimaryKeyValue.AUTO_INCREMENT);
    }
}
