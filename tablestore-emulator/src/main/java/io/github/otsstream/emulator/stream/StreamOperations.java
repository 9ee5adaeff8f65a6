/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.CapacityUnit;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ConsumedCapacity;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.DescribeStreamRequest;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.DescribeStreamResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetShardIteratorResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ListStreamRequest;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ListStreamResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.StreamStatus;
import io.github.otsstream.emulator.ServiceException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The four stream operations of the service, one method each, from request message to response
 * message. Thread-safe; never blocks longer than a write takes.
 */
public final class StreamOperations {

    /** Reads are billed in units of this many bytes. */
    private static final int CAPACITY_UNIT_BYTES = 4096;

    private final StreamService service;

    public StreamOperations(StreamService service) {
        this.service = service;
    }

    public ListStreamResponse listStream(ListStreamRequest request) throws ServiceException {
        String tableName = request.hasTableName() ? request.getTableName() : null;
        if (tableName != null && service.table(tableName) == null) {
            throw new ServiceException(404, "OTSObjectNotExist", "Requested table does not exist.");
        }
        return ListStreamResponse.newBuilder().addAllStreams(service.list(tableName)).build();
    }

    public DescribeStreamResponse describeStream(DescribeStreamRequest request)
            throws ServiceException {
        ChangeStream stream = stream(request.getStreamId());
        if (request.hasShardLimit() && request.getShardLimit() <= 0) {
            throw ServiceException.parameterInvalid("The limit must be greater than 0.");
        }
        StreamedTable table = service.table(stream.tableName());
        boolean timeseries = table != null && table.timeseries;
        if (timeseries && !request.getSupportTimeseriesDataTable()) {
            throw ServiceException.parameterInvalid(
                    "Table ["
                            + stream.tableName()
                            + "] is a timeseries table, not support DescribeStream");
        }
        long now = service.clock().micros();
        boolean enabling = stream.isEnabling(now);
        DescribeStreamResponse.Builder response =
                DescribeStreamResponse.newBuilder()
                        .setStreamId(stream.id())
                        .setTableName(stream.tableName())
                        .setCreationTime(stream.createdMicros())
                        .setExpirationTime(stream.retentionHours())
                        .setIsTimeseriesDataTable(timeseries)
                        .setStreamStatus(
                                enabling
                                        ? StreamStatus.STREAM_ENABLING
                                        : StreamStatus.STREAM_ACTIVE);
        if (enabling) {
            return response.build();
        }
        List<Shard> shards = stream.shards(now);
        int from = 0;
        if (request.hasInclusiveStartShardId()) {
            from = indexOf(shards, request.getInclusiveStartShardId());
        }
        int limit = service.behavior().maxShardsPerDescribe();
        if (request.hasShardLimit()) {
            limit = Math.min(limit, request.getShardLimit());
        }
        int to = (int) Math.min(shards.size(), (long) from + limit);
        for (Shard shard : shards.subList(from, to)) {
            response.addShards(shard.toMessage());
        }
        if (to < shards.size()) {
            response.setNextShardId(shards.get(to).id());
        }
        return response.build();
    }

    private static int indexOf(List<Shard> shards, String shardId) throws ServiceException {
        for (int i = 0; i < shards.size(); i++) {
            if (shards.get(i).id().equals(shardId)) {
                return i;
            }
        }
        throw new ServiceException(404, "OTSObjectNotExist", "Requested shard does not exist.");
    }

    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request)
            throws ServiceException {
        ChangeStream stream = stream(request.getStreamId());
        long now = service.clock().micros();
        Shard shard = retained(stream, request.getShardId(), now);
        long standsFor = Math.max(now, stream.retainedFrom(now));
        if (!request.hasTimestamp()) {
            return iterator(stream, shard, shard.log().firstOrdinal(), standsFor).build();
        }
        if (request.getTimestamp() < 0) {
            throw ServiceException.parameterInvalid(
                    "Invalid timestamp: " + request.getTimestamp() + ".");
        }
        StreamBehavior behavior = service.behavior();
        long wanted =
                shard.log()
                        .seek(request.getTimestamp() + StreamService.micros(behavior.seekError()));
        long from = shard.log().firstOrdinal();
        if (request.hasToken() && !request.getToken().isEmpty()) {
            ShardIterator token =
                    ShardIterator.decode(ShardIterator.Kind.SEEK_TOKEN, request.getToken());
            if (!token.streamId.equals(stream.id()) || !token.shardId.equals(shard.id())) {
                throw ServiceException.parameterInvalid("Invalid token.");
            }
            from = Math.max(from, token.ordinal);
        }
        long reached = from + behavior.seekRecordsPerCall();
        if (reached < wanted) {
            ShardIterator token = new ShardIterator(stream.id(), shard.id(), reached, 0);
            return iterator(stream, shard, from, standsFor)
                    .setNextToken(token.encode(ShardIterator.Kind.SEEK_TOKEN))
                    .build();
        }
        if (wanted == shard.log().endOrdinal() && shard.closedMicros() != Shard.OPEN) {
            return GetShardIteratorResponse.newBuilder().setShardIterator("").build();
        }
        return iterator(stream, shard, wanted, standsFor).build();
    }

    private static GetShardIteratorResponse.Builder iterator(
            ChangeStream stream, Shard shard, long ordinal, long micros) {
        return GetShardIteratorResponse.newBuilder()
                .setShardIterator(
                        new ShardIterator(stream.id(), shard.id(), ordinal, micros)
                                .encode(ShardIterator.Kind.ITERATOR));
    }

    /**
     * @param fault answered instead of reading the log, unless null
     */
    public StreamPage getStreamRecord(GetStreamRecordRequest request, EmptyPage fault)
            throws ServiceException {
        ShardIterator position =
                ShardIterator.decode(ShardIterator.Kind.ITERATOR, request.getShardIterator());
        if (request.hasLimit() && request.getLimit() <= 0) {
            throw ServiceException.parameterInvalid("The limit must be greater than 0.");
        }
        ChangeStream stream = service.stream(position.streamId);
        if (stream == null) {
            throw trimmed();
        }
        checkTableName(stream, request);
        long now = service.clock().micros();
        Shard shard = retained(stream, position.shardId, now);
        shard.countRead();
        ShardLog log = shard.log();
        if (position.ordinal < log.firstOrdinal()
                || position.ordinal >= log.endOrdinal()
                        && position.micros < stream.retainedFrom(now)) {
            throw trimmed();
        }
        EmptyPage empty = fault != null ? fault : shard.nextEmptyPage();
        return empty != null
                ? emptyPage(request.getShardIterator(), empty)
                : page(request, position, log);
    }

    private StreamPage emptyPage(String iterator, EmptyPage empty) {
        GetStreamRecordResponse.Builder response =
                GetStreamRecordResponse.newBuilder()
                        .setNextShardIterator(iterator)
                        .setConsumed(consumed(0));
        if (empty != EmptyPage.SILENT) {
            response.setMayMoreRecord(empty == EmptyPage.MORE_FOLLOWS);
        }
        return new StreamPage(List.of(ByteBuffer.wrap(response.build().toByteArray())));
    }

    private StreamPage page(GetStreamRecordRequest request, ShardIterator position, ShardLog log) {
        StreamBehavior behavior = service.behavior();
        int maxRecords = behavior.maxPageRecords();
        if (request.hasLimit()) {
            maxRecords = Math.min(maxRecords, request.getLimit());
        }
        ShardLog.Page page = log.read(position.ordinal, maxRecords, behavior.maxPageBytes());
        GetStreamRecordResponse.Builder rest =
                GetStreamRecordResponse.newBuilder().setConsumed(consumed(page.bytes));
        if (page.records == 0 && !page.ended) {
            rest.setNextShardIterator(request.getShardIterator());
        } else if (!page.ended) {
            ShardIterator next =
                    new ShardIterator(
                            position.streamId, position.shardId, page.nextOrdinal, page.lastMicros);
            rest.setNextShardIterator(next.encode(ShardIterator.Kind.ITERATOR));
        }
        if (behavior.mayMoreRecordSent()) {
            // A page that is as full as was asked for says so without looking further.
            boolean full = page.records == maxRecords && !page.ended;
            rest.setMayMoreRecord(page.moreFollow || full);
        }
        page.slices.add(ByteBuffer.wrap(rest.build().toByteArray()));
        return new StreamPage(page.slices);
    }

    private void checkTableName(ChangeStream stream, GetStreamRecordRequest request)
            throws ServiceException {
        if (request.hasTableName()) {
            if (!request.getTableName().equals(stream.tableName())) {
                throw ServiceException.parameterInvalid(
                        "Table name "
                                + request.getTableName()
                                + " does not match the table of the shard iterator.");
            }
            return;
        }
        StreamedTable table = service.table(stream.tableName());
        if (table != null && table.inTableGroup) {
            throw ServiceException.parameterInvalid(
                    "Table name is required to read a table of a table group.");
        }
    }

    /** The shard that the iterator names, for fault rules; null if it is no iterator. */
    public static String shardOf(GetStreamRecordRequest request) {
        try {
            return ShardIterator.decode(ShardIterator.Kind.ITERATOR, request.getShardIterator())
                    .shardId;
        } catch (ServiceException e) {
            return null;
        }
    }

    private ChangeStream stream(String streamId) throws ServiceException {
        ChangeStream stream = service.stream(streamId);
        if (stream == null) {
            throw new ServiceException(
                    404, "OTSObjectNotExist", "Requested stream does not exist.");
        }
        return stream;
    }

    private static Shard retained(ChangeStream stream, String shardId, long now)
            throws ServiceException {
        Shard shard = stream.retained(shardId, now);
        if (shard == null) {
            throw trimmed();
        }
        return shard;
    }

    private static ServiceException trimmed() {
        return new ServiceException(
                404,
                "OTSTrimmedDataAccess",
                "Requested stream data is already trimmed or does not exist.");
    }

    private static ConsumedCapacity consumed(int bytes) {
        int units = (bytes + CAPACITY_UNIT_BYTES - 1) / CAPACITY_UNIT_BYTES;
        return ConsumedCapacity.newBuilder()
                .setCapacityUnit(CapacityUnit.newBuilder().setRead(units).setWrite(0))
                .build();
    }
}
