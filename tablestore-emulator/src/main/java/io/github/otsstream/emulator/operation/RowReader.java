/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.fault.Fault;
import io.github.otsstream.emulator.plainbuffer.RowEncoder;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.KeyOrder;
import io.github.otsstream.emulator.storage.Names;
import io.github.otsstream.emulator.storage.Row;
import io.github.otsstream.emulator.storage.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;

/** Reads rows of tables under their read locks. Thread-safe. */
final class RowReader {

    private final Database database;

    RowReader(Database database) {
        this.database = database;
    }

    /** Reads one row by a key that has passed {@link RequestChecks#keyToRead}. */
    FoundRow read(Table table, List<PlainBufferCell> keyCells, RowQuery query)
            throws ServiceException {
        Row selected;
        table.lock().readLock().lock();
        try {
            table.checkExists();
            PrimaryKey key = KeyRules.fit(keyCells, table.schema());
            Row row = table.row(key, database.clock().millis());
            selected = row == null ? null : query.select(row);
        } finally {
            table.lock().readLock().unlock();
        }
        return selected == null
                ? new FoundRow(ByteString.EMPTY, Capacity.read(0))
                : new FoundRow(
                        RowEncoder.encode(List.of(encodable(selected))),
                        Capacity.read(selected.sizeInBytes()));
    }

    OtsInternalApi.GetRangeResponse readRange(OtsInternalApi.GetRangeRequest request)
            throws ServiceException {
        RowQuery query = RowQuery.of(request);
        if (request.hasLimit() && request.getLimit() <= 0) {
            throw ServiceException.parameterInvalid("The limit must be greater than 0.");
        }
        List<PlainBufferCell> begin =
                RequestChecks.rangeBound(request.getInclusiveStartPrimaryKey());
        List<PlainBufferCell> end = RequestChecks.rangeBound(request.getExclusiveEndPrimaryKey());
        boolean forward = request.getDirection() == OtsInternalApi.Direction.FORWARD;
        int limit =
                request.hasLimit()
                        ? Math.min(request.getLimit(), Limits.RANGE_ROWS)
                        : Limits.RANGE_ROWS;
        Table table = database.table(request.getTableName());
        table.lock().readLock().lock();
        try {
            table.checkExists();
            NavigableMap<PrimaryKey, Row> range =
                    range(
                            table,
                            KeyRules.fit(begin, table.schema()),
                            KeyRules.fit(end, table.schema()),
                            forward);
            return page(table, range, query, limit);
        } finally {
            table.lock().readLock().unlock();
        }
    }

    OtsInternalApi.BatchGetRowResponse readBatch(
            OtsInternalApi.BatchGetRowRequest request, Fault fault) throws ServiceException {
        if (request.getTablesCount() == 0) {
            throw ServiceException.parameterInvalid(
                    "No row specified in the request of BatchGetRow.");
        }
        int rows = 0;
        List<RowQuery> queries = new ArrayList<>();
        List<List<List<PlainBufferCell>>> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (OtsInternalApi.TableInBatchGetRowRequest table : request.getTablesList()) {
            Names.checkTable(table.getTableName());
            BatchErrors.refuseRepeatedTable(names, table.getTableName());
            rows += table.getPrimaryKeyCount();
            BatchErrors.checkRowCount(rows, Limits.ROWS_PER_BATCH_GET);
            queries.add(RowQuery.of(table));
            List<List<PlainBufferCell>> tableKeys = new ArrayList<>();
            for (ByteString bytes : table.getPrimaryKeyList()) {
                tableKeys.add(RequestChecks.keyToRead(bytes));
            }
            keys.add(tableKeys);
            for (ByteString token : table.getTokenList()) {
                RowOperations.refuseToken(token);
            }
        }
        OtsInternalApi.BatchGetRowResponse.Builder response =
                OtsInternalApi.BatchGetRowResponse.newBuilder();
        int index = 0;
        for (int i = 0; i < request.getTablesCount(); i++) {
            String tableName = request.getTables(i).getTableName();
            OtsInternalApi.TableInBatchGetRowResponse.Builder table =
                    response.addTablesBuilder().setTableName(tableName);
            for (List<PlainBufferCell> key : keys.get(i)) {
                ServiceException error = fault.rowError(index++);
                table.addRows(
                        error == null
                                ? readInBatch(tableName, key, queries.get(i))
                                : failed(error));
            }
        }
        return response.build();
    }

    private OtsInternalApi.RowInBatchGetRowResponse readInBatch(
            String tableName, List<PlainBufferCell> key, RowQuery query) {
        try {
            FoundRow found = read(database.table(tableName), key, query);
            return OtsInternalApi.RowInBatchGetRowResponse.newBuilder()
                    .setIsOk(true)
                    .setConsumed(found.consumed())
                    .setRow(found.row())
                    .build();
        } catch (ServiceException e) {
            return failed(e);
        }
    }

    private static OtsInternalApi.RowInBatchGetRowResponse failed(ServiceException error) {
        return OtsInternalApi.RowInBatchGetRowResponse.newBuilder()
                .setIsOk(false)
                .setError(BatchErrors.toMessage(error))
                .build();
    }

    private static NavigableMap<PrimaryKey, Row> range(
            Table table, PrimaryKey begin, PrimaryKey end, boolean forward)
            throws ServiceException {
        int order = KeyOrder.INSTANCE.compare(begin, end);
        if (forward ? order >= 0 : order <= 0) {
            throw ServiceException.parameterInvalid(
                    forward
                            ? "Begin key must less than end key in FORWARD"
                            : "Begin key must more than end key in BACKWARD");
        }
        return forward
                ? table.rows().subMap(begin, true, end, false)
                : table.rows().descendingMap().subMap(begin, true, end, false);
    }

    private OtsInternalApi.GetRangeResponse page(
            Table table, NavigableMap<PrimaryKey, Row> range, RowQuery query, int limit) {
        long now = database.clock().millis();
        OtsInternalApi.GetRangeResponse.Builder response =
                OtsInternalApi.GetRangeResponse.newBuilder();
        List<PlainBufferRow> rows = new ArrayList<>();
        long bytes = 0;
        int scanned = 0;
        for (Row stored : range.values()) {
            Row row = table.visible(stored, now);
            if (row == null) {
                continue;
            }
            if (rows.size() == limit
                    || scanned == Limits.RANGE_ROWS
                    || bytes >= Limits.RANGE_BYTES) {
                response.setNextStartPrimaryKey(RowEncoder.encodeKey(row.key()));
                break;
            }
            // What a filter drops was read too, and counts towards the page's cap.
            scanned++;
            bytes += row.sizeInBytes();
            Row selected = query.select(row);
            if (selected != null) {
                rows.add(encodable(selected));
            }
        }
        return response.setConsumed(Capacity.read(bytes)).setRows(RowEncoder.encode(rows)).build();
    }

    private static PlainBufferRow encodable(Row row) {
        return RowEncoder.row(row.key(), row.cells());
    }

    /** One row of an answer, encoded, empty if there is none, and what reading it cost. */
    static final class FoundRow {

        private final ByteString row;
        private final OtsInternalApi.ConsumedCapacity consumed;

        private FoundRow(ByteString row, OtsInternalApi.ConsumedCapacity consumed) {
            this.row = row;
            this.consumed = consumed;
        }

        ByteString row() {
            return row;
        }

        OtsInternalApi.ConsumedCapacity consumed() {
            return consumed;
        }
    }
}
