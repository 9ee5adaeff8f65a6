/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.Timeseries;
import com.aliyun.ots.thirdparty.com.google.protobuf.MessageLite;
import com.aliyun.ots.thirdparty.com.google.protobuf.Parser;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.stream.StreamOperations;
import java.util.HashMap;
import java.util.Map;

/** All operations that the emulator implements, by the name in the request's path. Immutable. */
public final class OperationRegistry {

    private final Map<String, Operation<?>> operations = new HashMap<>();

    public OperationRegistry(
            TableOperations tables,
            RowOperations rows,
            TimeseriesOperations timeseries,
            StreamOperations streams) {
        add("CreateTable", OtsInternalApi.CreateTableRequest.parser(), tables::createTable);
        add("UpdateTable", OtsInternalApi.UpdateTableRequest.parser(), tables::updateTable);
        add("DescribeTable", OtsInternalApi.DescribeTableRequest.parser(), tables::describeTable);
        add(
                "ListTable",
                OtsInternalApi.ListTableRequest.parser(),
                request -> timeseries.ordinaryTables(tables.listTable(request)));
        add("DeleteTable", OtsInternalApi.DeleteTableRequest.parser(), tables::deleteTable);
        add(
                "ComputeSplitPointsBySize",
                OtsInternalApi.ComputeSplitPointsBySizeRequest.parser(),
                tables::computeSplitPointsBySize);
        add(
                "AddDefinedColumn",
                OtsInternalApi.AddDefinedColumnRequest.parser(),
                tables::addDefinedColumn);
        add(
                "DeleteDefinedColumn",
                OtsInternalApi.DeleteDefinedColumnRequest.parser(),
                tables::deleteDefinedColumn);

        add("PutRow", OtsInternalApi.PutRowRequest.parser(), rows::putRow);
        add("UpdateRow", OtsInternalApi.UpdateRowRequest.parser(), rows::updateRow);
        add("DeleteRow", OtsInternalApi.DeleteRowRequest.parser(), rows::deleteRow);
        add("GetRow", OtsInternalApi.GetRowRequest.parser(), rows::getRow);
        add("GetRange", OtsInternalApi.GetRangeRequest.parser(), rows::getRange);
        operations.put(
                "BatchGetRow",
                new Operation<>(
                        OtsInternalApi.BatchGetRowRequest.parser(),
                        request -> null,
                        (request, fault) -> ResponseBody.of(rows.batchGetRow(request, fault))));
        add("BatchWriteRow", OtsInternalApi.BatchWriteRowRequest.parser(), rows::batchWriteRow);

        add(
                "CreateTimeseriesTable",
                Timeseries.CreateTimeseriesTableRequest.parser(),
                timeseries::createTimeseriesTable);
        add(
                "DescribeTimeseriesTable",
                Timeseries.DescribeTimeseriesTableRequest.parser(),
                timeseries::describeTimeseriesTable);
        add(
                "ListTimeseriesTable",
                Timeseries.ListTimeseriesTableRequest.parser(),
                timeseries::listTimeseriesTable);
        add(
                "DeleteTimeseriesTable",
                Timeseries.DeleteTimeseriesTableRequest.parser(),
                timeseries::deleteTimeseriesTable);
        add(
                "PutTimeseriesData",
                Timeseries.PutTimeseriesDataRequest.parser(),
                timeseries::putTimeseriesData);

        add("ListStream", OtsInternalApi.ListStreamRequest.parser(), streams::listStream);
        add(
                "DescribeStream",
                OtsInternalApi.DescribeStreamRequest.parser(),
                streams::describeStream);
        operations.put(
                "GetShardIterator",
                new Operation<>(
                        OtsInternalApi.GetShardIteratorRequest.parser(),
                        OtsInternalApi.GetShardIteratorRequest::getShardId,
                        (request, fault) -> ResponseBody.of(streams.getShardIterator(request))));
        operations.put(
                "GetStreamRecord",
                new Operation<>(
                        OtsInternalApi.GetStreamRecordRequest.parser(),
                        StreamOperations::shardOf,
                        (request, fault) ->
                                ResponseBody.of(
                                        streams.getStreamRecord(request, fault.emptyPage())
                                                .parts())));
    }

    private <Q extends MessageLite> void add(
            String name, Parser<Q> parser, Operation.MessageBody<Q> body) {
        operations.put(
                name,
                new Operation<>(
                        parser,
                        request -> null,
                        (request, fault) -> ResponseBody.of(body.run(request))));
    }

    /**
     * @throws ServiceException OTSUnsupportOperation, naming the operation, if there is none such
     */
    public Operation<?> get(String name) throws ServiceException {
        Operation<?> operation = operations.get(name);
        if (operation == null) {
            throw new ServiceException(
                    400, "OTSUnsupportOperation", "Unsupported operation: '" + name + "'.");
        }
        return operation;
    }
}
