/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import com.aliyun.openservices.ots.internal.streamclient.ClientConfig;
import com.aliyun.openservices.ots.internal.streamclient.StreamConfig;
import com.aliyun.openservices.ots.internal.streamclient.Worker;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessor;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessorCheckpointer;
import com.aliyun.openservices.ots.internal.streamclient.model.InitializationInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ProcessRecordsInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ShutdownInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ShutdownReason;
import com.aliyun.openservices.ots.internal.streamclient.model.WorkerStatus;
import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The official stream client, which keeps leases in a table of its own and follows splits and
 * merges, reads a whole stream.
 */
class StreamClientWorkerITCase {

    private static final int KEYS = 40;

    @RegisterExtension
    static final TablestoreEmulatorExtension EMULATOR = TablestoreEmulatorExtension.create();

    private final TablestoreEmulator emulator = EMULATOR.emulator();
    private final EmulatorControl control = emulator.control();
    private final Map<String, List<String>> valuesByKey = new ConcurrentHashMap<>();
    private final Set<String> endedShards = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private SyncClient client;
    private Worker worker;

    @BeforeEach
    void connect() {
        client = SdkClients.sync(emulator);
    }

    @AfterEach
    void disconnect() {
        if (worker != null) {
            worker.shutdown();
        }
        executor.shutdownNow();
        client.shutdown();
    }

    @Test
    void readsAStreamWithSplitsAndMergesToItsEnd() {
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
        control.streamBehavior(behavior -> behavior.withMaxPageRecords(7));
        Map<String, List<String>> written = new TreeMap<>();

        write(written, "first");
        control.splitAt("orders", PrimaryKeyValue.fromString("key-13"));
        write(written, "after one split");
        start();
        control.splitAt("orders", PrimaryKeyValue.fromString("key-26"));
        write(written, "after two splits");
        List<ShardInfo> open = control.openShards("orders");
        control.merge("orders", open.get(0).shardId(), open.get(1).shardId());
        write(written, "after a merge");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(valuesByKey).isEqualTo(written));
        assertThat(endedShards)
                .containsExactlyInAnyOrderElementsOf(
                        control.shards("orders").stream()
                                .filter(shard -> !shard.isOpen())
                                .map(ShardInfo::shardId)
                                .collect(Collectors.toList()));
        assertThat(worker.getWorkerStatus()).isEqualTo(WorkerStatus.RUNNING);
        assertThat(client.listTable().getTableNames()).containsExactly("orders", "status");
    }

    private void write(Map<String, List<String>> written, String value) {
        for (int i = 0; i < KEYS; i++) {
            String key = String.format("key-%02d", i);
            TestTables.put(client, "orders", key, value);
            written.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
        }
    }

    private void start() {
        ClientConfig config = new ClientConfig();
        config.setParentShardPollIntervalMillis(100);
        config.setSyncShardIntervalMillis(200);
        config.setTakerIntervalMillis(200);
        config.setRenewerIntervalMillis(200);
        StreamConfig stream = new StreamConfig();
        stream.setOTSClient(client);
        stream.setDataTableName("orders");
        stream.setStatusTableName("status");
        worker = new Worker("worker-1", config, stream, Processor::new, executor);
        executor.execute(worker);
    }

    /** Collects values in the order in which they come, key by key. */
    private final class Processor implements IRecordProcessor {
        private String shardId;

        @Override
        public void initialize(InitializationInput input) {
            shardId = input.getShardInfo().getShardId();
        }

        @Override
        public void processRecords(ProcessRecordsInput input) {
            for (StreamRecord record : input.getRecords()) {
                String key = record.getPrimaryKey().getPrimaryKeyColumn(0).getValue().asString();
                String value = record.getColumns().get(0).getColumn().getValue().asString();
                // A key's records come from one thread at a time: parents are read first.
                valuesByKey.computeIfAbsent(key, any -> new CopyOnWriteArrayList<>()).add(value);
            }
            checkpoint(input.getCheckpointer());
        }

        private void checkpoint(IRecordProcessorCheckpointer checkpointer) {
            try {
                checkpointer.checkpoint();
            } catch (Exception e) {
                throw new IllegalStateException("Cannot store a checkpoint", e);
            }
        }

        @Override
        public void shutdown(ShutdownInput input) {
            if (input.getShutdownReason() == ShutdownReason.TERMINATE) {
                // Before the checkpoint, which lets the children be read.
                endedShards.add(shardId);
                checkpoint(input.getCheckpointer());
            }
        }
    }
}
