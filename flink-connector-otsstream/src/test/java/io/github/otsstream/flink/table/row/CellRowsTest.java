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
import io.github.otsstream.flink.source.deserialization.MultiVersionCell;
import io.github.otsstream.flink.source.deserialization.MultiVersionCellSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

class CellRowsTest {

    private static final String SEQUENCE = "0000000001_00001700000000123456_0000000002_s-1:";

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder()
                .shardId("s-1")
                .operation(operation)
                .sequence(1, 1_700_000_000_123_456L, 2)
                .key("id", 17L)
                .key("part", "a");
    }

    private static Scan scan() {
        return new Scan().mode(ReadMode.MULTI_VERSION);
    }

    private static Scan allColumns() {
        return scan().column("id", DataTypes.INT())
                .column("colname", DataTypes.STRING())
                .column("version", DataTypes.BIGINT())
                .column("colvalue", DataTypes.STRING())
                .column("optype", DataTypes.STRING())
                .column("sequenceinfo", DataTypes.STRING());
    }

    private static StringData text(String text) {
        return StringData.fromString(text);
    }

    @Property
    void theRowsAreTheCellsThatADataStreamHas(
            @ForAll OperationType operation,
            @ForAll @Size(max = 6) List<@IntRange(max = 2) Integer> operations,
            @ForAll("values") List<Object> values)
            throws IOException {
        ChangeRecordBuilder builder = change(operation);
        for (int i = 0; i < operations.size(); i++) {
            String name = "c" + i % 4;
            if (operations.get(i) == 0) {
                builder.put(name, values.get(i), i);
            } else if (operations.get(i) == 1) {
                builder.deleteVersion(name, i);
            } else {
                builder.deleteAllVersions(name);
            }
        }
        ChangeRecord record = builder.build();
        List<MultiVersionCell> cells = new ArrayList<>();
        new MultiVersionCellSchema().deserialize(record, null, new ListCollector<>(cells));
        List<RowData> expected = new ArrayList<>();
        for (MultiVersionCell cell : cells) {
            expected.add(
                    GenericRowData.of(
                            17,
                            text(cell.getColumnName()),
                            cell.getVersion(),
                            text(cell.getColumnValue()),
                            text(cell.getOpType().name()),
                            text(cell.getSequenceInfo())));
        }

        assertThat(allColumns().rows(record)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<Object>> values() {
        return Arbitraries.<Object>of(1L, 9.5, true, "käse", "", new byte[] {1, 2}, -0.0, 1e300)
                .list()
                .ofSize(6);
    }

    @Example
    void anySubsetInAnyOrderWithMetadata() throws Exception {
        Scan scan =
                scan().column("optype", DataTypes.CHAR(2))
                        .column("part", DataTypes.STRING())
                        .column("version", DataTypes.INT())
                        .metadata(MetadataColumn.SEQUENCE_INFO, MetadataColumn.OP_TYPE);

        assertThat(scan.rows(change(OperationType.PUT).put("x", 1L, 5).build()))
                .containsExactly(
                        GenericRowData.of(
                                text("DR"),
                                text("a"),
                                null,
                                text(SEQUENCE + "0000000000"),
                                text("PUT")),
                        GenericRowData.of(
                                text("U "),
                                text("a"),
                                5,
                                text(SEQUENCE + "0000000001"),
                                text("PUT")));
    }

    @Example
    void theLayoutsNamesAreNotThoseOfTheKey() throws Exception {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.UPDATE)
                        .key("version", "v1")
                        .key("id", 17L)
                        .put("x", 1L, 5)
                        .build();

        assertThat(
                        scan().column("version", DataTypes.BIGINT())
                                .column("id", DataTypes.INT())
                                .rows(record))
                .containsExactly(GenericRowData.of(5L, 17));
    }

    @Example
    void aColumnThatIsNeitherOfTheKeyNorOfTheLayoutIsNone() {
        assertThatThrownBy(
                        () ->
                                scan().column("id", DataTypes.BIGINT())
                                        .column("price", DataTypes.DOUBLE())
                                        .rows(
                                                change(OperationType.UPDATE)
                                                        .put("price", 1.5)
                                                        .build()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("'price'", "primary key", "orders", "colname");
    }

    @Example
    void aRecordIsLeftOutWhole() throws Exception {
        Scan scan = scan().column("colname", DataTypes.VARCHAR(2)).dirty(DirtyRecord.SKIP, 0);
        ChangeRecord tooLong =
                change(OperationType.UPDATE).put("ab", 1L).put("abc", 1L).put("bc", 1L).build();

        assertThat(scan.rows(tooLong)).isEmpty();
        assertThat(scan.dirtyRecords()).isEqualTo(1);
    }

    @Example
    void deletedRowsAreLeftOutWhereToldSoAndDeletedColumnsAreNot() throws Exception {
        Scan scan = scan().column("optype", DataTypes.STRING()).ignoreDelete();

        assertThat(
                        scan.rows(
                                change(OperationType.DELETE).build(),
                                change(OperationType.UPDATE).deleteAllVersions("x").build()))
                .containsExactly(GenericRowData.of(text("DA")));
    }
}
