/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import java.io.IOException;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class ChangelogRowsTest {

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder().shardId("s-1").operation(operation).key("id", 17L);
    }

    private static Scan scan() {
        return new Scan()
                .column("id", DataTypes.BIGINT().notNull())
                .column("note", DataTypes.STRING())
                .column("amount", DataTypes.INT())
                .primaryKey("id")
                .all();
    }

    private static List<RowData> rows(ChangeRecordBuilder record) throws IOException {
        return scan().rows(record.build());
    }

    private static GenericRowData row(RowKind kind, String note, Integer amount) {
        return GenericRowData.ofKind(kind, 17L, StringData.fromString(note), amount);
    }

    @Test
    void aNewRowIsInserted() throws Exception {
        assertThat(rows(change(OperationType.PUT).put("amount", 3).withOriginColumns()))
                .containsExactly(row(RowKind.INSERT, null, 3));
        assertThat(rows(change(OperationType.UPDATE).put("amount", 3).withOriginColumns()))
                .containsExactly(row(RowKind.INSERT, null, 3));
    }

    @Test
    void aRowThatExistedIsUpdatedAlsoByAPut() throws Exception {
        assertThat(
                        rows(
                                change(OperationType.PUT)
                                        .put("amount", 3, 11)
                                        .origin("note", "a", 10)
                                        .origin("amount", 2, 10)))
                .containsExactly(
                        row(RowKind.UPDATE_BEFORE, "a", 2), row(RowKind.UPDATE_AFTER, null, 3));
        assertThat(
                        rows(
                                change(OperationType.UPDATE)
                                        .put("amount", 3, 11)
                                        .origin("note", "a", 10)
                                        .origin("amount", 2, 10)))
                .containsExactly(
                        row(RowKind.UPDATE_BEFORE, "a", 2), row(RowKind.UPDATE_AFTER, "a", 3));
    }

    @Test
    void aPutReplacesNewerVersionsToo() throws Exception {
        assertThat(rows(change(OperationType.PUT).put("amount", 3, 5).origin("amount", 2, 10)))
                .containsExactly(
                        row(RowKind.UPDATE_BEFORE, null, 2), row(RowKind.UPDATE_AFTER, null, 3));
        assertThat(rows(change(OperationType.UPDATE).put("amount", 3, 5).origin("amount", 2, 10)))
                .containsExactly(
                        row(RowKind.UPDATE_BEFORE, null, 2), row(RowKind.UPDATE_AFTER, null, 2));
    }

    @Test
    void aRowIsDeletedOnlyIfItExisted() throws Exception {
        assertThat(rows(change(OperationType.DELETE).origin("note", "a", 10)))
                .containsExactly(row(RowKind.DELETE, "a", null));
        assertThat(rows(change(OperationType.DELETE).withOriginColumns())).isEmpty();
    }

    @Test
    void aRowExistsByColumnsThatAreNotWantedToo() throws Exception {
        Scan scan =
                new Scan()
                        .column("note", DataTypes.STRING())
                        .primaryKey("id")
                        .declared("id", "note", "amount")
                        .all();
        StringData none = null;

        assertThat(
                        scan.rows(
                                change(OperationType.PUT)
                                        .put("amount", 3)
                                        .withOriginColumns()
                                        .build(),
                                change(OperationType.DELETE).origin("amount", 3, 1).build()))
                .containsExactly(
                        GenericRowData.ofKind(RowKind.INSERT, none),
                        GenericRowData.ofKind(RowKind.DELETE, none));
    }

    @Test
    void aRowWithoutDeclaredColumnsIsDirty() throws Exception {
        ChangeRecord bare = change(OperationType.PUT).put("x", 1).origin("amount", 2, 10).build();
        Scan tolerant = scan().dirty(DirtyRecord.NULL, 0);

        assertThatThrownBy(() -> scan().rows(bare))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("none of the declared columns", "orders", "id=17");
        assertThat(tolerant.rows(bare)).containsExactly(row(RowKind.DELETE, null, 2));
        assertThat(tolerant.dirtyRecords()).isEqualTo(1);
    }

    @Test
    void aRowThatCantBeConvertedIsNone() throws Exception {
        Scan tolerant = scan().dirty(DirtyRecord.SKIP, 0);

        assertThat(
                        tolerant.rows(
                                change(OperationType.UPDATE)
                                        .put("amount", "x", 11)
                                        .origin("amount", 2, 10)
                                        .build(),
                                change(OperationType.UPDATE)
                                        .put("amount", 3, 12)
                                        .origin("amount", "x", 11)
                                        .build()))
                .containsExactly(row(RowKind.DELETE, null, 2), row(RowKind.INSERT, null, 3));
        assertThat(tolerant.dirtyRecords()).isEqualTo(2);
        assertThatThrownBy(
                        () ->
                                rows(
                                        change(OperationType.UPDATE)
                                                .put("amount", 3, 12)
                                                .origin("amount", "x", 11)))
                .hasMessageContaining("'amount' holds STRING before the record");
    }

    @Test
    void recordsWithoutOriginColumnsSayTooLittle() {
        for (OperationType operation : OperationType.values()) {
            assertThatThrownBy(() -> rows(change(operation)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "orders", "s-1", "id=17", "UpdateTable", "addOriginColumnsToGet");
        }
    }

    @Test
    void whatShowsAfterTheShownVersionIsDeletedIsNotGuessed() throws Exception {
        ChangeRecordBuilder record =
                change(OperationType.UPDATE).deleteVersion("amount", 10).origin("amount", 2, 10);
        assertThatThrownBy(() -> rows(record)).hasMessageContaining("older one");
        // Nor whether the row still exists.
        Scan other = new Scan().column("note", DataTypes.STRING()).declared("note", "amount").all();
        assertThatThrownBy(() -> other.rows(record.build())).hasMessageContaining("'amount'");
        record.origin("note", "a", 1);
        StringData note = StringData.fromString("a");
        assertThat(other.rows(record.build()))
                .containsExactly(
                        GenericRowData.ofKind(RowKind.UPDATE_BEFORE, note),
                        GenericRowData.ofKind(RowKind.UPDATE_AFTER, note));
    }
}
