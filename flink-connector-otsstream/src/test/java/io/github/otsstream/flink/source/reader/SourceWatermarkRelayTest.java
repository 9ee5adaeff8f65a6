/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.junit.jupiter.api.Test;

class SourceWatermarkRelayTest {

    private final SourceWatermarkRelay relay = new SourceWatermarkRelay();
    private final List<Long> emitted = new ArrayList<>();
    private final TestingReaderOutput<Object> output =
            new TestingReaderOutput<>() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    emitted.add(watermark.getTimestamp());
                }
            };

    @Test
    void emitsTheLatestOnce() {
        relay.emitTo(output);
        relay.receive(5);
        relay.receive(9);
        relay.receive(7);
        relay.emitTo(output);
        relay.emitTo(output);
        assertThat(emitted).containsExactly(9L);
    }

    @Test
    void neverGoesBack() {
        relay.receive(9);
        relay.emitTo(output);
        relay.receive(8);
        relay.receive(9);
        relay.emitTo(output);
        assertThat(relay.availability(new CompletableFuture<>())).isNotDone();
        assertThat(emitted).containsExactly(9L);
    }

    @Test
    void aWatermarkWakesAReaderWithoutRecords() {
        CompletableFuture<Void> records = new CompletableFuture<>();
        CompletableFuture<Void> first = relay.availability(records);
        assertThat(first).isNotDone();
        relay.receive(5);
        assertThat(first).isDone();
        assertThat(relay.availability(records)).as("until it is emitted").isDone();

        relay.emitTo(output);
        CompletableFuture<Void> second = relay.availability(records);
        assertThat(second).isNotDone();
        relay.receive(6);
        assertThat(second).isDone();
    }

    @Test
    void recordsWakeAReaderWithoutWatermarks() {
        CompletableFuture<Void> records = new CompletableFuture<>();
        CompletableFuture<Void> available = relay.availability(records);
        records.complete(null);
        assertThat(available).isDone();
        assertThat(relay.availability(records)).isDone();

        CompletableFuture<Void> next = new CompletableFuture<>();
        available = relay.availability(next);
        assertThat(available).isNotDone();
        next.complete(null);
        assertThat(available).isDone();
    }

    @Test
    void aQuietTableGathersNoCallbacks() {
        CompletableFuture<Void> records = new CompletableFuture<>();
        for (int i = 0; i < 1_000; i++) {
            relay.availability(records);
            relay.receive(i);
            relay.emitTo(output);
        }
        assertThat(records.getNumberOfDependents()).isEqualTo(1);
    }
}
