/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.fault.Fault;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Names;
import io.github.otsstream.emulator.storage.Table;
import java.util.List;

/**
 * The service's operations on rows. Each takes the request and returns the response of the wire
 * protocol, and throws the service's own error for what it refuses. Thread-safe.
 */
public final class RowOperations {

    private final Database database;
    private final RowWriter writer;
    private final RowReader reader;
    private final BatchWriter batchWriter;

    public RowOperations(Database database) {
        this.database = database;
        this.writer = new RowWriter(database);
        this.reader = new RowReader(database);
        this.batchWriter = new BatchWriter(database, writer);
    }

    /** Writes a whole row in the place of one of the same key. */
    public OtsInternalApi.PutRowResponse putRow(OtsInternalApi.PutRowRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        refuseTransaction(request.hasTransactionId());
        RowChange change =
                RowChange.parse(
                        CommittedChange.Type.PUT,
                        request.getRow(),
                        request.getCondition(),
                        request.getReturnContent());
        RequestChecks.writtenBytes("PutRow", change.sizeInBytes());
        ByteString row = write(request.getTableName(), change);
        return OtsInternalApi.PutRowResponse.newBuilder()
                .setConsumed(Capacity.write(change.sizeInBytes(), change.isConditional()))
                .setRow(row)
                .build();
    }

    /** Puts, increments and deletes columns of a row. */
    public OtsInternalApi.UpdateRowResponse updateRow(OtsInternalApi.UpdateRowRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        refuseTransaction(request.hasTransactionId());
        RowChange change =
                RowChange.parse(
                        CommittedChange.Type.UPDATE,
                        request.getRowChange(),
                        request.getCondition(),
                        request.getReturnContent());
        RequestChecks.writtenBytes("UpdateRow", change.sizeInBytes());
        ByteString row = write(request.getTableName(), change);
        return OtsInternalApi.UpdateRowResponse.newBuilder()
                .setConsumed(Capacity.write(change.sizeInBytes(), change.isConditional()))
                .setRow(row)
                .build();
    }

    /** Removes a row. */
    public OtsInternalApi.DeleteRowResponse deleteRow(OtsInternalApi.DeleteRowRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        refuseTransaction(request.hasTransactionId());
        RowChange change =
                RowChange.parse(
                        CommittedChange.Type.DELETE,
                        request.getPrimaryKey(),
                        request.getCondition(),
                        request.getReturnContent());
        ByteString row = write(request.getTableName(), change);
        return OtsInternalApi.DeleteRowResponse.newBuilder()
                .setConsumed(Capacity.write(change.sizeInBytes(), change.isConditional()))
                .setRow(row)
                .build();
    }

    /** Reads one row; the answer holds no row if it does not exist or is filtered out. */
    public OtsInternalApi.GetRowResponse getRow(OtsInternalApi.GetRowRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        refuseTransaction(request.hasTransactionId());
        refuseToken(request.getToken());
        RowQuery query = RowQuery.of(request);
        List<PlainBufferCell> key = RequestChecks.keyToRead(request.getPrimaryKey());
        RowReader.FoundRow found = reader.read(database.table(request.getTableName()), key, query);
        return OtsInternalApi.GetRowResponse.newBuilder()
                .setConsumed(found.consumed())
                .setRow(found.row())
                .build();
    }

    /** Reads rows in key order between two keys, as many as one answer may hold. */
    public OtsInternalApi.GetRangeResponse getRange(OtsInternalApi.GetRangeRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        refuseTransaction(request.hasTransactionId());
        refuseToken(request.getToken());
        return reader.readRange(request);
    }

    /** Reads rows of several tables; a row that cannot be read is answered with its own error. */
    public OtsInternalApi.BatchGetRowResponse batchGetRow(
            OtsInternalApi.BatchGetRowRequest request, Fault fault) throws ServiceException {
        return reader.readBatch(request, fault);
    }

    /**
     * Writes rows of several tables, in the order of the request; a row that cannot be written is
     * answered with its own error. An atomic batch writes all rows or none.
     */
    public OtsInternalApi.BatchWriteRowResponse batchWriteRow(
            OtsInternalApi.BatchWriteRowRequest request) throws ServiceException {
        refuseTransaction(request.hasTransactionId());
        return batchWriter.write(request);
    }

    private ByteString write(String tableName, RowChange change) throws ServiceException {
        Table table = database.table(tableName);
        table.lock().writeLock().lock();
        try {
            table.checkExists();
            return writer.write(table, change);
        } finally {
            table.lock().writeLock().unlock();
        }
    }

    static void refuseTransaction(boolean hasTransaction) throws ServiceException {
        if (hasTransaction) {
            throw ServiceException.parameterInvalid("TransactionID is invalid.");
        }
    }

    /** Answers never carry a token, so none can come back; batches send empty ones. */
    static void refuseToken(ByteString token) throws ServiceException {
        if (!token.isEmpty()) {
            throw ServiceException.parameterInvalid("Invalid token.");
        }
    }
}
