/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.otsstream.flink.client.TableDescription;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.junit.jupiter.api.Test;

class TableDeclarationTest {

    private static final SampledColumns SAMPLE =
            SampledColumns.of(
                    List.of(
                            row(Map.of("zone", "a", "mixed", 1L, "price", "not what is defined")),
                            row(Map.of("mixed", "1", "count", 7L))));

    private static TableRow row(Map<String, Object> columns) {
        return new TableRow(Map.of("id", 1L), columns);
    }

    private static CatalogTable declare(SampledColumns sample, String... options) {
        Map<String, String> all = new HashMap<>();
        all.put("endpoint", "https://shop.example.com");
        all.put("instanceName", "shop");
        all.put("access-key-id", "the-id");
        all.put("accessKey", "the-secret");
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        Map<String, ColumnType> key = new LinkedHashMap<>();
        key.put("type", ColumnType.STRING);
        key.put("id", ColumnType.INTEGER);
        key.put("a `quoted` name", ColumnType.BINARY);
        Map<String, ColumnType> defined = new LinkedHashMap<>();
        defined.put("price", ColumnType.DOUBLE);
        defined.put("count", ColumnType.INTEGER);
        defined.put("paid", ColumnType.BOOLEAN);
        defined.put("note", ColumnType.STRING);
        defined.put("raw", ColumnType.BINARY);
        return new TableDeclaration(CatalogSettings.of(all))
                .of(
                        new TableDescription(
                                new TableSchema("orders", key, Duration.ofSeconds(-1), 1),
                                defined,
                                true,
                                Set.of()),
                        sample);
    }

    private static List<String> columns(CatalogTable table) {
        return table.getUnresolvedSchema().getColumns().stream()
                .map(Schema.UnresolvedColumn::toString)
                .collect(Collectors.toList());
    }

    @Test
    void keyAndDefinedColumnsHaveTheirTypesInTheTablesOrder() {
        assertThat(columns(declare(SampledColumns.NONE)))
                .containsExactly(
                        "`type` STRING NOT NULL",
                        "`id` BIGINT NOT NULL",
                        "`a ``quoted`` name` BYTES NOT NULL",
                        "`price` DOUBLE",
                        "`count` BIGINT",
                        "`paid` BOOLEAN",
                        "`note` STRING",
                        "`raw` BYTES");
    }

    @Test
    void whatOnlyASampleShowsFollowsByName() {
        CatalogTable table =
                declare(
                        SampledColumns.of(
                                List.of(row(Map.of("zone", "a", "age", 1L, "note", 2L)))));

        assertThat(columns(table))
                .endsWith(
                        "`note` STRING",
                        "`raw` BYTES",
                        "`age` BIGINT COMMENT 'found in a sample of rows'",
                        "`zone` STRING COMMENT 'found in a sample of rows'");
    }

    @Test
    void aColumnOfSeveralTypesIsLeftOutAndNamed() {
        CatalogTable table = declare(SAMPLE);

        assertThat(columns(table)).noneMatch(column -> column.startsWith("`mixed`"));
        assertThat(columns(table)).anyMatch(column -> column.startsWith("`zone` STRING"));
        assertThat(table.getComment())
                .contains("values of several types")
                .contains("in 2 sampled rows: mixed [INTEGER, STRING].");
    }

    @Test
    void columnsThatAreTooManyAreLeftOutAndCounted() {
        Map<String, Object> wide =
                IntStream.rangeClosed(0, TableDeclaration.MAX_SAMPLED_COLUMNS)
                        .boxed()
                        .collect(Collectors.toMap(i -> "at_" + i, i -> 1L));

        CatalogTable table = declare(SampledColumns.of(List.of(row(wide))));

        assertThat(columns(table)).hasSize(8);
        assertThat(table.getComment()).contains("there are 1001 columns that it does not define");
    }

    @Test
    void metadataIsAddedOnRequest() {
        List<Schema.UnresolvedColumn> all =
                declare(SAMPLE, "metadata-columns", "op-type; row-timestamp")
                        .getUnresolvedSchema()
                        .getColumns();

        assertThat(all.subList(all.size() - 2, all.size()))
                .extracting(Schema.UnresolvedMetadataColumn.class::cast)
                .extracting(
                        Schema.UnresolvedColumn::getName,
                        column -> column.getDataType().toString(),
                        Schema.UnresolvedMetadataColumn::getMetadataKey,
                        Schema.UnresolvedMetadataColumn::isVirtual)
                .containsExactly(
                        tuple("op_type", "STRING NOT NULL", "op-type", true),
                        tuple("row_timestamp", "TIMESTAMP_LTZ(6) NOT NULL", "row-timestamp", true));
    }

    @Test
    void metadataThatWouldHideAColumnIsRefused() {
        assertThatThrownBy(() -> declare(SAMPLE, "metadata-columns", "op-type;type"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("Table 'orders' has a column 'type' of its own")
                .hasMessageContaining(
                        "Leave 'type' out of the catalog's option 'metadata-columns'");
    }

    @Test
    void theKeyIsDeclaredOnlyWhereItIsUnique() {
        CatalogTable changes = declare(SAMPLE);
        CatalogTable rows = declare(SAMPLE, "table-default.changelog-mode", "upsert");

        assertThat(changes.getUnresolvedSchema().getPrimaryKey()).isEmpty();
        assertThat(changes.getComment())
                .contains(
                        "Each row is a change of the row with its key (type, id, a `quoted` name)");
        assertThat(rows.getUnresolvedSchema().getPrimaryKey().orElseThrow().getColumnNames())
                .containsExactly("type", "id", "a `quoted` name");
    }

    @Test
    void noOptionIsACredential() {
        CatalogTable table =
                declare(
                        SAMPLE,
                        "security-token",
                        "the-token",
                        "maxRetries",
                        "3",
                        "table-default.scan.startup.mode",
                        "latest");

        assertThat(table.getOptions())
                .isEqualTo(
                        Map.of(
                                "connector",
                                "otsstream",
                                "endpoint",
                                "https://shop.example.com",
                                "instance-name",
                                "shop",
                                "table-name",
                                "orders",
                                "max-retries",
                                "3",
                                "scan.startup.mode",
                                "latest"));
    }
}
