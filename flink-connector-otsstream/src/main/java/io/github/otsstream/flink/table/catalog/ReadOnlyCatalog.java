/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.catalog.AbstractCatalog;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogFunction;
import org.apache.flink.table.catalog.CatalogPartition;
import org.apache.flink.table.catalog.CatalogPartitionSpec;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.PartitionNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotPartitionedException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.expressions.Expression;

/**
 * A catalog that Flink can't change, of tables without partitions and statistics, and without views
 * and functions.
 *
 * <p>Every write is an {@link UnsupportedOperationException} that says where it can be done
 * instead, also where it would change nothing.
 */
@Internal
abstract class ReadOnlyCatalog extends AbstractCatalog {

    ReadOnlyCatalog(String name, String defaultDatabase) {
        super(name, defaultDatabase);
    }

    private UnsupportedOperationException refused(String what, String instead) {
        return new UnsupportedOperationException(
                "Catalog '" + getName() + "' is read-only: it can't " + what + ". " + instead);
    }

    // ------------------------------------------------------------------ databases

    @Override
    public void createDatabase(String name, CatalogDatabase database, boolean ignoreIfExists) {
        throw databasesRefused("create database '" + name + "'");
    }

    @Override
    public void dropDatabase(String name, boolean ignoreIfNotExists, boolean cascade) {
        throw databasesRefused("drop database '" + name + "'");
    }

    @Override
    public void alterDatabase(String name, CatalogDatabase newDatabase, boolean ignoreIfNotExists) {
        throw databasesRefused("change database '" + name + "'");
    }

    private UnsupportedOperationException databasesRefused(String what) {
        return refused(
                what,
                "It has the one database '" + getDefaultDatabase() + "', which is the instance.");
    }

    // ------------------------------------------------------------------ tables and views

    /** There are none. */
    @Override
    public List<String> listViews(String databaseName) throws DatabaseNotExistException {
        checkDatabase(databaseName);
        return List.of();
    }

    /** There are none. Overrides a method that Flink has from 2.2 on. */
    public List<String> listMaterializedTables(String databaseName)
            throws DatabaseNotExistException {
        checkDatabase(databaseName);
        return List.of();
    }

    @Override
    public void createTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfExists) {
        throw refused(
                "create '" + path.getObjectName() + "'",
                "Tables of the instance are created with Tablestore's console or SDKs; a table or"
                        + " view that only Flink shall know is created as TEMPORARY, or in another"
                        + " catalog.");
    }

    @Override
    public void dropTable(ObjectPath path, boolean ignoreIfNotExists) {
        throw tableChangeRefused("drop", path);
    }

    @Override
    public void renameTable(ObjectPath path, String newName, boolean ignoreIfNotExists) {
        throw tableChangeRefused("rename", path);
    }

    @Override
    public void alterTable(ObjectPath path, CatalogBaseTable newTable, boolean ignoreIfNotExists) {
        throw refused(
                "change table '" + path.getObjectName() + "'",
                "Options of one query are given by a hint, /*+ OPTIONS(...) */; another schema is"
                        + " declared with CREATE TEMPORARY TABLE.");
    }

    private UnsupportedOperationException tableChangeRefused(String change, ObjectPath path) {
        return refused(
                change + " table '" + path.getObjectName() + "'",
                "That is done with Tablestore's console or SDKs.");
    }

    // ------------------------------------------------------------------ functions and procedures

    @Override
    public List<String> listFunctions(String databaseName) throws DatabaseNotExistException {
        checkDatabase(databaseName);
        return List.of();
    }

    @Override
    public CatalogFunction getFunction(ObjectPath path) throws FunctionNotExistException {
        throw new FunctionNotExistException(getName(), path);
    }

    @Override
    public boolean functionExists(ObjectPath path) {
        return false;
    }

    @Override
    public void createFunction(ObjectPath path, CatalogFunction function, boolean ignoreIfExists) {
        throw functionsRefused("create", path);
    }

    @Override
    public void alterFunction(
            ObjectPath path, CatalogFunction newFunction, boolean ignoreIfNotExists) {
        throw functionsRefused("change", path);
    }

    @Override
    public void dropFunction(ObjectPath path, boolean ignoreIfNotExists) {
        throw functionsRefused("drop", path);
    }

    @Override
    public List<String> listProcedures(String databaseName) throws DatabaseNotExistException {
        checkDatabase(databaseName);
        return List.of();
    }

    private UnsupportedOperationException functionsRefused(String change, ObjectPath path) {
        return refused(
                change + " function '" + path.getObjectName() + "'",
                "It holds tables only; create the function as TEMPORARY, or in another catalog.");
    }

    // ------------------------------------------------------------------ partitions

    @Override
    public List<CatalogPartitionSpec> listPartitions(ObjectPath path)
            throws TableNotPartitionedException {
        throw new TableNotPartitionedException(getName(), path);
    }

    @Override
    public List<CatalogPartitionSpec> listPartitions(ObjectPath path, CatalogPartitionSpec spec)
            throws TableNotPartitionedException {
        throw new TableNotPartitionedException(getName(), path);
    }

    @Override
    public List<CatalogPartitionSpec> listPartitionsByFilter(
            ObjectPath path, List<Expression> filters) throws TableNotPartitionedException {
        throw new TableNotPartitionedException(getName(), path);
    }

    @Override
    public CatalogPartition getPartition(ObjectPath path, CatalogPartitionSpec spec)
            throws PartitionNotExistException {
        throw new PartitionNotExistException(getName(), path, spec);
    }

    @Override
    public boolean partitionExists(ObjectPath path, CatalogPartitionSpec spec) {
        return false;
    }

    @Override
    public void createPartition(
            ObjectPath path,
            CatalogPartitionSpec spec,
            CatalogPartition partition,
            boolean ignoreIfExists) {
        throw partitionsRefused("add a partition to", path);
    }

    @Override
    public void dropPartition(
            ObjectPath path, CatalogPartitionSpec spec, boolean ignoreIfNotExists) {
        throw partitionsRefused("drop a partition of", path);
    }

    @Override
    public void alterPartition(
            ObjectPath path,
            CatalogPartitionSpec spec,
            CatalogPartition newPartition,
            boolean ignoreIfNotExists) {
        throw partitionsRefused("change a partition of", path);
    }

    private UnsupportedOperationException partitionsRefused(String change, ObjectPath path) {
        return refused(
                change + " table '" + path.getObjectName() + "'",
                "To Flink, its tables have no partitions.");
    }

    // ------------------------------------------------------------------ statistics

    @Override
    public CatalogTableStatistics getTableStatistics(ObjectPath path) {
        return CatalogTableStatistics.UNKNOWN;
    }

    @Override
    public CatalogColumnStatistics getTableColumnStatistics(ObjectPath path) {
        return CatalogColumnStatistics.UNKNOWN;
    }

    @Override
    public CatalogTableStatistics getPartitionStatistics(
            ObjectPath path, CatalogPartitionSpec spec) {
        return CatalogTableStatistics.UNKNOWN;
    }

    @Override
    public CatalogColumnStatistics getPartitionColumnStatistics(
            ObjectPath path, CatalogPartitionSpec spec) {
        return CatalogColumnStatistics.UNKNOWN;
    }

    @Override
    public void alterTableStatistics(
            ObjectPath path, CatalogTableStatistics statistics, boolean ignoreIfNotExists) {
        throw statisticsRefused(path);
    }

    @Override
    public void alterTableColumnStatistics(
            ObjectPath path, CatalogColumnStatistics statistics, boolean ignoreIfNotExists) {
        throw statisticsRefused(path);
    }

    @Override
    public void alterPartitionStatistics(
            ObjectPath path,
            CatalogPartitionSpec spec,
            CatalogTableStatistics statistics,
            boolean ignoreIfNotExists) {
        throw statisticsRefused(path);
    }

    @Override
    public void alterPartitionColumnStatistics(
            ObjectPath path,
            CatalogPartitionSpec spec,
            CatalogColumnStatistics statistics,
            boolean ignoreIfNotExists) {
        throw statisticsRefused(path);
    }

    private UnsupportedOperationException statisticsRefused(ObjectPath path) {
        return refused(
                "keep statistics of table '" + path.getObjectName() + "'",
                "A stream is read as it comes, so that they would be of no use.");
    }

    /**
     * @throws DatabaseNotExistException if the catalog has no such database
     */
    void checkDatabase(String databaseName) throws DatabaseNotExistException {
        if (!databaseExists(databaseName)) {
            throw new DatabaseNotExistException(getName(), databaseName);
        }
    }
}
