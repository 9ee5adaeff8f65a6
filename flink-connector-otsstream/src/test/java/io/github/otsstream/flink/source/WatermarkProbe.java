/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import io.github.otsstream.flink.record.ChangeRecord;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Sees the records of a {@link KeyRangeTable} and the watermarks between them, as an operator of
 * the job does.
 */
final class WatermarkProbe extends AbstractStreamOperator<ChangeRecord>
        implements OneInputStreamOperator<ChangeRecord, ChangeRecord> {

    private static final long serialVersionUID = 1L;

    /** What the instances in the job's tasks have seen, by the probe's id. */
    private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

    private static final class Seen {
        private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
        private final Map<Integer, Long> watermarks = new ConcurrentHashMap<>();
    }

    /** A record at the moment at which it came. */
    static final class Arrival {
        private final int range;
        private final String value;
        private final long eventMillis;
        private final long sequenceMicros;
        private final long watermark;
        private final int subtask;

        private Arrival(StreamRecord<ChangeRecord> element, long watermark, int subtask) {
            range = KeyRangeTable.range(element.getValue());
            value = KeyRangeTable.value(element.getValue());
            eventMillis = element.getTimestamp();
            sequenceMicros = element.getValue().getTimestampMicros();
            this.watermark = watermark;
            this.subtask = subtask;
        }

        String value() {
            return value;
        }

        /** The record's event time. */
        long eventMillis() {
            return eventMillis;
        }

        long sequenceMicros() {
            return sequenceMicros;
        }

        /** Whether a watermark had come that said that no such record would come any more. */
        boolean isLate() {
            return eventMillis <= watermark;
        }
    }

    private final String id = UUID.randomUUID().toString();
    private transient long watermark;
    private transient int subtask;

    WatermarkProbe() {
        SEEN.put(id, new Seen());
    }

    /** Appends the probe to a stream. */
    void attach(DataStream<ChangeRecord> records, int parallelism) {
        records.transform("probe", records.getType(), this)
                .setParallelism(parallelism)
                .sinkTo(new DiscardingSink<>())
                .setParallelism(parallelism);
    }

    @Override
    public void open() throws Exception {
        super.open();
        watermark = Long.MIN_VALUE;
        subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    @Override
    public void processElement(StreamRecord<ChangeRecord> element) {
        SEEN.get(id).arrivals.add(new Arrival(element, watermark, subtask));
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        super.processWatermark(mark);
        watermark = mark.getTimestamp();
        SEEN.get(id).watermarks.put(subtask, watermark);
    }

    List<Arrival> arrivals() {
        return SEEN.get(id).arrivals;
    }

    List<String> values(int range) {
        return arrivals().stream()
                .filter(arrival -> arrival.range == range)
                .map(Arrival::value)
                .collect(Collectors.toList());
    }

    /** The event time of the last record of a range. */
    long lastMillis(int range) {
        return arrivals().stream()
                .filter(arrival -> arrival.range == range)
                .mapToLong(Arrival::eventMillis)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** How many subtasks have seen records. */
    long subtasks() {
        return arrivals().stream().mapToInt(arrival -> arrival.subtask).distinct().count();
    }

    /** The watermark of the probe's first subtask; {@link Long#MIN_VALUE} before any. */
    long watermark() {
        return SEEN.get(id).watermarks.getOrDefault(0, Long.MIN_VALUE);
    }
}
