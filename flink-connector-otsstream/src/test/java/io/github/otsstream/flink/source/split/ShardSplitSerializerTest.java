/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.SerializedForm;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the serialized form of splits against the bytes of released versions. */
class ShardSplitSerializerTest {

    private static final String STREAM = "orders_1700000000000000";
    private static final String SHARD = "5f0a1c1e-0000-4000-8000-000000000001_1700000000000001";

    private final ShardSplitSerializer serializer = new ShardSplitSerializer();

    private static ShardSplit split(String form) {
        return shortLived(form).withRetention(Duration.ofHours(168));
    }

    private static ShardSplit shortLived(String form) {
        SequenceInfo last = new SequenceInfo(7, 1_700_000_123_456_789L, 3);
        switch (form) {
            case "oldest":
                return new ShardSplit(
                        STREAM, SHARD, ReadWindow.all(), ShardPosition.oldest(), null);
            case "child":
                return new ShardSplit(
                        STREAM,
                        SHARD,
                        ReadWindow.all(),
                        ShardPosition.oldest().caughtUpAt(1_700_000_000_008L),
                        null);
            case "seek":
                return new ShardSplit(
                        STREAM,
                        SHARD,
                        ReadWindow.of(1_700_000_000_000L, 1_700_000_600_000L, true),
                        ShardPosition.seek(1_699_999_400_000L),
                        null);
            case "iterator":
                return new ShardSplit(
                        STREAM,
                        SHARD,
                        ReadWindow.all(),
                        ShardPosition.at("it-\u00e9", 0, null),
                        null);
            case "middle":
                return new ShardSplit(
                        STREAM,
                        SHARD,
                        ReadWindow.of(ReadWindow.NO_START, 1_700_000_600_000L, true),
                        ShardPosition.at("iterator", 42, last).caughtUpAt(1_700_000_000_007L),
                        null);
            case "closed":
                return new ShardSplit(
                        STREAM,
                        SHARD,
                        ReadWindow.all(),
                        ShardPosition.at("iterator", 0, last),
                        ShardEnd.CLOSED);
            case "window-end":
                return new ShardSplit(
                        STREAM,
                        SHARD,
                        ReadWindow.all(),
                        ShardPosition.at("iterator", 1, last),
                        ShardEnd.WINDOW_END);
            default:
                throw new IllegalArgumentException(form);
        }
    }

    @ParameterizedTest
    @CsvSource({"oldest", "child", "seek", "iterator", "middle", "closed", "window-end"})
    void version1(String form) throws Exception {
        SerializedForm.assertWrittenAs("split-v1-" + form + ".hex", serializer, split(form));
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
        byte[] bytes = serializer.serialize(split("middle"));
        for (int length = 0; length < bytes.length; length++) {
            byte[] truncated = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> serializer.deserialize(1, truncated))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't be read");
        }
        assertThatThrownBy(() -> serializer.deserialize(1, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 bytes too many");
    }

    @Test
    void noCorruptByteLeadsToAnythingButARefusalOrASplit() throws Exception {
        byte[] bytes = serializer.serialize(split("middle"));
        for (int i = 0; i < bytes.length; i++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] corrupt = bytes.clone();
                corrupt[i] = (byte) value;
                try {
                    assertThat(serializer.deserialize(1, corrupt)).isNotNull();
                } catch (IOException expected) {
                    assertThat(expected).hasMessageContaining("can't be read");
                }
            }
        }
    }
}
