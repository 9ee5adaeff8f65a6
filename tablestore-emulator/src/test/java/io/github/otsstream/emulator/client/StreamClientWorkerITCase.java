/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.DescribeTableResponse;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RangeIteratorParameter;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.Row;
import com.aliyun.openservices.ots.internal.streamclient.model.CheckpointPosition;
import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import io.github.otsstream.emulator.stream.EmptyPage;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The service's own stream client, {@code tablestore-streamclient} as published, reads streams of
 * the emulator: it creates its status table, keeps leases and checkpoints there by conditional
 * updates, lists shards page by page, and reads parents before children.
 *
 * <p>It was built with version 4.3.1 of the SDK, and runs here, unchanged, on the version that the
 * emulator is built with.
 */
@Timeout(60)
class StreamClientWorkerITCase {

    private static final String TABLE = "orders";
    private static final String STATUS = "orders_status";

    private final DeliveryJournal journal = new DeliveryJournal();
    private TablestoreEmulator emulator;
    private EmulatorControl control;
    private SyncClientInterface client;
    private WrittenRows rows;

    @BeforeEach
    void start() {
        emulator = TablestoreEmulator.builder().start();
        control = emulator.control();
        control.streamBehavior(behavior -> behavior.withMaxShardsPerDescribe(2));
        client = SdkClients.sync(emulator);
        TestTables.create(client, TABLE, PrimaryKeyType.STRING);
        rows = new WrittenRows(client, TABLE);
    }

    @AfterEach
    void stop() {
        client.shutdown();
        emulator.close();
    }

    @Test
    void readsAStreamToItsEndWhilePartitionsSplitAndMerge() {
        rows.write(5);
        splitAt("k20");
        rows.write(5);
        splitAt("k10");
        rows.write(5);
        String slowParent = openShardFrom("k10");
        merge(null, "k10");
        rows.write(5);
        // Whoever does not wait for the second parent too gets to the child first.
        control.emptyPages(TABLE, slowParent, 50, EmptyPage.MORE_FOLLOWS);

        try (RunningWorker worker = worker("worker")) {
            await(worker).until(() -> journal.count() > 0);
            rows.write(5);
            splitAt("k30");
            rows.write(5);
            merge("k20", "k30");
            awaitAllDelivered(worker);

            // Now shards end under a reader that waits for more.
            splitAt("k10");
            rows.write(2);
            splitAt("k05");
            rows.write(2);
            awaitAllDelivered(worker);
            merge("k05", "k10");
            rows.write(5);
            awaitAllDelivered(worker);

            await(worker).untilAsserted(this::assertClosedShardsAreReadToTheirEnd);
            assertThat(worker.isRunning()).isTrue();
        }

        assertThat(journal.changesByKey()).isEqualTo(rows.changesByKey());
        assertParentsCameBeforeChildren();
        assertStatusTable();
        assertThat(control.counters("DescribeStream").errors()).isEmpty();
        assertThat(control.counters("GetShardIterator").errors()).isEmpty();
        assertThat(control.counters("GetStreamRecord").errors()).isEmpty();
    }

    @Test
    void goesOnFromItsCheckpointsWhenStartedAgain() {
        rows.write(10);
        splitAt("k20");
        rows.write(10);
        try (RunningWorker worker = worker("worker")) {
            // In the second generation of shards, in the middle of at least one.
            journal.whenAtLeast(500, worker::shutdown);
            await(worker).until(() -> journal.count() >= 500);
        }
        assertThat(journal.count()).isBetween(500, 519);
        Map<String, String> checkpoints = statusColumn("Checkpoint");
        assertThat(checkpoints.values())
                .contains(CheckpointPosition.SHARD_END)
                .anyMatch(StreamClientWorkerITCase::isIterator);

        splitAt("k10");
        rows.write(5);
        merge("k10", "k20");
        rows.write(5);
        try (RunningWorker worker = worker("worker")) {
            awaitAllDelivered(worker);
            await(worker).untilAsserted(this::assertClosedShardsAreReadToTheirEnd);
        }

        assertThat(journal.initialCheckpoints()).containsAllEntriesOf(checkpoints);
        assertThat(journal.changesByKey()).isEqualTo(rows.changesByKey());
        assertParentsCameBeforeChildren();
    }

    @Test
    void handsShardsOverToAnotherWorker() {
        splitAt("k20");
        splitAt("k10");
        splitAt("k30");
        for (ShardInfo shard : control.shards(TABLE)) {
            if (!shard.isOpen()) {
                control.expireShard(TABLE, shard.shardId());
            }
        }
        Duration leaseDuration = Duration.ofSeconds(4);
        RunningWorker first = worker("first", leaseDuration);
        try (first) {
            rows.write(5);
            awaitAllDelivered(first);
            assertThat(statusColumn("LeaseOwner").values()).containsOnly("first");

            try (RunningWorker second = worker("second", leaseDuration)) {
                rows.write(5);
                await(second)
                        .until(
                                () ->
                                        Collections.frequency(
                                                        statusColumn("LeaseOwner").values(),
                                                        "second")
                                                == 2);
                rows.write(5);
                awaitAllDelivered(second);

                // As when its process dies: its leases run out, and are taken over.
                first.close();
                assertThat(first.failure()).isNull();
                rows.write(5);
                awaitAllDelivered(second);
                assertThat(statusColumn("LeaseOwner").values()).containsOnly("second");
            }
        }

        assertThat(statusColumn("LeaseOwner")).hasSize(4);
        assertThat(journal.changesByKey()).isEqualTo(rows.changesByKey());
    }

    private RunningWorker worker(String identifier) {
        return worker(identifier, Duration.ofSeconds(20));
    }

    private RunningWorker worker(String identifier, Duration leaseDuration) {
        return new RunningWorker(identifier, emulator, TABLE, STATUS, journal, leaseDuration);
    }

    private static ConditionFactory await(RunningWorker worker) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(20))
                .failFast(() -> assertThat(worker.failure()).isNull());
    }

    private void awaitAllDelivered(RunningWorker worker) {
        await(worker).until(() -> journal.count() >= rows.count());
    }

    private void splitAt(String key) {
        control.splitAt(TABLE, PrimaryKeyValue.fromString(key));
    }

    /** Merges the partitions that begin at these keys; null is the least. */
    private void merge(String left, String right) {
        control.merge(TABLE, openShardFrom(left), openShardFrom(right));
    }

    private String openShardFrom(String key) {
        PrimaryKeyValue from = key == null ? null : PrimaryKeyValue.fromString(key);
        return control.openShards(TABLE).stream()
                .filter(
                        shard ->
                                from == null
                                        ? shard.fromInclusive() == null
                                        : from.equals(shard.fromInclusive()))
                .findFirst()
                .orElseThrow()
                .shardId();
    }

    private void assertClosedShardsAreReadToTheirEnd() {
        Map<String, String> checkpoints = statusColumn("Checkpoint");
        for (ShardInfo shard : control.shards(TABLE)) {
            assertThat(CheckpointPosition.SHARD_END.equals(checkpoints.get(shard.shardId())))
                    .as("Read to the end: %s", shard)
                    .isEqualTo(!shard.isOpen());
        }
    }

    private void assertParentsCameBeforeChildren() {
        List<String> order = journal.shardsInOrder();
        for (ShardInfo shard : control.shards(TABLE)) {
            int first = order.indexOf(shard.shardId());
            assertThat(first).as("First record of %s", shard).isNotNegative();
            for (String parent : new String[] {shard.parentId(), shard.parentSiblingId()}) {
                assertThat(order.lastIndexOf(parent))
                        .as("Last record of %s, before the first of %s", parent, shard)
                        .isLessThan(first);
            }
        }
    }

    private void assertStatusTable() {
        DescribeTableResponse table = client.describeTable(new DescribeTableRequest(STATUS));
        assertThat(table.getTableMeta().getPrimaryKeyList())
                .extracting(PrimaryKeySchema::getName)
                .containsExactly("StreamId", "StatusType", "StatusValue");
        assertThat(table.getTableOptions().getMaxVersions()).isEqualTo(1);
        Set<String> shards =
                control.shards(TABLE).stream().map(ShardInfo::shardId).collect(Collectors.toSet());
        assertThat(statusColumn("LeaseOwner")).containsOnlyKeys(shards);
        assertThat(statusColumn("LeaseOwner").values()).containsOnly("worker");
    }

    /** One column of the leases in the status table, by shard. */
    private Map<String, String> statusColumn(String column) {
        RangeRowQueryCriteria range = new RangeRowQueryCriteria(STATUS);
        range.setInclusiveStartPrimaryKey(leaseKey(PrimaryKeyValue.INF_MIN));
        range.setExclusiveEndPrimaryKey(leaseKey(PrimaryKeyValue.INF_MAX));
        range.setMaxVersions(1);
        Map<String, String> values = new HashMap<>();
        Iterator<Row> leases = client.createRangeIterator(new RangeIteratorParameter(range));
        while (leases.hasNext()) {
            Row lease = leases.next();
            values.put(
                    lease.getPrimaryKey().getPrimaryKeyColumn("StatusValue").getValue().asString(),
                    lease.getLatestColumn(column).getValue().asString());
        }
        return values;
    }

    private PrimaryKey leaseKey(PrimaryKeyValue value) {
        String streamId =
                client.describeTable(new DescribeTableRequest(TABLE))
                        .getStreamDetails()
                        .getStreamId();
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("StreamId", PrimaryKeyValue.fromString(streamId))
                .addPrimaryKeyColumn("StatusType", PrimaryKeyValue.fromString("LeaseKey"))
                .addPrimaryKeyColumn("StatusValue", value)
                .build();
    }

    private static boolean isIterator(String checkpoint) {
        return !checkpoint.equals(CheckpointPosition.SHARD_END)
                && !checkpoint.equals(CheckpointPosition.TRIM_HORIZON);
    }
}
