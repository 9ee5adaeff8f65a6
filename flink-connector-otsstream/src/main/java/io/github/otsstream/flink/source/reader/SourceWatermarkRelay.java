/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;

/**
 * Watermarks on their way from the enumerator to the reader's output. One that arrives makes the
 * reader available, so that it is emitted although there is no record: on quiet tables that is when
 * it matters, and a reader without shards must pass it on too.
 *
 * <p>Used by the task thread; only the future of the records is completed by another one.
 */
@Internal
final class SourceWatermarkRelay {

    private static final long NONE = Long.MIN_VALUE;

    private long emitted = NONE;
    private long pending = NONE;

    private CompletableFuture<Void> recordsSeen;
    private volatile CompletableFuture<Void> available = new CompletableFuture<>();

    /** Takes a watermark in; one that is not later than the last is left out. */
    void receive(long millis) {
        if (millis > Math.max(emitted, pending)) {
            pending = millis;
            available.complete(null);
        }
    }

    /** Emits what has arrived. */
    void emitTo(ReaderOutput<?> output) {
        if (pending != NONE) {
            emitted = pending;
            pending = NONE;
            output.emitWatermark(new Watermark(emitted));
        }
    }

    /**
     * Returns a future that is complete when there are records or a watermark.
     *
     * @param records complete when there are records. It can stay the same for days in which one
     *     watermark follows the other, so only one callback is ever attached to it.
     */
    CompletableFuture<Void> availability(CompletableFuture<Void> records) {
        if (records.isDone()) {
            return records;
        }
        if (available.isDone() && pending == NONE) {
            available = new CompletableFuture<>();
        }
        if (records != recordsSeen) {
            recordsSeen = records;
            records.thenRun(() -> available.complete(null));
        }
        if (records.isDone()) {
            available.complete(null);
        }
        return available;
    }
}
