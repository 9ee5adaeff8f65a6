/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.LogCapture;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class DirtyRecordsTest {

    private static final ChangeRecord DIRTY =
            ChangeRecord.builder()
                    .shardId("s-1")
                    .operation(OperationType.UPDATE)
                    .sequence(1, 1_700_000_000_123_456L, 2)
                    .key("id", 17L)
                    .key("customer", "ann")
                    .put("amount", 3.5)
                    .put("note", 9_876L)
                    .build();

    private static Scan scan(DirtyRecord policy, long max) {
        return new Scan()
                .column("id", DataTypes.INT())
                .column("amount", DataTypes.INT())
                .column("note", DataTypes.STRING())
                .dirty(policy, max);
    }

    @Test
    void failsWithAllButTheValue() {
        assertThatThrownBy(() -> scan(DirtyRecord.FAIL, 0).rows(DIRTY))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "'amount'",
                        "DOUBLE",
                        "INT",
                        "table orders",
                        "shard s-1",
                        "1700000000123456",
                        "id=17 customer=ann",
                        "UPDATE",
                        "'dirty-record'")
                .hasMessageNotContaining("3.5");
    }

    @Test
    void skipsOrPutsNullAndCountsTheRecordOnce() throws Exception {
        Scan skip = scan(DirtyRecord.SKIP, 0);
        Scan nulls = scan(DirtyRecord.NULL, 0);

        assertThat(skip.rows(DIRTY, DIRTY)).isEmpty();
        assertThat(skip.dirtyRecords()).isEqualTo(2);
        assertThat(nulls.rows(DIRTY)).containsExactly(GenericRowData.of(17, null, null));
        assertThat(nulls.dirtyRecords()).isEqualTo(1);
    }

    @Test
    void neverPutsNullIntoAKeyOrWhereItIsNotAllowed() throws Exception {
        ChangeRecord badKey =
                ChangeRecord.builder().operation(OperationType.PUT).key("id", 1L << 40).build();
        ChangeRecord withoutAmount =
                ChangeRecord.builder().operation(OperationType.PUT).key("id", 17L).build();
        Scan notNull =
                new Scan().column("amount", DataTypes.INT().notNull()).dirty(DirtyRecord.NULL, 0);
        Scan skip =
                new Scan().column("amount", DataTypes.INT().notNull()).dirty(DirtyRecord.SKIP, 0);
        Scan primaryKey =
                new Scan()
                        .column("other", DataTypes.INT())
                        .primaryKey("other")
                        .dirty(DirtyRecord.NULL, 0);

        assertThatThrownBy(() -> scan(DirtyRecord.NULL, 0).rows(badKey))
                .hasMessageContainingAll("'id'", "INTEGER", "INT", "out of range");
        assertThatThrownBy(() -> notNull.rows(DIRTY)).hasMessageContaining("INT NOT NULL");
        assertThatThrownBy(() -> notNull.rows(withoutAmount))
                .hasMessageContainingAll("'amount' is INT NOT NULL", "no value");
        assertThatThrownBy(() -> primaryKey.rows(DIRTY)).hasMessageContaining("'other'");
        assertThat(skip.rows(DIRTY, withoutAmount)).isEmpty();
        assertThat(skip.dirtyRecords()).isEqualTo(2);
        assertThat(scan(DirtyRecord.SKIP, 0).rows(badKey)).isEmpty();
    }

    @Test
    void toleratesNoMoreThanTold() throws Exception {
        for (DirtyRecord policy : new DirtyRecord[] {DirtyRecord.SKIP, DirtyRecord.NULL}) {
            Scan scan = scan(policy, 2);
            scan.rows(DIRTY, DIRTY);
            assertThatThrownBy(() -> scan.rows(DIRTY))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("'dirty-record.max-count' tolerates 2", "'amount'");
        }
    }

    @Test
    void logsTheFirstOnesThenFewerAndNoValues() throws Exception {
        List<String> logged;
        try (LogCapture log = new LogCapture()) {
            ChangeRecord[] records = Collections.nCopies(1_000, DIRTY).toArray(new ChangeRecord[0]);
            List<RowData> rows = scan(DirtyRecord.SKIP, 0).rows(records);
            assertThat(rows).isEmpty();
            logged =
                    log.messages().stream()
                            .filter(message -> message.startsWith("Dirty record"))
                            .collect(Collectors.toList());
        }
        assertThat(logged)
                .hasSize(14)
                .allSatisfy(
                        message ->
                                assertThat(message)
                                        .contains("'amount'", "DOUBLE", "INT", "orders", "s-1")
                                        .doesNotContain("3.5", "9876", "ann", "id=17"));
        assertThat(logged.get(13)).startsWith("Dirty record 512 ");
    }
}
