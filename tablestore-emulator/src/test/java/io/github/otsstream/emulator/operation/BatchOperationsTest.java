/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.cells;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.pk;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.BatchGetRowRequest;
import com.alicloud.openservices.tablestore.model.BatchGetRowResponse;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.BatchWriteRowResponse;
import com.alicloud.openservices.tablestore.model.CapacityUnit;
import com.alicloud.openservices.tablestore.model.Condition;
import com.alicloud.openservices.tablestore.model.MultiRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.ReturnType;
import com.alicloud.openservices.tablestore.model.RowChange;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowExistenceExpectation;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.TableOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** BatchGetRow and BatchWriteRow through the official client. */
class BatchOperationsTest {

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
    void readsRowsOfSeveralTablesInTheOrderAsked() {
        String first = service.table(1);
        String second = service.table(2);
        service.put(first, Service.key("a"), column("c", 1));
        service.put(first, Service.key("b"), column("c", 2));
        service.put(second, Service.key("a"), column("c", 3, service.now()), column("d", 4));
        BatchGetRowRequest request = new BatchGetRowRequest();
        request.addMultiRowQueryCriteria(rows(first, "b", "missing", "a"));
        MultiRowQueryCriteria columns = rows(second, "a");
        columns.addColumnsToGet("d");
        request.addMultiRowQueryCriteria(columns);

        BatchGetRowResponse response = service.client().batchGetRow(request);

        assertThat(response.isAllSucceed()).isTrue();
        List<BatchGetRowResponse.RowResult> results = response.getBatchGetRowResult(first);
        assertThat(values(results.get(0).getRow())).containsExactly("c=2");
        assertThat(results.get(1).getRow()).isNull();
        assertThat(results.get(1).getConsumedCapacity().getCapacityUnit())
                .isEqualTo(new CapacityUnit(1, 0));
        assertThat(values(results.get(2).getRow())).containsExactly("c=1");
        assertThat(values(response.getBatchGetRowResult(second).get(0).getRow()))
                .containsExactly("d=4");
    }

    @Test
    void answersAReadRowThatFailsWithItsError() {
        String table = service.table(1);
        service.put(table, Service.key("a"), column("c", 1));
        MultiRowQueryCriteria criteria = rows(table, "a");
        criteria.addRow(Service.key("other", PrimaryKeyValue.fromString("a")));
        BatchGetRowRequest request = new BatchGetRowRequest();
        request.addMultiRowQueryCriteria(criteria);
        request.addMultiRowQueryCriteria(rows("nowhere", "a"));

        BatchGetRowResponse response = service.client().batchGetRow(request);

        assertThat(response.getSucceedRows()).hasSize(1);
        assertThat(response.getFailedRows())
                .extracting(result -> result.getError().getCode() + result.getError().getMessage())
                .containsExactlyInAnyOrder(
                        "OTSInvalidPKValidate PK name fail. Input: other, Meta: pk.",
                        "OTSObjectNotExistRequested table does not exist.");
    }

    @Test
    void readsUpTo100RowsAtOnce() {
        String table = service.table(1);
        MultiRowQueryCriteria criteria = new MultiRowQueryCriteria(table);
        criteria.setMaxVersions(1);
        for (int i = 0; i < 100; i++) {
            criteria.addRow(Service.key("k" + i));
        }
        BatchGetRowRequest request = new BatchGetRowRequest();
        request.addMultiRowQueryCriteria(criteria);
        assertThat(service.client().batchGetRow(request).getSucceedRows()).hasSize(100);
        criteria.addRow(Service.key("k100"));
        assertInvalid(
                () -> service.client().batchGetRow(request),
                "Rows count exceeds the upper limit: 100.");
    }

    @Test
    void refusesABatchReadThatSaysNoVersions() {
        MultiRowQueryCriteria criteria = new MultiRowQueryCriteria(service.table(1));
        criteria.addRow(Service.key("a"));
        BatchGetRowRequest request = new BatchGetRowRequest();
        request.addMultiRowQueryCriteria(criteria);
        assertInvalid(
                () -> service.client().batchGetRow(request),
                "No version condition is specified while querying row.");
    }

    @Test
    void writesRowsOfSeveralTables() {
        String first = service.table(1);
        String second = service.table(1);
        service.put(first, Service.key("gone"), column("c", 1));
        RowUpdateChange update = new RowUpdateChange(second, Service.key("b"));
        update.increment(column("n", 2));
        update.setReturnType(ReturnType.RT_AFTER_MODIFY);
        update.addReturnColumn("n");
        BatchWriteRowResponse response =
                write(put(first, "a", 1), new RowDeleteChange(first, Service.key("gone")), update);

        assertThat(response.isAllSucceed()).isTrue();
        assertThat(values(response.getRowStatus(second).get(0).getRow())).containsExactly("n=2");
        assertThat(service.rows(first)).hasSize(1);
        assertThat(values(service.read(second, Service.key("b")))).containsExactly("n=2");
    }

    @Test
    void answersAWrittenRowThatFailsWithItsError() {
        String table = service.table(1);
        RowPutChange expecting = put(table, "missing", 1);
        expecting.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        RowPutChange misnamed =
                new RowPutChange(table, Service.key("other", PrimaryKeyValue.fromString("a")));
        BatchWriteRowResponse response =
                write(put(table, "a", 1), expecting, misnamed, put("nowhere", "a", 1));

        assertThat(response.getSucceedRows()).hasSize(1);
        assertThat(response.getFailedRows())
                .extracting(
                        result ->
                                result.getIndex()
                                        + result.getError().getCode()
                                        + result.getError().getMessage())
                .containsExactlyInAnyOrder(
                        "1OTSConditionCheckFailCondition check failed.",
                        "2OTSInvalidPKValidate PK name fail. Input: other, Meta: pk.",
                        "0OTSObjectNotExistRequested table does not exist.");
        assertThat(values(service.read(table, Service.key("a")))).containsExactly("c=1");
    }

    @Test
    void aWrongRowRefusesTheWholeBatch() {
        String table = service.table(1);
        RowPutChange wrong = put(table, "b", 1);
        wrong.addColumn(column("#", 1));
        assertInvalid(() -> write(put(table, "a", 1), wrong), "Invalid column name: '#'.");
        assertThat(service.rows(table)).isEmpty();
    }

    @Test
    void appliesChangesOfOneRowInOrder() {
        String table = service.table(1);
        RowUpdateChange update = new RowUpdateChange(table, Service.key("a"));
        update.put(column("d", 2));
        assertThat(
                        write(
                                        put(table, "a", 1),
                                        new RowDeleteChange(table, Service.key("a")),
                                        update)
                                .isAllSucceed())
                .isTrue();
        assertThat(values(service.read(table, Service.key("a")))).containsExactly("d=2");
    }

    @Test
    void refusesConditionsOnARowThatComesTwice() {
        String table = service.table(1);
        RowPutChange conditional = put(table, "a", 2);
        conditional.setCondition(new Condition(RowExistenceExpectation.EXPECT_NOT_EXIST));
        BatchWriteRowResponse response = write(put(table, "a", 1), conditional);
        assertThat(response.getFailedRows()).hasSize(1);
        assertThat(response.getFailedRows().get(0).getError().getMessage())
                .isEqualTo(
                        "Repeated rows do not support row exist expectation check in"
                                + " BatchModify.");
    }

    @Test
    void writesUpTo200RowsAtOnce() {
        String table = service.table(1);
        RowChange[] changes = new RowChange[201];
        for (int i = 0; i <= 200; i++) {
            changes[i] = put(table, "k" + i, i);
        }
        assertThat(write(Arrays.copyOf(changes, 200)).isAllSucceed()).isTrue();
        assertInvalid(() -> write(changes), "Rows count exceeds the upper limit: 200.");
    }

    @Test
    void writesUpToFourMegabytesAtOnce() {
        String table = service.table(1);
        int quarter = 1024 * 1024;
        int overhead = "pk".length() + 1 + 1;
        List<RowChange> changes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            RowPutChange change = new RowPutChange(table, Service.key(String.valueOf(i)));
            change.addColumn(column("c", "x".repeat(quarter - overhead)));
            changes.add(change);
        }
        assertThat(write(changes.toArray(new RowChange[0])).isAllSucceed()).isTrue();
        ((RowPutChange) changes.get(3)).addColumn(column("d", ""));
        assertInvalid(
                () -> write(changes.toArray(new RowChange[0])),
                "The total data size of BatchWriteRow request exceeds the limit, limit size:"
                        + " 4194304, data size: 4194305.");
    }

    @Test
    void refusesABatchOfNothing() {
        assertInvalid(BatchOperationsTest::write, "No row is specified in BatchWriteRow.");
        assertInvalid(
                () -> service.client().batchGetRow(new BatchGetRowRequest()),
                "No row specified in the request of BatchGetRow.");
    }

    @Test
    void anAtomicBatchIsWrittenWholly() {
        String table = partitioned();
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        request.setAtomic(true);
        for (int i = 0; i < 3; i++) {
            RowUpdateChange change = new RowUpdateChange(table, key("p", 1));
            change.increment(column("n", 1));
            request.addRowChange(change);
        }
        request.addRowChange(new RowPutChange(table, key("p", 2)));
        assertThat(service.client().batchWriteRow(request).isAllSucceed()).isTrue();
        assertThat(service.rows(table)).hasSize(2);
        assertThat(values(service.read(table, key("p", 1)))).containsExactly("n=3");
    }

    @Test
    void anAtomicBatchIsWrittenWhollyOrNotAtAll() {
        String table = partitioned();
        RowPutChange expecting = new RowPutChange(table, key("p", 2));
        expecting.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        request.setAtomic(true);
        request.addRowChange(new RowPutChange(table, key("p", 1)));
        request.addRowChange(expecting);
        BatchWriteRowResponse response = service.client().batchWriteRow(request);
        assertThat(response.getFailedRows())
                .extracting(result -> result.getError().getCode())
                .containsExactly("OTSConditionCheckFail", "OTSConditionCheckFail");
        assertThat(service.rows(table)).isEmpty();
    }

    @Test
    void anAtomicBatchIsOfOnePartitionKey() {
        String table = partitioned();
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        request.setAtomic(true);
        request.addRowChange(new RowPutChange(table, key("p", 1)));
        request.addRowChange(new RowPutChange(table, key("q", 1)));
        BatchWriteRowResponse response = service.client().batchWriteRow(request);
        assertThat(response.getFailedRows())
                .extracting(result -> result.getError().getCode() + result.getError().getMessage())
                .containsOnly(
                        "OTSDataOutOfRangeData out of scope of atomic. Atomic PartKey:p. Data"
                                + " PartKey:q")
                .hasSize(2);
        assertThat(service.rows(table)).isEmpty();
    }

    @Test
    void asyncClientWritesBatchesToo() throws Exception {
        String table = service.table(1);
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        long now = service.now();
        RowPutChange change = new RowPutChange(table, Service.key("a"));
        change.addColumn(column("c", 1, now));
        request.addRowChange(change);
        assertThat(service.async().batchWriteRow(request, null).get().isAllSucceed()).isTrue();
        BatchGetRowRequest get = new BatchGetRowRequest();
        get.addMultiRowQueryCriteria(rows(table, "a"));
        assertThat(
                        cells(
                                service.async()
                                        .batchGetRow(get, null)
                                        .get()
                                        .getSucceedRows()
                                        .get(0)
                                        .getRow()))
                .containsExactly("c=1@" + now);
    }

    private static BatchWriteRowResponse write(RowChange... changes) {
        BatchWriteRowRequest request = new BatchWriteRowRequest();
        for (RowChange change : changes) {
            request.addRowChange(change);
        }
        return service.client().batchWriteRow(request);
    }

    private static RowPutChange put(String table, String key, long value) {
        RowPutChange change = new RowPutChange(table, Service.key(key));
        change.addColumn(column("c", value));
        return change;
    }

    private static MultiRowQueryCriteria rows(String table, String... keys) {
        MultiRowQueryCriteria criteria = new MultiRowQueryCriteria(table);
        criteria.setMaxVersions(1);
        for (String key : keys) {
            criteria.addRow(Service.key(key));
        }
        return criteria;
    }

    private static String partitioned() {
        return service.table(
                new TableOptions(-1, 1),
                pk("a", PrimaryKeyType.STRING),
                pk("b", PrimaryKeyType.INTEGER));
    }

    private static PrimaryKey key(String a, long b) {
        return Service.key("a", PrimaryKeyValue.fromString(a), "b", PrimaryKeyValue.fromLong(b));
    }
}
