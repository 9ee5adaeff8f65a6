/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.MultiVersionCell.OpType;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class MultiVersionCellSchemaTest {

    private static final String SEQUENCE = "0000000001_00001700000000123456_0000000002_shard-1:";

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder()
                .shardId("shard-1")
                .operation(operation)
                .sequence(1, 1_700_000_000_123_456L, 2)
                .key("customer", "ann")
                .key("id", 17L)
                .key("part", new byte[] {1, 2});
    }

    private static List<MultiVersionCell> cells(ChangeRecord record) throws Exception {
        return Deserialized.by(new MultiVersionCellSchema(), record);
    }

    @Test
    void anUpdateIsItsCells() throws Exception {
        List<MultiVersionCell> cells =
                cells(
                        change(OperationType.UPDATE)
                                .put("price", 9.5, 11)
                                .deleteVersion("old", 12)
                                .deleteAllVersions("gone")
                                .put("price", "much", 10)
                                .build());

        assertThat(cells)
                .containsExactly(
                        cell(0, OperationType.UPDATE, OpType.U, "price", 11L)
                                .value("9.5", ColumnType.DOUBLE),
                        cell(1, OperationType.UPDATE, OpType.DO, "old", 12L).empty(),
                        cell(2, OperationType.UPDATE, OpType.DA, "gone", null).empty(),
                        cell(3, OperationType.UPDATE, OpType.U, "price", 10L)
                                .value("much", ColumnType.STRING));
    }

    @Test
    void aPutRemovesTheRowAndWritesItsCellsButDoesNotLookLikeADelete() throws Exception {
        List<MultiVersionCell> put = cells(change(OperationType.PUT).put("paid", true, 11).build());
        List<MultiVersionCell> bare = cells(change(OperationType.PUT).build());
        List<MultiVersionCell> delete = cells(change(OperationType.DELETE).build());

        assertThat(put)
                .containsExactly(
                        cell(0, OperationType.PUT, OpType.DR, null, null).empty(),
                        cell(1, OperationType.PUT, OpType.U, "paid", 11L)
                                .value("true", ColumnType.BOOLEAN));
        assertThat(bare).containsExactly(put.get(0));
        assertThat(delete)
                .containsExactly(cell(0, OperationType.DELETE, OpType.DR, null, null).empty());
        assertThat(delete).doesNotContainAnyElementsOf(bare);
    }

    @Test
    void isSerializedAsAPojoWithItsNulls() throws Exception {
        assertThat(new MultiVersionCellSchema().getProducedType())
                .isInstanceOfSatisfying(
                        PojoTypeInfo.class, type -> assertThat(type.getArity()).isEqualTo(8));
        SerializerConfigImpl noKryo = new SerializerConfigImpl();
        noKryo.setGenericTypes(false);
        TypeSerializer<MultiVersionCell> serializer =
                new MultiVersionCellSchema().getProducedType().createSerializer(noKryo);
        DataOutputSerializer bytes = new DataOutputSerializer(64);
        List<MultiVersionCell> cells =
                cells(change(OperationType.PUT).put("n", 1, 2).deleteAllVersions("o").build());
        for (MultiVersionCell cell : cells) {
            serializer.serialize(cell, bytes);
        }

        DataInputDeserializer input = new DataInputDeserializer(bytes.getCopyOfBuffer());
        for (MultiVersionCell cell : cells) {
            MultiVersionCell read = serializer.deserialize(input);
            assertThat(read).isEqualTo(cell).hasSameHashCodeAs(cell);
        }
    }

    @Test
    void cellsDifferInEveryProperty() throws Exception {
        MultiVersionCell cell =
                cell(0, OperationType.UPDATE, OpType.U, "n", 1L).value("1", ColumnType.INTEGER);

        assertThat(cell)
                .isNotEqualTo(
                        cell(1, OperationType.UPDATE, OpType.U, "n", 1L)
                                .value("1", ColumnType.INTEGER))
                .isNotEqualTo(
                        cell(0, OperationType.PUT, OpType.U, "n", 1L)
                                .value("1", ColumnType.INTEGER))
                .isNotEqualTo(
                        cell(0, OperationType.UPDATE, OpType.DO, "n", 1L)
                                .value("1", ColumnType.INTEGER))
                .isNotEqualTo(
                        cell(0, OperationType.UPDATE, OpType.U, "m", 1L)
                                .value("1", ColumnType.INTEGER))
                .isNotEqualTo(
                        cell(0, OperationType.UPDATE, OpType.U, "n", null)
                                .value("1", ColumnType.INTEGER))
                .isNotEqualTo(
                        cell(0, OperationType.UPDATE, OpType.U, "n", 1L)
                                .value("1", ColumnType.STRING));
        assertThat(cell.toString()).contains("UPDATE, U, column=n").doesNotContain("ann");
    }

    private static Expected cell(
            int index, OperationType operation, OpType opType, String column, Long version) {
        return new Expected(index, operation, opType, column, version);
    }

    /** A cell of the row of these tests. */
    private static final class Expected {
        private final MultiVersionCell cell = new MultiVersionCell();

        Expected(int index, OperationType operation, OpType opType, String column, Long version) {
            cell.setPrimaryKey(new String[] {"ann", "17", "AQI="});
            cell.setOperation(operation);
            cell.setOpType(opType);
            cell.setColumnName(column);
            cell.setVersion(version);
            cell.setSequenceInfo(SEQUENCE + "000000000" + index);
        }

        MultiVersionCell value(String text, ColumnType type) {
            cell.setColumnValue(text);
            cell.setColumnType(type);
            return cell;
        }

        MultiVersionCell empty() {
            return cell;
        }
    }
}
