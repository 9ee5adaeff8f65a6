/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ListTableResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.PrimaryKeySchema;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.PrimaryKeyType;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.StreamSpecification;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.Timeseries;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Names;
import io.github.otsstream.emulator.storage.Table;
import io.github.otsstream.emulator.stream.StreamService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operations on time-series tables that their streams need: tables are created, described and
 * deleted, and data is put. Reading data back, metadata, analytical stores and indexes are not
 * implemented.
 *
 * <p>A time-series table is a table of five key columns, the first one a hash that spreads the
 * series. Its stream is switched by UpdateTable, as any table's. Thread-safe.
 */
public final class TimeseriesOperations {

    private static final List<PrimaryKeySchema> SCHEMA =
            List.of(
                    column(TimeseriesRows.HASH, PrimaryKeyType.INTEGER),
                    column(TimeseriesRows.MEASUREMENT, PrimaryKeyType.STRING),
                    column(TimeseriesRows.DATA_SOURCE, PrimaryKeyType.STRING),
                    column(TimeseriesRows.TAGS, PrimaryKeyType.STRING),
                    column(TimeseriesRows.TIME, PrimaryKeyType.INTEGER));

    private static final int FOREVER = -1;

    private final Database database;
    private final RowWriter writer;
    private final StreamService streams;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    public TimeseriesOperations(Database database, StreamService streams) {
        this.database = database;
        this.writer = new RowWriter(database);
        this.streams = streams;
    }

    private static PrimaryKeySchema column(String name, PrimaryKeyType type) {
        return PrimaryKeySchema.newBuilder().setName(name).setType(type).build();
    }

    /** Creates a table with the service's own identifiers of a series. */
    public Timeseries.CreateTimeseriesTableResponse createTimeseriesTable(
            Timeseries.CreateTimeseriesTableRequest request) throws ServiceException {
        Timeseries.TimeseriesTableMeta meta = request.getTableMeta();
        Names.checkTable(meta.getTableName());
        if (meta.getTimeseriesKeySchemaCount() > 0
                || meta.getFieldPrimaryKeySchemaCount() > 0
                || meta.getDisableHashPartitionKey()
                || request.getAnalyticalStoresCount() > 0
                || request.getLastpointIndexMetasCount() > 0) {
            throw ServiceException.parameterInvalid(
                    "Custom identifiers, key fields, analytical stores and lastpoint indexes of"
                            + " time-series tables are not implemented by this server.");
        }
        Table table = new Table(meta.getTableName(), SCHEMA, List.of(), database.clock().micros());
        table.setOptions(options(table, meta.getTableOptions()));
        database.create(table, StreamSpecification.newBuilder().setEnableStream(false).build());
        streams.markTimeseries(table);
        entries.put(table.name(), new Entry(table, meta.getMetaOptions()));
        return Timeseries.CreateTimeseriesTableResponse.getDefaultInstance();
    }

    private static OtsInternalApi.TableOptions options(
            Table table, Timeseries.TimeseriesTableOptions requested) throws ServiceException {
        return TableRules.updatedOptions(
                table.options(),
                OtsInternalApi.TableOptions.newBuilder()
                        .setTimeToLive(
                                requested.hasTimeToLive() ? requested.getTimeToLive() : FOREVER)
                        .build());
    }

    public Timeseries.DescribeTimeseriesTableResponse describeTimeseriesTable(
            Timeseries.DescribeTimeseriesTableRequest request) throws ServiceException {
        return Timeseries.DescribeTimeseriesTableResponse.newBuilder()
                .setTableMeta(entry(request.getTableName()).toMessage())
                .build();
    }

    public Timeseries.ListTimeseriesTableResponse listTimeseriesTable(
            Timeseries.ListTimeseriesTableRequest request) {
        Timeseries.ListTimeseriesTableResponse.Builder response =
                Timeseries.ListTimeseriesTableResponse.newBuilder();
        for (String name : database.tableNames()) {
            Entry entry = entries.get(name);
            if (entry != null && entry.isPresent(database)) {
                response.addTableMetas(entry.toMessage());
            }
        }
        return response.build();
    }

    public Timeseries.DeleteTimeseriesTableResponse deleteTimeseriesTable(
            Timeseries.DeleteTimeseriesTableRequest request) throws ServiceException {
        entry(request.getTableName());
        database.delete(request.getTableName());
        return Timeseries.DeleteTimeseriesTableResponse.getDefaultInstance();
    }

    /** Puts each row on its own, and tells which ones were refused. */
    public Timeseries.PutTimeseriesDataResponse putTimeseriesData(
            Timeseries.PutTimeseriesDataRequest request) throws ServiceException {
        Table table = entry(request.getTableName()).table;
        List<PlainBufferRow> rows = TimeseriesRows.decode(request.getRowsData());
        Timeseries.PutTimeseriesDataResponse.Builder response =
                Timeseries.PutTimeseriesDataResponse.newBuilder();
        table.lock().writeLock().lock();
        try {
            table.checkExists();
            for (int i = 0; i < rows.size(); i++) {
                try {
                    writer.write(table, RowChange.put(rows.get(i)));
                } catch (ServiceException e) {
                    response.addFailedRows(
                            Timeseries.FailedRowInfo.newBuilder()
                                    .setRowIndex(i)
                                    .setErrorCode(e.code())
                                    .setErrorMessage(e.getMessage()));
                }
            }
        } finally {
            table.lock().writeLock().unlock();
        }
        return response.build();
    }

    /** Leaves the time-series tables out, as the service's ListTable does. */
    ListTableResponse ordinaryTables(ListTableResponse all) {
        ListTableResponse.Builder ordinary = ListTableResponse.newBuilder();
        for (String name : all.getTableNamesList()) {
            Entry entry = entries.get(name);
            if (entry == null || !entry.isPresent(database)) {
                ordinary.addTableNames(name);
            }
        }
        return ordinary.build();
    }

    private Entry entry(String name) throws ServiceException {
        Names.checkTable(name);
        Entry entry = entries.get(name);
        if (entry == null || !entry.isPresent(database)) {
            throw new ServiceException(404, "OTSObjectNotExist", "Requested table does not exist.");
        }
        return entry;
    }

    /** What makes a table a time-series table. */
    private static final class Entry {
        final Table table;
        final Timeseries.TimeseriesMetaOptions metaOptions;

        Entry(Table table, Timeseries.TimeseriesMetaOptions metaOptions) {
            this.table = table;
            this.metaOptions = metaOptions;
        }

        /** False once the table was deleted, even if another one took its name. */
        boolean isPresent(Database database) {
            try {
                return database.table(table.name()) == table;
            } catch (ServiceException e) {
                return false;
            }
        }

        Timeseries.TimeseriesTableMeta toMessage() {
            return Timeseries.TimeseriesTableMeta.newBuilder()
                    .setTableName(table.name())
                    .setStatus("CREATED")
                    .setTableOptions(
                            Timeseries.TimeseriesTableOptions.newBuilder()
                                    .setTimeToLive(table.options().getTimeToLive()))
                    .setMetaOptions(metaOptions)
                    .build();
        }
    }
}
