/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.ClientException;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.TimeseriesClientInterface;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SyncClientsTest {

    @RegisterExtension
    final TablestoreEmulatorExtension extension = TablestoreEmulatorExtension.create();

    private SyncClientInterface client;

    @BeforeEach
    void connect(TablestoreEmulator emulator) {
        client = SyncClients.of(emulator);
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Test
    void answersAndErrorsAreThoseOfTheSdk(TablestoreEmulator emulator) {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);

        assertThat(client.listTable().getTableNames()).containsExactly("orders");
        assertThatThrownBy(() -> client.describeTable(new DescribeTableRequest("none")))
                .isInstanceOfSatisfying(
                        TableStoreException.class,
                        error -> assertThat(error.getErrorCode()).isEqualTo("OTSObjectNotExist"));
        assertThat(emulator.control().counters("DescribeTable").calls()).isEqualTo(1);
        emulator.close();
        assertThatThrownBy(client::listTable).isInstanceOf(ClientException.class);
    }

    @Test
    void timeSeriesGoOverTheSameConnections(TablestoreEmulator emulator) {
        TimeseriesClientInterface timeseries = SyncClients.timeseries(client);

        assertThat(timeseries.listTimeseriesTable().getTimeseriesTableNames()).isEmpty();
        client.listTable();
        assertThat(emulator.openConnections()).isEqualTo(1);
    }
}
