/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.Direction;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.GetRangeResponse;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;

/**
 * Looks a start up in the status table as a DataX job does, by the rules of the layout and the SDK
 * alone: nothing here is shared with the code under test.
 */
public final class DataxReader {

    private final SyncClientInterface sdk;
    private final String table;
    private final String streamId;

    public DataxReader(SyncClientInterface sdk, String table, String streamId) {
        this.sdk = sdk;
        this.table = table;
        this.streamId = streamId;
    }

    private PrimaryKey key(String type, String value) {
        return PrimaryKeyBuilder.createPrimaryKeyBuilder()
                .addPrimaryKeyColumn("StreamId", PrimaryKeyValue.fromString(streamId))
                .addPrimaryKeyColumn("StatusType", PrimaryKeyValue.fromString(type))
                .addPrimaryKeyColumn("StatusValue", PrimaryKeyValue.fromString(value))
                .build();
    }

    private static String text(Row row, String column) {
        return row.getLatestColumn(column).getValue().asString();
    }

    /** The checkpoints of all shards at a time, or nothing if they are not a complete set. */
    public Optional<Map<String, String>> lookup(long millis) throws Exception {
        SingleRowQueryCriteria query =
                new SingleRowQueryCriteria(
                        table, key("DataxJobDesc", String.format("%16d", millis)));
        query.setMaxVersions(1);
        Row description = sdk.getRow(new GetRowRequest(query)).getRow();
        if (description == null) {
            return Optional.empty();
        }
        if (text(description, "TableName").isEmpty()
                || description.getLatestColumn("StartTime").getValue().asLong() > millis
                || description.getLatestColumn("EndTime").getValue().asLong() != millis) {
            throw new AssertionError("Odd description: " + description);
        }
        Map<String, String> positions = new TreeMap<>();
        Map<String, String> versions = new TreeMap<>();
        RangeRowQueryCriteria range = new RangeRowQueryCriteria(table);
        range.setMaxVersions(1);
        range.setDirection(Direction.FORWARD);
        PrimaryKey next = key("CheckpointForDataxReader", String.format("%16d", millis) + "\t");
        range.setExclusiveEndPrimaryKey(
                key("CheckpointForDataxReader", String.format("%16d", millis) + "\t" + (char) 127));
        while (next != null) {
            range.setInclusiveStartPrimaryKey(next);
            GetRangeResponse page = sdk.getRange(new GetRangeRequest(range));
            for (Row row : page.getRows()) {
                String shard =
                        row.getPrimaryKey()
                                .getPrimaryKeyColumn("StatusValue")
                                .getValue()
                                .asString()
                                .split("\t")[1];
                positions.put(shard, text(row, "Checkpoint"));
                versions.put(shard, text(row, "Version"));
                if (row.getLatestColumn("SkipCount").getValue().asLong() != 0) {
                    throw new AssertionError("Odd checkpoint: " + row);
                }
            }
            next = page.getNextStartPrimaryKey();
        }
        Set<String> shards = shards(description);
        if (!text(description, "JobStreamId").equals(streamId)
                || shards.size() != positions.size()) {
            return Optional.empty();
        }
        for (String shard : shards) {
            if (!text(description, "Version").equals(versions.get(shard))) {
                return Optional.empty();
            }
        }
        return Optional.of(positions);
    }

    private static Set<String> shards(Row description) throws Exception {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int i = 0; description.getLatestColumn("ShardIds_" + i) != null; i++) {
            byte[] piece = description.getLatestColumn("ShardIds_" + i).getValue().asBinary();
            if (piece.length > 64 * 1024) {
                throw new AssertionError("A piece of " + piece.length + " bytes");
            }
            pieces.write(piece);
        }
        String json =
                new String(
                        new InflaterInputStream(new ByteArrayInputStream(pieces.toByteArray()))
                                .readAllBytes(),
                        StandardCharsets.UTF_8);
        Set<String> shards = new HashSet<>();
        Matcher text = Pattern.compile("\"([^\"]*)\"").matcher(json);
        while (text.find()) {
            shards.add(text.group(1));
        }
        return shards;
    }

    /** The newest time point of a shard with a time above the first and up to the second. */
    public Optional<String> timePoint(String shard, long after, long upTo) {
        RangeRowQueryCriteria range = new RangeRowQueryCriteria(table);
        range.setMaxVersions(1);
        range.setDirection(Direction.BACKWARD);
        range.setLimit(1);
        String type = "ShardTimeCheckpointForDataxReader";
        range.setInclusiveStartPrimaryKey(key(type, shard + "\t" + String.format("%16d", upTo)));
        range.setExclusiveEndPrimaryKey(key(type, shard + "\t" + String.format("%16d", after)));
        return sdk.getRange(new GetRangeRequest(range)).getRows().stream()
                .findFirst()
                .map(row -> text(row, "Checkpoint"));
    }
}
