/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.chaos;

import io.github.otsstream.flink.record.ChangeRecord;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Stands behind the source and does what it is told: fails at the next record, holds records and
 * barriers up so that checkpoints time out, and fails snapshots.
 */
final class Saboteur implements MapFunction<ChangeRecord, ChangeRecord>, CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private static final Map<String, Orders> ORDERS = new ConcurrentHashMap<>();

    private static final class Orders {
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger stalls = new AtomicInteger();
        private final AtomicInteger failedSnapshots = new AtomicInteger();
        private final CountDownLatch over = new CountDownLatch(1);
    }

    private final String id = UUID.randomUUID().toString();
    private final long stallMillis;

    /**
     * @param stallMillis how long records and barriers are held up
     */
    Saboteur(long stallMillis) {
        this.stallMillis = stallMillis;
        ORDERS.put(id, new Orders());
    }

    void failOnce() {
        ORDERS.get(id).failures.set(1);
    }

    void stallOnce() {
        ORDERS.get(id).stalls.set(1);
    }

    void failSnapshots(int times) {
        ORDERS.get(id).failedSnapshots.set(times);
    }

    /** Does nothing any more. */
    void stop() {
        Orders orders = ORDERS.remove(id);
        if (orders != null) {
            orders.over.countDown();
        }
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    @Override
    public ChangeRecord map(ChangeRecord record) throws Exception {
        Orders orders = ORDERS.get(id);
        if (orders != null) {
            if (take(orders.failures)) {
                throw new IllegalStateException("Failing on purpose");
            }
            stall(orders);
        }
        return record;
    }

    private void stall(Orders orders) throws InterruptedException {
        if (take(orders.stalls) && orders.over.await(stallMillis, TimeUnit.MILLISECONDS)) {
            return; // The run is over.
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        Orders orders = ORDERS.get(id);
        if (orders != null) {
            if (take(orders.failedSnapshots)) {
                throw new IllegalStateException("Failing a snapshot on purpose");
            }
            stall(orders);
        }
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {}
}
