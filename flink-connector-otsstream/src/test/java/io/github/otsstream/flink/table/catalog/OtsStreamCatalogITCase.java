/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The catalog's questions to the service, against the emulator. */
@Timeout(60)
class OtsStreamCatalogITCase {

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create(
                            TablestoreEmulator.builder()
                                    .instanceName("shop")
                                    .accessKey("the-id", "the-secret"))
                    .wipedBetweenTests();

    private TablestoreEmulator emulator;
    private EmulatedInstance instance;
    private Catalog catalog;

    private final ClientThreads threads = new ClientThreads();

    @BeforeEach
    void open() {
        emulator = EMULATOR.emulator();
        instance = new EmulatedInstance(emulator);
        catalog = catalog();
    }

    private Catalog catalog(String... further) {
        Catalog opened = new OtsStreamCatalog("ots", CatalogSettings.of(instance.options(further)));
        opened.open();
        return opened;
    }

    @AfterEach
    void close() {
        catalog.close();
        instance.close();
    }

    private static ObjectPath path(String table) {
        return new ObjectPath("default", table);
    }

    private static List<String> columns(Catalog catalog, String table) throws Exception {
        return catalog.getTable(path(table)).getUnresolvedSchema().getColumns().stream()
                .map(Schema.UnresolvedColumn::getName)
                .collect(Collectors.toList());
    }

    private long calls(String operation) {
        return emulator.control().counters(operation).calls();
    }

    @Test
    void nothingIsAskedBeforeATableIs() throws Exception {
        emulator.control().resetCounters();

        catalog.listDatabases();
        catalog.getDatabase("default");
        catalog.getFactory();
        catalog.listFunctions("default");
        assertThat(catalog.tableExists(path("no table's name"))).isFalse();

        assertThat(emulator.control().counters()).isEmpty();
    }

    @Test
    void manyTablesAreListedWithTwoCalls() throws Exception {
        assertThat(catalog.listTables("default")).isEmpty();
        List<String> names =
                IntStream.range(100, 130).mapToObj(i -> "t" + i).collect(Collectors.toList());
        names.forEach(name -> instance.create(name, true));
        names.forEach(name -> instance.create("silent_" + name, false));
        instance.createForTimeSeries("series");
        emulator.control().resetCounters();

        assertThat(catalog.listTables("default")).isEqualTo(names);

        assertThat(emulator.control().counters()).containsOnlyKeys("ListTable", "ListStream");
        assertThat(calls("ListTable") + calls("ListStream")).isEqualTo(2);
    }

    @Test
    void aTableIsAsItIsNow() throws Exception {
        assertThat(catalog.tableExists(path("orders"))).isFalse();
        assertThatThrownBy(() -> catalog.getTable(path("orders")))
                .isInstanceOf(TableNotExistException.class)
                .hasMessageContaining("default.orders")
                .hasMessageContaining("ots");

        instance.create("orders", true);

        assertThat(catalog.tableExists(path("orders"))).isTrue();
        assertThat(columns(catalog, "orders")).containsExactly("id", "line", "price", "raw");
    }

    @Test
    void aTableWithoutAStreamSaysWhatToDo() {
        instance.create("silent", false);

        assertThatThrownBy(() -> catalog.getTable(path("silent")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(
                        "Catalog 'ots': table 'silent' of instance 'shop' has no stream")
                .hasMessageContaining("Enable Stream");
    }

    @Test
    void aTimeSeriesTableIsLeftToADeclaration() {
        instance.createForTimeSeries("series");

        assertThatThrownBy(() -> catalog.getTable(path("series")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("'time-series' = 'true'");
    }

    @Test
    void aTableIsSampledOnceAndOnlyWhenAskedFor() throws Exception {
        instance.create("orders", true);
        instance.put("orders", 1, "note", "x", "price", 2.5);
        instance.put("orders", 2, "age", 1L);
        emulator.control().resetCounters();

        assertThat(columns(catalog, "orders")).containsExactly("id", "line", "price", "raw");
        assertThat(calls("GetRange")).isZero();

        Catalog sampling = catalog("sample-rows", "10");
        try {
            assertThat(columns(sampling, "orders"))
                    .containsExactly("id", "line", "price", "raw", "age", "note");
            long sampled = calls("GetRange");
            instance.put("orders", 3, "later", "x");

            // Flink looks more than once at a table of one statement.
            assertThat(columns(sampling, "orders"))
                    .containsExactly("id", "line", "price", "raw", "age", "note");
            assertThat(calls("GetRange")).isEqualTo(sampled);
        } finally {
            sampling.close();
        }
    }

    @Test
    void aSampleThatFailedIsTakenAgain() throws Exception {
        instance.create("orders", true);
        instance.put("orders", 1, "note", "x");
        Catalog sampling = catalog("sample-rows", "10", "max-retries", "0");
        try {
            emulator.control()
                    .faults(
                            FaultPlan.of(
                                    1,
                                    FaultRule.error(503, "OTSServerBusy", "Busy.")
                                            .onOperation("GetRange")
                                            .times(1)));

            assertThatThrownBy(() -> sampling.getTable(path("orders")))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("can't read a sample of table 'orders'")
                    .hasMessageContaining("OTSServerBusy");
            assertThat(columns(sampling, "orders")).contains("note");
        } finally {
            sampling.close();
        }
    }

    @Test
    void aPassingFailureIsNotSeen() throws Exception {
        instance.create("orders", true);
        emulator.control()
                .faults(FaultPlan.of(1, FaultRule.error(503, "OTSServerBusy", "Busy.").times(2)));

        assertThat(catalog.listTables("default")).containsExactly("orders");
    }

    @Test
    void aWrongKeyIsToldWithCatalogInstanceAndWhatToDo() {
        Catalog wrong = catalog("access-key-secret", "not-the-secret");
        try {
            assertThatThrownBy(() -> wrong.listTables("default"))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("Catalog 'ots' can't list")
                    .hasMessageContaining("of instance 'shop' at " + emulator.endpoint())
                    .hasMessageContaining("OTSAuthFailed")
                    .hasMessageContaining(
                            "Check the catalog's endpoint, instance-name and credentials")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("not-the-secret"));
        } finally {
            wrong.close();
        }
    }

    @Test
    void aClosedCatalogHasNoConnection() throws Exception {
        assertThat(catalog.listTables("default")).isEmpty();
        assertThat(threads.added()).isNotEmpty();

        catalog.close();

        Awaitility.await().untilAsserted(() -> assertThat(threads.added()).isEmpty());
        assertThatThrownBy(() -> catalog.listTables("default"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("Catalog 'ots' is closed");
    }

    @Test
    void anInterruptionEndsAQuestion() throws Exception {
        emulator.control().faults(FaultPlan.of(1, FaultRule.latency(60_000)));
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread asking =
                new Thread(
                        () -> {
                            try {
                                catalog.listTables("default");
                                failure.complete(null);
                            } catch (Throwable e) {
                                failure.complete(
                                        Thread.currentThread().isInterrupted()
                                                ? e
                                                : new AssertionError("not interrupted", e));
                            }
                        });
        asking.start();
        Awaitility.await().until(() -> calls("ListTable") + calls("ListStream") > 0);

        asking.interrupt();

        assertThat(failure.get(10, TimeUnit.SECONDS))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("Catalog 'ots' was interrupted");
    }
}
