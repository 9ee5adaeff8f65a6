/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a table's partitions are best cut, and its own counter. */
class TableTest {

    private final Table table = new Table("t", List.of(column("a"), column("b")));

    @Test
    void theMiddleKeyCutsTheRowsInHalves() {
        put(1, 1);
        put(2, 1);
        put(3, 1);
        put(4, 1);
        assertThat(table.middleKey(null, null)).isEqualTo(value(3));
        assertThat(table.middleKey(value(1), value(3))).isEqualTo(value(2));
        assertThat(table.middleKey(value(3), null)).isEqualTo(value(4));
    }

    @Test
    void aPartitionKeyOfManyRowsStaysWhole() {
        put(1, 5);
        put(2, 1);
        put(3, 1);
        assertThat(table.middleKey(null, null)).isEqualTo(value(2));
        put(0, 1);
        put(2, 6);
        assertThat(table.middleKey(null, null)).isEqualTo(value(2));
    }

    @Test
    void oneKeyOrNoneHasNoMiddle() {
        assertThat(table.middleKey(null, null)).isNull();
        put(1, 9);
        assertThat(table.middleKey(null, null)).isNull();
        assertThat(table.middleKey(value(2), null)).isNull();
    }

    @Test
    void autoIncrementGrowsThoughTheClockStandsStillOrGoesBack() {
        long first = table.nextAutoIncrement(1_000);
        assertThat(first).isEqualTo(1_000);
        assertThat(table.nextAutoIncrement(1_000)).isGreaterThan(first);
        assertThat(table.nextAutoIncrement(1)).isGreaterThan(first + 1);
    }

    private void put(long a, int rows) {
        for (int b = 0; b < rows; b++) {
            PrimaryKey key =
                    new PrimaryKey(
                            new PrimaryKeyColumn[] {
                                new PrimaryKeyColumn("a", value(a)),
                                new PrimaryKeyColumn("b", value(b))
                            });
            table.rows().put(key, new RowEdit(key, null, 1).toRow(0));
        }
    }

    private static PrimaryKeyValue value(long value) {
        return PrimaryKeyValue.fromLong(value);
    }

    private static OtsInternalApi.PrimaryKeySchema column(String name) {
        return OtsInternalApi.PrimaryKeySchema.newBuilder()
                .setName(name)
                .setType(OtsInternalApi.PrimaryKeyType.INTEGER)
                .build();
    }
}
