/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a row can be seen, to the millisecond. */
class RowTest {

    private static final PrimaryKey KEY =
            new PrimaryKey(
                    new PrimaryKeyColumn[] {
                        new PrimaryKeyColumn("pk", PrimaryKeyValue.fromLong(1))
                    });

    @Test
    void aVersionExpiresWhenItIsAsOldAsTheTimeToLive() {
        Row row = row(1_000, 1_000, 5_000);
        assertThat(versions(row.visible(10_999, 10, 9))).containsExactly(5_000L, 1_000L);
        assertThat(versions(row.visible(11_000, 10, 9))).containsExactly(5_000L);
        assertThat(row.visible(15_000, 10, 9)).isNull();
        assertThat(row.visible(Long.MAX_VALUE, -1, 9)).isSameAs(row);
    }

    @Test
    void aRowOutlivesItsCellsByItsLastWrite() {
        Row row = row(8_000, 1_000);
        assertThat(versions(row.visible(17_999, 10, 9))).isEmpty();
        assertThat(row.visible(18_000, 10, 9)).isNull();
    }

    @Test
    void onlyTheNewestVersionsAreSeen() {
        Row row = row(1_000, 1_000, 3_000, 2_000);
        assertThat(versions(row.visible(0, -1, 2))).containsExactly(3_000L, 2_000L);
        assertThat(row.visible(0, -1, 3)).isSameAs(row);
    }

    @Test
    void columnsAreInTheOrderOfTheirBytes() {
        RowEdit edit = new RowEdit(KEY, null, 1);
        // In UTF-16 the astral character comes before the last but one.
        for (String name : List.of("b", "🔑", "a", "\uffee", "B", "ab")) {
            edit.put(name, 1, ColumnValue.fromLong(1));
        }
        Row row = edit.toRow(0);
        assertThat(row.cells())
                .extracting(PlainBufferCell::getCellName)
                .containsExactly("B", "a", "ab", "b", "\uffee", "🔑");
        assertThat(row.column("🔑").value()).isEqualTo(ColumnValue.fromLong(1));
        assertThat(row.column("c")).isNull();
    }

    private static Row row(long writtenMillis, long... versions) {
        RowEdit edit = new RowEdit(KEY, null, 9);
        for (long version : versions) {
            edit.put("c", version, ColumnValue.fromLong(version));
        }
        return edit.toRow(writtenMillis);
    }

    private static List<Long> versions(Row row) {
        List<Long> versions = new ArrayList<>();
        row.cells().forEach(cell -> versions.add(cell.getCellTimestamp()));
        return versions;
    }
}
