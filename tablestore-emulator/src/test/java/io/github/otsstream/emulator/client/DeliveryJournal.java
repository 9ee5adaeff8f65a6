/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.client;

import com.alicloud.openservices.tablestore.model.RecordColumn;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import com.aliyun.openservices.ots.internal.streamclient.DependencyException;
import com.aliyun.openservices.ots.internal.streamclient.ShutdownException;
import com.aliyun.openservices.ots.internal.streamclient.StreamClientException;
import com.aliyun.openservices.ots.internal.streamclient.model.CheckpointPosition;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessor;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessorCheckpointer;
import com.aliyun.openservices.ots.internal.streamclient.model.IRecordProcessorFactory;
import com.aliyun.openservices.ots.internal.streamclient.model.InitializationInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ProcessRecordsInput;
import com.aliyun.openservices.ots.internal.streamclient.model.ShutdownInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The application behind stream client workers: takes their records down in the order in which they
 * come.
 *
 * <p>A page is taken down if its checkpoint is stored, and storing both is one step for all shards,
 * as in a transaction. So a record that is there twice was delivered again from behind a
 * checkpoint, and one that is missing was skipped by it. Thread-safe.
 */
final class DeliveryJournal implements IRecordProcessorFactory {

    private final List<Delivery> deliveries = new ArrayList<>();
    private final Map<String, String> initialCheckpoints = new HashMap<>();
    private int limit = Integer.MAX_VALUE;
    private Runnable atLimit;

    /** Runs {@code action} once, on a worker's thread, as soon as {@code count} records are in. */
    synchronized void whenAtLeast(int count, Runnable action) {
        limit = count;
        atLimit = action;
    }

    synchronized int count() {
        return deliveries.size();
    }

    /** Each key's changes in the order in which they came, as {@link WrittenRows} has them. */
    synchronized Map<String, List<String>> changesByKey() {
        Map<String, List<String>> changes = new TreeMap<>();
        for (Delivery delivery : deliveries) {
            changes.computeIfAbsent(delivery.key, key -> new ArrayList<>()).add(delivery.change);
        }
        return changes;
    }

    /** The shard of each record, in the order in which they came. */
    synchronized List<String> shardsInOrder() {
        List<String> shards = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            shards.add(delivery.shardId);
        }
        return shards;
    }

    /** Where the client last began to read each shard. */
    synchronized Map<String, String> initialCheckpoints() {
        return Map.copyOf(initialCheckpoints);
    }

    @Override
    public IRecordProcessor createProcessor() {
        return new ShardProcessor();
    }

    private synchronized void begin(String shardId, String checkpoint) {
        initialCheckpoints.put(shardId, checkpoint);
    }

    private synchronized void takeDown(
            String shardId, List<StreamRecord> records, IRecordProcessorCheckpointer checkpointer) {
        try {
            checkpointer.checkpoint();
        } catch (ShutdownException e) {
            // The worker stops or has lost the shard: whoever holds it next delivers the page.
            return;
        } catch (StreamClientException | DependencyException e) {
            throw new IllegalStateException("Cannot store the checkpoint of " + shardId, e);
        }
        for (StreamRecord record : records) {
            deliveries.add(new Delivery(shardId, record));
        }
        if (deliveries.size() >= limit) {
            limit = Integer.MAX_VALUE;
            atLimit.run();
        }
    }

    private static final class Delivery {
        final String shardId;
        final String key;
        final String change;

        Delivery(String shardId, StreamRecord record) {
            this.shardId = shardId;
            key = record.getPrimaryKey().getPrimaryKeyColumn("id").getValue().asString();
            StringBuilder text = new StringBuilder(record.getRecordType().name());
            for (RecordColumn column : record.getColumns()) {
                text.append(' ').append(column.getColumn().getValue().asLong());
            }
            change = text.toString();
        }
    }

    /** One shard's processor. The client calls it from one thread at a time. */
    private final class ShardProcessor implements IRecordProcessor {
        private String shardId;

        @Override
        public void initialize(InitializationInput input) {
            shardId = input.getShardInfo().getShardId();
            begin(shardId, input.getInitialCheckpoint());
        }

        @Override
        public void processRecords(ProcessRecordsInput input) {
            IRecordProcessorCheckpointer checkpointer = input.getCheckpointer();
            // A shard's end must be stored even if its last page is empty: children wait for it.
            if (!input.getRecords().isEmpty()
                    || CheckpointPosition.SHARD_END.equals(
                            checkpointer.getLargestPermittedCheckpointValue())) {
                takeDown(shardId, input.getRecords(), checkpointer);
            }
        }

        @Override
        public void shutdown(ShutdownInput input) {}
    }
}
