/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.server;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.otsstream.benchmarks.contender.FrameReader;
import io.github.otsstream.benchmarks.process.Requests;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that contenders read from: an emulator, and a {@link PageServer} before it. Its
 * threads never wait for the latency that they add.
 */
public final class BenchmarkServer {

    private static final Logger LOG = LoggerFactory.getLogger(BenchmarkServer.class);

    /** So many pages that they don't stay in a processor's caches. */
    private static final int DIFFERENT_PAGES = 16;

    private static final String PAGES_OF = "pages";

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final TablestoreEmulator emulator;
    private final PageServer pageServer;
    private final SyncClientInterface client;
    private final Map<String, BenchmarkTable> tables = new HashMap<>();
    private final List<ScheduledExecutorService> writers = new ArrayList<>();

    private BenchmarkServer() {
        emulator = TablestoreEmulator.builder().start();
        emulator.control()
                .streamBehavior(behavior -> behavior.withMaxPageBytes(Integer.MAX_VALUE / 2));
        pageServer = new PageServer(emulator);
        client = SyncClients.of(emulator);
    }

    public static void main(String[] arguments) throws Exception {
        Requests requests = new Requests();
        BenchmarkServer server = new BenchmarkServer();
        requests.on("endpoints", JsonNode.class, nothing -> server.endpoints())
                .on("table", JsonNode.class, server::createTable)
                .on("pages", JsonNode.class, server::encodePages)
                .on("latency", Long.class, server::latency)
                .on("calls", JsonNode.class, nothing -> server.calls())
                .on("write", JsonNode.class, server::write)
                .on("writeEverySecond", JsonNode.class, server::writeEverySecond)
                .on("stopWriting", JsonNode.class, nothing -> server.stopWriting())
                .serve();
        System.exit(0);
    }

    private Map<String, String> endpoints() {
        return Map.of("emulator", emulator.endpoint(), "pages", pageServer.endpoint());
    }

    private Object createTable(JsonNode parameter) {
        String name = parameter.get("name").asText();
        tables.put(
                name,
                BenchmarkTable.create(
                        emulator,
                        client,
                        name,
                        RowShape.valueOf(parameter.get("shape").asText()),
                        parameter.get("shards").asInt()));
        return null;
    }

    /** Writes rows into a table of their own, and takes the pages that the emulator answers. */
    private Object encodePages(JsonNode parameter) throws Exception {
        RowShape shape = RowShape.valueOf(parameter.get("shape").asText());
        int recordsPerPage = parameter.get("records").asInt();
        String name = PAGES_OF + shape + recordsPerPage;
        BenchmarkTable table = BenchmarkTable.create(emulator, client, name, shape, 1);
        table.write(0, DIFFERENT_PAGES * recordsPerPage);
        List<GetStreamRecordResponse> pages = new ArrayList<>();
        try (FrameReader reader =
                new FrameReader(
                        emulator.endpoint(),
                        emulator.instanceName(),
                        emulator.accessKeyId(),
                        emulator.accessKeySecret())) {
            String iterator = reader.oldest(name).values().iterator().next();
            for (int i = 0; i < DIFFERENT_PAGES; i++) {
                GetStreamRecordResponse page =
                        reader.read(name, iterator, recordsPerPage).get(1, TimeUnit.MINUTES);
                iterator = page.getNextShardIterator();
                pages.add(page);
            }
        }
        pageServer.pages(pages, parameter.get("pagesOfShard").asLong());
        emulator.control().trimAll(name);
        return pages.stream().mapToInt(GetStreamRecordResponse::getSerializedSize).sum()
                / DIFFERENT_PAGES;
    }

    private Object latency(long millis) {
        pageServer.latency(millis);
        emulator.control()
                .faults(
                        millis == 0
                                ? FaultPlan.NONE
                                : FaultPlan.of(
                                        0,
                                        FaultRule.latency(millis).onOperation("GetStreamRecord")));
        return null;
    }

    private long calls() {
        return pageServer.calls() + emulator.control().counters("GetStreamRecord").calls();
    }

    private Object write(JsonNode parameter) {
        BenchmarkTable table = tables.get(parameter.get("table").asText());
        for (int shard = 0; shard < parameter.get("shards").asInt(); shard++) {
            table.write(shard, parameter.get("rows").asInt());
        }
        return null;
    }

    /**
     * From now on writes a row into each shard every second, at a random moment of the second:
     * writes at an even pace would always meet the same moment of a reader's pauses.
     */
    private Object writeEverySecond(JsonNode parameter) {
        BenchmarkTable table = tables.get(parameter.get("table").asText());
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        writers.add(writer);
        long begin = System.nanoTime();
        Random random = new Random(1);
        for (int shard = 0; shard < parameter.get("shards").asInt(); shard++) {
            writeIn(writer, table, shard, begin, random);
        }
        return null;
    }

    /** Writes into a shard in the second that begins at a time, and then in each that follows. */
    private static void writeIn(
            ScheduledExecutorService writer,
            BenchmarkTable table,
            int shard,
            long secondNanos,
            Random random) {
        long wait = secondNanos + (long) (random.nextDouble() * SECOND) - System.nanoTime();
        writer.schedule(
                () -> {
                    try {
                        table.write(shard);
                        writeIn(writer, table, shard, secondNanos + SECOND, random);
                    } catch (RejectedExecutionException e) {
                        // It is to stop.
                    } catch (RuntimeException e) {
                        LOG.error("A write has failed", e);
                    }
                },
                wait,
                TimeUnit.NANOSECONDS);
    }

    private Object stopWriting() throws InterruptedException {
        for (ScheduledExecutorService writer : writers) {
            writer.shutdownNow();
            writer.awaitTermination(10, TimeUnit.SECONDS);
        }
        writers.clear();
        return null;
    }
}
