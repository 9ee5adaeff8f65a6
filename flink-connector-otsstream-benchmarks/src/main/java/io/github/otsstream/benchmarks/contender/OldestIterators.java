/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.contender;

import com.alicloud.openservices.tablestore.SyncClient;
import com.alicloud.openservices.tablestore.model.DescribeStreamRequest;
import com.alicloud.openservices.tablestore.model.DescribeStreamResponse;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.StreamShard;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the shards of a stream begin, by the SDK. */
final class OldestIterators {

    private OldestIterators() {}

    /** The iterator of each shard's oldest record, by the shard's id. */
    static Map<String, String> of(SyncClient client, String table) {
        String stream =
                client.listStream(new ListStreamRequest(table)).getStreams().get(0).getStreamId();
        Map<String, String> iterators = new LinkedHashMap<>();
        String next = null;
        do {
            DescribeStreamRequest request = new DescribeStreamRequest(stream);
            if (next != null) {
                request.setInclusiveStartShardId(next);
            }
            DescribeStreamResponse page = client.describeStream(request);
            for (StreamShard shard : page.getShards()) {
                iterators.put(
                        shard.getShardId(),
                        client.getShardIterator(
                                        new GetShardIteratorRequest(stream, shard.getShardId()))
                                .getShardIterator());
            }
            next = page.getNextShardId();
        } while (next != null && !next.isEmpty());
        return iterators;
    }
}
