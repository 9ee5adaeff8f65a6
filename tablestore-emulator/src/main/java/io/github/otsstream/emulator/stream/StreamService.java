/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.StreamDetails;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.StreamSpecification;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Table;
import io.github.otsstream.emulator.storage.TableStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * All streams of the instance: opened, fed and ended by the tables, read by the stream operations,
 * and cut into shards by {@link Partitioning}. Thread-safe.
 */
public final class StreamService implements TableStreams {

    private static final int DEFAULT_RETENTION_HOURS = 24;
    private static final int MAX_RETENTION_HOURS = 168;

    private final EmulatorClock clock;
    private final Map<String, StreamedTable> tables = new ConcurrentHashMap<>();
    private final Map<String, ChangeStream> streams = new ConcurrentHashMap<>();
    private volatile StreamBehavior behavior;
    private long lastStreamMicros;

    public StreamService(EmulatorClock clock, StreamBehavior behavior) {
        this.clock = clock;
        this.behavior = behavior;
    }

    public StreamBehavior behavior() {
        return behavior;
    }

    public void behavior(StreamBehavior behavior) {
        this.behavior = Objects.requireNonNull(behavior);
    }

    @Override
    public void tableCreated(Table table) {
        tables.put(table.name(), new StreamedTable(table));
    }

    @Override
    public void tableDeleted(Table table) {
        disable(table);
        tables.remove(table.name());
    }

    @Override
    public void enable(Table table, StreamSpecification specification) throws ServiceException {
        int hours =
                specification.hasExpirationTime()
                        ? specification.getExpirationTime()
                        : DEFAULT_RETENTION_HOURS;
        if (hours < 1 || hours > MAX_RETENTION_HOURS) {
            throw ServiceException.parameterInvalid(
                    "Stream expiration time must be in range: [1, "
                            + MAX_RETENTION_HOURS
                            + "], but is "
                            + hours
                            + ".");
        }
        StreamedTable streamed = tables.get(table.name());
        if (streamed.stream != null) {
            requireSame(streamed.stream, hours, specification);
            return;
        }
        long now = nextStreamMicros();
        ChangeStream stream =
                new ChangeStream(
                        table.name() + "_" + now,
                        table.name(),
                        now,
                        hours,
                        specification.getColumnsToGetList());
        if (!behavior.enablingTime().isZero()) {
            stream.enablingUntil(clock.micros() + micros(behavior.enablingTime()));
        }
        for (TablePartitions.Partition partition : streamed.partitions.all()) {
            partition.shard = stream.openShard(partition.range, now);
        }
        streams.put(stream.id(), stream);
        streamed.stream = stream;
    }

    /** A stream that is on can be switched on again, but not changed. */
    private static void requireSame(
            ChangeStream stream, int hours, StreamSpecification specification)
            throws ServiceException {
        boolean sameHours = !specification.hasExpirationTime() || hours == stream.retentionHours();
        if (!sameHours
                || !Set.copyOf(specification.getColumnsToGetList())
                        .equals(stream.originColumns())) {
            throw ServiceException.parameterInvalid(
                    "Stream is enabled already. Disable it first to change its expiration time or"
                            + " columns.");
        }
    }

    /** Says that the table holds time series, which describers of its stream must be ready for. */
    public void markTimeseries(Table table) {
        StreamedTable streamed = tables.get(table.name());
        if (streamed != null) {
            streamed.timeseries = true;
        }
    }

    /** Two streams never get one id, even if they are enabled in the same microsecond. */
    private synchronized long nextStreamMicros() {
        lastStreamMicros = Math.max(clock.micros(), lastStreamMicros + 1);
        return lastStreamMicros;
    }

    @Override
    public void disable(Table table) {
        StreamedTable streamed = tables.get(table.name());
        if (streamed.stream == null) {
            return;
        }
        streams.remove(streamed.stream.id());
        streamed.stream = null;
        for (TablePartitions.Partition partition : streamed.partitions.all()) {
            partition.shard = null;
        }
    }

    @Override
    public StreamDetails details(Table table) {
        ChangeStream stream = tables.get(table.name()).stream;
        return stream == null
                ? StreamDetails.newBuilder().setEnableStream(false).build()
                : stream.details();
    }

    @Override
    public List<PrimaryKeyValue> splitPoints(Table table) {
        return tables.get(table.name()).partitions.splitPoints();
    }

    @Override
    public void append(Table table, CommittedChange change) {
        StreamedTable streamed = tables.get(table.name());
        if (streamed.stream != null) {
            TablePartitions.Partition partition =
                    streamed.partitions.of(change.primaryKey().getPrimaryKeyColumn(0).getValue());
            streamed.stream.append(partition.shard, change, clock.micros());
        }
    }

    /** The table by name, or null. */
    StreamedTable table(String name) {
        return tables.get(name);
    }

    /** The stream by id, or null. */
    ChangeStream stream(String id) {
        return streams.get(id);
    }

    /** All tables with their streams, in order of name. */
    List<StreamedTable> tables() {
        List<StreamedTable> all = new ArrayList<>(tables.values());
        all.sort(Comparator.comparing(streamed -> streamed.table.name()));
        return all;
    }

    /** Present streams, of one table if {@code tableName} is not null. */
    List<OtsInternalApi.Stream> list(String tableName) {
        return tables().stream()
                .filter(streamed -> tableName == null || streamed.table.name().equals(tableName))
                .map(streamed -> streamed.stream)
                .filter(Objects::nonNull)
                .map(
                        stream ->
                                OtsInternalApi.Stream.newBuilder()
                                        .setStreamId(stream.id())
                                        .setTableName(stream.tableName())
                                        .setCreationTime(stream.createdMicros())
                                        .build())
                .collect(Collectors.toList());
    }

    EmulatorClock clock() {
        return clock;
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
