/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metadata service's protocol, against a server that plays it. */
class EcsMetadataTest {

    private static final String SECRET = "role-secret";
    private static final String TOKEN = "role-token";
    private static final String METADATA_TOKEN = "metadata-token";
    private static final String ROLES = "/latest/meta-data/ram/security-credentials/";
    private static final Instant EXPIRATION = Instant.parse("2100-11-01T05:20:01Z");

    private HttpServer server;
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean issuesTokens = true;
    private volatile boolean needsTokens = true;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        documents.put(ROLES, "reader\n");
        documents.put(ROLES + "reader", credentials());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String credentials() {
        return "{\"AccessKeyId\" : \"role-id\", \"AccessKeySecret\" : \""
                + SECRET
                + "\", \"Expiration\" : \""
                + EXPIRATION
                + "\", \"SecurityToken\" : \""
                + TOKEN
                + "\", \"LastUpdated\" : \"2100-10-31T23:20:01Z\", \"More\" : {\"Code\": [1]},"
                + " \"Code\" : \"Success\"}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        if (path.equals("/latest/api/token")) {
            String ttl =
                    exchange.getRequestHeaders()
                            .getFirst("X-aliyun-ecs-metadata-token-ttl-seconds");
            boolean good =
                    issuesTokens
                            && exchange.getRequestMethod().equals("PUT")
                            && ttl != null
                            && Integer.parseInt(ttl) >= 1
                            && Integer.parseInt(ttl) <= 21600;
            send(exchange, good ? 200 : 405, good ? METADATA_TOKEN : "");
            return;
        }
        String token = exchange.getRequestHeaders().getFirst("X-aliyun-ecs-metadata-token");
        if (needsTokens ? !METADATA_TOKEN.equals(token) : !issuesTokens && token != null) {
            send(exchange, 403, "");
            return;
        }
        String document = documents.get(path);
        send(exchange, document == null ? 404 : 200, document == null ? "" : document);
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private EcsMetadata metadata(String roleName) {
        return new EcsMetadata(address(), roleName, Duration.ofSeconds(10));
    }

    @Test
    void asksInHardenedMode() throws IOException {
        TemporaryCredentials fetched = metadata("reader").fetch();

        assertThat(fetched.credentials()).isEqualTo(OtsCredentials.of("role-id", SECRET, TOKEN));
        assertThat(fetched.expiration()).isEqualTo(EXPIRATION);
        assertThat(requests).containsExactly("PUT /latest/api/token", "GET " + ROLES + "reader");
        assertThat(fetched.toString()).doesNotContain(SECRET).doesNotContain(TOKEN);
    }

    @Test
    void asksForTheRoleWhereNoneIsGiven() throws IOException {
        assertThat(metadata(null).fetch().credentials().getAccessKeyId()).isEqualTo("role-id");
        assertThat(requests)
                .containsExactly(
                        "PUT /latest/api/token", "GET " + ROLES, "GET " + ROLES + "reader");
    }

    @Test
    void fallsBackToNormalMode() throws IOException {
        issuesTokens = false;
        needsTokens = false;

        assertThat(metadata(null).fetch().credentials().getAccessKeyId()).isEqualTo("role-id");
    }

    @Test
    void saysWhyItGotNoTokenWhenNormalModeFailsToo() {
        issuesTokens = false;

        assertThatThrownBy(() -> metadata("reader").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HTTP 403")
                .hasMessageContaining("PUT " + address() + "/latest/api/token")
                .hasMessageContaining("HTTP 405");
    }

    @Test
    void saysThatTheInstanceHasNoSuchRole() {
        assertThatThrownBy(() -> metadata("writer").fetch())
                .hasMessageContaining(ROLES + "writer")
                .hasMessageContaining("has this instance the RAM role?");
        documents.remove(ROLES);
        assertThatThrownBy(() -> metadata(null).fetch()).hasMessageContaining("HTTP 404");
        documents.put(ROLES, "<html>" + SECRET);
        assertThatThrownBy(() -> metadata(null).fetch())
                .hasMessageContaining("does not say which RAM role")
                .hasMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"role-secret\"] | not a JSON object",
                "{\"AccessKeySecret\": role-secret} | not JSON",
                "{\"AccessKeySecret\": \"role-secret | not JSON",
                "'' | not a JSON object",
                "{\"Code\": \"Failed\", \"AccessKeySecret\": \"role-secret\"} | its code is Failed",
                "{\"AccessKeySecret\": \"role-secret\"} | its code is null",
                "{\"Code\": \"Success\", \"AccessKeySecret\": \"role-secret\"} | access key id is missing",
                "{\"Code\": \"Success\", \"AccessKeyId\": \"i\", \"AccessKeySecret\": \"role-secret\"} | when the credentials expire",
                "{\"Code\": \"Success\", \"AccessKeyId\": \"i\", \"AccessKeySecret\": \"role-secret\", \"Expiration\": \"soon\"} | when the credentials expire",
            })
    void saysWhatIsWrongWithAnAnswerWithoutRepeatingIt(String answer, String problem) {
        documents.put(ROLES + "reader", answer);

        assertThatThrownBy(() -> metadata("reader").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'reader'")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("role-secret")
                .hasNoCause();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void doesNotWaitForASilentService() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            EcsMetadata metadata =
                    new EcsMetadata(
                            URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                            "reader",
                            Duration.ofMillis(50));

            assertThatThrownBy(metadata::fetch)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("timed out");
        }
    }

    @Test
    void refusesANameThatNoRoleHas() {
        assertThatThrownBy(() -> OtsCredentialsProvider.ecsRamRole("../reader"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'../reader'");
        assertThat(OtsCredentialsProvider.ecsRamRole("reader"))
                .hasToString("EcsRamRoleCredentialsProvider{role=reader}");
        assertThat(OtsCredentialsProvider.ecsRamRole(null).toString()).contains("of the instance");
    }

    @Test
    void servesAJobThatHasTravelled() throws Exception {
        EcsRamRoleCredentialsProvider provider = new EcsRamRoleCredentialsProvider(address(), null);
        for (OtsCredentialsProvider copy :
                List.of(InstantiationUtil.clone(provider), InstantiationUtil.clone(provider))) {
            assertThat(copy.getCredentials())
                    .isEqualTo(OtsCredentials.of("role-id", SECRET, TOKEN));
            assertThat(copy.getCredentials())
                    .isEqualTo(OtsCredentials.of("role-id", SECRET, TOKEN));
            assertThat(InstantiationUtil.clone(copy).getCredentials()).isNotNull();
        }

        assertThat(requests).filteredOn(request -> request.startsWith("PUT")).hasSize(4);
        await().untilAsserted(
                        () ->
                                assertThat(Thread.getAllStackTraces().keySet())
                                        .extracting(Thread::getName)
                                        .doesNotContain("otsstream-credentials"));
    }
}
