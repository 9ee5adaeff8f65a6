/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import static io.github.otsstream.flink.source.enumerator.Listings.discover;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowProgressTest {

    private static final long HOUR = 3_600_000;
    private static final long NOW = 100 * HOUR;

    private final ShardGraph graph = new ShardGraph("s", ReadWindow.all(), ShardPosition.oldest());

    @Test
    void aWindowWithoutAStartBeginsWithWhatIsRetained() {
        WindowProgress progress = progress(ReadWindow.of(ReadWindow.NO_START, NOW, true), 0);
        read("a", NOW - 12 * HOUR);
        progress.update(graph);
        assertThat(progress.part()).isEqualTo(0.5);

        progress = progress(ReadWindow.of(ReadWindow.NO_START, NOW, true), NOW - 16 * HOUR);
        progress.update(graph);
        assertThat(progress.part()).isEqualTo(0.25);
    }

    @Test
    void itDoesNotGoBack() {
        WindowProgress progress = progress(ReadWindow.of(NOW - 10 * HOUR, NOW, true), 0);
        read("a", NOW - HOUR);
        progress.update(graph);
        read("a", NOW - 5 * HOUR);
        progress.update(graph);
        assertThat(progress.part()).isEqualTo(0.9);
    }

    @Test
    void theLogTellsShardsRecordsAndTheTimeLeft() {
        WindowProgress progress = progress(ReadWindow.of(NOW - 10 * HOUR, NOW, true), 0);
        read("a", NOW - 10 * HOUR);
        progress.update(graph);
        assertThat(progress.describe(0, 1, 60_000)).doesNotContain("left");

        read("a", NOW - 6 * HOUR);
        progress.update(graph);
        progress.records(0, 1_234_000);
        progress.records(1, 567);
        assertThat(progress.describe(3, 1, 60_000))
                .isEqualTo(
                        "40 % of the window is read: 3 shards are done and 1 are not,"
                                + " 1,234,567 records, about 1 min 30 s left");
    }

    @Test
    void theTimeLeftOfARestoredJobCountsFromItsRestore() {
        WindowProgress progress = progress(ReadWindow.of(NOW - 10 * HOUR, NOW, true), 0);
        read("a", NOW - 2 * HOUR);
        progress.update(graph);
        read("a", NOW - HOUR);
        progress.update(graph);
        assertThat(progress.describe(0, 1, 5_000)).endsWith("about 5 s left");
    }

    @Test
    void allThatIsReadIsOne() {
        WindowProgress progress = progress(ReadWindow.of(NOW - 10 * HOUR, NOW, true), 0);
        read("a", NOW - HOUR);
        graph.ended("a", ShardEnd.WINDOW_END, true, ShardPosition.oldest(), 0);
        progress.update(graph);
        assertThat(progress.part()).isEqualTo(1);
        assertThat(progress.describe(1, 0, 5_000)).startsWith("100 %").doesNotContain("left");
    }

    private void read(String shardId, long untilMillis) {
        discover(graph, List.of(new ShardInfo(shardId, null, null)));
        graph.assigned(shardId, 0);
        graph.readUntil(shardId, untilMillis);
    }

    private static WindowProgress progress(ReadWindow window, long createdMillis) {
        return new WindowProgress(
                window,
                new StreamDescription(
                        "s",
                        "orders",
                        createdMillis * 1_000,
                        Duration.ofHours(24),
                        StreamDescription.Status.ACTIVE,
                        false,
                        List.of(),
                        NOW),
                0);
    }
}
