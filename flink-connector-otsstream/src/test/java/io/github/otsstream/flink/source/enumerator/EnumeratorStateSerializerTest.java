/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.SerializedForm;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests the serialized form of the enumerator's state against the bytes of all versions, and
 * damaged ones.
 */
@Timeout(180)
class EnumeratorStateSerializerTest {

    private final EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();

    private static EnumeratorState full() {
        SequenceInfo last = new SequenceInfo(7, 1_700_000_123_456_789L, 3);
        return new EnumeratorState(
                "orders_1700000000000000",
                ReadWindow.of(1_700_000_000_000L, 1_700_000_600_000L, true)
                        .endingWhenCaughtUpFrom(1_700_000_900_000L),
                1_700_000_000_001L,
                "1700000000002-run",
                List.of(
                        shard("w1", ShardGraph.Status.WAITING, ShardPosition.oldest(), false),
                        shard("w2", ShardGraph.Status.WAITING, ShardPosition.seek(5), false),
                        shard(
                                "w3",
                                ShardGraph.Status.WAITING,
                                ShardPosition.at("i", 2, last),
                                true),
                        shard(
                                "w4",
                                ShardGraph.Status.WAITING,
                                ShardPosition.oldest().caughtUpAt(1_700_000_000_003L),
                                true),
                        shard("a", ShardGraph.Status.ASSIGNED, ShardPosition.oldest(), false),
                        shard(
                                "c",
                                ShardGraph.Status.CLOSED,
                                ShardPosition.at("last", 3, last),
                                true),
                        shard(
                                "e",
                                ShardGraph.Status.WINDOW_END,
                                ShardPosition.at("end", 1, last),
                                true),
                        shard("x", ShardGraph.Status.EXCLUDED, ShardPosition.oldest(), false)));
    }

    private static ShardProgress shard(
            String id, ShardGraph.Status status, ShardPosition position, boolean entered) {
        return new ShardProgress(id, status, position, entered);
    }

    @Test
    void version1() throws Exception {
        SerializedForm.assertRead("enumerator-v1-full.hex", serializer, 1, full());
        SerializedForm.assertRead(
                "enumerator-v1-empty.hex", serializer, 1, EnumeratorState.empty());
    }

    @Test
    void version2() throws Exception {
        SerializedForm.assertWrittenAs("enumerator-v2-full.hex", serializer, full());
        SerializedForm.assertWrittenAs(
                "enumerator-v2-empty.hex", serializer, EnumeratorState.empty());
    }

    @Test
    void everyStatusIsWritten() {
        assertThat(full().shards())
                .extracting(ShardProgress::status)
                .contains(ShardGraph.Status.values());
    }

    @Test
    void anUnknownVersionIsRefused() throws Exception {
        SerializedForm.assertUnknownVersionsRefused(serializer, full());
    }

    @Test
    void everyDamageIsRefused() throws Exception {
        SerializedForm.assertDamageRefused(serializer, full());
        SerializedForm.assertDamageRefused(serializer, EnumeratorState.empty());
    }

    @Test
    void damagedStateOfVersion1IsReadOrRefused() throws Exception {
        SerializedForm.assertDamageIsNoTrouble("enumerator-v1-full.hex", serializer, 1);
        SerializedForm.assertDamageIsNoTrouble("enumerator-v1-empty.hex", serializer, 1);
    }

    @Test
    void anOpenShardTakesLessThanAHundredBytes() throws Exception {
        List<ShardProgress> shards = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            shards.add(
                    shard(
                            UUID.randomUUID() + "_" + (1_700_000_000_000_000L + i),
                            ShardGraph.Status.ASSIGNED,
                            ShardPosition.oldest(),
                            true));
        }
        byte[] bytes =
                serializer.serialize(
                        new EnumeratorState(
                                "orders_1", ReadWindow.all(), ReadWindow.NO_START, null, shards));
        assertThat(bytes.length).isLessThan(100 * shards.size());
    }
}
