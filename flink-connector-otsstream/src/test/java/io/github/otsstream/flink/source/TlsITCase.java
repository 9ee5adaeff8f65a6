/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.OtsConnection;
import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.PrivateAuthority;
import io.github.otsstream.flink.client.RetryPolicy;
import io.github.otsstream.flink.client.StreamService;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs and calls over TLS, to servers with certificates that are trusted, and that are not. */
@Timeout(120)
class TlsITCase {

    private static final String TABLE = "orders";

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

    @TempDir private static Path directory;

    private static PrivateAuthority authority;
    private static SSLContext certified;
    private static TablestoreEmulator emulator;
    private static TablestoreEmulator misnamed;

    @BeforeAll
    static void start() throws Exception {
        authority = new PrivateAuthority(directory.resolve("right"));
        certified = authority.serverFor("ip:127.0.0.1");
        emulator = TablestoreEmulator.builder().tls(certified).start();
        misnamed =
                TablestoreEmulator.builder()
                        .tls(authority.serverFor("dns:another.example"))
                        .start();
        // The writer is the SDK's own client, which knows no other trust.
        trustedByJava(
                () -> {
                    try (KeyRangeTable table = new KeyRangeTable(emulator, TABLE)) {
                        table.write(0, "first");
                        table.write(0, "second");
                    }
                    return null;
                });
    }

    @AfterAll
    static void stop() {
        emulator.close();
        misnamed.close();
    }

    private static <T> T trustedByJava(Callable<T> action) throws Exception {
        System.setProperty("javax.net.ssl.trustStore", authority.trustStore().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", authority.password());
        try {
            return action.call();
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    private static OtsConnection.Builder connection(TablestoreEmulator server) {
        return OtsConnection.builder()
                .endpoint(server.endpoint())
                .instanceName(server.instanceName())
                .credentials(server.accessKeyId(), server.accessKeySecret());
    }

    @Test
    void aJobReadsFromAServerOfAPrivateAuthority() throws Exception {
        assertThat(emulator.endpoint()).startsWith("https://127.0.0.1:");
        StreamExecutionEnvironment env = environment();
        OtsStreamSource<ChangeRecord> source =
                OtsStreamSource.<ChangeRecord>builder()
                        .connection(
                                connection(emulator)
                                        .trustedCertificates(authority.certificate())
                                        .build())
                        .tableName(TABLE)
                        .stoppingPosition(StoppingPosition.latest())
                        .deserializer(new ChangeRecordSchema())
                        .build();
        List<ChangeRecord> records =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                        .executeAndCollect(10);
        assertThat(records).extracting(KeyRangeTable::value).containsExactly("first", "second");
    }

    @Test
    void aTableOfSqlDoesToo() throws Exception {
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment());
        tables.executeSql(
                "CREATE TEMPORARY TABLE orders (id BIGINT, `value` STRING) WITH ("
                        + "'connector' = 'otsstream', 'endpoint' = '"
                        + emulator.endpoint()
                        + "', 'instance-name' = '"
                        + emulator.instanceName()
                        + "', 'table-name' = 'orders', 'access-key-id' = '"
                        + emulator.accessKeyId()
                        + "', 'access-key-secret' = '"
                        + emulator.accessKeySecret()
                        + "', 'scan.bounded.mode' = 'latest',"
                        + " 'connection.trusted-certificates' = '"
                        + authority.certificate()
                        + "')");
        try (CloseableIterator<Row> rows =
                tables.executeSql("SELECT `value` FROM orders").collect()) {
            assertThat(rows).toIterable().containsExactly(Row.of("first"), Row.of("second"));
        }
    }

    @Test
    void whatTheJavaRuntimeTrustsIsTrusted() throws Exception {
        try (StreamService streams = trustedByJava(() -> connection(emulator).build().open());
                TableClient tables = trustedByJava(() -> open(connection(emulator).build()))) {
            assertThat(get(streams.listStreams(TABLE))).hasSize(1);
            assertThat(get(tables.listTables())).contains(TABLE);
        }
    }

    @Test
    void anUnknownAuthorityIsRefusedAtTheFirstCall() throws Exception {
        assertNotTrusted(connection(emulator), "unable to find valid certification path");
    }

    @Test
    void theJavaRuntimesTrustDoesNotCountBesideOthers() throws Exception {
        PrivateAuthority other = new PrivateAuthority(directory.resolve("other"));
        trustedByJava(
                () -> {
                    assertNotTrusted(
                            connection(emulator).trustedCertificates(other.certificate()),
                            "certif");
                    return null;
                });
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        assertNotTrusted(
                connection(misnamed).trustedCertificates(authority.certificate()),
                "hostname in certificate didn't match");
    }

    /** With TLS 1.3, the HTTP client would miss the answers of some. */
    @Test
    void everyNewConnectionIsAnswered() throws Exception {
        try (TablestoreEmulator modern =
                TablestoreEmulator.builder().tls(certified, "TLSv1.3", "TLSv1.2").start()) {
            OtsConnection connection =
                    connection(modern)
                            .trustedCertificates(authority.certificate())
                            .requestTimeout(Duration.ofSeconds(20))
                            .build();
            for (int i = 0; i < 40; i++) {
                try (TableClient tables = open(connection)) {
                    assertThat(get(tables.listTables())).isEmpty();
                }
            }
        }
    }

    private static void assertNotTrusted(OtsConnection.Builder connection, String why)
            throws Exception {
        OtsConnection built = connection.build();
        String notTrusted = "the certificate of " + built.getEndpoint() + " is not trusted: ";
        try (StreamService streams = built.open();
                TableClient tables = open(built)) {
            assertThatThrownBy(() -> get(streams.listStreams(TABLE)))
                    .hasMessageContaining(notTrusted)
                    .hasMessageContaining(why)
                    .extracting(e -> ((OtsStreamException) e).getKind())
                    .isEqualTo(OtsStreamException.Kind.FATAL);
            assertThatThrownBy(() -> get(tables.getRow(TABLE, Map.of("id", 1L))))
                    .hasMessageContaining(notTrusted)
                    .extracting(e -> ((OtsStreamException) e).getAttempts())
                    .isEqualTo(1);
        }
    }

    private static TableClient open(OtsConnection connection) {
        return connection.openTables(RetryPolicy.defaults(), CallListener.NONE);
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        try {
            return answer.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private static StreamExecutionEnvironment environment() {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        env.setParallelism(1);
        return env;
    }
}
