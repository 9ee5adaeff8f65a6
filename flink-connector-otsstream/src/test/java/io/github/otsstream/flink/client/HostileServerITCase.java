/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What answers is not always the service: it must not learn more, and give nothing away. */
@Timeout(60)
class HostileServerITCase {

    private static final OtsCredentials CREDENTIALS =
            OtsCredentials.of("key-id", "k3ySecret", "s3cur1tyToken");

    private final Queue<String> signatures = new ConcurrentLinkedQueue<>();
    private final Queue<String> elsewhere = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private HttpServer other;
    private StreamService client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext(
                "/",
                exchange -> {
                    elsewhere.add(exchange.getRequestURI().toString());
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        other.start();
        client =
                OtsConnection.builder()
                        .endpoint("http://127.0.0.1:" + server.getAddress().getPort())
                        .instanceName("shop")
                        .credentials(OtsCredentialsProvider.fixed(CREDENTIALS))
                        .build()
                        .open();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
        other.stop(0);
    }

    /** A signature is for one server only. */
    @Test
    void noRedirectionIsFollowed() {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            server.createContext(
                    "/ListStream",
                    exchange -> {
                        exchange.getResponseHeaders()
                                .add(
                                        "Location",
                                        "http://127.0.0.1:" + other.getAddress().getPort() + "/x");
                        exchange.sendResponseHeaders(status, -1);
                        exchange.close();
                    });
            assertThatThrownBy(() -> client.listStreams("orders").get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("the answer is not the service's")
                    .hasMessageContaining("HTTP " + status);
            server.removeContext("/ListStream");
        }
        assertThat(elsewhere).isEmpty();
    }

    /** Some servers explain a refusal with what they were sent. */
    @Test
    void anErrorThatRepeatsTheRequestIsCleaned() {
        server.createContext("/ListStream", this::repeat);

        assertThatThrownBy(() -> client.listStreams("orders").get(30, TimeUnit.SECONDS))
                .hasMessageContaining("OTSAuthFailed: signature *** with token *** and secret ***")
                .hasStackTraceContaining("OTSAuthFailed")
                .satisfies(
                        e ->
                                assertThat(LogSearch.stackTrace(e))
                                        .doesNotContain(signatures.element())
                                        .doesNotContain(CREDENTIALS.getAccessKeySecret())
                                        .doesNotContain(CREDENTIALS.getSecurityToken()));
    }

    private void repeat(HttpExchange exchange) throws IOException {
        String signature = exchange.getRequestHeaders().getFirst("x-ots-signature");
        signatures.add(signature);
        byte[] body =
                OtsInternalApi.Error.newBuilder()
                        .setCode("OTSAuthFailed")
                        .setMessage(
                                "signature "
                                        + signature
                                        + " with token "
                                        + exchange.getRequestHeaders().getFirst("x-ots-ststoken")
                                        + " and secret "
                                        + CREDENTIALS.getAccessKeySecret())
                        .build()
                        .toByteArray();
        exchange.getResponseHeaders().add("x-ots-requestid", "request-1");
        exchange.sendResponseHeaders(403, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
