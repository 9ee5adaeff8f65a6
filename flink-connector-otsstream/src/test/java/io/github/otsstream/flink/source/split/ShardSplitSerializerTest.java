/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.SerializedForm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the serialized form of splits against the bytes of all versions, and damaged ones. */
@Timeout(180)
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
    @MethodSource("forms")
    void version1(String form) throws Exception {
        SerializedForm.assertRead("split-v1-" + form + ".hex", serializer, 1, split(form));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void version2(String form) throws Exception {
        SerializedForm.assertWrittenAs("split-v2-" + form + ".hex", serializer, split(form));
    }

    @Test
    void anUnknownVersionIsRefused() throws Exception {
        SerializedForm.assertUnknownVersionsRefused(serializer, split("middle"));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyDamageIsRefused(String form) throws Exception {
        SerializedForm.assertDamageRefused(serializer, split(form));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void damagedStateOfVersion1IsReadOrRefused(String form) throws Exception {
        SerializedForm.assertDamageIsNoTrouble("split-v1-" + form + ".hex", serializer, 1);
    }

    private static List<String> forms() {
        return List.of("oldest", "child", "seek", "iterator", "middle", "closed", "window-end");
    }
}
