/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A record's view of its bytes, and the builder for tests. */
class ChangeRecordTest {

    private static ChangeRecordBuilder order() {
        return ChangeRecord.builder()
                .shardId("shard-1")
                .operation(OperationType.UPDATE)
                .sequence(2, 1_700_000_000_123_456L, 4)
                .key("customer", "ann")
                .key("id", 17L)
                .key("part", new byte[] {1, 2})
                .put("paid", true)
                .put("price", 9.5, 11)
                .put("items", 3)
                .put("note", "käse")
                .put("blob", new byte[] {(byte) 0xfe, 0})
                .deleteVersion("old", 12)
                .deleteAllVersions("gone");
    }

    @Test
    void showsEveryColumn() {
        ChangeRecord record = order().build();

        assertThat(record.getOperation()).isEqualTo(OperationType.UPDATE);
        assertThat(record.getShardId()).isEqualTo("shard-1");
        assertThat(record.getTimestampMicros()).isEqualTo(1_700_000_000_123_456L);
        assertThat(record.getSequence().timestampMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(record.getPrimaryKey())
                .extracting(Column::getName)
                .containsExactly("customer", "id", "part");
        assertThat(record.getPrimaryKey())
                .extracting(Column::getValue)
                .containsExactly("ann", 17L, new byte[] {1, 2});
        assertThat(record.getPrimaryKey()).noneMatch(Column::hasVersion);
        assertThat(record.getColumns())
                .extracting(Column::getName)
                .containsExactly("paid", "price", "items", "note", "blob", "old", "gone");
        assertThat(record.getColumns())
                .extracting(Column::getType)
                .containsExactly(
                        ColumnType.BOOLEAN,
                        ColumnType.DOUBLE,
                        ColumnType.INTEGER,
                        ColumnType.STRING,
                        ColumnType.BINARY,
                        null,
                        null);
        assertThat(record.getColumns())
                .extracting(Column::getValue)
                .containsExactly(true, 9.5, 3L, "käse", new byte[] {(byte) 0xfe, 0}, null, null);
        assertThat(record.getColumns().get("price").getVersionMillis()).isEqualTo(11);
        assertThat(record.getColumns().get("paid").getVersionMillis())
                .isEqualTo(1_700_000_000_123L);
        Column old = record.getColumns().get("old");
        assertThat(old.getOperation()).isEqualTo(ColumnOperation.DELETE_ONE_VERSION);
        assertThat(old.getVersionMillis()).isEqualTo(12);
        Column gone = record.getColumns().get("gone");
        assertThat(gone.getOperation()).isEqualTo(ColumnOperation.DELETE_ALL_VERSIONS);
        assertThatThrownBy(gone::getVersionMillis)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'gone'");
        assertThat(record.getColumns().get("missing")).isNull();
        assertThat(record.getColumns().find("note")).isEqualTo(3);
        assertThatThrownBy(() -> record.getColumns().get(7))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void saysWhichTypeAColumnHas() {
        ColumnList columns = order().build().getColumns();

        assertThatThrownBy(columns.get("note")::asLong)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The column 'note' holds STRING, not INTEGER.");
        assertThatThrownBy(columns.get("old")::asString)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The column 'old' was deleted: it has no value.");
    }

    @Test
    void buildsWhatTheSdkReads() throws Exception {
        ChangeRecord record = order().origin("items", 2, 10).origin("note", "brot", 9).build();
        byte[] row =
                Arrays.copyOfRange(
                        record.buffer(), record.offset(), record.offset() + record.length());
        byte[] origin =
                Arrays.copyOfRange(
                        record.buffer(),
                        record.originOffset(),
                        record.originOffset() + record.originLength());

        SdkRows.assertSame(record, SdkRows.decode(ActionType.UPDATE_ROW, row, origin));
        assertThat(record.getOriginColumns())
                .extracting(Column::getValue)
                .containsExactly(2L, "brot");
    }

    @Test
    void tellsNoOriginFromAnEmptyOne() {
        ChangeRecord without =
                ChangeRecord.builder().operation(OperationType.PUT).key("k", 1).build();
        ChangeRecord empty =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("k", 1)
                        .withOriginColumns()
                        .build();

        assertThat(without.hasOriginColumns()).isFalse();
        assertThat(empty.hasOriginColumns()).isTrue();
        assertThat(empty.getOriginColumns()).isEmpty();
        assertThat(without).isNotEqualTo(empty);
    }

    @Test
    void comparesByContent() {
        assertThat(order().build()).isEqualTo(order().build()).hasSameHashCodeAs(order().build());
        List<ChangeRecord> others =
                List.of(
                        order().shardId("shard-2").build(),
                        order().operation(OperationType.PUT).build(),
                        order().sequence(3, 1_700_000_000_123_456L, 4).build(),
                        order().sequence(2, 1_700_000_000_123_457L, 4).build(),
                        order().sequence(2, 1_700_000_000_123_456L, 5).build(),
                        order().key("more", 1).build(),
                        order().put("more", 1).build(),
                        order().deleteVersion("more", 1).build(),
                        order().withOriginColumns().build());
        assertThat(others).doesNotContain(order().build()).doesNotHaveDuplicates();
        assertThat(put("a", 1L, 2)).isNotEqualTo(put("a", 1L, 3));
        assertThat(put("a", 1L, 2)).isNotEqualTo(put("b", 1L, 2));
        assertThat(put("a", true, 2)).isNotEqualTo(put("a", false, 2));
        assertThat(put("a", "x", 2)).isNotEqualTo(put("a", new byte[] {'x'}, 2));
    }

    private static ChangeRecord put(String name, Object value, long version) {
        return ChangeRecord.builder()
                .operation(OperationType.PUT)
                .key("k", 1)
                .put(name, value, version)
                .build();
    }

    @Test
    void compactsToItsOwnBytes() {
        ChangeRecord record = order().origin("items", 2, 10).build();
        int size = record.sizeInBytes();
        byte[] page = new byte[3 * size];
        System.arraycopy(record.buffer(), 0, page, 1000 % size, size);
        ChangeRecord inPage =
                new PlainBufferDecoder(page, "shard-1")
                        .decode(
                                OperationType.UPDATE,
                                1000 % size,
                                record.length(),
                                1000 % size + record.length(),
                                record.originLength());

        ChangeRecord compact = inPage.compact();

        assertThat(compact).isEqualTo(inPage).isEqualTo(record);
        assertThat(compact.buffer()).hasSize(size);
        assertThat(compact.compact()).isSameAs(compact);
        assertThat(compact.sizeInBytes()).isEqualTo(inPage.sizeInBytes());
    }

    @Test
    void printsValuesOnlyWhenAsked() {
        ChangeRecord record = order().origin("note", "brot", 9).build();

        assertThat(record.toString())
                .isEqualTo(
                        "ChangeRecord{UPDATE, shard=shard-1, sequence=2/1700000000123456/4,"
                                + " key=[customer:STRING, id:INTEGER, part:BINARY],"
                                + " columns=[paid:BOOLEAN, price:DOUBLE, items:INTEGER, note:STRING, blob:BINARY,"
                                + " old:DELETE_ONE_VERSION, gone:DELETE_ALL_VERSIONS], origin=[note:STRING]}");
        assertThat(record.describe())
                .isEqualTo(
                        "UPDATE (customer='ann', id=17, part=0x0102)"
                                + " {paid=true, price=9.5, items=3, note='käse', blob=0xfe00, -old@12, -gone}"
                                + " before {note='brot'} at 2023-11-14T22:13:20.123456Z in shard-1");
    }

    @Test
    void refusesToBuildWhatTheServiceCouldNotSend() {
        assertThatThrownBy(() -> ChangeRecord.builder().key("k", 1).build())
                .hasMessageContaining("operation");
        assertThatThrownBy(() -> ChangeRecord.builder().operation(OperationType.PUT).build())
                .hasMessageContaining("key");
        assertThatThrownBy(() -> ChangeRecord.builder().key("k", 1.5)).hasMessageContaining("'k'");
        assertThatThrownBy(() -> ChangeRecord.builder().put("c", 1.5f)).hasMessageContaining("'c'");
        assertThatThrownBy(() -> ChangeRecord.builder().put("c", 1, -1)).hasMessageContaining("-1");
    }

    @Test
    void sequencesAreOrderedByEpochThenTimeThenRow() {
        List<SequenceInfo> ordered =
                List.of(
                        new SequenceInfo(0, 9, 9),
                        new SequenceInfo(1, 1, 1),
                        new SequenceInfo(1, 1, 2),
                        new SequenceInfo(1, 2, 0),
                        new SequenceInfo(2, 0, 0));
        assertThat(ordered).isSorted().doesNotHaveDuplicates();
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("k", 1)
                        .sequence(1, 1, 2)
                        .build();
        assertThat(ordered.stream().map(record::compareSequence)).containsExactly(1, 1, 0, -1, -1);
    }
}
