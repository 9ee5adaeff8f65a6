/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ColumnType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampledColumnsTest {

    @Test
    void everyTypeOfEveryColumnIsSeen() {
        SampledColumns sampled =
                SampledColumns.of(
                        List.of(
                                row(Map.of("text", "a", "mixed", 1L, "real", 0.5)),
                                row(Map.of()),
                                row(Map.of("mixed", "1", "yes", true, "raw", new byte[1]))));

        assertThat(sampled.rows()).isEqualTo(3);
        assertThat(sampled.types())
                .containsExactly(
                        Map.entry("mixed", Set.of(ColumnType.INTEGER, ColumnType.STRING)),
                        Map.entry("raw", Set.of(ColumnType.BINARY)),
                        Map.entry("real", Set.of(ColumnType.DOUBLE)),
                        Map.entry("text", Set.of(ColumnType.STRING)),
                        Map.entry("yes", Set.of(ColumnType.BOOLEAN)));
    }

    private static TableRow row(Map<String, Object> columns) {
        return new TableRow(Map.of("id", 1L), columns);
    }
}
