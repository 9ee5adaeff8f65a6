/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.core.auth.ServiceCredentials;
import com.alicloud.openservices.tablestore.model.ListTableResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The official client's signatures, checked by the server, and the server's, by the client. */
class AuthenticationTest {

    private static TablestoreEmulator emulator;

    @BeforeAll
    static void start() {
        emulator =
                TablestoreEmulator.builder()
                        .instanceName("shop")
                        .accessKey("main", "main-secret")
                        .accessKey("sts", "sts-secret", "sts-token")
                        .start();
        try (Closing client = new Closing(SdkClients.sync(emulator))) {
            TestTables.create(client.sync, "orders", PrimaryKeyType.STRING);
        }
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    static List<ServiceCredentials> goodCredentials() {
        return List.of(
                SdkClients.v2("main", "main-secret", null),
                SdkClients.v2("sts", "sts-secret", "sts-token"),
                SdkClients.v4("main", "main-secret", null),
                SdkClients.v4("sts", "sts-secret", "sts-token"));
    }

    @ParameterizedTest
    @MethodSource("goodCredentials")
    void answersWhoeverSignsWithAConfiguredKey(ServiceCredentials credentials) {
        try (Closing client = new Closing(SdkClients.sync(emulator, credentials, "shop"))) {
            assertThat(client.sync.listTable().getTableNames()).containsExactly("orders");
        }
    }

    static List<ServiceCredentials> badSecrets() {
        return List.of(
                SdkClients.v2("main", "other-secret", null),
                SdkClients.v2("sts", "main-secret", "sts-token"),
                SdkClients.v4("main", "other-secret", null));
    }

    @ParameterizedTest
    @MethodSource("badSecrets")
    void refusesAWrongSecret(ServiceCredentials credentials) {
        assertDenied(credentials, "shop", "Signature mismatch.");
    }

    static List<ServiceCredentials> badTokens() {
        return List.of(
                SdkClients.v2("sts", "sts-secret", "other-token"),
                SdkClients.v2("sts", "sts-secret", null),
                SdkClients.v2("main", "main-secret", "sts-token"),
                SdkClients.v4("sts", "sts-secret", "other-token"));
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void refusesAWrongToken(ServiceCredentials credentials) {
        assertDenied(credentials, "shop", "The security token is invalid.");
    }

    @Test
    void refusesAnUnknownKey() {
        assertDenied(
                SdkClients.v2("nobody", "main-secret", null),
                "shop",
                "The AccessKeyID does not exist.");
        assertDenied(
                SdkClients.v4("nobody", "main-secret", null),
                "shop",
                "The AccessKeyID does not exist.");
    }

    @Test
    void refusesAnotherInstance() {
        assertDenied(
                SdkClients.v2("main", "main-secret", null), "store", "The instance is not found.");
    }

    private static void assertDenied(
            ServiceCredentials credentials, String instance, String message) {
        try (Closing client = new Closing(SdkClients.sync(emulator, credentials, instance))) {
            assertThatThrownBy(() -> client.sync.listTable())
                    .isInstanceOfSatisfying(
                            TableStoreException.class,
                            error -> {
                                assertThat(error.getErrorCode()).isEqualTo("OTSAuthFailed");
                                assertThat(error.getHttpStatus()).isEqualTo(403);
                                assertThat(error.getMessage()).isEqualTo(message);
                                assertThat(error.getRequestId()).isNotEmpty();
                            });
        }
    }

    @Test
    void acceptsTheMachinesTimeWhileTheServicesClockIsElsewhere() {
        EmulatorClock clock = new EmulatorClock(Clock.systemUTC());
        try (TablestoreEmulator moved = TablestoreEmulator.builder().clock(clock).start();
                Closing client = new Closing(SdkClients.sync(moved))) {
            clock.advance(Duration.ofDays(3));
            assertThat(client.sync.listTable().getTableNames()).isEmpty();
        }
    }

    @Test
    void servesTheAsynchronousClient() throws Exception {
        AsyncClient client = SdkClients.async(emulator);
        try {
            Future<ListTableResponse> tables = client.listTable(null);
            assertThat(tables.get().getTableNames()).containsExactly("orders");
        } finally {
            client.shutdown();
        }
    }

    /** Shuts a client down at the end of a block. */
    private static final class Closing implements AutoCloseable {
        final SyncClientInterface sync;

        Closing(SyncClientInterface sync) {
            this.sync = sync;
        }

        @Override
        public void close() {
            sync.shutdown();
        }
    }
}
