/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.otsstream.benchmarks.process.ChildProcess;
import io.github.otsstream.benchmarks.server.BenchmarkServer;
import io.github.otsstream.benchmarks.server.RowShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A {@link BenchmarkServer} in its process. */
final class ServerProcess implements AutoCloseable {

    private final ChildProcess process;
    private final JsonNode endpoints;

    private ServerProcess(ChildProcess process) throws IOException {
        this.process = process;
        endpoints = process.ask("endpoints", null, JsonNode.class);
    }

    static ServerProcess start(Path logs) throws IOException {
        return new ServerProcess(
                ChildProcess.start(
                        logs, "server", BenchmarkServer.class, List.of("-Xmx2g"), "server"));
    }

    /** The address at which rows that are written can be read. */
    String emulator() {
        return endpoints.get("emulator").asText();
    }

    /** The address at which {@link #pages} can be read. */
    String pageServer() {
        return endpoints.get("pages").asText();
    }

    void table(String name, int shards) throws IOException {
        process.ask(
                "table",
                Map.of("name", name, "shape", RowShape.NARROW, "shards", shards),
                Void.class);
    }

    /**
     * Has each shard hold pages of so many rows.
     *
     * @return the bytes of a page
     */
    int pages(RowShape shape, int records, long pagesOfShard) throws IOException {
        return process.ask(
                "pages",
                Map.of("shape", shape, "records", records, "pagesOfShard", pagesOfShard),
                Integer.class);
    }

    /** Holds back every page for so long. */
    void latency(long millis) throws IOException {
        process.ask("latency", millis, Void.class);
    }

    void write(String table, int shards, int rowsOfShard) throws IOException {
        process.ask(
                "write", Map.of("table", table, "shards", shards, "rows", rowsOfShard), Void.class);
    }

    void writeEverySecond(String table, int shards) throws IOException {
        process.ask("writeEverySecond", Map.of("table", table, "shards", shards), Void.class);
    }

    void stopWriting() throws IOException {
        process.ask("stopWriting", null, Void.class);
    }

    /** How many pages have been asked for. */
    long calls() throws IOException {
        return process.ask("calls", null, Long.class);
    }

    double cpuSeconds() {
        return process.cpuTime().toNanos() / 1e9;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
