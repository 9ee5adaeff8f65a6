/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.junit.jupiter.api.Test;

/** What a catalog is without its tables, on every Flink that the tests run on. */
class ReadOnlyCatalogTest {

    private final OtsStreamCatalog catalog =
            new OtsStreamCatalog(
                    "ots",
                    CatalogSettings.of(
                            Map.of(
                                    "endpoint",
                                    "https://shop.example.com",
                                    "instance-name",
                                    "shop")));

    @Test
    void thisFlinkMissesNoMethod() {
        assertThat(OtsStreamCatalog.class.getMethods())
                .noneMatch(method -> Modifier.isAbstract(method.getModifiers()));
    }

    /** All of the interface's methods that change something, whatever this Flink has. */
    private static List<Method> writes() {
        return Arrays.stream(Catalog.class.getMethods())
                .filter(method -> method.getName().matches("(create|alter|drop|rename)[A-Z].*"))
                .collect(Collectors.toList());
    }

    @Test
    void everyWriteIsRefused() throws Exception {
        assertThat(writes()).hasSizeGreaterThanOrEqualTo(19);
        for (Method write : writes()) {
            Object[] arguments = new Object[write.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                Class<?> type = write.getParameterTypes()[i];
                if (type == boolean.class) {
                    arguments[i] = true;
                } else if (type == String.class) {
                    arguments[i] = "default";
                } else if (type == ObjectPath.class) {
                    arguments[i] = new ObjectPath("default", "orders");
                }
            }
            assertThatThrownBy(
                            () -> {
                                try {
                                    write.invoke(catalog, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            })
                    .as(write.toString())
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void aRefusalNamesTheCatalogAndSaysWhereItCanBeDone() {
        assertThatThrownBy(() -> catalog.dropTable(new ObjectPath("default", "orders"), true))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "Catalog 'ots' is read-only: it can't drop table 'orders'. That is done with"
                                + " Tablestore's console or SDKs.");
    }

    @Test
    void anotherDatabaseIsNotThere() {
        assertThat(catalog.databaseExists("other")).isFalse();
        assertThatThrownBy(() -> catalog.getDatabase("other"))
                .isInstanceOf(DatabaseNotExistException.class);
        assertThatThrownBy(() -> catalog.listTables("other"))
                .isInstanceOf(DatabaseNotExistException.class);
        assertThatThrownBy(() -> catalog.listViews("other"))
                .isInstanceOf(DatabaseNotExistException.class);
        assertThatThrownBy(() -> catalog.listFunctions("other"))
                .isInstanceOf(DatabaseNotExistException.class);
        assertThat(catalog.tableExists(new ObjectPath("other", "orders"))).isFalse();
        assertThatThrownBy(() -> catalog.getTable(new ObjectPath("other", "orders")))
                .isInstanceOf(TableNotExistException.class);
    }

    @Test
    void thereAreOnlyTables() throws Exception {
        ObjectPath path = new ObjectPath("default", "f");

        assertThat(catalog.listViews("default")).isEmpty();
        assertThat(catalog.listMaterializedTables("default")).isEmpty();
        assertThat(catalog.listFunctions("default")).isEmpty();
        assertThat(catalog.listProcedures("default")).isEmpty();
        assertThat(catalog.functionExists(path)).isFalse();
        assertThatThrownBy(() -> catalog.getFunction(path))
                .isInstanceOf(FunctionNotExistException.class);
    }
}
