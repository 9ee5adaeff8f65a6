/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.StreamShard;
import io.github.otsstream.emulator.ShardInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;

/**
 * One shard of a stream: its place in the lineage, its partition's key range, and its log. Lineage
 * and range never change. Times are microseconds. Thread-safe.
 */
final class Shard {

    static final long OPEN = Long.MAX_VALUE;

    private final String id;
    private final String parentId;
    private final String parentSiblingId;
    private final KeyRange range;
    private final ShardLog log = new ShardLog();
    private final LongAdder reads = new LongAdder();
    private final Deque<EmptyPage> emptyPages = new ArrayDeque<>();
    private volatile long closedMicros = OPEN;

    /** Parents are null where there are none. */
    Shard(String id, String parentId, String parentSiblingId, KeyRange range) {
        this.id = id;
        this.parentId = parentId;
        this.parentSiblingId = parentSiblingId;
        this.range = range;
    }

    String id() {
        return id;
    }

    ShardLog log() {
        return log;
    }

    /** When the shard was closed, or {@link #OPEN}. */
    long closedMicros() {
        return closedMicros;
    }

    void close(long micros) {
        closedMicros = micros;
        log.close();
    }

    void countRead() {
        reads.increment();
    }

    /** Makes the next {@code count} reads answer empty. */
    void answerEmpty(int count, EmptyPage page) {
        synchronized (emptyPages) {
            for (int i = 0; i < count; i++) {
                emptyPages.add(page);
            }
        }
    }

    /** The empty page to answer now, or null if the log is to be read. */
    EmptyPage nextEmptyPage() {
        synchronized (emptyPages) {
            return emptyPages.poll();
        }
    }

    StreamShard toMessage() {
        StreamShard.Builder message = StreamShard.newBuilder().setShardId(id);
        if (parentId != null) {
            message.setParentId(parentId);
        }
        if (parentSiblingId != null) {
            message.setParentSiblingId(parentSiblingId);
        }
        return message.build();
    }

    ShardInfo toInfo() {
        return new ShardInfo(
                id,
                parentId,
                parentSiblingId,
                range.from(),
                range.to(),
                closedMicros == OPEN,
                log.firstOrdinal(),
                log.endOrdinal(),
                reads.sum());
    }
}
