/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertConditionFails;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.key;
import static io.github.otsstream.emulator.operation.Service.pk;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.Condition;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowExistenceExpectation;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Data that outlives its table's time to live is gone, as the service's clock says. */
class TimeToLiveTest {

    private static final Duration DAY = Duration.ofDays(1);

    private Service service;
    private String table;

    @BeforeEach
    void start() {
        service = new Service();
        table =
                service.table(
                        new TableOptions((int) DAY.getSeconds(), 5, 10 * DAY.getSeconds()),
                        pk("pk", PrimaryKeyType.STRING));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void rowsExpire() {
        service.put(table, key("old"), column("c", 1));
        service.put(table, key("bare"));
        service.emulator().clock().advance(DAY.dividedBy(2));
        service.put(table, key("new"), column("c", 1));
        assertThat(service.rows(table)).hasSize(3);

        service.emulator().clock().advance(DAY.dividedBy(2).plusSeconds(1));
        assertThat(service.rows(table))
                .extracting(row -> row.getPrimaryKey())
                .containsExactly(key("new"));
        assertThat(service.read(table, key("old"))).isNull();
        assertThat(service.read(table, key("bare"))).isNull();
    }

    @Test
    void cellsExpireByTheirVersions() {
        long now = service.now();
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.put(column("c", 1, now - DAY.dividedBy(2).toMillis()));
        change.put(column("c", 2, now));
        change.put(column("d", 3, now - DAY.dividedBy(2).toMillis()));
        service.update(change);
        assertThat(values(service.read(table, key("a")))).containsExactly("c=2", "c=1", "d=3");

        service.emulator().clock().advance(DAY.dividedBy(2).plusSeconds(1));
        assertThat(values(service.read(table, key("a")))).containsExactly("c=2");
        service.emulator().clock().advance(DAY);
        assertThat(service.read(table, key("a"))).isNull();
    }

    @Test
    void anExpiredRowDoesNotExistForConditionsAndCounters() {
        RowUpdateChange change = new RowUpdateChange(table, key("a"));
        change.increment(column("n", 5));
        service.update(change);
        service.emulator().clock().advance(DAY.plusSeconds(1));

        RowPutChange expecting = new RowPutChange(table, key("a"));
        expecting.addColumn(column("c", 1));
        expecting.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        assertConditionFails(() -> service.client().putRow(new PutRowRequest(expecting)));
        service.update(change);
        assertThat(values(service.read(table, key("a")))).containsExactly("n=5");
    }

    @Test
    void theTimeToLiveCanBeChanged() {
        service.put(table, key("a"), column("c", 1));
        service.emulator().clock().advance(DAY.plusSeconds(1));
        assertThat(service.read(table, key("a"))).isNull();
        setTimeToLive(-1);
        assertThat(values(service.read(table, key("a")))).containsExactly("c=1");
        setTimeToLive(86_400);
        assertThat(service.read(table, key("a"))).isNull();
    }

    @Test
    void refusesVersionsThatHaveExpired() {
        long expired = service.now() - DAY.plusMinutes(1).toMillis();
        Service.assertInvalid(
                () -> service.put(table, key("a"), column("c", 1, expired)),
                "Invalid timestamp. Cell:c.");
    }

    private void setTimeToLive(int seconds) {
        TableOptions options = new TableOptions();
        options.setTimeToLive(seconds);
        UpdateTableRequest request = new UpdateTableRequest(table);
        request.setTableOptionsForUpdate(options);
        service.client().updateTable(request);
    }
}
