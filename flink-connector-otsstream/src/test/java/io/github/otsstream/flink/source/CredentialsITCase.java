/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.flink.client.OtsCredentials;
import io.github.otsstream.flink.client.OtsCredentialsProvider;
import io.github.otsstream.flink.source.deserialization.JsonChangeSchema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs with each kind of credentials that can be had on one machine, and with changing ones. */
@Timeout(60)
class CredentialsITCase {

    private static final OtsCredentials KEYS = OtsCredentials.of("key-id", "key-secret");
    private static final OtsCredentials TEMPORARY =
            OtsCredentials.of("sts-id", "sts-secret", "sts-token");
    private static final OtsCredentials WRONG =
            OtsCredentials.of("sts-id", "sts-secret", "expired-token");

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

    private static TablestoreEmulator emulator;
    private static SyncClientInterface client;

    private static volatile OtsCredentials current;
    private static final Map<String, Long> RECORDS_BY_TABLE = new ConcurrentHashMap<>();

    private String table;
    private JobClient job;

    @BeforeAll
    static void startEmulator() {
        emulator =
                TablestoreEmulator.builder()
                        .accessKey(KEYS.getAccessKeyId(), KEYS.getAccessKeySecret())
                        .accessKey(
                                TEMPORARY.getAccessKeyId(),
                                TEMPORARY.getAccessKeySecret(),
                                TEMPORARY.getSecurityToken())
                        .start();
        client =
                SyncClients.create(
                        emulator.endpoint(),
                        KEYS.getAccessKeyId(),
                        KEYS.getAccessKeySecret(),
                        emulator.instanceName());
    }

    @AfterAll
    static void stopEmulator() {
        client.shutdown();
        emulator.close();
    }

    @BeforeEach
    void createTable() {
        table = "orders_" + emulator.control().tables().size();
        TableMeta meta = new TableMeta(table);
        meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
        CreateTableRequest request = new CreateTableRequest(meta, new TableOptions(-1, 1));
        request.setStreamSpecification(new StreamSpecification(true, 24));
        client.createTable(request);
    }

    @AfterEach
    void stop() throws Exception {
        TestJobs.cancel(job);
    }

    static Stream<OtsCredentialsProvider> providers() {
        return Stream.of(
                OtsCredentialsProvider.fixed(KEYS),
                OtsCredentialsProvider.fixed(TEMPORARY),
                OtsCredentialsProvider.systemProperties(),
                () -> TEMPORARY);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aJobReadsWithThem(OtsCredentialsProvider provider) throws Exception {
        System.setProperty("tablestore.accessKeyId", TEMPORARY.getAccessKeyId());
        System.setProperty("tablestore.accessKeySecret", TEMPORARY.getAccessKeySecret());
        System.setProperty("tablestore.sessionToken", TEMPORARY.getSecurityToken());
        try {
            start(provider);
            write();
            awaitRecords(1);
        } finally {
            List.of("accessKeyId", "accessKeySecret", "sessionToken")
                    .forEach(name -> System.clearProperty("tablestore." + name));
        }
    }

    @Test
    void aJobTakesOtherCredentialsWithoutARestart() throws Exception {
        current = KEYS;
        start(() -> current);
        write();
        awaitRecords(1);

        current = TEMPORARY;
        long reads = reads();
        Awaitility.await().until(() -> reads() > reads + 3);
        write();
        awaitRecords(2);

        // That it has asked for the others shows when these are refused.
        current = WRONG;
        assertThatThrownBy(() -> job.getJobExecutionResult().get(30, TimeUnit.SECONDS))
                .hasStackTraceContaining("GetStreamRecord of table '" + table + "'")
                .hasStackTraceContaining("OTSAuthFailed");
    }

    @Test
    void aJobOutlivesCredentialsThatExpireWhileARequestIsOnItsWay() throws Exception {
        current = TEMPORARY;
        start(new ExpiringNowAndThen());
        for (int i = 1; i <= 3; i++) {
            write();
            awaitRecords(i);
        }
        assertThat(emulator.control().counters("GetStreamRecord").errors())
                .containsKey("OTSAuthFailed");
    }

    /** Gives credentials that have expired each fourth time, and good ones when asked again. */
    private static final class ExpiringNowAndThen implements OtsCredentialsProvider {
        private static final long serialVersionUID = 1L;
        private transient int asked;

        @Override
        public synchronized OtsCredentials getCredentials() {
            return ++asked % 4 == 0 ? WRONG : TEMPORARY;
        }
    }

    private static long reads() {
        return emulator.control().counters("GetStreamRecord").calls();
    }

    private void write() {
        RowPutChange put =
                new RowPutChange(
                        table,
                        PrimaryKeyBuilder.createPrimaryKeyBuilder()
                                .addPrimaryKeyColumn("id", PrimaryKeyValue.fromLong(1))
                                .build());
        put.addColumn("value", ColumnValue.fromLong(1));
        client.putRow(new PutRowRequest(put));
    }

    private void awaitRecords(long count) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(RECORDS_BY_TABLE).containsEntry(table, count));
    }

    private void start(OtsCredentialsProvider provider) throws Exception {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        env.setParallelism(1);
        OtsStreamSource<String> source =
                OtsStreamSource.<String>builder()
                        .endpoint(emulator.endpoint())
                        .instanceName(emulator.instanceName())
                        .tableName(table)
                        .credentials(provider)
                        .deserializer(new JsonChangeSchema())
                        .build();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                .map(new Count(table))
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
    }

    /** Counts a table's records. */
    private static final class Count implements MapFunction<String, Long> {
        private static final long serialVersionUID = 1L;
        private final String table;

        private Count(String table) {
            this.table = table;
        }

        @Override
        public Long map(String record) {
            return RECORDS_BY_TABLE.merge(table, 1L, Long::sum);
        }
    }
}
