/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import io.github.otsstream.emulator.ShardInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What tests and the admin interface do to streams, apart from splits and merges. Names that do not
 * exist are refused with {@link IllegalArgumentException}. Thread-safe.
 */
public final class StreamControl {

    private final StreamService service;

    public StreamControl(StreamService service) {
        this.service = service;
    }

    /** All retained shards of the table's stream, in the order in which they opened. */
    public List<ShardInfo> shards(String tableName) {
        return stream(tableName).shardInfos(service.clock().micros());
    }

    /** Trims everything written before {@code time}, and the shards that closed before it. */
    public void trim(String tableName, Instant time) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
        stream(tableName).trimBefore(micros, service.clock().micros());
    }

    /** Trims everything: what was written, closed shards, and every position got until now. */
    public void trimAll(String tableName) {
        long now = service.clock().micros();
        stream(tableName).trimBefore(now + 1, now);
    }

    /** Makes DescribeStream forget a closed shard, as when all its data has expired. */
    public void expireShard(String tableName, String shardId) {
        ChangeStream stream = stream(tableName);
        if (!stream.remove(shard(stream, shardId))) {
            throw new IllegalArgumentException(
                    "Shard " + shardId + " is open; only closed shards expire");
        }
    }

    /** Makes the stream ENABLING for {@code time} from now. */
    public void enabling(String tableName, Duration time) {
        stream(tableName).enablingUntil(service.clock().micros() + StreamService.micros(time));
    }

    /** Puts the table into a table group, or takes it out. */
    public void tableGroup(String tableName, boolean inTableGroup) {
        StreamedTable table = service.table(tableName);
        if (table == null) {
            throw new IllegalArgumentException("There is no table " + tableName);
        }
        table.inTableGroup = inTableGroup;
    }

    /** Makes the next {@code count} reads of the shard answer without records. */
    public void emptyPages(String tableName, String shardId, int count, EmptyPage page) {
        shard(stream(tableName), shardId).answerEmpty(count, page);
    }

    private ChangeStream stream(String tableName) {
        StreamedTable table = service.table(tableName);
        if (table == null) {
            throw new IllegalArgumentException("There is no table " + tableName);
        }
        ChangeStream stream = table.stream;
        if (stream == null) {
            throw new IllegalArgumentException("Table " + tableName + " has no stream enabled");
        }
        return stream;
    }

    private Shard shard(ChangeStream stream, String shardId) {
        Shard shard = stream.retained(shardId, service.clock().micros());
        if (shard == null) {
            throw new IllegalArgumentException(
                    "Stream " + stream.id() + " has no shard " + shardId);
        }
        return shard;
    }
}
