/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import io.github.otsstream.emulator.TablestoreEmulator;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A table of an emulator that runs in this process: it can be written to through the official SDK,
 * split and merged, and its time can be moved. Closing it drops it.
 */
final class LocalTable implements AutoCloseable {

    private static final String NAME = "orders";

    private final TablestoreEmulator emulator;
    private final TableAddress address;
    private final SyncClientInterface client;
    private final RowWriter writer;
    private final Partitions partitions;

    /**
     * Starts the emulator and creates the table.
     *
     * @param listener told of each change before it is written
     */
    LocalTable(Consumer<Change> listener, Console console, ShardNames names) {
        emulator = TablestoreEmulator.builder().start();
        address = TableAddress.of(emulator, NAME);
        client = address.client();
        writer = new RowWriter(client, NAME, listener);
        partitions = new Partitions(emulator, NAME, console, names);
        writer.createTable();
    }

    TableAddress address() {
        return address;
    }

    SyncClientInterface client() {
        return client;
    }

    /** Makes one change of one row. */
    void write() {
        writer.write();
    }

    /** Splits a partition, or merges two. */
    void changePartitions() {
        partitions.change();
    }

    /**
     * Moves the service's clock.
     *
     * @return a time, in milliseconds since the epoch, that is after all writes so far and not
     *     after any later one, if the step is at least some milliseconds
     */
    long letTimePass(Duration step) {
        emulator.clock().advance(step);
        return emulator.clock().millis();
    }

    @Override
    public void close() {
        client.shutdown();
        emulator.close();
    }
}
