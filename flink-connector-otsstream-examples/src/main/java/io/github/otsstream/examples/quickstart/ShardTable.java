/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.examples.quickstart;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.DescribeStreamRequest;
import com.alicloud.openservices.tablestore.model.DescribeStreamResponse;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.StreamShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints how many records each shard of a table's stream gave, and where the shard came from. */
final class ShardTable {

    private static final String ROW = "%-6s %-10s %8s  %s";

    private final Console console;
    private final ShardNames names;

    ShardTable(Console console, ShardNames names) {
        this.console = console;
        this.names = names;
    }

    /** Prints the shards that gave records; the others are only counted. */
    void print(SyncClientInterface client, String table, Map<String, Long> countByShard) {
        List<StreamShard> shards = list(client, table);
        console.line("");
        console.line(String.format(ROW, "Shard", "Came from", "Records", "Id"));
        long listed = 0;
        long silent = 0;
        for (StreamShard shard : shards) {
            long count = countByShard.getOrDefault(shard.getShardId(), 0L);
            if (count == 0) {
                silent++;
            } else {
                listed += count;
                console.line(
                        String.format(
                                ROW,
                                names.of(shard.getShardId()),
                                parents(shard),
                                count,
                                shard.getShardId()));
            }
        }
        long all = countByShard.values().stream().mapToLong(Long::longValue).sum();
        if (listed < all) {
            console.line(
                    String.format(ROW, "", "", all - listed, "from shards not listed any more"));
        }
        String rest = silent == 0 ? "" : silent + " other shards gave none";
        console.line(String.format(ROW, "all", "", all, rest));
        console.line("");
    }

    private String parents(StreamShard shard) {
        return Stream.of(shard.getParentId(), shard.getParentSiblingId())
                .filter(Objects::nonNull)
                .filter(parent -> !parent.isEmpty())
                .map(names::of)
                .collect(Collectors.joining(" + "));
    }

    private static List<StreamShard> list(SyncClientInterface client, String table) {
        List<StreamShard> shards = new ArrayList<>();
        client.listStream(new ListStreamRequest(table))
                .getStreams()
                .forEach(
                        stream -> {
                            String next = null;
                            do {
                                DescribeStreamRequest request =
                                        new DescribeStreamRequest(stream.getStreamId());
                                if (next != null) {
                                    request.setInclusiveStartShardId(next);
                                }
                                DescribeStreamResponse page = client.describeStream(request);
                                shards.addAll(page.getShards());
                                next = page.getNextShardId();
                            } while (next != null);
                        });
        return shards;
    }
}
