/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.fault.FaultInjector;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.http.RequestCounters;
import io.github.otsstream.emulator.operation.TableOperations;
import io.github.otsstream.emulator.stream.EmptyPage;
import io.github.otsstream.emulator.stream.Partitioning;
import io.github.otsstream.emulator.stream.StreamBehavior;
import io.github.otsstream.emulator.stream.StreamControl;
import io.github.otsstream.emulator.stream.StreamService;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a test, or the admin interface, does to a running emulator behind the service's back.
 *
 * <p>All methods take effect before they return, and refuse tables, shards and keys that do not fit
 * with {@link IllegalArgumentException}. Thread-safe.
 */
public final class EmulatorControl {

    private final EmulatorClock clock;
    private final StreamService streams;
    private final StreamControl streamControl;
    private final Partitioning partitioning;
    private final FaultInjector faults;
    private final RequestCounters counters;
    private final TableOperations tables;

    EmulatorControl(
            EmulatorClock clock,
            StreamService streams,
            FaultInjector faults,
            RequestCounters counters,
            TableOperations tables) {
        this.clock = clock;
        this.streams = streams;
        this.streamControl = new StreamControl(streams);
        this.partitioning = new Partitioning(streams);
        this.faults = faults;
        this.counters = counters;
        this.tables = tables;
    }

    /** The shards that DescribeStream shows, in the order in which they opened. */
    public List<ShardInfo> shards(String table) {
        return streamControl.shards(table);
    }

    /** The shards that take writes, in the order in which they opened. */
    public List<ShardInfo> openShards(String table) {
        return shards(table).stream().filter(ShardInfo::isOpen).collect(Collectors.toList());
    }

    /** Splits the partition whose open shard holds the most records. */
    public void split(String table) {
        ShardInfo fullest =
                openShards(table).stream()
                        .max(Comparator.comparingLong(ShardInfo::retainedRecords))
                        .orElseThrow();
        split(table, fullest.shardId());
    }

    /**
     * Splits the partition of an open shard: at the middle of its rows, or, where they give no
     * middle, at some key of its range.
     */
    public void split(String table, String shardId) {
        partitioning.split(table, shardId);
    }

    /** Splits the partition that holds {@code key} at that key. */
    public void splitAt(String table, PrimaryKeyValue key) {
        partitioning.splitAt(table, key);
    }

    /** Merges the partitions of two open shards that are neighbours. */
    public void merge(String table, String shardId, String otherShardId) {
        partitioning.merge(table, shardId, otherShardId);
    }

    /** Trims the stream's records before {@code time}, and shards that closed before it. */
    public void trim(String table, Instant time) {
        streamControl.trim(table, time);
    }

    /** Trims all the stream holds, and makes every iterator given out so far invalid. */
    public void trimAll(String table) {
        streamControl.trimAll(table);
    }

    /** Makes DescribeStream forget a closed shard, as when it has expired. */
    public void expireShard(String table, String shardId) {
        streamControl.expireShard(table, shardId);
    }

    /** Makes the table's stream ENABLING for some time from now, by the emulator's clock. */
    public void enabling(String table, Duration time) {
        streamControl.enabling(table, time);
    }

    /** Puts the table into a table group, whose streams are read by table name, or out of it. */
    public void tableGroup(String table, boolean inTableGroup) {
        streamControl.tableGroup(table, inTableGroup);
    }

    /** Makes the next {@code count} GetStreamRecord calls of a shard answer without records. */
    public void emptyPages(String table, String shardId, int count, EmptyPage page) {
        streamControl.emptyPages(table, shardId, count, page);
    }

    public StreamBehavior streamBehavior() {
        return streams.behavior();
    }

    /** Changes how all streams behave where the service's documentation leaves it open. */
    public synchronized void streamBehavior(UnaryOperator<StreamBehavior> change) {
        streams.behavior(change.apply(streams.behavior()));
    }

    /** Moves the service's clock, backwards if negative. */
    public void advanceClock(Duration step) {
        clock.advance(step);
    }

    public FaultPlan faults() {
        return faults.plan();
    }

    /** Replaces the fault plan; {@link FaultPlan#NONE} clears it. */
    public void faults(FaultPlan plan) {
        faults.plan(plan);
    }

    /** Counts since the start or the last {@link #resetCounters}, by name of operation. */
    public Map<String, OperationCount> counters() {
        return counters.snapshot();
    }

    /** One operation's counts; zeros if it was not called. */
    public OperationCount counters(String operation) {
        OperationCount count = counters.snapshot().get(operation);
        return count == null ? new OperationCount(0, Map.of(), 0, 0) : count;
    }

    public void resetCounters() {
        counters.reset();
    }

    /** Names of all tables, in order. */
    public List<String> tables() {
        return tables.listTable(OtsInternalApi.ListTableRequest.getDefaultInstance())
                .getTableNamesList();
    }

    /** Deletes all tables with their streams. */
    public void deleteTables() {
        for (String table : tables()) {
            try {
                tables.deleteTable(
                        OtsInternalApi.DeleteTableRequest.newBuilder().setTableName(table).build());
            } catch (ServiceException e) {
                if (!e.code().equals("OTSObjectNotExist")) {
                    throw new IllegalStateException("Cannot delete table " + table, e);
                }
            }
        }
    }
}
