/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.deserialization.LookupContext;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.split.ShardSplitState;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/**
 * Emits a shard's records on the task thread and moves the shard's position with each of them, so
 * that a checkpoint between any two records is exact.
 */
@Internal
final class ChangeRecordEmitter<T> implements RecordEmitter<PageCursor, T, ShardSplitState> {

    private final OtsStreamDeserializationSchema<T> schema;
    private final Counter recordsIn;
    private final RecordContext context;
    private final Counter recordsInErrors;
    private final ElementLimit limit;
    private final TimestampingCollector<T> collector;

    private long pagesLeft;
    private long recordsEmitted;

    /**
     * @param recordsIn which Flink increments with each call of {@link #emitRecord}
     * @param recordsInErrors counts the records that the schema fails on
     * @param limit counts the elements; once it is reached, shards end where they are
     */
    ChangeRecordEmitter(
            String tableName,
            OtsStreamDeserializationSchema<T> schema,
            Counter recordsIn,
            Counter recordsInErrors,
            ElementLimit limit) {
        this.context = new RecordContext(tableName);
        this.schema = schema;
        this.recordsIn = recordsIn;
        this.recordsInErrors = recordsInErrors;
        this.limit = limit;
        this.collector = new TimestampingCollector<>(limit);
    }

    @Override
    public void emitRecord(PageCursor cursor, SourceOutput<T> output, ShardSplitState state)
            throws Exception {
        FetchedPage page = cursor.page();
        if (limit.isReached()) {
            recordsIn.dec();
            if (cursor.isPastLastRecord() && page.end() != null) {
                state.endedBeforeNext();
            }
        } else if (cursor.isPastLastRecord()) {
            recordsIn.dec();
            leave(page, state);
            pagesLeft++;
        } else {
            ChangeRecord record = cursor.record();
            collector.output = output;
            collector.timestampMillis = Math.floorDiv(record.getTimestampMicros(), 1_000L);
            context.streamId = state.streamId();
            context.row = cursor.row();
            deserialize(record);
            recordsEmitted++;
            state.recordDone(
                    page.iterator(), page.firstMillis(), cursor.done(), record.getSequence());
        }
    }

    private void deserialize(ChangeRecord record) throws Exception {
        try {
            schema.deserialize(record, context, collector);
        } catch (Exception e) {
            recordsInErrors.inc();
            throw e;
        }
    }

    /** How many pages have been left behind, those without records included. */
    long pagesLeft() {
        return pagesLeft;
    }

    /** How many records have been given to the schema. */
    long recordsEmitted() {
        return recordsEmitted;
    }

    private static void leave(FetchedPage page, ShardSplitState state) {
        // A record's sequence counts even where that record was left out.
        SequenceInfo last = page.to() == 0 ? null : page.records().get(page.to() - 1).getSequence();
        if (page.end() != null) {
            state.ended(
                    page.end(),
                    page.windowEntered(),
                    page.isCaughtUp() ? page.nextIterator() : page.iterator(),
                    page.to(),
                    last,
                    page.caughtUpMillis());
        } else if (page.isCaughtUp()) {
            state.caughtUp(page.nextIterator(), page.caughtUpMillis());
        } else {
            state.pageDone(
                    page.iterator(),
                    page.firstMillis(),
                    page.nextIterator(),
                    last,
                    page.windowEntered());
        }
    }

    /** One object for all records of the reader: the context is valid for one call. */
    private static final class RecordContext implements LookupContext {
        private final String tableName;
        private String streamId;

        /** Null if none was looked up. */
        @Nullable private Optional<TableRow> row;

        RecordContext(String tableName) {
            this.tableName = tableName;
        }

        @Override
        public String getTableName() {
            return tableName;
        }

        @Override
        public String getStreamId() {
            return streamId;
        }

        @Override
        public boolean hasLookedUp() {
            return row != null;
        }

        @Nullable
        @Override
        public TableRow currentRow() {
            return row.orElse(null);
        }
    }

    /** Gives every element of a record the record's time, and counts it. */
    private static final class TimestampingCollector<T> implements Collector<T> {
        private final ElementLimit limit;
        private SourceOutput<T> output;
        private long timestampMillis;

        TimestampingCollector(ElementLimit limit) {
            this.limit = limit;
        }

        @Override
        public void collect(T element) {
            output.collect(element, timestampMillis);
            limit.count();
        }

        @Override
        public void close() {}
    }
}
