/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.AsyncClient;
import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.BatchWriteRowRequest;
import com.alicloud.openservices.tablestore.model.BatchWriteRowResponse;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.DescribeStreamRequest;
import com.alicloud.openservices.tablestore.model.DescribeStreamResponse;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import com.alicloud.openservices.tablestore.model.StreamShard;
import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Several writers while partitions split and merge: no change is lost, doubled, or out of order.
 */
class ConcurrentChangesTest {

    private static final int WRITERS = 4;
    private static final int KEYS_OF_WRITER = 25;
    private static final int ROUNDS = 40;

    @RegisterExtension
    static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private final EmulatorControl control = EMULATOR.emulator().control();
    private SyncClientInterface client;
    private AsyncClient async;

    @BeforeEach
    void connect() {
        client = SdkClients.sync(EMULATOR.emulator());
        async = SdkClients.async(EMULATOR.emulator());
        TestTables.create(client, "orders", PrimaryKeyType.STRING);
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
        async.shutdown();
    }

    @Test
    void everyChangeIsInOneShardInOrder() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        List<Future<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(executor.submit(writer(i)));
        }
        Random random = new Random(7);
        for (int changes = 0;
                changes < 4 || !writers.stream().allMatch(Future::isDone);
                changes++) {
            repartition(random);
        }
        for (Future<Void> writer : writers) {
            writer.get();
        }
        executor.shutdown();

        Map<String, List<Long>> read = readAll();
        List<Long> expected = new ArrayList<>();
        for (long round = 0; round < ROUNDS; round++) {
            expected.add(round);
        }
        assertThat(read).hasSize(WRITERS * KEYS_OF_WRITER);
        assertThat(read.values()).allSatisfy(rounds -> assertThat(rounds).isEqualTo(expected));
        assertThat(control.shards("orders")).hasSizeGreaterThan(3);
    }

    /** Writes a batch of its own keys in each round. */
    private Callable<Void> writer(int number) {
        return () -> {
            for (int round = 0; round < ROUNDS; round++) {
                BatchWriteRowRequest batch = new BatchWriteRowRequest();
                for (int key = 0; key < KEYS_OF_WRITER; key++) {
                    RowPutChange put =
                            new RowPutChange("orders", TestTables.key(key + "-" + number));
                    put.addColumn("round", ColumnValue.fromLong(round));
                    batch.addRowChange(put);
                }
                BatchWriteRowResponse response = async.batchWriteRow(batch, null).get();
                assertThat(response.isAllSucceed()).isTrue();
            }
            return null;
        };
    }

    private void repartition(Random random) {
        List<ShardInfo> open = new ArrayList<>(control.openShards("orders"));
        if (open.size() < 6) {
            control.split("orders", open.get(random.nextInt(open.size())).shardId());
            return;
        }
        open.sort(
                (left, right) ->
                        left.fromInclusive() == null
                                ? -1
                                : right.fromInclusive() == null
                                        ? 1
                                        : left.fromInclusive().compareTo(right.fromInclusive()));
        int left = random.nextInt(open.size() - 1);
        control.merge("orders", open.get(left).shardId(), open.get(left + 1).shardId());
    }

    /** Reads all shards, parents first, since shards are listed in the order they opened in. */
    private Map<String, List<Long>> readAll() {
        String stream =
                client.listStream(new ListStreamRequest("orders"))
                        .getStreams()
                        .get(0)
                        .getStreamId();
        Map<String, List<Long>> rounds = new TreeMap<>();
        for (StreamShard shard : shards(stream)) {
            String iterator =
                    client.getShardIterator(new GetShardIteratorRequest(stream, shard.getShardId()))
                            .getShardIterator();
            while (iterator != null) {
                GetStreamRecordResponse page =
                        client.getStreamRecord(new GetStreamRecordRequest(iterator));
                for (StreamRecord record : page.getRecords()) {
                    rounds.computeIfAbsent(
                                    record.getPrimaryKey()
                                            .getPrimaryKeyColumn(0)
                                            .getValue()
                                            .asString(),
                                    any -> new ArrayList<>())
                            .add(record.getColumns().get(0).getColumn().getValue().asLong());
                }
                boolean caughtUp = page.getRecords().isEmpty();
                iterator = caughtUp ? null : page.getNextShardIterator();
            }
        }
        return Collections.unmodifiableMap(rounds);
    }

    private List<StreamShard> shards(String stream) {
        List<StreamShard> shards = new ArrayList<>();
        DescribeStreamRequest request = new DescribeStreamRequest(stream);
        String next;
        do {
            DescribeStreamResponse page = client.describeStream(request);
            shards.addAll(page.getShards());
            next = page.getNextShardId();
            if (next != null) {
                request.setInclusiveStartShardId(next);
            }
        } while (next != null);
        return shards;
    }
}
