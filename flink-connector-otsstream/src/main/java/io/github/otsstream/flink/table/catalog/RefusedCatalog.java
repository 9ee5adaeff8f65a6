/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.ObjectPath;

/**
 * A catalog whose options are wrong, which says so when it is opened, before Flink knows it.
 *
 * <p>To an error of the factory itself Flink adds all options, and hides secrets by their names
 * only. Where a secret has another name, the error has to come later.
 */
@Internal
final class RefusedCatalog extends ReadOnlyCatalog {

    private final ValidationException error;

    RefusedCatalog(String name, ValidationException error) {
        super(name, OtsStreamCatalog.DATABASE);
        this.error = error;
    }

    @Override
    public void open() {
        throw error;
    }

    @Override
    public void close() {}

    @Override
    public List<String> listDatabases() {
        throw error;
    }

    @Override
    public CatalogDatabase getDatabase(String databaseName) {
        throw error;
    }

    @Override
    public boolean databaseExists(String databaseName) {
        throw error;
    }

    @Override
    public List<String> listTables(String databaseName) {
        throw error;
    }

    @Override
    public CatalogBaseTable getTable(ObjectPath path) {
        throw error;
    }

    @Override
    public boolean tableExists(ObjectPath path) {
        throw error;
    }
}
