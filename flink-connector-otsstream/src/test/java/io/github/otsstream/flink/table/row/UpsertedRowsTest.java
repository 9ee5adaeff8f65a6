/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpsertedRowsTest {

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder().shardId("s-1").operation(operation).key("id", 17L);
    }

    private static ChangeRecordBuilder update() {
        return change(OperationType.UPDATE);
    }

    private static Scan scan(PartialUpdate partialUpdate) {
        return new Scan()
                .column("id", DataTypes.BIGINT().notNull())
                .column("note", DataTypes.STRING())
                .column("amount", DataTypes.INT())
                .primaryKey("id")
                .upsert(partialUpdate);
    }

    private static GenericRowData row(RowKind kind, String note, Integer amount) {
        return GenericRowData.ofKind(kind, 17L, StringData.fromString(note), amount);
    }

    @ParameterizedTest
    @EnumSource
    void aPutIsTheWholeRowAndADeleteItsKey(PartialUpdate partialUpdate) throws Exception {
        assertThat(
                        scan(partialUpdate)
                                .rows(
                                        change(OperationType.PUT).put("amount", 3).build(),
                                        change(OperationType.DELETE).build()))
                .containsExactly(
                        row(RowKind.UPDATE_AFTER, null, 3), row(RowKind.DELETE, null, null));
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateOfAllWantedColumnsIsTheWholeRow(PartialUpdate partialUpdate) throws Exception {
        assertThat(
                        scan(partialUpdate)
                                .rows(update().put("amount", 3).deleteAllVersions("note").build()))
                .containsExactly(row(RowKind.UPDATE_AFTER, null, 3));
    }

    @Test
    void originColumnsCompleteAnUpdate() throws Exception {
        Scan scan = scan(PartialUpdate.ORIGIN_COLUMNS);

        assertThat(
                        scan.rows(
                                update().put("amount", 3, 20).origin("note", "old", 10).build(),
                                update().put("amount", 3, 20).withOriginColumns().build(),
                                update().deleteAllVersions("amount")
                                        .origin("note", "old", 10)
                                        .origin("amount", 2, 10)
                                        .build()))
                .containsExactly(
                        row(RowKind.UPDATE_AFTER, "old", 3),
                        row(RowKind.UPDATE_AFTER, null, 3),
                        row(RowKind.UPDATE_AFTER, "old", null));
    }

    @Test
    void aVersionThatDoesNotShowChangesNothing() throws Exception {
        Scan scan = scan(PartialUpdate.ORIGIN_COLUMNS);

        assertThat(
                        scan.rows(
                                update().put("amount", 3, 9).origin("amount", 2, 10).build(),
                                update().put("amount", 3, 10).origin("amount", 2, 10).build(),
                                update().deleteVersion("amount", 9).origin("amount", 2, 10).build(),
                                update().deleteVersion("amount", 9).withOriginColumns().build(),
                                update().put("amount", 3, 11)
                                        .deleteVersion("amount", 10)
                                        .origin("amount", 2, 10)
                                        .build(),
                                update().deleteVersion("amount", 10)
                                        .put("amount", 3, 11)
                                        .origin("amount", 2, 10)
                                        .build()))
                .containsExactly(
                        row(RowKind.UPDATE_AFTER, null, 2),
                        row(RowKind.UPDATE_AFTER, null, 3),
                        row(RowKind.UPDATE_AFTER, null, 2),
                        row(RowKind.UPDATE_AFTER, null, null),
                        row(RowKind.UPDATE_AFTER, null, 3),
                        row(RowKind.UPDATE_AFTER, null, 3));
    }

    @Test
    void whatShowsAfterTheShownVersionIsDeletedIsNotGuessed() {
        ChangeRecord deleted = update().deleteVersion("amount", 10).origin("amount", 2, 10).build();
        ChangeRecord olderWritten =
                update().deleteVersion("amount", 10)
                        .put("amount", 3, 9)
                        .origin("amount", 2, 10)
                        .build();

        for (ChangeRecord record : new ChangeRecord[] {deleted, olderWritten}) {
            assertThatThrownBy(() -> scan(PartialUpdate.ORIGIN_COLUMNS).rows(record))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "orders", "s-1", "'amount'", "id=17", "'partial-update' = 'lookup'");
        }
        assertThatThrownBy(
                        () ->
                                scan(PartialUpdate.FAIL)
                                        .rows(
                                                update().put("note", "x")
                                                        .deleteVersion("amount", 10)
                                                        .build()))
                .hasMessageContaining("older one");
    }

    @Test
    void withoutWhatCompletesItAnUpdateFails() {
        ChangeRecord partial = update().put("amount", 3).build();

        assertThatThrownBy(() -> scan(PartialUpdate.ORIGIN_COLUMNS).rows(partial))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "'note'", "orders", "s-1", "id=17", "UpdateTable", "addOriginColumnsToGet");
        assertThatThrownBy(() -> scan(PartialUpdate.FAIL).rows(partial))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("'note'", "'origin-columns'", "'lookup'");
        assertThatThrownBy(() -> scan(PartialUpdate.LOOKUP).rows(partial))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not looked up");
    }

    @Test
    void nullsWhereToldSo() throws Exception {
        assertThat(
                        scan(PartialUpdate.NULL)
                                .rows(
                                        update().put("amount", 3).build(),
                                        update().deleteVersion("amount", 3).build()))
                .containsExactly(
                        row(RowKind.UPDATE_AFTER, null, 3), row(RowKind.UPDATE_AFTER, null, null));
    }

    @Test
    void aLookedUpRowIsTakenAsItIsNow() throws Exception {
        ChangeRecord partial = update().put("amount", 3).build();
        TableRow now = new TableRow(Map.of("id", 17L), Map.of("amount", 4L, "note", "käse"));

        assertThat(scan(PartialUpdate.LOOKUP).rowsAfterLookup(partial, now))
                .containsExactly(row(RowKind.UPDATE_AFTER, "käse", 4));
        assertThat(scan(PartialUpdate.LOOKUP).rowsAfterLookup(partial, null))
                .containsExactly(row(RowKind.DELETE, null, null));
        assertThat(scan(PartialUpdate.LOOKUP).ignoreDelete().rowsAfterLookup(partial, null))
                .isEmpty();
        assertThat(
                        scan(PartialUpdate.LOOKUP)
                                .rowsAfterLookup(
                                        change(OperationType.PUT).put("amount", 3).build(), now))
                .containsExactly(row(RowKind.UPDATE_AFTER, null, 3));
    }

    @Test
    void aLookedUpValueIsConvertedAsThoseOfRecords() {
        TableRow now = new TableRow(Map.of("id", 17L), Map.of("amount", "four"));

        assertThatThrownBy(
                        () ->
                                scan(PartialUpdate.LOOKUP)
                                        .rowsAfterLookup(update().put("amount", 3).build(), now))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("'amount'", "STRING", "INT")
                .hasMessageNotContaining("four");
    }
}
