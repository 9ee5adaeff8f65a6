/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.cells;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.key;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.CapacityUnit;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.TimeRange;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** GetRow's choice of columns and versions, through the official client. */
class RowReadTest {

    private static Service service;
    private static String table;
    private static long now;

    @BeforeAll
    static void start() {
        service = new Service();
        table = service.table(10);
        now = service.now();
        service.put(
                table,
                key("row"),
                column("a", 1, now),
                column("b", 1, now),
                column("b", 2, now + 1),
                column("b", 3, now + 2),
                column("c", 1, now + 2));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void readsTheNewestVersions() {
        assertThat(read(c -> c.setMaxVersions(1))).containsExactly("a=1@0", "b=3@2", "c=1@2");
        assertThat(read(c -> c.setMaxVersions(2)))
                .containsExactly("a=1@0", "b=3@2", "b=2@1", "c=1@2");
        assertThat(read(c -> c.setMaxVersions(99)))
                .containsExactly("a=1@0", "b=3@2", "b=2@1", "b=1@0", "c=1@2");
    }

    @Test
    void readsVersionsOfATime() {
        assertThat(read(c -> c.setTimestamp(now + 1))).containsExactly("b=2@1");
        assertThat(read(c -> c.setTimestamp(now + 2))).containsExactly("b=3@2", "c=1@2");
    }

    @Test
    void readsVersionsOfATimeRange() {
        assertThat(read(c -> c.setTimeRange(new TimeRange(now, now + 2))))
                .containsExactly("a=1@0", "b=2@1", "b=1@0");
        assertThat(
                        read(
                                c -> {
                                    c.setTimeRange(new TimeRange(now, now + 2));
                                    c.setMaxVersions(1);
                                }))
                .containsExactly("a=1@0", "b=2@1");
    }

    @Test
    void readsNamedColumns() {
        assertThat(
                        read(
                                c -> {
                                    c.setMaxVersions(1);
                                    c.addColumnsToGet("c");
                                    c.addColumnsToGet("a");
                                    c.addColumnsToGet("missing");
                                }))
                .containsExactly("a=1@0", "c=1@2");
    }

    @Test
    void readsAnIntervalOfColumns() {
        assertThat(
                        read(
                                c -> {
                                    c.setMaxVersions(1);
                                    c.setStartColumn("b");
                                    c.setEndColumn("c");
                                }))
                .containsExactly("b=3@2");
        assertThat(
                        read(
                                c -> {
                                    c.setMaxVersions(1);
                                    c.setStartColumn("b");
                                }))
                .containsExactly("b=3@2", "c=1@2");
    }

    @Test
    void findsNoRowWithoutTheNamedColumns() {
        SingleRowQueryCriteria criteria = criteria("row");
        criteria.setMaxVersions(1);
        criteria.addColumnsToGet("missing");
        assertThat(service.read(criteria)).isNull();
        criteria.addColumnsToGet("pk");
        assertThat(service.read(criteria).getPrimaryKey()).isEqualTo(key("row"));
        assertThat(service.read(criteria).isEmpty()).isTrue();
    }

    @Test
    void findsNoRowOfAnotherKeyAndBillsTheSearch() {
        SingleRowQueryCriteria criteria = criteria("another");
        criteria.setMaxVersions(1);
        var response = service.client().getRow(new GetRowRequest(criteria));
        assertThat(response.getRow()).isNull();
        assertThat(response.getConsumedCapacity().getCapacityUnit())
                .isEqualTo(new CapacityUnit(1, 0));
    }

    @Test
    void hidesVersionsThatTheTableNoLongerKeeps() {
        String shrunk = service.table(3);
        service.put(
                shrunk,
                key("row"),
                column("c", 1, now),
                column("c", 2, now + 1),
                column("c", 3, now + 2));
        setMaxVersions(shrunk, 1);
        assertThat(values(service.read(shrunk, key("row")))).containsExactly("c=3");
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria(shrunk, key("row"));
        criteria.setTimestamp(now);
        assertThat(service.read(criteria).isEmpty()).isTrue();
        setMaxVersions(shrunk, 2);
        assertThat(values(service.read(shrunk, key("row")))).containsExactly("c=3", "c=2");
    }

    @Test
    void refusesAReadThatSaysNoVersions() {
        assertInvalid(() -> service.read(criteria("row")), "No version condition is specified.");
    }

    @Test
    void refusesColumnNamesAndTooManyOfThem() {
        SingleRowQueryCriteria named = criteria("row");
        named.addColumnsToGet("#");
        assertInvalid(() -> service.read(named), "Invalid column name: '#'.");

        SingleRowQueryCriteria many = criteria("row");
        many.setMaxVersions(1);
        for (int i = 0; i < 1025; i++) {
            many.addColumnsToGet("c" + i);
        }
        assertInvalid(
                () -> service.read(many),
                "The number of columns from the request exceeds the limit, limit count: 1024,"
                        + " column count: 1025.");
    }

    @Test
    void refusesATransactionItNeverBegan() {
        SingleRowQueryCriteria criteria = criteria("row");
        criteria.setMaxVersions(1);
        GetRowRequest request = new GetRowRequest(criteria);
        request.setTransactionId("unknown");
        assertInvalid(() -> service.client().getRow(request), "TransactionID is invalid.");
    }

    private static List<String> read(Consumer<SingleRowQueryCriteria> query) {
        SingleRowQueryCriteria criteria = criteria("row");
        query.accept(criteria);
        List<String> cells = cells(service.read(criteria));
        cells.replaceAll(
                cell -> {
                    int at = cell.indexOf('@') + 1;
                    return cell.substring(0, at) + (Long.parseLong(cell.substring(at)) - now);
                });
        return cells;
    }

    private static SingleRowQueryCriteria criteria(String key) {
        return new SingleRowQueryCriteria(table, key(key));
    }

    private static void setMaxVersions(String name, int maxVersions) {
        TableOptions options = new TableOptions();
        options.setMaxVersions(maxVersions);
        UpdateTableRequest request = new UpdateTableRequest(name);
        request.setTableOptionsForUpdate(options);
        service.client().updateTable(request);
    }
}
