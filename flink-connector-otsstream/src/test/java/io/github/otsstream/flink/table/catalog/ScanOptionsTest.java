/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of a scan: what the catalog gives, what a query's hints say, and the credentials. */
class ScanOptionsTest {

    private final Map<String, String> catalog = new HashMap<>();

    ScanOptionsTest() {
        catalog.put("endpoint", "https://shop.example.com");
        catalog.put("instance-name", "shop");
        catalog.put("accessId", "the-id");
        catalog.put("accessKey", "the-secret");
        catalog.put("max-retries", "3");
    }

    /** Completes a table's options with hints, a key and a value in turns. */
    private Map<String, String> complete(boolean declaresKey, String... hints) {
        CatalogSettings settings = CatalogSettings.of(catalog);
        Map<String, String> options = new HashMap<>(settings.tableOptions("orders"));
        for (int i = 0; i < hints.length; i += 2) {
            options.put(hints[i], hints[i + 1]);
        }
        ResolvedCatalogTable table =
                new ResolvedCatalogTable(
                        CatalogTable.newBuilder().schema(Schema.derived()).options(options).build(),
                        new ResolvedSchema(
                                List.of(Column.physical("id", DataTypes.BIGINT().notNull())),
                                List.of(),
                                declaresKey
                                        ? UniqueConstraint.primaryKey("pk", List.of("id"))
                                        : null));
        return new ScanOptions(settings)
                .complete(
                        new FactoryUtil.DefaultDynamicTableContext(
                                ObjectIdentifier.of("ots", "default", "orders"),
                                table,
                                Map.of(),
                                new Configuration(),
                                ScanOptionsTest.class.getClassLoader(),
                                false),
                        options);
    }

    @Test
    void theCredentialsAreAddedUnderTheirOwnNames() {
        assertThat(complete(false, "scan.startup.mode", "latest"))
                .isEqualTo(
                        Map.of(
                                "connector", "otsstream",
                                "endpoint", "https://shop.example.com",
                                "instance-name", "shop",
                                "table-name", "orders",
                                "max-retries", "3",
                                "scan.startup.mode", "latest",
                                "access-key-id", "the-id",
                                "access-key-secret", "the-secret"));
    }

    @Test
    void credentialsOfAHintTakeTheirPlaceAsAWhole() {
        assertThat(complete(false, "credentials.provider", "environment"))
                .containsEntry("credentials.provider", "environment")
                .doesNotContainKeys("access-key-id", "access-key-secret");
        assertThat(complete(false, "accessId", "other", "accessKey", "other"))
                .doesNotContainKeys("access-key-id", "access-key-secret");
    }

    @Test
    void aHintComesBeforeTheCatalogUnderEachNameOfAnOption() {
        catalog.put("table-default.startTimeString", "20260101000000");

        assertThat(complete(false, "maxRetries", "5", "scan.startup.time", "20260102000000"))
                .containsEntry("maxRetries", "5")
                .containsEntry("scan.startup.time", "20260102000000")
                .doesNotContainKeys("max-retries", "startTimeString");
        assertThat(complete(false, "max-retries", "5")).containsEntry("max-retries", "5");
    }

    @ParameterizedTest
    @CsvSource({
        "endpoint, https://evil.example.com",
        "endPoint, https://evil.example.com",
        "instance-name, other",
        "table-name, other",
        "dataTable, other",
        "connector, datagen"
    })
    void aHintCantMakeItAnotherTable(String key, String value) {
        assertThatThrownBy(() -> complete(false, key, value))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'" + key + "' = '" + value + "' can't be used")
                .hasMessageContaining("Declare another one with CREATE TABLE");
    }

    @Test
    void aHintCantChangeWhetherTheKeyIsUnique() {
        assertThatThrownBy(() -> complete(false, "changelog-mode", "upsert"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'changelog-mode' = 'upsert' can't be used")
                .hasMessageContaining("'table-default.changelog-mode' = 'upsert'");

        catalog.put("table-default.changelog-mode", "upsert");
        assertThat(complete(true, "changelog-mode", "all")).containsEntry("changelog-mode", "all");
        assertThatThrownBy(() -> complete(true, "changelog-mode", "append"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("would aggregate them wrongly");
    }

    @ParameterizedTest
    @CsvSource({"read-mode, multi-version", "mode, MULTI_VERSION", "time-series, true"})
    void aHintCantChangeTheColumns(String key, String value) {
        assertThatThrownBy(() -> complete(false, key, value))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'" + key + "' = '" + value + "' can't be used");
    }
}
