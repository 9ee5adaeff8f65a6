/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import com.aliyun.ots.thirdparty.com.google.protobuf.UnknownFieldSet;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowEncoder;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Names;
import io.github.otsstream.emulator.storage.Row;
import io.github.otsstream.emulator.storage.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The service's operations on tables. Each takes the request and returns the response of the wire
 * protocol, and throws the service's own error for what it refuses. Thread-safe.
 *
 * <p>A table can be used as soon as the answer to its creation is sent; the service takes seconds
 * and answers {@code OTSTableNotReady} until then.
 */
public final class TableOperations {

    /**
     * Field 4 of DescribeTable's answer, the table's status, which the Java SDK does not know but
     * other SDKs require; 1 is for a table that is in service.
     */
    private static final UnknownFieldSet TABLE_STATUS_ACTIVE =
            UnknownFieldSet.newBuilder()
                    .addField(4, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build();

    private final Database database;

    public TableOperations(Database database) {
        this.database = database;
    }

    /** Creates a table, in several partitions and with a stream if the request says so. */
    public OtsInternalApi.CreateTableResponse createTable(OtsInternalApi.CreateTableRequest request)
            throws ServiceException {
        OtsInternalApi.TableMeta meta = request.getTableMeta();
        TableRules.meta(meta);
        if (request.getIndexMetasCount() > 0) {
            throw ServiceException.parameterInvalid(
                    "Secondary indexes are not implemented by this server.");
        }
        Table table =
                new Table(
                        meta.getTableName(),
                        meta.getPrimaryKeyList(),
                        TableRules.splitPoints(request),
                        database.clock().micros());
        table.setDefinedColumns(meta.getDefinedColumnList());
        table.setOptions(TableRules.newOptions(table.options(), request.getTableOptions()));
        table.setThroughput(throughput(request.getReservedThroughput()));
        database.create(table, request.getStreamSpec());
        return OtsInternalApi.CreateTableResponse.getDefaultInstance();
    }

    /** Changes a table's options, reserved throughput, or stream; all or nothing of it. */
    public OtsInternalApi.UpdateTableResponse updateTable(OtsInternalApi.UpdateTableRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        if (!request.hasReservedThroughput()
                && !request.hasTableOptions()
                && !request.hasStreamSpec()) {
            throw ServiceException.parameterInvalid(
                    "No parameter is specified to update: reserved throughput, table options or"
                            + " stream specification is needed.");
        }
        if (request.hasTableOptions()
                && request.getTableOptions()
                        .equals(OtsInternalApi.TableOptions.getDefaultInstance())) {
            throw ServiceException.parameterInvalid("No parameter is specified in table options.");
        }
        Table table = database.table(request.getTableName());
        table.lock().writeLock().lock();
        try {
            table.checkExists();
            OtsInternalApi.TableOptions options =
                    TableRules.updatedOptions(table.options(), request.getTableOptions());
            if (request.hasStreamSpec()) {
                if (request.getStreamSpec().getEnableStream()) {
                    database.streams().enable(table, request.getStreamSpec());
                } else {
                    database.streams().disable(table);
                }
            }
            table.setOptions(options);
            if (request.hasReservedThroughput()) {
                table.setThroughput(throughput(request.getReservedThroughput()));
            }
            return OtsInternalApi.UpdateTableResponse.newBuilder()
                    .setReservedThroughputDetails(table.throughput())
                    .setTableOptions(table.options())
                    .setStreamDetails(database.streams().details(table))
                    .build();
        } finally {
            table.lock().writeLock().unlock();
        }
    }

    /** Tells a table's schema, options, stream and where its partitions begin. */
    public OtsInternalApi.DescribeTableResponse describeTable(
            OtsInternalApi.DescribeTableRequest request) throws ServiceException {
        Names.checkTable(request.getTableName());
        Table table = database.table(request.getTableName());
        // The stream side is promised the write lock in all its calls.
        table.lock().writeLock().lock();
        try {
            table.checkExists();
            OtsInternalApi.DescribeTableResponse.Builder response =
                    OtsInternalApi.DescribeTableResponse.newBuilder()
                            .setTableMeta(
                                    OtsInternalApi.TableMeta.newBuilder()
                                            .setTableName(table.name())
                                            .addAllPrimaryKey(table.schema())
                                            .addAllDefinedColumn(table.definedColumns()))
                            .setReservedThroughputDetails(table.throughput())
                            .setTableOptions(table.options())
                            .setStreamDetails(database.streams().details(table))
                            .setCreationTime(table.creationMicros())
                            .setUnknownFields(TABLE_STATUS_ACTIVE);
            for (PrimaryKeyValue point : database.streams().splitPoints(table)) {
                response.addShardSplits(splitPoint(table, point, table.schema().size()));
            }
            return response.build();
        } finally {
            table.lock().writeLock().unlock();
        }
    }

    /** Names all tables. */
    public OtsInternalApi.ListTableResponse listTable(OtsInternalApi.ListTableRequest request) {
        return OtsInternalApi.ListTableResponse.newBuilder()
                .addAllTableNames(database.tableNames())
                .build();
    }

    /** Removes a table with its rows and its stream. */
    public OtsInternalApi.DeleteTableResponse deleteTable(OtsInternalApi.DeleteTableRequest request)
            throws ServiceException {
        Names.checkTable(request.getTableName());
        database.delete(request.getTableName());
        return OtsInternalApi.DeleteTableResponse.getDefaultInstance();
    }

    /** Adds columns whose types the table checks from then on. */
    public OtsInternalApi.AddDefinedColumnResponse addDefinedColumn(
            OtsInternalApi.AddDefinedColumnRequest request) throws ServiceException {
        Names.checkTable(request.getTableName());
        Table table = database.table(request.getTableName());
        table.lock().writeLock().lock();
        try {
            table.checkExists();
            List<OtsInternalApi.DefinedColumnSchema> columns =
                    new ArrayList<>(table.definedColumns());
            columns.addAll(request.getColumnsList());
            TableRules.definedColumns(table.schema(), columns);
            table.setDefinedColumns(columns);
            return OtsInternalApi.AddDefinedColumnResponse.getDefaultInstance();
        } finally {
            table.lock().writeLock().unlock();
        }
    }

    /** Forgets the types of columns; their cells stay. */
    public OtsInternalApi.DeleteDefinedColumnResponse deleteDefinedColumn(
            OtsInternalApi.DeleteDefinedColumnRequest request) throws ServiceException {
        Names.checkTable(request.getTableName());
        Table table = database.table(request.getTableName());
        table.lock().writeLock().lock();
        try {
            table.checkExists();
            Set<String> names = new HashSet<>(request.getColumnsList());
            List<OtsInternalApi.DefinedColumnSchema> kept = new ArrayList<>();
            for (OtsInternalApi.DefinedColumnSchema column : table.definedColumns()) {
                if (!names.remove(column.getName())) {
                    kept.add(column);
                }
            }
            if (!names.isEmpty()) {
                throw ServiceException.parameterInvalid(
                        "Column does not exist:'" + names.iterator().next() + "'.");
            }
            table.setDefinedColumns(kept);
            return OtsInternalApi.DeleteDefinedColumnResponse.getDefaultInstance();
        } finally {
            table.lock().writeLock().unlock();
        }
    }

    /** Finds partition keys that cut the table into pieces of at least the wanted size. */
    public OtsInternalApi.ComputeSplitPointsBySizeResponse computeSplitPointsBySize(
            OtsInternalApi.ComputeSplitPointsBySizeRequest request) throws ServiceException {
        Names.checkTable(request.getTableName());
        long pieceBytes = TableRules.pieceBytes(request);
        int limit = request.hasSplitPointLimit() ? request.getSplitPointLimit() : Integer.MAX_VALUE;
        if (limit <= 0) {
            throw ServiceException.parameterInvalid(
                    "The split_point_limit should be greater than 0.");
        }
        Table table = database.table(request.getTableName());
        table.lock().readLock().lock();
        try {
            table.checkExists();
            OtsInternalApi.ComputeSplitPointsBySizeResponse.Builder response =
                    OtsInternalApi.ComputeSplitPointsBySizeResponse.newBuilder()
                            .setConsumed(Capacity.read(0))
                            .addAllSchema(table.schema());
            long bytes = 0;
            PrimaryKeyValue previous = null;
            for (Row row : table.rows().values()) {
                PrimaryKeyValue value = row.key().getPrimaryKeyColumn(0).getValue();
                boolean boundary = previous != null && !previous.equals(value);
                if (boundary && bytes >= pieceBytes && response.getSplitPointsCount() < limit) {
                    response.addSplitPoints(splitPoint(table, value, 1));
                    bytes = 0;
                }
                bytes += row.sizeInBytes();
                previous = value;
            }
            // Where pieces lie is a hint of 32 characters; here all lie in one place.
            response.addLocationsBuilder()
                    .setLocation(String.format("%032x", table.creationMicros()))
                    .setRepeat(response.getSplitPointsCount() + 1);
            return response.build();
        } finally {
            table.lock().readLock().unlock();
        }
    }

    private OtsInternalApi.ReservedThroughputDetails throughput(
            OtsInternalApi.ReservedThroughput reserved) {
        OtsInternalApi.CapacityUnit units = reserved.getCapacityUnit();
        return OtsInternalApi.ReservedThroughputDetails.newBuilder()
                .setCapacityUnit(
                        OtsInternalApi.CapacityUnit.newBuilder()
                                .setRead(units.getRead())
                                .setWrite(units.getWrite()))
                .setLastIncreaseTime(database.clock().millis() / 1_000)
                .build();
    }

    // The key of a partition key value and as many columns; all after the first are the lowest.
    private static ByteString splitPoint(Table table, PrimaryKeyValue value, int columnCount) {
        PrimaryKeyColumn[] columns = new PrimaryKeyColumn[columnCount];
        for (int i = 0; i < columnCount; i++) {
            columns[i] =
                    new PrimaryKeyColumn(
                            table.schema().get(i).getName(),
                            i == 0 ? value : PrimaryKeyValue.INF_MIN);
        }
        return RowEncoder.encodeKey(new PrimaryKey(columns));
    }
}
