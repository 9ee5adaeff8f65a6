/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A session of Flink's SQL gateway, by its REST interface. Used by one thread. */
final class GatewaySession {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI gateway;
    private String session;

    /**
     * @param gateway where it is, without a path
     */
    GatewaySession(URI gateway) {
        this.gateway = gateway;
    }

    /** Opens the session. Throws {@link IOException} as long as the gateway is not ready. */
    void open() throws IOException, InterruptedException {
        session = post("/v2/sessions", Map.of()).get("sessionHandle").asText();
    }

    /** Executes a statement, and returns the fields of each row of its result, null as empty. */
    List<List<String>> execute(String statement) throws IOException, InterruptedException {
        String path = "/v2/sessions/" + session;
        String operation =
                post(path + "/statements", Map.of("statement", statement))
                        .get("operationHandle")
                        .asText();
        String next = path + "/operations/" + operation + "/result/0?rowFormat=JSON";
        List<List<String>> rows = new ArrayList<>();
        while (next != null) {
            JsonNode page = fetch(next);
            for (JsonNode row : page.path("results").path("data")) {
                List<String> fields = new ArrayList<>();
                row.get("fields").forEach(field -> fields.add(field.asText("")));
                rows.add(fields);
            }
            next = page.hasNonNull("nextResultUri") ? page.get("nextResultUri").asText() : null;
        }
        return rows;
    }

    private JsonNode fetch(String path) {
        return Awaitility.await(path)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> send(HttpRequest.newBuilder(gateway.resolve(path)).build()),
                        page -> !page.path("resultType").asText().equals("NOT_READY"));
    }

    private JsonNode post(String path, Map<String, String> body)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build());
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError(request.uri() + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }
}
