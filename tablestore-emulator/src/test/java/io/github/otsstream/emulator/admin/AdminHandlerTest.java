/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The admin interface as curl would use it. */
class AdminHandlerTest {

    @RegisterExtension
    final TablestoreEmulatorExtension extension = TablestoreEmulatorExtension.create();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private TablestoreEmulator emulator;
    private SyncClientInterface client;

    @BeforeEach
    void createTables(TablestoreEmulator started) {
        emulator = started;
        client = SdkClients.sync(emulator);
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        TestTables.create(client, "numbers", PrimaryKeyType.INTEGER);
        TestTables.create(client, "bytes", PrimaryKeyType.BINARY);
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Test
    void namesItsPaths() throws Exception {
        for (String root : new String[] {"", "/"}) {
            assertThat(call("GET", root, null).get("paths"))
                    .extracting(JsonNode::textValue)
                    .contains("GET /admin/tables", "POST /admin/tables/{table}/split");
        }
    }

    @Test
    void listsAndDeletesTables() throws Exception {
        assertThat(call("GET", "/tables", null).toString())
                .isEqualTo("{\"tables\":[\"bytes\",\"numbers\",\"orders\"]}");
        assertThat(call("DELETE", "/tables", null).toString()).isEqualTo("{\"tables\":[]}");
        assertThat(client.listTable().getTableNames()).isEmpty();
    }

    @Test
    void splitsAndMerges() throws Exception {
        TestTables.put(client, "orders", "a", "1");
        JsonNode shards = call("POST", "/tables/orders/split", "{\"key\": \"m\"}").get("shards");
        assertThat(shards).hasSize(3);
        assertThat(shards.get(0).get("open").booleanValue()).isFalse();
        assertThat(shards.get(0).get("retainedRecords").intValue()).isEqualTo(1);
        assertThat(shards.get(1).get("parent")).isEqualTo(shards.get(0).get("shard"));
        assertThat(shards.get(1).get("to").textValue()).isEqualTo("m");
        assertThat(shards.get(2).get("from").textValue()).isEqualTo("m");

        String left = shards.get(1).get("shard").textValue();
        String right = shards.get(2).get("shard").textValue();
        shards =
                call(
                                "POST",
                                "/tables/orders/merge",
                                "{\"shard\":\"" + left + "\",\"otherShard\":\"" + right + "\"}")
                        .get("shards");
        assertThat(shards.get(3).get("parentSibling").textValue()).isEqualTo(right);

        shards = call("POST", "/tables/orders/split", "{}").get("shards");
        assertThat(shards).hasSize(6);
        String open = shards.get(4).get("shard").textValue();
        call("POST", "/tables/orders/split", "{\"shard\":\"" + open + "\"}");
        call("POST", "/tables/orders/expire", "{\"shard\":\"" + left + "\"}");
        assertThat(call("GET", "/tables/orders/shards", null).get("shards")).hasSize(7);

        assertThat(call("POST", "/tables/numbers/split", "{\"key\": 17}").at("/shards/1/to"))
                .hasToString("17");
        assertThat(
                        call("POST", "/tables/bytes/split", "{\"key\": {\"base64\": \"gA==\"}}")
                                .at("/shards/1/to"))
                .hasToString("{\"base64\":\"gA==\"}");
    }

    @Test
    void trims() throws Exception {
        TestTables.put(client, "orders", "a", "1");
        String past = "{\"before\": \"2020-01-01T00:00:00Z\"}";
        assertThat(
                        call("POST", "/tables/orders/trim", past)
                                .at("/shards/0/retainedRecords")
                                .intValue())
                .isEqualTo(1);
        JsonNode shards = call("POST", "/tables/orders/trim", null);
        assertThat(shards.at("/shards/0/retainedRecords").intValue()).isZero();
        assertThat(shards.at("/shards/0/trimmedRecords").intValue()).isEqualTo(1);
    }

    @Test
    void setsWhatStreamsDo() throws Exception {
        String shard = call("GET", "/tables/orders/shards", null).at("/shards/0/shard").textValue();
        assertThat(
                        call("POST", "/tables/orders/table-group", "{\"member\": true}")
                                .get("member")
                                .booleanValue())
                .isTrue();
        call(
                "POST",
                "/tables/orders/empty-pages",
                "{\"shard\":\"" + shard + "\",\"count\":2,\"page\":\"more_follows\"}");
        JsonNode behavior =
                call(
                        "POST",
                        "/stream-behavior",
                        "{\"maxPageRecords\":7,\"mayMoreRecordSent\":false,"
                                + "\"seekErrorMillis\":-1000}");
        assertThat(behavior.get("maxPageRecords").intValue()).isEqualTo(7);
        assertThat(behavior.get("seekErrorMillis").intValue()).isEqualTo(-1_000);
        assertThat(emulator.control().streamBehavior().mayMoreRecordSent()).isFalse();
        assertThat(call("GET", "/stream-behavior", null)).isEqualTo(behavior);

        call("POST", "/tables/orders/enabling", "{\"millis\": 60000}");
    }

    @Test
    void movesTheClock() throws Exception {
        Instant moved =
                Instant.parse(
                        call("POST", "/clock", "{\"advanceMillis\": 7200000}")
                                .get("now")
                                .textValue());
        assertThat(Duration.between(Instant.now(), moved))
                .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
        assertThat(Instant.parse(call("GET", "/clock", null).get("now").textValue()))
                .isAfterOrEqualTo(moved);
    }

    @Test
    void setsFaultsAndReadsCounters() throws Exception {
        call(
                "PUT",
                "/faults",
                "{\"seed\":1,\"rules\":[{\"effect\":\"ERROR\",\"operation\":\"ListTable\","
                        + "\"status\":503,\"code\":\"OTSServerBusy\",\"times\":1}]}");
        assertThat(call("GET", "/faults", null).at("/rules/0/code").textValue())
                .isEqualTo("OTSServerBusy");
        try {
            client.listTable();
        } catch (RuntimeException e) {
            assertThat(e).hasMessageContaining("Injected");
        }
        client.listTable();

        JsonNode counts = call("GET", "/counters", null).at("/operations/ListTable");
        assertThat(counts.get("calls").intValue()).isEqualTo(2);
        assertThat(counts.at("/errors/OTSServerBusy").intValue()).isEqualTo(1);
        assertThat(counts.get("bytesOut").intValue()).isPositive();
        assertThat(call("DELETE", "/counters", null).at("/operations")).isEmpty();
        assertThat(call("DELETE", "/faults", null).get("rules")).isEmpty();
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        assertError(404, "There is nothing at /admin/nothing", "GET", "/nothing", null);
        assertError(405, "does not take", "GET", "/tables/orders/split", null);
        assertError(400, "There is no table users", "POST", "/tables/users/split", "{}");
        assertError(400, "not JSON", "POST", "/tables/orders/split", "{");
        assertError(400, "must be a JSON object", "POST", "/tables/orders/split", "[1]");
        assertError(400, "Unknown field at", "POST", "/tables/orders/split", "{\"at\": 1}");
        assertError(400, "of type STRING", "POST", "/tables/orders/split", "{\"key\": 1}");
        assertError(400, "must be a string", "POST", "/tables/orders/split", "{\"key\": 1.5}");
        assertError(400, "shard is missing", "POST", "/tables/orders/merge", "{}");
        assertError(400, "has no open shard", "POST", "/tables/orders/split", "{\"shard\":\"x\"}");
        assertError(400, "a time such as", "POST", "/tables/orders/trim", "{\"before\":\"now\"}");
        assertError(400, "an integer", "POST", "/clock", "{\"advanceMillis\":\"1h\"}");
        assertError(400, "maxPageRecords", "POST", "/stream-behavior", "{\"maxPageRecords\": 0}");
        assertError(400, "Not a valid fault plan", "PUT", "/faults", "{\"rule\":[]}");
    }

    private JsonNode call(String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    private void assertError(int status, String message, String method, String path, String body)
            throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json.readTree(response.body()).get("error").textValue()).contains(message);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(emulator.endpoint() + "/admin" + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .timeout(Duration.ofSeconds(10))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
