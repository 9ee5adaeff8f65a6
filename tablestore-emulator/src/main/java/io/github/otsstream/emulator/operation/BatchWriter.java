/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Names;
import io.github.otsstream.emulator.storage.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the rows of BatchWriteRow, in the order in which they come. A row may come more than once,
 * but then without conditions. Thread-safe.
 */
final class BatchWriter {

    private final Database database;
    private final RowWriter writer;

    BatchWriter(Database database, RowWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    OtsInternalApi.BatchWriteRowResponse write(OtsInternalApi.BatchWriteRowRequest request)
            throws ServiceException {
        List<List<RowChange>> changes = parse(request);
        OtsInternalApi.BatchWriteRowResponse.Builder response =
                OtsInternalApi.BatchWriteRowResponse.newBuilder();
        for (int i = 0; i < request.getTablesCount(); i++) {
            String tableName = request.getTables(i).getTableName();
            response.addTables(
                    OtsInternalApi.TableInBatchWriteRowResponse.newBuilder()
                            .setTableName(tableName)
                            .addAllRows(
                                    request.getIsAtomic()
                                            ? writeAtomically(tableName, changes.get(i))
                                            : writeEach(tableName, changes.get(i))));
        }
        return response.build();
    }

    private static List<List<RowChange>> parse(OtsInternalApi.BatchWriteRowRequest request)
            throws ServiceException {
        if (request.getTablesCount() == 0) {
            throw ServiceException.parameterInvalid("No row is specified in BatchWriteRow.");
        }
        checkRowCount(request);
        List<List<RowChange>> changes = new ArrayList<>();
        long bytes = 0;
        for (OtsInternalApi.TableInBatchWriteRowRequest table : request.getTablesList()) {
            List<RowChange> ofTable = new ArrayList<>();
            for (OtsInternalApi.RowInBatchWriteRowRequest row : table.getRowsList()) {
                RowChange change =
                        RowChange.parse(
                                type(row.getType()),
                                row.getRowChange(),
                                row.getCondition(),
                                row.getReturnContent());
                bytes += change.sizeInBytes();
                ofTable.add(change);
            }
            changes.add(ofTable);
        }
        RequestChecks.writtenBytes("BatchWriteRow", bytes);
        return changes;
    }

    private static void checkRowCount(OtsInternalApi.BatchWriteRowRequest request)
            throws ServiceException {
        int rows = 0;
        Set<String> names = new HashSet<>();
        for (OtsInternalApi.TableInBatchWriteRowRequest table : request.getTablesList()) {
            Names.checkTable(table.getTableName());
            BatchErrors.refuseRepeatedTable(names, table.getTableName());
            if (table.getRowsCount() == 0) {
                throw ServiceException.parameterInvalid(
                        "No operation is specified for table: '" + table.getTableName() + "'.");
            }
            rows += table.getRowsCount();
        }
        BatchErrors.checkRowCount(rows, Limits.ROWS_PER_BATCH_WRITE);
    }

    private static CommittedChange.Type type(OtsInternalApi.OperationType type) {
        switch (type) {
            case PUT:
                return CommittedChange.Type.PUT;
            case UPDATE:
                return CommittedChange.Type.UPDATE;
            default:
                return CommittedChange.Type.DELETE;
        }
    }

    private List<OtsInternalApi.RowInBatchWriteRowResponse> writeEach(
            String tableName, List<RowChange> changes) {
        Map<List<PrimaryKeyValue>, Integer> occurrences = occurrences(changes);
        List<OtsInternalApi.RowInBatchWriteRowResponse> results = new ArrayList<>();
        for (RowChange change : changes) {
            results.add(writeOne(tableName, change, occurrences));
        }
        return results;
    }

    private OtsInternalApi.RowInBatchWriteRowResponse writeOne(
            String tableName, RowChange change, Map<List<PrimaryKeyValue>, Integer> occurrences) {
        try {
            refuseRepeatedCondition(change, occurrences);
            Table table = database.table(tableName);
            table.lock().writeLock().lock();
            try {
                table.checkExists();
                return written(change, writer.write(table, change));
            } finally {
                table.lock().writeLock().unlock();
            }
        } catch (ServiceException e) {
            return refused(e);
        }
    }

    private List<OtsInternalApi.RowInBatchWriteRowResponse> writeAtomically(
            String tableName, List<RowChange> changes) {
        List<OtsInternalApi.RowInBatchWriteRowResponse> results = new ArrayList<>();
        try {
            Map<List<PrimaryKeyValue>, Integer> occurrences = occurrences(changes);
            for (RowChange change : changes) {
                refuseRepeatedCondition(change, occurrences);
            }
            requireOnePartitionKey(changes);
            Table table = database.table(tableName);
            table.lock().writeLock().lock();
            try {
                table.checkExists();
                List<ByteString> rows = writer.writeAtomically(table, changes);
                for (int i = 0; i < rows.size(); i++) {
                    results.add(written(changes.get(i), rows.get(i)));
                }
            } finally {
                table.lock().writeLock().unlock();
            }
        } catch (ServiceException e) {
            for (int i = 0; i < changes.size(); i++) {
                results.add(refused(e));
            }
        }
        return results;
    }

    private static Map<List<PrimaryKeyValue>, Integer> occurrences(List<RowChange> changes) {
        Map<List<PrimaryKeyValue>, Integer> occurrences = new HashMap<>();
        for (RowChange change : changes) {
            occurrences.merge(values(change), 1, Integer::sum);
        }
        return occurrences;
    }

    private static void refuseRepeatedCondition(
            RowChange change, Map<List<PrimaryKeyValue>, Integer> occurrences)
            throws ServiceException {
        List<PrimaryKeyValue> values = values(change);
        // Each placeholder becomes a row of its own.
        if (occurrences.get(values) == 1
                || values.stream().anyMatch(PrimaryKeyValue::isPlaceHolderForAutoIncr)) {
            return;
        }
        if (change.existence() != OtsInternalApi.RowExistenceExpectation.IGNORE) {
            throw ServiceException.parameterInvalid(
                    "Repeated rows do not support row exist expectation check in BatchModify.");
        }
        if (change.columnCondition() != null) {
            throw ServiceException.parameterInvalid(
                    "Repeated rows do not support row condition check in BatchModify.");
        }
    }

    private static List<PrimaryKeyValue> values(RowChange change) {
        List<PrimaryKeyValue> values = new ArrayList<>(change.key().size());
        for (PlainBufferCell cell : change.key()) {
            values.add(cell.getPkCellValue());
        }
        return values;
    }

    private static void requireOnePartitionKey(List<RowChange> changes) throws ServiceException {
        PrimaryKeyValue first = changes.get(0).key().get(0).getPkCellValue();
        for (RowChange change : changes) {
            PrimaryKeyValue other = change.key().get(0).getPkCellValue();
            if (!other.equals(first)) {
                throw new ServiceException(
                        400,
                        "OTSDataOutOfRange",
                        "Data out of scope of atomic. Atomic PartKey:"
                                + first
                                + ". Data PartKey:"
                                + other);
            }
        }
    }

    private static OtsInternalApi.RowInBatchWriteRowResponse written(
            RowChange change, ByteString row) {
        return OtsInternalApi.RowInBatchWriteRowResponse.newBuilder()
                .setIsOk(true)
                .setConsumed(Capacity.write(change.sizeInBytes(), change.isConditional()))
                .setRow(row)
                .build();
    }

    private static OtsInternalApi.RowInBatchWriteRowResponse refused(ServiceException e) {
        return OtsInternalApi.RowInBatchWriteRowResponse.newBuilder()
                .setIsOk(false)
                .setError(BatchErrors.toMessage(e))
                .build();
    }
}
