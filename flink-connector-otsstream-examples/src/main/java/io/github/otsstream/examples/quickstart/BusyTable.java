/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/**
 * A local table that is some time old, with partitions that have been split and merged, and that
 * goes on being written to when it is told to; and beside it a table of {@link Payments}. Closing
 * it drops both.
 */
final class BusyTable implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int WRITES_PER_STEP = 50;
    private static final int PARTITION_CHANGES = 3;

    private final LocalTable table;
    private final Payments payments;
    private final CountDownLatch end = new CountDownLatch(1);
    private Thread writer;

    /** Starts the emulator, and creates and fills the tables. */
    BusyTable() {
        ShardNames names = new ShardNames();
        Console nowhere = new Console(new PrintWriter(Writer.nullWriter()), Ansi.OFF, names);
        table = new LocalTable(this::pay, nowhere, names);
        payments = new Payments(table.client());
        fill();
    }

    private void pay(Change change) {
        payments.pay(change);
    }

    private void fill() {
        for (int steps = 0; steps <= PARTITION_CHANGES; steps++) {
            if (steps > 0) {
                table.changePartitions();
            }
            for (int writes = 0; writes < WRITES_PER_STEP; writes++) {
                table.write();
            }
        }
    }

    LocalTable table() {
        return table;
    }

    /** Goes on writing on a thread of its own. To be called once. */
    void keepWriting(Duration pause) {
        writer =
                new Thread(
                        () -> {
                            try {
                                while (!end.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                                    table.write();
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "writer");
        writer.setDaemon(true);
        writer.start();
    }

    /** Writes no more. When this returns, all that was written is in the table. */
    void stopWriting() throws InterruptedException {
        end.countDown();
        if (writer != null) {
            writer.join(PATIENCE.toMillis());
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopWriting();
        table.close();
    }
}
