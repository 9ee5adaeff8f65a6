/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.table.OtsStreamTableFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.Factory;

/**
 * The tables of one Tablestore instance that have a stream, ready to be read without a declaration.
 *
 * <p>Nothing is asked of the service before a table is. Tables are looked at anew each time, so
 * that the catalog never shows what has gone; only the columns that were found in a sample of a
 * table's rows stay as they are, so that a statement that looks twice sees the same table twice.
 * What it looks at blocks the calling thread, which an interruption ends. A call that fails is a
 * {@link CatalogException} that names catalog, instance and what to do.
 *
 * <p>No option of its tables is a credential: what prints a table's options, a plan's explanation
 * or a compiled plan shows none. {@link ScanOptions} adds them when a scan is planned. Thread-safe.
 */
@Internal
final class OtsStreamCatalog extends ReadOnlyCatalog {

    static final String DATABASE = "default";

    private final CatalogSettings settings;
    private final InstanceTables tables;
    private final TableDeclaration declaration;
    private final Map<String, SampledColumns> samples = new ConcurrentHashMap<>();

    OtsStreamCatalog(String name, CatalogSettings settings) {
        super(name, DATABASE);
        this.settings = settings;
        this.tables = new InstanceTables(name, settings.connection(), settings.retryPolicy());
        this.declaration = new TableDeclaration(settings);
    }

    @Override
    public Optional<Factory> getFactory() {
        return Optional.of(new OtsStreamTableFactory(new ScanOptions(settings)));
    }

    @Override
    public void open() {
        // The first question opens the connection.
    }

    @Override
    public void close() {
        tables.close();
    }

    @Override
    public List<String> listDatabases() {
        return List.of(DATABASE);
    }

    @Override
    public boolean databaseExists(String databaseName) {
        return DATABASE.equals(databaseName);
    }

    @Override
    public CatalogDatabase getDatabase(String databaseName) throws DatabaseNotExistException {
        checkDatabase(databaseName);
        return new CatalogDatabaseImpl(
                Map.of(),
                "The Tablestore instance '" + settings.connection().getInstanceName() + "'.");
    }

    /** Those with a stream; time-series tables are not among them. */
    @Override
    public List<String> listTables(String databaseName) throws DatabaseNotExistException {
        checkDatabase(databaseName);
        return tables.withStream();
    }

    @Override
    public boolean tableExists(ObjectPath path) {
        return describe(path).isPresent();
    }

    /**
     * @throws CatalogException also if the table is there, but can't be read: because it has no
     *     stream, or is a time-series table
     */
    @Override
    public CatalogBaseTable getTable(ObjectPath path) throws TableNotExistException {
        TableDescription table =
                describe(path).orElseThrow(() -> new TableNotExistException(getName(), path));
        checkReadable(table);
        return declaration.of(table, sample(table));
    }

    private Optional<TableDescription> describe(ObjectPath path) {
        return databaseExists(path.getDatabaseName())
                ? tables.describe(path.getObjectName())
                : Optional.empty();
    }

    private void checkReadable(TableDescription table) {
        String found =
                "Catalog '"
                        + getName()
                        + "': table '"
                        + table.getSchema().getTableName()
                        + "' of instance '"
                        + settings.connection().getInstanceName()
                        + "' ";
        if (InstanceTables.isTimeSeries(table)) {
            throw new CatalogException(
                    found
                            + "is a time-series table, which the catalog leaves out. Declare it with"
                            + " CREATE TABLE and 'time-series' = 'true'.");
        }
        if (!table.isStreamEnabled()) {
            throw new CatalogException(
                    found
                            + "has no stream. Enable Stream on it (UpdateTable with a"
                            + " StreamSpecification, or the console); only changes made after that"
                            + " can be read.");
        }
    }

    private SampledColumns sample(TableDescription table) {
        if (settings.sampleRows() == 0) {
            return SampledColumns.NONE;
        }
        String name = table.getSchema().getTableName();
        SampledColumns known = samples.get(name);
        if (known != null) {
            return known;
        }
        SampledColumns sampled =
                SampledColumns.of(tables.sample(table.getSchema(), settings.sampleRows()));
        SampledColumns other = samples.putIfAbsent(name, sampled);
        return other == null ? sampled : other;
    }
}
