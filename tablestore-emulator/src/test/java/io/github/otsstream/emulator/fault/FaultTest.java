/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.alicloud.openservices.tablestore.ClientConfiguration;
import com.alicloud.openservices.tablestore.ClientException;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.model.BatchGetRowRequest;
import com.alicloud.openservices.tablestore.model.BatchGetRowResponse;
import com.alicloud.openservices.tablestore.model.Error;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.MultiRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.emulator.stream.EmptyPage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Faults as the official client meets them. */
class FaultTest {

    @RegisterExtension
    static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private final TablestoreEmulator emulator = EMULATOR.emulator();
    private final EmulatorControl control = emulator.control();
    private SyncClientInterface client;

    @BeforeEach
    void connect() {
        client = SdkClients.sync(emulator);
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Test
    void answersAnError() {
        control.faults(
                FaultPlan.of(
                        1,
                        FaultRule.error(503, "OTSServerBusy", "Server is busy.")
                                .onOperation("ListTable")
                                .afterSkipping(1)
                                .times(2)));

        client.listTable();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(client::listTable)
                    .isInstanceOfSatisfying(
                            TableStoreException.class,
                            error -> {
                                assertThat(error.getHttpStatus()).isEqualTo(503);
                                assertThat(error.getErrorCode()).isEqualTo("OTSServerBusy");
                                assertThat(error.getMessage()).isEqualTo("Server is busy.");
                            });
        }
        client.listTable();
        client.listStream(new ListStreamRequest());
        assertThat(control.counters("ListTable").calls()).isEqualTo(4);
        assertThat(control.counters("ListTable").errors()).containsEntry("OTSServerBusy", 2L);
    }

    @Test
    void answersSomeRowsOfABatchWithAnError() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        MultiRowQueryCriteria criteria = new MultiRowQueryCriteria("orders");
        criteria.setMaxVersions(1);
        for (int i = 0; i < 7; i++) {
            criteria.addRow(TestTables.key("key-" + i));
        }
        BatchGetRowRequest request = new BatchGetRowRequest();
        request.addMultiRowQueryCriteria(criteria);
        control.faults(
                FaultPlan.of(1, FaultRule.rowError(3, "OTSServerBusy", "Row is busy.").times(1)));
        BatchGetRowResponse response = client.batchGetRow(request);
        BatchGetRowResponse next = client.batchGetRow(request);

        assertThat(response.getFailedRows())
                .extracting(BatchGetRowResponse.RowResult::getIndex)
                .containsExactly(0, 3, 6);
        assertThat(response.getFailedRows().get(0).getError())
                .extracting(Error::getCode, Error::getMessage)
                .containsExactly("OTSServerBusy", "Row is busy.");
        assertThat(next.isAllSucceed()).isTrue();
    }

    @Test
    void delays() {
        control.faults(FaultPlan.of(1, FaultRule.latency(400).onOperation("ListStream")));
        Instant begin = Instant.now();
        client.listStream(new ListStreamRequest());

        assertThat(Duration.between(begin, Instant.now()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void delaysWithoutBlockingOthers() throws Exception {
        long longerThanThisTest = Duration.ofMinutes(10).toMillis();
        control.faults(
                FaultPlan.of(1, FaultRule.latency(longerThanThisTest).onOperation("ListStream")));
        List<Thread> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Thread thread =
                    new Thread(
                            () ->
                                    assertThatThrownBy(
                                                    () ->
                                                            client.listStream(
                                                                    new ListStreamRequest()))
                                            .isInstanceOf(ClientException.class));
            thread.start();
            slow.add(thread);
        }
        await().until(() -> control.counters("ListStream").calls() == slow.size());
        client.listTable();

        assertThat(slow).allMatch(Thread::isAlive);
        emulator.refuseConnections(true);
        emulator.refuseConnections(false);
        for (Thread thread : slow) {
            thread.join();
        }
    }

    @Test
    void dropsConnectionsBeforeServing() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        control.faults(FaultPlan.of(1, FaultRule.dropBefore().onOperation("PutRow").times(1)));

        assertThatThrownBy(() -> TestTables.put(client, "orders", "a", "1"))
                .isInstanceOf(ClientException.class);
        assertThat(rowExists("a")).isFalse();
        TestTables.put(client, "orders", "a", "1");
        assertThat(rowExists("a")).isTrue();
    }

    @Test
    void dropsConnectionsAfterServing() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        control.faults(FaultPlan.of(1, FaultRule.dropAfter().onOperation("PutRow").times(1)));

        assertThatThrownBy(() -> TestTables.put(client, "orders", "a", "1"))
                .isInstanceOf(ClientException.class);
        assertThat(rowExists("a")).isTrue();
    }

    @Test
    void refusesConnectionsAndForgetsNothing() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        assertThat(emulator.openConnections()).isPositive();
        emulator.refuseConnections(true);
        try {
            assertThat(emulator.openConnections()).isZero();
            assertThatThrownBy(() -> client.listTable()).isInstanceOf(ClientException.class);
        } finally {
            emulator.refuseConnections(false);
        }
        SyncClientInterface later = SdkClients.sync(emulator);
        assertThat(later.listTable().getTableNames()).containsExactly("orders");
        later.shutdown();
    }

    @Test
    void cutsBodies() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        control.faults(FaultPlan.of(1, FaultRule.truncateBody().times(1)));

        assertThatThrownBy(() -> client.listTable()).isInstanceOf(ClientException.class);
        assertThat(client.listTable().getTableNames()).containsExactly("orders");
    }

    @Test
    void corruptsBodies() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        ClientConfiguration plain = SdkClients.checkingConfiguration();
        plain.setEnableResponseCompression(false);
        SyncClientInterface plainClient = SdkClients.sync(emulator, plain);
        control.faults(FaultPlan.of(1, FaultRule.corruptBody().times(2)));

        assertThatThrownBy(() -> client.listTable()).isInstanceOf(ClientException.class);
        assertThatThrownBy(() -> plainClient.listTable())
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("MD5");
        assertThat(plainClient.listTable().getTableNames()).containsExactly("orders");
        plainClient.shutdown();
    }

    @Test
    void hidesRecordsOfOneShard() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        control.splitAt("orders", PrimaryKeyValue.fromString("m"));
        String parent = control.shards("orders").get(0).shardId();
        String child = control.shards("orders").get(1).shardId();
        TestTables.put(client, "orders", "a", "1");
        control.faults(
                FaultPlan.of(
                        1, FaultRule.emptyPage(EmptyPage.MORE_FOLLOWS).onShard(child).times(1)));

        assertThat(read(parent).getNextShardIterator()).isNull();
        GetStreamRecordResponse hidden = read(child);
        assertThat(hidden.getRecords()).isEmpty();
        assertThat(hidden.getMayMoreRecord()).isTrue();
        assertThat(read(child).getRecords()).hasSize(1);
    }

    @Test
    void stepsTheClock() {
        Instant before = emulator.clock().instant();
        control.faults(FaultPlan.of(1, FaultRule.clockStep(-3_600_000).times(1)));
        client.listTable();
        client.listTable();

        assertThat(emulator.clock().instant())
                .isBetween(before.minusSeconds(3_600), before.minusSeconds(3_000));
        control.advanceClock(Duration.ofHours(1));
    }

    @Test
    void oneSeedGivesOneCourseOfEvents() {
        FaultRule often =
                FaultRule.error(503, "OTSServerBusy", "Server is busy.").withProbability(0.3);
        assertThat(course(FaultPlan.of(5, often))).isEqualTo(course(FaultPlan.of(5, often)));
        assertThat(course(FaultPlan.of(5, often))).isNotEqualTo(course(FaultPlan.of(6, often)));
        assertThat(course(FaultPlan.of(5, often)).stream().filter(failed -> failed).count())
                .isBetween(200L, 400L);
    }

    private static List<Boolean> course(FaultPlan plan) {
        FaultInjector injector = new FaultInjector(plan);
        List<Boolean> course = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            course.add(injector.next("GetStreamRecord", "s").error() != null);
        }
        return course;
    }

    @Test
    void plansHaveAJsonForm() {
        FaultPlan plan =
                FaultPlan.of(
                        9,
                        FaultRule.latency(20, 5),
                        FaultRule.error(429, "OTSFlowControl", "Slow down.")
                                .onOperation("GetStreamRecord")
                                .onShard("s")
                                .afterSkipping(3)
                                .times(4)
                                .withProbability(0.5),
                        FaultRule.emptyPage(EmptyPage.SILENT),
                        FaultRule.rowError(2, "OTSServerBusy", "Row is busy."),
                        FaultRule.clockStep(-1));

        assertThat(FaultPlan.fromJson(plan.toJson()).toJson()).isEqualTo(plan.toJson());
        assertThat(plan.toJson()).contains("\"seed\":9", "\"status\":429", "\"emptyPage\"");
    }

    @Test
    void refusesPlansThatMakeNoSense() {
        assertRefused("[]", "Not a valid fault plan");
        assertRefused("null", "must be a JSON object");
        assertRefused("{\"rules\":[{\"effect\":\"ERROR\"}]}", "ERROR needs a status");
        assertRefused("{\"rules\":[{\"effect\":\"LATENCY\"}]}", "LATENCY needs millis");
        assertRefused(
                "{\"rules\":[{\"effect\":\"ROW_ERROR\",\"code\":\"OTSTimeout\"}]}",
                "ROW_ERROR needs a code, and every");
        assertRefused("{\"rules\":[{\"operation\":\"PutRow\"}]}", "effect");
        assertRefused("{\"rules\":[{\"effect\":\"DROP_AFTER\",\"odds\":1}]}", "odds");
        assertRefused(
                "{\"rules\":[{\"effect\":\"DROP_AFTER\",\"probability\":2}]}", "between 0 and 1");
        assertRefused("{\"rules\": ", "line 1");
    }

    private static void assertRefused(String json, String reason) {
        assertThatThrownBy(() -> FaultPlan.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private boolean rowExists(String id) {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria("orders", TestTables.key(id));
        criteria.setMaxVersions(1);
        return client.getRow(new GetRowRequest(criteria)).getRow() != null;
    }

    private GetStreamRecordResponse read(String shard) {
        String stream =
                client.listStream(new ListStreamRequest("orders"))
                        .getStreams()
                        .get(0)
                        .getStreamId();
        String iterator =
                client.getShardIterator(new GetShardIteratorRequest(stream, shard))
                        .getShardIterator();
        return client.getStreamRecord(new GetStreamRecordRequest(iterator));
    }
}
