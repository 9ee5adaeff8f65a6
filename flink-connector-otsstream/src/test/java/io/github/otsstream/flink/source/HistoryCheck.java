/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.awaitility.Awaitility;

/**
 * Checks in keyed state that every record of a {@link KeyedHistory} is there exactly once and in
 * its key's order, through failures and restores: a record must have the number that follows the
 * one in the state.
 */
final class HistoryCheck extends KeyedProcessFunction<Long, ChangeRecord, Long> {

    private static final long serialVersionUID = 1L;

    /** What the instances in the job's tasks have seen, by the check's id. */
    private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

    private static final class Seen {
        private final Map<Long, Long> numbers = new ConcurrentHashMap<>();
        private final Map<String, Long> recordsByShard = new ConcurrentHashMap<>();
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    }

    private final String id = UUID.randomUUID().toString();
    private final long first;
    private transient ValueState<Long> last;

    /**
     * @param first the number that each key's first record must have
     */
    HistoryCheck(long first) {
        this.first = first;
        SEEN.put(id, new Seen());
    }

    /** Appends the check to a stream. */
    void attach(DataStream<ChangeRecord> records) {
        records.keyBy(KeyedHistory::key)
                .process(this)
                .uid("check")
                .sinkTo(new DiscardingSink<>())
                .uid("sink");
    }

    @Override
    public void open(OpenContext context) {
        last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", Long.class));
    }

    @Override
    public void processElement(ChangeRecord record, Context context, Collector<Long> out)
            throws Exception {
        Seen seen = SEEN.get(id);
        long number = KeyedHistory.number(record);
        long expected = last.value() == null ? first : last.value() + 1;
        if (number != expected) {
            seen.violations.add(
                    "key " + context.getCurrentKey() + ": " + number + " after " + last.value());
        }
        last.update(number);
        seen.numbers.put(context.getCurrentKey(), number);
        seen.recordsByShard.merge(record.getShardId(), 1L, Long::sum);
        out.collect(number);
    }

    /** Waits until every key has reached a number, and checks that nothing was lost or doubled. */
    void awaitAll(int keys, long number) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertAll(keys, number));
    }

    /** Checks that every key has reached a number, with nothing lost or doubled. */
    void assertAll(int keys, long number) {
        assertNoViolation();
        assertThat(SEEN.get(id).numbers)
                .hasSize(keys)
                .allSatisfy((key, n) -> assertThat(n).isEqualTo(number));
    }

    /** Waits until any record has been seen. */
    void awaitSomething() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !SEEN.get(id).numbers.isEmpty());
    }

    void assertNoViolation() {
        assertThat(SEEN.get(id).violations).isEmpty();
    }

    /** How many keys have been seen. */
    int keysSeen() {
        return SEEN.get(id).numbers.size();
    }

    /**
     * How many records of each shard have been processed, those processed anew after a failure
     * included.
     */
    Map<String, Long> recordsByShard() {
        return SEEN.get(id).recordsByShard;
    }
}
