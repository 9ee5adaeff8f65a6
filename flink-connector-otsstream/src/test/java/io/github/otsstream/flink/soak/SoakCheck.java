/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.soak;

import io.github.otsstream.flink.record.ChangeRecord;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Sees that each record is its key's next one, and how long it was under way. */
final class SoakCheck extends KeyedProcessFunction<Long, ChangeRecord, String> {

    private static final long serialVersionUID = 1L;

    private static final AtomicLong READ = new AtomicLong();
    private static final AtomicLong MAX_LAG_MILLIS = new AtomicLong();
    private static final Queue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();

    private transient ValueState<Long> next;

    static long key(ChangeRecord record) {
        return record.getPrimaryKey().get(SoakService.KEY).asLong();
    }

    static long read() {
        return READ.get();
    }

    /** The longest time from write to check since this was last asked for. */
    static long takeMaxLagMillis() {
        return MAX_LAG_MILLIS.getAndSet(0);
    }

    /** The first record that was not its key's next one, or null. */
    static String violation() {
        return VIOLATIONS.peek();
    }

    @Override
    public void open(OpenContext context) {
        next = getRuntimeContext().getState(new ValueStateDescriptor<>("next", Long.class));
    }

    @Override
    public void processElement(ChangeRecord record, Context context, Collector<String> out)
            throws Exception {
        long expected = next.value() == null ? 0 : next.value();
        long number = record.getColumns().get(SoakService.NUMBER).asLong();
        if (number != expected) {
            VIOLATIONS.add(
                    "change "
                            + number
                            + " of key "
                            + context.getCurrentKey()
                            + " instead of "
                            + expected);
        }
        next.update(number + 1);
        READ.incrementAndGet();
        long written = record.getColumns().get(SoakService.WRITTEN_AT).asLong();
        MAX_LAG_MILLIS.accumulateAndGet(System.currentTimeMillis() - written, Math::max);
    }
}
