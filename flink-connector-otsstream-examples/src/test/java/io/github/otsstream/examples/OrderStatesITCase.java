/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The jobs that show changes as they are, on a table of the emulator. */
class OrderStatesITCase {

    private TablestoreEmulator emulator;
    private SyncClientInterface client;

    @BeforeEach
    void createTable() {
        emulator = TablestoreEmulator.builder().start();
        client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta("orders");
        meta.addPrimaryKeyColumn(new PrimaryKeySchema("order_id", PrimaryKeyType.STRING));
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
    }

    @AfterEach
    void close() {
        client.shutdown();
        emulator.close();
    }

    private void update(String order, String column, String value) {
        PrimaryKey key =
                PrimaryKeyBuilder.createPrimaryKeyBuilder()
                        .addPrimaryKeyColumn("order_id", PrimaryKeyValue.fromString(order))
                        .build();
        RowUpdateChange change = new RowUpdateChange("orders", key);
        change.put(column, ColumnValue.fromString(value));
        client.updateRow(new UpdateRowRequest(change));
    }

    @Test
    void followsTheStatesOfOrders() throws Exception {
        update("order-1", "state", "new");
        update("order-2", "state", "new");
        update("order-1", "note", "gift");
        update("order-1", "state", "paid");

        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        assertThat(
                        OrderStates.states(
                                        env,
                                        emulator.endpoint(),
                                        emulator.instanceName(),
                                        emulator.accessKeyId(),
                                        emulator.accessKeySecret())
                                .executeAndCollect(3))
                .containsExactly("order-1 is new", "order-2 is new", "order-1 is paid");
    }

    @Test
    void printsChangesAsJson() throws Exception {
        update("order-1", "state", "new");
        update("order-2", "note", "gift");

        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        ExampleTable table =
                CommandLine.populateCommand(
                        new ExampleTable(),
                        "--endpoint=" + emulator.endpoint(),
                        "--instance=" + emulator.instanceName(),
                        "--table=orders",
                        "--access-key-id=" + emulator.accessKeyId(),
                        "--access-key-secret=" + emulator.accessKeySecret());
        assertThat(ChangesToConsole.changes(env, table).executeAndCollect(2))
                .satisfiesExactly(
                        change -> assertThat(change).contains("\"order-1\"", "\"new\""),
                        change -> assertThat(change).contains("\"order-2\"", "\"gift\""));
    }
}
