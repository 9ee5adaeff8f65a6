/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.split.ShardPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.annotation.Nullable;
import org.apache.flink.util.FlinkException;

/**
 * Finds iterators that return exactly the first record that was not read of a shard. A position can
 * lie inside a page; other jobs know iterators only. So the page is asked for again, with just as
 * many records as were read of it, and what follows it is the iterator.
 *
 * <p>Blocking; interrupting the thread ends a call.
 */
final class EndIterators {

    private static final int SHARDS_AT_ONCE = 64;

    private final StreamClient client;
    private final String tableName;

    /** The client is not closed by this. */
    EndIterators(StreamClient client, String tableName) {
        this.client = client;
        this.tableName = tableName;
    }

    /**
     * @param ends resolved positions by shard
     * @return the iterators by shard
     * @throws FlinkException if a page can't be read again, or holds other records than before
     */
    Map<String, String> find(Map<String, ShardPosition> ends)
            throws FlinkException, InterruptedException {
        Map<String, String> iterators = new HashMap<>();
        List<Map.Entry<String, ShardPosition>> left = new ArrayList<>(ends.entrySet());
        while (!left.isEmpty()) {
            List<Map.Entry<String, ShardPosition>> now =
                    left.subList(0, Math.min(SHARDS_AT_ONCE, left.size()));
            Map<String, CompletableFuture<String>> asked = new HashMap<>();
            now.forEach(end -> asked.put(end.getKey(), find(end.getKey(), end.getValue())));
            for (Map.Entry<String, CompletableFuture<String>> answer : asked.entrySet()) {
                iterators.put(answer.getKey(), await(answer.getKey(), answer.getValue()));
            }
            now.clear();
        }
        return iterators;
    }

    private String await(String shardId, CompletableFuture<String> iterator)
            throws FlinkException, InterruptedException {
        try {
            return iterator.get();
        } catch (ExecutionException e) {
            throw new FlinkException(
                    "The iterator at the end of the window can't be found in shard "
                            + shardId
                            + " of table "
                            + tableName
                            + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    private CompletableFuture<String> find(String shardId, ShardPosition end) {
        return skip(shardId, end.iterator(), end.recordsDone(), end.lastSequence());
    }

    private CompletableFuture<String> skip(
            String shardId, String iterator, int records, @Nullable SequenceInfo last) {
        if (records == 0) {
            return CompletableFuture.completedFuture(iterator);
        }
        return client.getRecords(tableName, shardId, iterator, records)
                .thenCompose(
                        page ->
                                skip(
                                        shardId,
                                        next(page, records, last),
                                        left(page, records),
                                        last));
    }

    private static int left(RecordPage page, int records) {
        return records - page.getRecords().size();
    }

    private static String next(RecordPage page, int records, SequenceInfo last) {
        int left = left(page, records);
        if (left < 0 || page.getNextIterator() == null) {
            throw new IllegalStateException(
                    "of "
                            + records
                            + " records asked for again, there were "
                            + (records - left)
                            + (left < 0 ? "" : ", and the shard had ended"));
        }
        if (left == 0 && page.getRecords().get(records - 1).compareSequence(last) != 0) {
            throw new IllegalStateException(
                    "the last record that was read is "
                            + last
                            + ", but now there is "
                            + page.getRecords().get(records - 1).getSequence());
        }
        return page.getNextIterator();
    }
}
