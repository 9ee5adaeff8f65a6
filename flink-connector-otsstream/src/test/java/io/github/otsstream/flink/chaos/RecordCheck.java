/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.flink.record.ChangeRecord;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds each key's records against what was written: keyed state counts the key's records, and each
 * one must be the change with that number. So a record that is lost, doubled, out of its key's
 * order, or not what was written, shows at once, and what a failure rolls back is forgotten.
 */
final class RecordCheck extends KeyedProcessFunction<Integer, ChangeRecord, String> {

    private static final long serialVersionUID = 1L;

    private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

    /** What the instances in the job's tasks have to know and have found. */
    private static final class Seen {
        private final RecordedTable table;
        private final Map<Integer, Integer> before;
        private final Map<Integer, Integer> counts = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> countsSinceStart = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> countsInSavepoint = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> countsAtEnd = new ConcurrentHashMap<>();
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();
        private final AtomicLong processed = new AtomicLong();

        Seen(RecordedTable table, Map<Integer, Integer> before) {
            this.table = table;
            this.before = before;
        }
    }

    private final String id = UUID.randomUUID().toString();
    private transient ValueState<Integer> count;

    /**
     * @param before how many changes of each key are not to be read, since they are older
     */
    RecordCheck(RecordedTable table, Map<Integer, Integer> before) {
        SEEN.put(id, new Seen(table, before));
    }

    @Override
    public void open(OpenContext context) {
        count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Integer.class));
        Seen seen = SEEN.get(id);
        if (seen != null) {
            // What was seen before may have been rolled back.
            seen.countsSinceStart.clear();
        }
    }

    @Override
    public void processElement(ChangeRecord record, Context context, Collector<String> out)
            throws Exception {
        Seen seen = SEEN.get(id);
        if (seen == null) {
            return; // A task that its job has outlived.
        }
        int key = context.getCurrentKey();
        int index = count.value() == null ? seen.before.getOrDefault(key, 0) : count.value();
        String expected = seen.table.change(key, index);
        String found = ChangeText.of(record);
        if (!found.equals(expected)) {
            seen.violations.add(
                    "change "
                            + index
                            + " of key "
                            + key
                            + " in shard "
                            + record.getShardId()
                            + " should be "
                            + expected
                            + " but is "
                            + found);
        }
        count.update(index + 1);
        seen.counts.put(key, index + 1);
        seen.countsSinceStart.put(key, index + 1);
        // Fires where a bounded job ends.
        context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
        seen.processed.incrementAndGet();
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out)
            throws Exception {
        Seen seen = SEEN.get(id);
        if (seen != null) {
            seen.countsAtEnd.put(context.getCurrentKey(), count.value());
        }
    }

    static int key(ChangeRecord record) {
        return (int) record.getPrimaryKey().get(RecordedTable.KEY).asLong();
    }

    /** How many changes of a key have been read, with those before. */
    int read(int key) {
        Seen seen = SEEN.get(id);
        return seen.counts.getOrDefault(key, seen.before.getOrDefault(key, 0));
    }

    /** How many records have been processed, also those that were processed anew. */
    long processed() {
        return SEEN.get(id).processed.get();
    }

    /** Takes what was read since the job has started for what a savepoint holds that ended it. */
    void savepointMade() {
        Seen seen = SEEN.get(id);
        seen.countsInSavepoint.putAll(seen.countsSinceStart);
    }

    /** How many changes of a key are at least in the last savepoint, with those before. */
    int inSavepoint(int key) {
        Seen seen = SEEN.get(id);
        return seen.countsInSavepoint.getOrDefault(key, seen.before.getOrDefault(key, 0));
    }

    /** Whether the state of a job that has ended holds each key up to these counts. */
    boolean hasEndedWith(Map<Integer, Integer> counts) {
        Seen seen = SEEN.get(id);
        return counts.entrySet().stream()
                .allMatch(
                        e ->
                                e.getValue()
                                        .equals(
                                                seen.countsAtEnd.getOrDefault(
                                                        e.getKey(),
                                                        seen.before.getOrDefault(e.getKey(), 0))));
    }

    /** What was wrong, the first first. */
    List<String> violations() {
        return List.copyOf(SEEN.get(id).violations);
    }

    /** Whether each key has been read up to these counts, and none further. */
    boolean hasRead(Map<Integer, Integer> counts) {
        return counts.entrySet().stream().allMatch(e -> read(e.getKey()) == e.getValue());
    }

    /** What has not been read of these counts. */
    String missing(Map<Integer, Integer> counts) {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (key, wanted) -> {
                    if (read(key) != wanted) {
                        text.append(" key ").append(key).append(": ").append(read(key));
                        text.append(" of ").append(wanted);
                    }
                });
        return text.toString();
    }

    void forget() {
        SEEN.remove(id);
    }
}
