/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Places in a reader's shards that a completed checkpoint has passed, for the status table. An
 * event may be lost; the next one serves as well.
 */
@Internal
public final class MirrorPointsEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    /** A page of a shard. */
    public static final class Point implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String shardId;
        private final long firstRecordMillis;
        private final String iterator;

        /**
         * @param firstRecordMillis the time of the page's first record
         * @param iterator the iterator that returned the page
         */
        public Point(String shardId, long firstRecordMillis, String iterator) {
            this.shardId = Objects.requireNonNull(shardId);
            this.firstRecordMillis = firstRecordMillis;
            this.iterator = Objects.requireNonNull(iterator);
        }

        public String shardId() {
            return shardId;
        }

        public long firstRecordMillis() {
            return firstRecordMillis;
        }

        public String iterator() {
            return iterator;
        }
    }

    private final ArrayList<Point> points;

    public MirrorPointsEvent(List<Point> points) {
        this.points = new ArrayList<>(points);
    }

    public List<Point> points() {
        return points;
    }
}
