/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.admin;

import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.stream.EmptyPage;
import io.github.otsstream.emulator.stream.StreamBehavior;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.PathTemplateMatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control surface over HTTP and JSON, below {@code /admin}. Answers 200 with the state that the
 * request left behind, and else a JSON object with the field {@code error}.
 *
 * <p>It asks for no credentials, and so answers clients on this machine only.
 */
public final class AdminHandler implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_BODY_BYTES = 1024 * 1024;

    private final EmulatorControl control;
    private final EmulatorClock clock;
    private final RoutingHandler routes = new RoutingHandler(false);
    private final List<String> paths = new ArrayList<>();

    public AdminHandler(EmulatorControl control, EmulatorClock clock) {
        this.control = control;
        this.clock = clock;
        routes.get("/", exchange -> answer(exchange, 200, index()));
        route(Methods.GET, "/tables", request -> tables());
        route(Methods.DELETE, "/tables", request -> deleteTables());
        route(Methods.GET, "/tables/{table}/shards", this::shards);
        route(Methods.POST, "/tables/{table}/split", this::split);
        route(Methods.POST, "/tables/{table}/merge", this::merge);
        route(Methods.POST, "/tables/{table}/trim", this::trim);
        route(Methods.POST, "/tables/{table}/expire", this::expire);
        route(Methods.POST, "/tables/{table}/enabling", this::enabling);
        route(Methods.POST, "/tables/{table}/table-group", this::tableGroup);
        route(Methods.POST, "/tables/{table}/empty-pages", this::emptyPages);
        route(Methods.GET, "/clock", request -> clock());
        route(Methods.POST, "/clock", this::moveClock);
        route(Methods.GET, "/faults", request -> faults());
        route(Methods.PUT, "/faults", this::setFaults);
        route(Methods.DELETE, "/faults", request -> clearFaults());
        route(Methods.GET, "/counters", request -> counters());
        route(Methods.DELETE, "/counters", request -> resetCounters());
        route(Methods.GET, "/stream-behavior", request -> streamBehavior());
        route(Methods.POST, "/stream-behavior", this::changeStreamBehavior);
        routes.setFallbackHandler(
                exchange ->
                        error(
                                exchange,
                                404,
                                "There is nothing at /admin" + exchange.getRelativePath()));
        routes.setInvalidMethodHandler(
                exchange ->
                        error(
                                exchange,
                                405,
                                "/admin"
                                        + exchange.getRelativePath()
                                        + " does not take "
                                        + exchange.getRequestMethod()));
    }

    /** Reads a request and gives the answer. */
    private interface Action {
        JsonNode run(AdminRequest request);
    }

    private void route(HttpString method, String path, Action action) {
        paths.add(method + " /admin" + path);
        routes.add(
                method,
                path,
                exchange -> {
                    Map<String, String> parameters =
                            exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY)
                                    .getParameters();
                    exchange.getRequestReceiver().setMaxBufferSize(MAX_BODY_BYTES);
                    exchange.getRequestReceiver()
                            .receiveFullBytes(
                                    (any, body) -> run(exchange, action, parameters, body),
                                    (any, broken) ->
                                            error(
                                                    exchange,
                                                    400,
                                                    "Could not read the body: "
                                                            + broken.getMessage()));
                });
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!exchange.getSourceAddress().getAddress().isLoopbackAddress()) {
            error(exchange, 403, "The admin interface answers clients on this machine only");
            return;
        }
        routes.handleRequest(exchange);
    }

    private static void run(
            HttpServerExchange exchange,
            Action action,
            Map<String, String> parameters,
            byte[] body) {
        try {
            AdminRequest request =
                    new AdminRequest(parameters, new String(body, StandardCharsets.UTF_8));
            answer(exchange, 200, action.run(request));
        } catch (IllegalArgumentException e) {
            error(exchange, 400, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} failed unexpectedly", exchange.getRequestPath(), e);
            error(exchange, 500, "Unexpected failure: " + e);
        }
    }

    private static void error(HttpServerExchange exchange, int status, String message) {
        answer(exchange, status, JSON.objectNode().put("error", message));
    }

    private static void answer(HttpServerExchange exchange, int status, JsonNode answer) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(ByteBuffer.wrap(AdminRequest.write(answer)));
    }

    private JsonNode index() {
        ArrayNode all = JSON.arrayNode();
        paths.forEach(all::add);
        return JSON.objectNode().set("paths", all);
    }

    private JsonNode tables() {
        ArrayNode names = JSON.arrayNode();
        control.tables().forEach(names::add);
        return JSON.objectNode().set("tables", names);
    }

    private JsonNode deleteTables() {
        control.deleteTables();
        return tables();
    }

    private JsonNode shards(AdminRequest request) {
        return shards(request.table());
    }

    private JsonNode shards(String table) {
        ArrayNode shards = JSON.arrayNode();
        control.shards(table).forEach(shard -> shards.add(toJson(shard)));
        return JSON.objectNode().set("shards", shards);
    }

    private JsonNode split(AdminRequest request) {
        request.allowing("shard", "key");
        if (request.has("key") && request.has("shard")) {
            throw new IllegalArgumentException(
                    "Give the shard to split at its middle, or the key to split at, not both");
        }
        if (request.has("key")) {
            control.splitAt(request.table(), request.key("key"));
        } else if (request.has("shard")) {
            control.split(request.table(), request.string("shard"));
        } else {
            control.split(request.table());
        }
        return shards(request);
    }

    private JsonNode merge(AdminRequest request) {
        request.allowing("shard", "otherShard");
        control.merge(request.table(), request.string("shard"), request.string("otherShard"));
        return shards(request);
    }

    private JsonNode trim(AdminRequest request) {
        request.allowing("before");
        if (request.has("before")) {
            control.trim(request.table(), time(request.string("before")));
        } else {
            control.trimAll(request.table());
        }
        return shards(request);
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "The field before must be a time such as 2026-03-01T12:00:00Z");
        }
    }

    private JsonNode expire(AdminRequest request) {
        control.expireShard(request.table(), request.allowing("shard").string("shard"));
        return shards(request);
    }

    private JsonNode enabling(AdminRequest request) {
        long millis = request.allowing("millis").number("millis");
        control.enabling(request.table(), Duration.ofMillis(millis));
        return shards(request);
    }

    private JsonNode tableGroup(AdminRequest request) {
        boolean member = request.allowing("member").bool("member");
        control.tableGroup(request.table(), member);
        return JSON.objectNode().put("member", member);
    }

    private JsonNode emptyPages(AdminRequest request) {
        request.allowing("shard", "count", "page");
        control.emptyPages(
                request.table(),
                request.string("shard"),
                request.integer("count"),
                request.oneOf(EmptyPage.class, "page"));
        return shards(request);
    }

    private JsonNode clock() {
        return JSON.objectNode().put("now", clock.instant().toString());
    }

    private JsonNode moveClock(AdminRequest request) {
        control.advanceClock(
                Duration.ofMillis(request.allowing("advanceMillis").number("advanceMillis")));
        return clock();
    }

    private JsonNode faults() {
        return JSON.rawValueNode(new RawValue(control.faults().toJson()));
    }

    private JsonNode setFaults(AdminRequest request) {
        control.faults(FaultPlan.fromJson(request.text()));
        return faults();
    }

    private JsonNode clearFaults() {
        control.faults(FaultPlan.NONE);
        return faults();
    }

    private JsonNode counters() {
        ObjectNode operations = JSON.objectNode();
        control.counters()
                .forEach(
                        (operation, count) -> {
                            ObjectNode errors = JSON.objectNode();
                            count.errors().forEach(errors::put);
                            operations
                                    .putObject(operation)
                                    .put("calls", count.calls())
                                    .put("bytesIn", count.bytesIn())
                                    .put("bytesOut", count.bytesOut())
                                    .set("errors", errors);
                        });
        return JSON.objectNode().set("operations", operations);
    }

    private JsonNode resetCounters() {
        control.resetCounters();
        return counters();
    }

    private JsonNode streamBehavior() {
        StreamBehavior behavior = control.streamBehavior();
        return JSON.objectNode()
                .put("maxPageRecords", behavior.maxPageRecords())
                .put("maxPageBytes", behavior.maxPageBytes())
                .put("mayMoreRecordSent", behavior.mayMoreRecordSent())
                .put("maxShardsPerDescribe", behavior.maxShardsPerDescribe())
                .put("seekRecordsPerCall", behavior.seekRecordsPerCall())
                .put("seekErrorMillis", behavior.seekError().toMillis())
                .put("enablingMillis", behavior.enablingTime().toMillis());
    }

    private JsonNode changeStreamBehavior(AdminRequest request) {
        request.allowing(
                "maxPageRecords",
                "maxPageBytes",
                "mayMoreRecordSent",
                "maxShardsPerDescribe",
                "seekRecordsPerCall",
                "seekErrorMillis",
                "enablingMillis");
        control.streamBehavior(behavior -> changed(behavior, request));
        return streamBehavior();
    }

    /** Fields that the request leaves out stay as they are. */
    private static StreamBehavior changed(StreamBehavior behavior, AdminRequest request) {
        StreamBehavior changed = behavior;
        if (request.has("maxPageRecords")) {
            changed = changed.withMaxPageRecords(request.integer("maxPageRecords"));
        }
        if (request.has("maxPageBytes")) {
            changed = changed.withMaxPageBytes(request.integer("maxPageBytes"));
        }
        if (request.has("mayMoreRecordSent")) {
            changed = changed.withMayMoreRecordSent(request.bool("mayMoreRecordSent"));
        }
        if (request.has("maxShardsPerDescribe")) {
            changed = changed.withMaxShardsPerDescribe(request.integer("maxShardsPerDescribe"));
        }
        if (request.has("seekRecordsPerCall")) {
            changed = changed.withSeekRecordsPerCall(request.integer("seekRecordsPerCall"));
        }
        if (request.has("seekErrorMillis")) {
            changed = changed.withSeekError(Duration.ofMillis(request.number("seekErrorMillis")));
        }
        if (request.has("enablingMillis")) {
            changed = changed.withEnablingTime(Duration.ofMillis(request.number("enablingMillis")));
        }
        return changed;
    }

    private static ObjectNode toJson(ShardInfo shard) {
        ObjectNode json = JSON.objectNode().put("shard", shard.shardId());
        json.put("parent", shard.parentId());
        json.put("parentSibling", shard.parentSiblingId());
        json.set("from", toJson(shard.fromInclusive()));
        json.set("to", toJson(shard.toExclusive()));
        return json.put("open", shard.isOpen())
                .put("trimmedRecords", shard.trimmedRecords())
                .put("retainedRecords", shard.retainedRecords())
                .put("reads", shard.reads());
    }

    private static JsonNode toJson(PrimaryKeyValue key) {
        if (key == null) {
            return JSON.nullNode();
        }
        switch (key.getType()) {
            case STRING:
                return JSON.textNode(key.asString());
            case INTEGER:
                return JSON.numberNode(key.asLong());
            default:
                return JSON.objectNode()
                        .put("base64", Base64.getEncoder().encodeToString(key.asBinary()));
        }
    }
}
