/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Streams over HTTP: what is asked, and how the answers are read.
 *
 * <p>Answers are read, and their records decoded, on the HTTP client's I/O threads; futures are
 * completed there too. The threads live until {@link #close()}.
 */
@Internal
final class SdkStreamService implements StreamService {

    private final ServiceHttp http;

    SdkStreamService(OtsConnection connection) {
        this.http =
                new ServiceHttp(
                        connection,
                        "otsstream-http",
                        connection.getIoThreads(),
                        connection.getMaxConnections());
    }

    @Override
    public CompletableFuture<List<StreamInfo>> listStreams(String tableName) {
        return http.send(
                Operation.LIST_STREAM,
                Target.table(tableName),
                OtsInternalApi.ListStreamRequest.newBuilder().setTableName(tableName).build(),
                SdkStreamService::readStreams);
    }

    /** Reads an answer to ListStream. */
    static List<StreamInfo> readStreams(Answer answer) throws InvalidProtocolBufferException {
        List<StreamInfo> streams = new ArrayList<>();
        for (OtsInternalApi.Stream stream :
                OtsInternalApi.ListStreamResponse.parser()
                        .parseFrom(answer.body(), 0, answer.length())
                        .getStreamsList()) {
            streams.add(
                    new StreamInfo(
                            stream.getStreamId(), stream.getTableName(), stream.getCreationTime()));
        }
        return streams;
    }

    @Override
    public CompletableFuture<StreamDescriptionPage> describeStream(
            String streamId, @Nullable String fromShardId) {
        OtsInternalApi.DescribeStreamRequest.Builder request =
                OtsInternalApi.DescribeStreamRequest.newBuilder()
                        .setStreamId(streamId)
                        // Whether such a table can be read is not decided here; without this it is
                        // not even described.
                        .setSupportTimeseriesDataTable(true);
        if (fromShardId != null) {
            request.setInclusiveStartShardId(fromShardId);
        }
        return http.send(
                Operation.DESCRIBE_STREAM,
                Target.stream(streamId),
                request.build(),
                SdkStreamService::readDescription);
    }

    private static StreamDescriptionPage readDescription(Answer answer) throws Exception {
        OtsInternalApi.DescribeStreamResponse response =
                OtsInternalApi.DescribeStreamResponse.parser()
                        .parseFrom(answer.body(), 0, answer.length());
        List<ShardInfo> shards = new ArrayList<>();
        for (OtsInternalApi.StreamShard shard : response.getShardsList()) {
            shards.add(
                    new ShardInfo(
                            shard.getShardId(),
                            emptyToNull(shard.getParentId()),
                            emptyToNull(shard.getParentSiblingId())));
        }
        StreamDescription description =
                new StreamDescription(
                        response.getStreamId(),
                        response.getTableName(),
                        response.getCreationTime(),
                        Duration.ofHours(response.getExpirationTime()),
                        response.getStreamStatus() == OtsInternalApi.StreamStatus.STREAM_ACTIVE
                                ? StreamDescription.Status.ACTIVE
                                : StreamDescription.Status.ENABLING,
                        response.getIsTimeseriesDataTable(),
                        shards,
                        answer.serviceTimeMillis());
        return new StreamDescriptionPage(description, emptyToNull(response.getNextShardId()));
    }

    @Override
    public CompletableFuture<IteratorStep> getShardIterator(
            String streamId, String shardId, OptionalLong timestampMicros, @Nullable String token) {
        OtsInternalApi.GetShardIteratorRequest.Builder request =
                OtsInternalApi.GetShardIteratorRequest.newBuilder()
                        .setStreamId(streamId)
                        .setShardId(shardId);
        timestampMicros.ifPresent(request::setTimestamp);
        if (token != null) {
            request.setToken(token);
        }
        return http.send(
                Operation.GET_SHARD_ITERATOR,
                Target.shardOfStream(streamId, shardId),
                request.build(),
                answer -> {
                    // The iterator is a required field, but missing when the shard has ended before
                    // the time.
                    OtsInternalApi.GetShardIteratorResponse response =
                            OtsInternalApi.GetShardIteratorResponse.parser()
                                    .parsePartialFrom(answer.body(), 0, answer.length());
                    return new IteratorStep(
                            emptyToNull(response.getShardIterator()),
                            emptyToNull(response.getNextToken()),
                            answer.serviceTimeMillis());
                });
    }

    @Override
    public CompletableFuture<RecordPage> getRecords(
            String tableName, String shardId, String iterator, int limit) {
        OtsInternalApi.GetStreamRecordRequest.Builder request =
                OtsInternalApi.GetStreamRecordRequest.newBuilder()
                        .setShardIterator(iterator)
                        .setTableName(tableName);
        if (limit > 0) {
            request.setLimit(limit);
        }
        return http.send(
                Operation.GET_STREAM_RECORD,
                Target.shardOfTable(tableName, shardId),
                request.build(),
                new RecordPageReader(shardId));
    }

    @Override
    public void close() {
        http.close();
    }

    @Nullable
    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
