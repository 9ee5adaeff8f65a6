/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.assertRefused;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.pk;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.CapacityUnit;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.Direction;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.GetRangeResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** GetRange through the official client. */
class GetRangeTest {

    private static final PrimaryKeyValue MIN = PrimaryKeyValue.INF_MIN;
    private static final PrimaryKeyValue MAX = PrimaryKeyValue.INF_MAX;

    private static Service service;
    private static String table;

    @BeforeAll
    static void start() {
        service = new Service();
        table =
                service.table(
                        new TableOptions(-1, 1),
                        pk("a", PrimaryKeyType.STRING),
                        pk("b", PrimaryKeyType.INTEGER));
        for (String a : List.of("x", "y", "z")) {
            for (int b = 1; b <= 2; b++) {
                service.put(table, key(a, b), column("c", a + b), column("d", b));
            }
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void readsForwardFromTheFirstKeyToBeforeTheSecond() {
        assertThat(forward(key(MIN, MIN), key(MAX, MAX)))
                .containsExactly("x1", "x2", "y1", "y2", "z1", "z2");
        assertThat(forward(key("x", 2), key("z", 1))).containsExactly("x2", "y1", "y2");
        assertThat(forward(key(of("x"), MIN), key(of("x"), MAX))).containsExactly("x1", "x2");
        assertThat(forward(key(of("x"), MAX), key(of("z"), MIN))).containsExactly("y1", "y2");
        assertThat(forward(key("a", 1), key("b", 1))).isEmpty();
    }

    @Test
    void readsBackward() {
        assertThat(backward(key(MAX, MAX), key(MIN, MIN)))
                .containsExactly("z2", "z1", "y2", "y1", "x2", "x1");
        assertThat(backward(key("z", 1), key("x", 2))).containsExactly("z1", "y2", "y1");
        assertThat(backward(key(of("y"), MAX), key(of("y"), MIN))).containsExactly("y2", "y1");
    }

    @Test
    void refusesRangesOfTheWrongDirection() {
        String forward = "Begin key must less than end key in FORWARD";
        String backward = "Begin key must more than end key in BACKWARD";
        assertInvalid(() -> forward(key("x", 2), key("x", 1)), forward);
        assertInvalid(() -> forward(key("x", 1), key("x", 1)), forward);
        assertInvalid(() -> forward(key(MAX, MAX), key(MIN, MIN)), forward);
        assertInvalid(() -> backward(key("x", 1), key("x", 2)), backward);
        assertInvalid(() -> backward(key("x", 1), key("x", 1)), backward);
    }

    @Test
    void refusesKeysThatDoNotFit() {
        PrimaryKey shorter = Service.key("a", MIN);
        assertRefused(
                () -> forward(shorter, Service.key("a", MAX)),
                400,
                "OTSInvalidPK",
                "Validate PK size fail. Input: 1, Meta: 2.");
    }

    @Test
    void endsAfterTheLimitAndGoesOnFromThere() {
        for (Direction direction : Direction.values()) {
            boolean ascending = direction == Direction.FORWARD;
            List<String> pages = new ArrayList<>();
            PrimaryKey next = ascending ? key(MIN, MIN) : key(MAX, MAX);
            PrimaryKey end = ascending ? key(MAX, MAX) : key(MIN, MIN);
            while (next != null) {
                RangeRowQueryCriteria criteria = criteria(table, direction, next, end);
                criteria.setLimit(4);
                GetRangeResponse response = range(criteria);
                pages.add(rows(response.getRows()).toString());
                next = response.getNextStartPrimaryKey();
            }
            assertThat(pages)
                    .containsExactly(
                            ascending ? "[x1, x2, y1, y2]" : "[z2, z1, y2, y1]",
                            ascending ? "[z1, z2]" : "[x2, x1]");
        }
    }

    @Test
    void aLimitThatReachesTheEndLeavesNothing() {
        RangeRowQueryCriteria criteria =
                criteria(table, Direction.FORWARD, key(MIN, MIN), key(MAX, MAX));
        criteria.setLimit(6);
        assertThat(range(criteria).getNextStartPrimaryKey()).isNull();
    }

    @Test
    void selectsColumnsAndLeavesOutRowsWithoutThem() {
        String sparse = service.table(1);
        service.put(sparse, Service.key("1"), column("c", 1), column("d", 1));
        service.put(sparse, Service.key("2"), column("d", 2));
        service.put(sparse, Service.key("3"), column("c", 3));
        RangeRowQueryCriteria criteria =
                criteria(sparse, Direction.FORWARD, Service.key("pk", MIN), Service.key("pk", MAX));
        criteria.addColumnsToGet("c");
        assertThat(range(criteria).getRows())
                .extracting(row -> values(row).toString())
                .containsExactly("[c=1]", "[c=3]");
    }

    @Test
    void countsFilteredRowsAgainstThePageButNotTheLimit() {
        RangeRowQueryCriteria criteria =
                criteria(table, Direction.FORWARD, key(MIN, MIN), key(MAX, MAX));
        criteria.setLimit(2);
        criteria.setFilter(
                new SingleColumnValueFilter(
                        "d",
                        SingleColumnValueFilter.CompareOperator.EQUAL,
                        ColumnValue.fromLong(2)));
        GetRangeResponse response = range(criteria);
        assertThat(rows(response.getRows())).containsExactly("x2", "y2");
        assertThat(response.getNextStartPrimaryKey()).isEqualTo(key("z", 1));
    }

    @Test
    void onePageHasAtMostFiveThousandRows() {
        String big = service.table(new TableOptions(-1, 1), pk("pk", PrimaryKeyType.INTEGER));
        BatchWriteRowRequest batch = new BatchWriteRowRequest();
        for (int i = 0; i <= 5000; i++) {
            RowPutChange change =
                    new RowPutChange(big, Service.key("pk", PrimaryKeyValue.fromLong(i)));
            change.addColumn(column("c", i));
            batch.addRowChange(change);
            if (batch.getRowsCount() == 200 || i == 5000) {
                service.client().batchWriteRow(batch);
                batch = new BatchWriteRowRequest();
            }
        }
        GetRangeResponse response =
                range(
                        criteria(
                                big,
                                Direction.FORWARD,
                                Service.key("pk", MIN),
                                Service.key("pk", MAX)));
        assertThat(response.getRows()).hasSize(5000);
        assertThat(response.getNextStartPrimaryKey())
                .isEqualTo(Service.key("pk", PrimaryKeyValue.fromLong(5000)));
    }

    @Test
    void onePageEndsWithTheRowThatReachesFourMegabytes() {
        String big = service.table(1);
        String megabyte = "x".repeat(1024 * 1024);
        for (int i = 0; i < 6; i++) {
            service.put(big, Service.key("row" + i), column("c", megabyte));
        }
        GetRangeResponse response =
                range(
                        criteria(
                                big,
                                Direction.FORWARD,
                                Service.key("pk", MIN),
                                Service.key("pk", MAX)));
        assertThat(response.getRows()).hasSize(4);
        assertThat(response.getNextStartPrimaryKey()).isEqualTo(Service.key("row4"));
        assertThat(response.getConsumedCapacity().getCapacityUnit())
                .isEqualTo(new CapacityUnit(1025, 0));
        assertThat(service.rows(big)).hasSize(6);
    }

    @Test
    void anEmptyRangeCostsOneUnit() {
        String empty = service.table(1);
        GetRangeResponse response =
                range(
                        criteria(
                                empty,
                                Direction.BACKWARD,
                                Service.key("pk", MAX),
                                Service.key("pk", MIN)));
        assertThat(response.getRows()).isEmpty();
        assertThat(response.getNextStartPrimaryKey()).isNull();
        assertThat(response.getConsumedCapacity().getCapacityUnit())
                .isEqualTo(new CapacityUnit(1, 0));
    }

    @Test
    void asyncClientReadsRangesToo() throws Exception {
        GetRangeRequest request =
                new GetRangeRequest(
                        criteria(table, Direction.FORWARD, key(MIN, MIN), key(MAX, MAX)));
        assertThat(rows(service.async().getRange(request, null).get().getRows())).hasSize(6);
    }

    private static List<String> forward(PrimaryKey begin, PrimaryKey end) {
        return rows(range(criteria(table, Direction.FORWARD, begin, end)).getRows());
    }

    private static List<String> backward(PrimaryKey begin, PrimaryKey end) {
        return rows(range(criteria(table, Direction.BACKWARD, begin, end)).getRows());
    }

    private static RangeRowQueryCriteria criteria(
            String name, Direction direction, PrimaryKey begin, PrimaryKey end) {
        RangeRowQueryCriteria criteria = new RangeRowQueryCriteria(name);
        criteria.setDirection(direction);
        criteria.setInclusiveStartPrimaryKey(begin);
        criteria.setExclusiveEndPrimaryKey(end);
        criteria.setMaxVersions(1);
        return criteria;
    }

    private static GetRangeResponse range(RangeRowQueryCriteria criteria) {
        return service.client().getRange(new GetRangeRequest(criteria));
    }

    private static List<String> rows(List<Row> rows) {
        List<String> text = new ArrayList<>();
        rows.forEach(row -> text.add(row.getLatestColumn("c").getValue().asString()));
        return text;
    }

    private static PrimaryKeyValue of(String value) {
        return PrimaryKeyValue.fromString(value);
    }

    private static PrimaryKey key(String a, long b) {
        return key(of(a), PrimaryKeyValue.fromLong(b));
    }

    private static PrimaryKey key(PrimaryKeyValue a, PrimaryKeyValue b) {
        return Service.key("a", a, "b", b);
    }
}
