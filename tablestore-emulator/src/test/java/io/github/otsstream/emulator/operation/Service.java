/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RangeIteratorParameter;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An emulator with official clients of it, and short ways to say what tests say often. */
final class Service implements AutoCloseable {

    private final AtomicInteger tables = new AtomicInteger();
    private final TablestoreEmulator emulator;
    private final SyncClientInterface client;
    private final AsyncClient async;

    Service() {
        emulator = TablestoreEmulator.builder().clock(new EmulatorClock(Clock.systemUTC())).start();
        client = SdkClients.sync(emulator);
        async = SdkClients.async(emulator);
    }

    TablestoreEmulator emulator() {
        return emulator;
    }

    SyncClientInterface client() {
        return client;
    }

    AsyncClient async() {
        return async;
    }

    long now() {
        return emulator.clock().millis();
    }

    /** Creates a table of one STRING key column {@code pk}, and names it. */
    String table(int maxVersions) {
        return table(new TableOptions(-1, maxVersions), pk("pk", PrimaryKeyType.STRING));
    }

    /** Creates a table, and names it. */
    String table(TableOptions options, PrimaryKeySchema... key) {
        String name = "t" + tables.incrementAndGet();
        TableMeta meta = new TableMeta(name);
        for (PrimaryKeySchema column : key) {
            meta.addPrimaryKeyColumn(column);
        }
        client.createTable(new CreateTableRequest(meta, options));
        return name;
    }

    void put(String table, PrimaryKey key, Column... columns) {
        RowPutChange change = new RowPutChange(table, key);
        change.addColumns(columns);
        client.putRow(new PutRowRequest(change));
    }

    void update(RowUpdateChange change) {
        client.updateRow(new UpdateRowRequest(change));
    }

    void delete(String table, PrimaryKey key) {
        client.deleteRow(new DeleteRowRequest(new RowDeleteChange(table, key)));
    }

    /** All versions of a row; null if there is none. */
    Row read(String table, PrimaryKey key) {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria(table, key);
        criteria.setMaxVersions(Integer.MAX_VALUE);
        return read(criteria);
    }

    Row read(SingleRowQueryCriteria criteria) {
        return client.getRow(new GetRowRequest(criteria)).getRow();
    }

    /** All rows of a table in order, newest versions only, read page by page. */
    List<Row> rows(String table) {
        RangeIteratorParameter range = new RangeIteratorParameter(table);
        List<PrimaryKeySchema> schema =
                client.describeTable(new DescribeTableRequest(table))
                        .getTableMeta()
                        .getPrimaryKeyList();
        range.setInclusiveStartPrimaryKey(infinite(schema, PrimaryKeyValue.INF_MIN));
        range.setExclusiveEndPrimaryKey(infinite(schema, PrimaryKeyValue.INF_MAX));
        range.setMaxVersions(1);
        List<Row> rows = new ArrayList<>();
        client.createRangeIterator(range).forEachRemaining(rows::add);
        return rows;
    }

    private static PrimaryKey infinite(List<PrimaryKeySchema> schema, PrimaryKeyValue value) {
        List<PrimaryKeyColumn> columns = new ArrayList<>();
        schema.forEach(column -> columns.add(new PrimaryKeyColumn(column.getName(), value)));
        return new PrimaryKey(columns);
    }

    /** Cells as {@code name=value@version}. */
    static List<String> cells(Row row) {
        List<String> text = new ArrayList<>();
        for (Column column : row.getColumns()) {
            text.add(column.getName() + "=" + column.getValue() + "@" + column.getTimestamp());
        }
        return text;
    }

    /** Cells as {@code name=value}. */
    static List<String> values(Row row) {
        List<String> text = new ArrayList<>();
        for (Column column : row.getColumns()) {
            text.add(column.getName() + "=" + column.getValue());
        }
        return text;
    }

    static PrimaryKeySchema pk(String name, PrimaryKeyType type) {
        return new PrimaryKeySchema(name, type);
    }

    static PrimaryKey key(String value) {
        return key("pk", PrimaryKeyValue.fromString(value));
    }

    /** A key of alternating names and values. */
    static PrimaryKey key(Object... namesAndValues) {
        List<PrimaryKeyColumn> columns = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.add(
                    new PrimaryKeyColumn(
                            (String) namesAndValues[i], (PrimaryKeyValue) namesAndValues[i + 1]));
        }
        return new PrimaryKey(columns);
    }

    static Column column(String name, long value) {
        return new Column(name, ColumnValue.fromLong(value));
    }

    static Column column(String name, String value) {
        return new Column(name, ColumnValue.fromString(value));
    }

    static Column column(String name, long value, long version) {
        return new Column(name, ColumnValue.fromLong(value), version);
    }

    static void assertInvalid(ThrowingCallable call, String message) {
        assertRefused(call, 400, "OTSParameterInvalid", message);
    }

    static void assertRefused(ThrowingCallable call, int status, String code, String message) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(TableStoreException.class);
        TableStoreException e = (TableStoreException) thrown;
        assertThat(e.getErrorCode() + ": " + e.getMessage()).isEqualTo(code + ": " + message);
        assertThat(e.getHttpStatus()).isEqualTo(status);
        assertThat(e.getRequestId()).isNotEmpty();
    }

    static void assertConditionFails(ThrowingCallable call) {
        assertRefused(call, 403, "OTSConditionCheckFail", "Condition check failed.");
    }

    @Override
    public void close() {
        client.shutdown();
        async.shutdown();
        emulator.close();
    }
}
