/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.split.ReadWindow;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * How far a bounded job has come: the part of its window's time that is read, as a number from 0 to
 * 1 that does not go back, and as a line for the log. Used by one thread, but for {@link #part()}.
 */
@Internal
final class WindowProgress {

    private final long startMillis;
    private final long endMillis;
    private final long begunMillis;
    private final Map<Integer, Long> recordsByReader = new HashMap<>();

    /** What was read when this run began; a run that was restored does not begin with nothing. */
    private double first = -1;

    private volatile double part;

    /**
     * @param stream says where a window begins that has no start
     * @param nowMillis of a clock that doesn't go back
     */
    WindowProgress(ReadWindow window, StreamDescription stream, long nowMillis) {
        long oldest =
                Math.max(
                        Math.floorDiv(stream.getCreationTimeMicros(), 1_000L),
                        stream.getServiceTimeMillis() - stream.getRetention().toMillis());
        startMillis = Math.max(oldest, window.startMillis());
        endMillis = window.endMillis();
        begunMillis = nowMillis;
    }

    /** Takes in how many records a reader has emitted since it was created. */
    void records(int reader, long records) {
        recordsByReader.put(reader, records);
    }

    void update(ShardGraph graph) {
        double now = graph.progress(startMillis, endMillis);
        if (first < 0) {
            first = now;
        }
        part = Math.max(part, now);
    }

    /** From 0 to 1. Called by any thread. */
    double part() {
        return part;
    }

    /**
     * Returns a line for the log.
     *
     * @param ended how many shards this run has read to their ends
     * @param open how many known shards are not read to their ends
     */
    String describe(long ended, long open, long nowMillis) {
        long records = recordsByReader.values().stream().mapToLong(Long::longValue).sum();
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%.0f %% of the window is read: ", 100 * part));
        text.append(ended).append(" shards are done and ").append(open).append(" are not, ");
        text.append(String.format(Locale.ROOT, "%,d records", records));
        double done = part - Math.max(0, first);
        if (part < 1 && done > 0) {
            long left = (long) ((nowMillis - begunMillis) * (1 - part) / done);
            text.append(", about ").append(inWords(Duration.ofMillis(left))).append(" left");
        }
        return text.toString();
    }

    private static String inWords(Duration left) {
        if (left.toHours() > 0) {
            return left.toHours() + " h " + left.toMinutesPart() + " min";
        }
        return left.toMinutes() > 0
                ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
                : left.toSeconds() + " s";
    }
}
