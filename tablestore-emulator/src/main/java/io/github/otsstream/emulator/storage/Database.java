/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.ServiceException;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** All tables of one instance, in memory. Thread-safe. */
public final class Database {

    /** How many tables an instance may have. */
    public static final int MAX_TABLES = 64;

    private final EmulatorClock clock;
    private final TableStreams streams;

    /** Read without a lock, so that a table can be looked up whatever locks a thread holds. */
    private final ConcurrentSkipListMap<String, Table> tables = new ConcurrentSkipListMap<>();

    /** Held while a table is added or removed. */
    private final Object changes = new Object();

    /**
     * @param clock the service's time
     * @param streams told of every table, its stream settings and its changes
     */
    public Database(EmulatorClock clock, TableStreams streams) {
        this.clock = clock;
        this.streams = streams;
    }

    /** The service's time. */
    public EmulatorClock clock() {
        return clock;
    }

    /** The stream side of the service; called with a table's write lock held. */
    public TableStreams streams() {
        return streams;
    }

    /**
     * Finds a table.
     *
     * @throws ServiceException {@code OTSObjectNotExist} if there is none of that name
     */
    public Table table(String name) throws ServiceException {
        Table table = tables.get(name);
        if (table == null) {
            throw noSuchTable();
        }
        return table;
    }

    /** Names of all tables, sorted. */
    public List<String> tableNames() {
        return List.copyOf(tables.keySet());
    }

    /**
     * Adds a table, and its stream if the specification asks for one.
     *
     * @throws ServiceException {@code OTSObjectAlreadyExist}, {@code OTSQuotaExhausted}, or what
     *     the stream specification is refused with; the table does not exist then
     */
    public void create(Table table, OtsInternalApi.StreamSpecification stream)
            throws ServiceException {
        synchronized (changes) {
            if (tables.containsKey(table.name())) {
                throw new ServiceException(
                        409, "OTSObjectAlreadyExist", "Requested table already exists.");
            }
            if (tables.size() >= MAX_TABLES) {
                throw new ServiceException(
                        403,
                        "OTSQuotaExhausted",
                        "Number of tables exceeds the quota:" + MAX_TABLES + ".");
            }
            table.lock().writeLock().lock();
            try {
                streams.tableCreated(table);
                if (stream.getEnableStream()) {
                    enableOrForget(table, stream);
                }
                tables.put(table.name(), table);
            } finally {
                table.lock().writeLock().unlock();
            }
        }
    }

    private void enableOrForget(Table table, OtsInternalApi.StreamSpecification stream)
            throws ServiceException {
        try {
            streams.enable(table, stream);
        } catch (ServiceException e) {
            streams.tableDeleted(table);
            throw e;
        }
    }

    /**
     * Removes a table with its rows and its stream.
     *
     * @throws ServiceException {@code OTSObjectNotExist} if there is none of that name
     */
    public void delete(String name) throws ServiceException {
        synchronized (changes) {
            Table table = table(name);
            table.lock().writeLock().lock();
            try {
                table.markDeleted();
                streams.tableDeleted(table);
                tables.remove(name);
            } finally {
                table.lock().writeLock().unlock();
            }
        }
    }

    static ServiceException noSuchTable() {
        return new ServiceException(404, "OTSObjectNotExist", "Requested table does not exist.");
    }
}
