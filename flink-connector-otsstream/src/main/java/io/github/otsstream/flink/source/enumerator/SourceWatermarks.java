/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.event.SourceWatermarkEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.apache.flink.annotation.Internal;

/**
 * Tells readers the watermark of the whole stream. It is made here, and not by each reader of its
 * own shards, because a shard that waits to be read, or that is read by another reader, can hold
 * records that are older than all that a reader has seen.
 *
 * <p>Each reader is told what is later than what it was told since it started; so one that starts
 * anew gets a watermark that fits what it reads again. Used by one thread.
 */
@Internal
final class SourceWatermarks {

    private final long clockMarginMillis;
    private final BiConsumer<Integer, SourceWatermarkEvent> send;
    private final Map<Integer, Long> toldMillis = new HashMap<>();

    /**
     * @param clockMargin how far the service's machines may date a record too early
     * @param send takes a reader and what it is told
     */
    SourceWatermarks(Duration clockMargin, BiConsumer<Integer, SourceWatermarkEvent> send) {
        this.clockMarginMillis = clockMargin.toMillis();
        this.send = send;
    }

    void readerStarted(int reader) {
        toldMillis.put(reader, Long.MIN_VALUE);
    }

    /** A reader has failed or has been told that it may finish. */
    void readerGone(int reader) {
        toldMillis.remove(reader);
    }

    /**
     * Tells the readers.
     *
     * @param readUntilMillis the time before which nothing of the stream is unread, if one is known
     */
    void update(OptionalLong readUntilMillis) {
        if (readUntilMillis.isPresent()) {
            // A watermark says that nothing at its own time follows.
            long watermark = readUntilMillis.getAsLong() - clockMarginMillis - 1;
            toldMillis.replaceAll(
                    (reader, told) -> {
                        if (watermark > told) {
                            send.accept(reader, new SourceWatermarkEvent(watermark));
                        }
                        return Math.max(watermark, told);
                    });
        }
    }
}
