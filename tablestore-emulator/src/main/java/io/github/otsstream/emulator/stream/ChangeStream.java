/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.storage.CommittedChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One stream of one table, from its enabling to its disabling: its shards in the order in which
 * they opened, and the sequence of its records.
 *
 * <p>Appending and changes of the shards' lineage happen under the table's write lock; everything
 * may be read from any thread. Times are microseconds.
 */
final class ChangeStream {

    /** Readers trim as they read; this bounds a log that nobody reads. */
    private static final int APPENDS_BETWEEN_TRIMS = 4096;

    private final String id;
    private final String tableName;
    private final long createdMicros;
    private final int retentionHours;
    private final Set<String> originColumns;
    private final Sequence sequence = new Sequence();
    private final StreamRecordEncoder encoder = new StreamRecordEncoder();

    /** In opening order; guarded by this. */
    private final Map<String, Shard> shards = new LinkedHashMap<>();

    private long appended;
    private volatile long enablingUntilMicros;
    private volatile long trimmedBeforeMicros = Long.MIN_VALUE;

    ChangeStream(
            String id,
            String tableName,
            long createdMicros,
            int retentionHours,
            Collection<String> originColumns) {
        this.id = id;
        this.tableName = tableName;
        this.createdMicros = createdMicros;
        this.retentionHours = retentionHours;
        this.originColumns = new LinkedHashSet<>(originColumns);
    }

    String id() {
        return id;
    }

    String tableName() {
        return tableName;
    }

    long createdMicros() {
        return createdMicros;
    }

    int retentionHours() {
        return retentionHours;
    }

    Set<String> originColumns() {
        return originColumns;
    }

    boolean isEnabling(long now) {
        return now < enablingUntilMicros;
    }

    void enablingUntil(long micros) {
        enablingUntilMicros = micros;
    }

    /** Opens a shard without parents. */
    Shard openShard(KeyRange range, long now) {
        return open(null, null, range, now);
    }

    /** Closes {@code parent} and opens one child for each half of its range. */
    synchronized List<Shard> split(Shard parent, KeyRange left, KeyRange right, long now) {
        List<Shard> children =
                List.of(open(parent.id(), null, left, now), open(parent.id(), null, right, now));
        parent.close(now);
        return children;
    }

    /** Closes both parents and opens their child. */
    synchronized Shard merge(Shard left, Shard right, KeyRange range, long now) {
        Shard child = open(left.id(), right.id(), range, now);
        left.close(now);
        right.close(now);
        return child;
    }

    private synchronized Shard open(String parent, String sibling, KeyRange range, long now) {
        Shard shard = new Shard(UUID.randomUUID() + "_" + now, parent, sibling, range);
        shards.put(shard.id(), shard);
        return shard;
    }

    void append(Shard shard, CommittedChange change, long now) {
        if (++appended % APPENDS_BETWEEN_TRIMS == 0) {
            shard.log().trimBefore(retainedFrom(now));
        }
        sequence.advance(now);
        int length = encoder.encode(change, sequence, originColumns);
        shard.log().append(encoder.encoded(), length, now);
    }

    /** Times before this one have left retention. */
    long retainedFrom(long now) {
        return Math.max(now - TimeUnit.HOURS.toMicros(retentionHours), trimmedBeforeMicros);
    }

    /** Forgets everything older than {@code micros}, closed shards included. */
    void trimBefore(long micros, long now) {
        trimmedBeforeMicros = Math.max(trimmedBeforeMicros, micros);
        expire(now);
    }

    /** Drops closed shards that have left retention. */
    synchronized void expire(long now) {
        long retainedFrom = retainedFrom(now);
        shards.values().removeIf(shard -> shard.closedMicros() < retainedFrom);
    }

    /** Removes a closed shard as if it had expired. */
    synchronized boolean remove(Shard shard) {
        return shard.closedMicros() != Shard.OPEN && shards.remove(shard.id()) != null;
    }

    /** The shard with its expired records dropped, or null if there is none any more. */
    Shard retained(String shardId, long now) {
        Shard shard;
        synchronized (this) {
            shard = shards.get(shardId);
        }
        long retainedFrom = retainedFrom(now);
        if (shard == null || shard.closedMicros() < retainedFrom) {
            return null;
        }
        shard.log().trimBefore(retainedFrom);
        return shard;
    }

    synchronized List<Shard> shards(long now) {
        expire(now);
        return new ArrayList<>(shards.values());
    }

    List<ShardInfo> shardInfos(long now) {
        long retainedFrom = retainedFrom(now);
        return shards(now).stream()
                .peek(shard -> shard.log().trimBefore(retainedFrom))
                .map(Shard::toInfo)
                .collect(Collectors.toList());
    }

    OtsInternalApi.StreamDetails details() {
        return OtsInternalApi.StreamDetails.newBuilder()
                .setEnableStream(true)
                .setStreamId(id)
                .setExpirationTime(retentionHours)
                .setLastEnableTime(createdMicros)
                .addAllColumnToGet(originColumns)
                .build();
    }
}
