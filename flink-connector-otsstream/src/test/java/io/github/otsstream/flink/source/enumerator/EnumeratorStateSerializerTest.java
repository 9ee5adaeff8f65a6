/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.SerializedForm;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests the serialized form of the enumerator's state against the bytes of released versions. */
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
        SerializedForm.assertWrittenAs("enumerator-v1-full.hex", serializer, full());
        SerializedForm.assertWrittenAs(
                "enumerator-v1-empty.hex", serializer, EnumeratorState.empty());
    }

    @Test
    void everyStatusIsWritten() {
        assertThat(full().shards())
                .extracting(ShardProgress::status)
                .contains(ShardGraph.Status.values());
    }

    @Test
    void anUnknownVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(2, new byte[10]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("newer connector");
    }

    @Test
    void everyTruncationIsRefused() throws Exception {
        byte[] bytes = serializer.serialize(full());
        for (int length = 0; length < bytes.length; length++) {
            byte[] truncated = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> serializer.deserialize(1, truncated))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't be read");
        }
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
