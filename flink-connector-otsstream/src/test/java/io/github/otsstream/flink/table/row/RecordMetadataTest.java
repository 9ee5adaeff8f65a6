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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.Test;

class RecordMetadataTest {

    private static final ChangeRecord RECORD =
            change(OperationType.UPDATE)
                    .put("price", 9.5, 11)
                    .put("price", 8.5, 10)
                    .put("note", "käse", 12)
                    .deleteVersion("old", 13)
                    .deleteAllVersions("gone")
                    .put("raw", new byte[] {1, 2}, 14)
                    .put("undone", 1L, 15)
                    .deleteVersion("undone", 15)
                    .deleteVersion("redone", 16)
                    .put("redone", true, 17)
                    .deleteVersion("redone", 3)
                    .deleteAllVersions("wholly")
                    .deleteVersion("wholly", 3)
                    .build();

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder()
                .shardId("s-1")
                .operation(operation)
                .sequence(1, 1_700_000_000_123_456L, 2)
                .key("id", 17L);
    }

    private static Object metadata(MetadataColumn column, ChangeRecord record) throws Exception {
        return new Scan().metadata(column).row(record).getField(0);
    }

    private static StringData text(String text) {
        return StringData.fromString(text);
    }

    private static List<String> texts(Object array) {
        ArrayData data = (ArrayData) array;
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            texts.add(data.getString(i).toString());
        }
        return texts;
    }

    private static GenericMapData map(Object... keysAndValues) {
        Map<StringData, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            Object value = keysAndValues[i + 1];
            map.put(
                    text((String) keysAndValues[i]),
                    value instanceof String ? text((String) value) : value);
        }
        return new GenericMapData(map);
    }

    @Test
    void tellsTheRecordAndWhereItIsFrom() throws Exception {
        assertThat(metadata(MetadataColumn.OP_TYPE, RECORD)).isEqualTo(text("UPDATE"));
        assertThat(metadata(MetadataColumn.TYPE, RECORD)).isEqualTo(text("UPDATE"));
        for (OperationType operation : OperationType.values()) {
            assertThat(metadata(MetadataColumn.TYPE, change(operation).build()))
                    .isEqualTo(text(operation.name()));
        }
        assertThat(metadata(MetadataColumn.ROW_TIMESTAMP, RECORD))
                .isEqualTo(TimestampData.fromEpochMillis(1_700_000_000_123L, 456_000));
        assertThat(metadata(MetadataColumn.TIMESTAMP, RECORD)).isEqualTo(1_700_000_000_123_456L);
        assertThat(metadata(MetadataColumn.SEQUENCE_INFO, RECORD))
                .isEqualTo(text("0000000001_00001700000000123456_0000000002_s-1"));
        assertThat(metadata(MetadataColumn.EPOCH, RECORD)).isEqualTo(1);
        assertThat(metadata(MetadataColumn.ROW_INDEX, RECORD)).isEqualTo(2);
        assertThat(metadata(MetadataColumn.SHARD_ID, RECORD)).isEqualTo(text("s-1"));
        assertThat(metadata(MetadataColumn.STREAM_ID, RECORD)).isEqualTo(text("orders_1"));
        assertThat(metadata(MetadataColumn.TABLE_NAME, RECORD)).isEqualTo(text("orders"));
    }

    @Test
    void tellsWhichColumnsAreThereAndWhichAreDeleted() throws Exception {
        assertThat(texts(metadata(MetadataColumn.PRESENT_COLUMNS, RECORD)))
                .containsExactly("price", "note", "raw", "redone");
        assertThat(texts(metadata(MetadataColumn.DELETED_COLUMNS, RECORD)))
                .containsExactly("old", "gone", "undone", "wholly");
        assertThat(metadata(MetadataColumn.COLUMN_VERSIONS, RECORD))
                .isEqualTo(
                        map(
                                "price", 11L, "note", 12L, "old", 13L, "gone", null, "raw", 14L,
                                "undone", 15L, "redone", 17L, "wholly", null));
        assertThat(metadata(MetadataColumn.COLUMN_OPS, RECORD))
                .isEqualTo(
                        map(
                                "price",
                                "PUT",
                                "note",
                                "PUT",
                                "old",
                                "DELETE_ONE_VERSION",
                                "gone",
                                "DELETE_ALL_VERSIONS",
                                "raw",
                                "PUT",
                                "undone",
                                "DELETE_ONE_VERSION",
                                "redone",
                                "PUT",
                                "wholly",
                                "DELETE_ALL_VERSIONS"));
        assertThat(metadata(MetadataColumn.ATTRIBUTES, RECORD))
                .isEqualTo(map("price", "9.5", "note", "käse", "raw", "AQI=", "redone", "true"));
    }

    @Test
    void tellsNoOriginFromAnEmptyOne() throws Exception {
        assertThat(metadata(MetadataColumn.ORIGIN_COLUMNS, RECORD)).isNull();
        assertThat(
                        metadata(
                                MetadataColumn.ORIGIN_COLUMNS,
                                change(OperationType.PUT).withOriginColumns().build()))
                .isEqualTo(map());
        assertThat(
                        metadata(
                                MetadataColumn.ORIGIN_COLUMNS,
                                change(OperationType.PUT)
                                        .origin("price", 8.25, 5)
                                        .origin("note", "a", 5)
                                        .build()))
                .isEqualTo(map("price", "8.25", "note", "a"));
    }

    /** Serialized by Flink, each value must be of the type that the planner was told. */
    @Test
    void followsTheColumnsInTheTypesThatAreListed() throws Exception {
        Scan scan = new Scan().column("note", DataTypes.STRING()).metadata(MetadataColumn.values());
        List<LogicalType> types =
                Stream.concat(
                                Stream.of(DataTypes.STRING()),
                                MetadataColumn.list().values().stream())
                        .map(type -> type.getLogicalType())
                        .collect(Collectors.toList());
        RowDataSerializer serializer = new RowDataSerializer(types.toArray(new LogicalType[0]));

        GenericRowData row = scan.row(RECORD);
        RowData binary = serializer.toBinaryRow(row);

        assertThat(row.getField(0)).isEqualTo(text("käse"));
        assertThat(MetadataColumn.list().keySet())
                .containsExactly(
                        "op-type",
                        "row-timestamp",
                        "sequence-info",
                        "epoch",
                        "row-index",
                        "shard-id",
                        "stream-id",
                        "table-name",
                        "present-columns",
                        "deleted-columns",
                        "column-versions",
                        "column-ops",
                        "origin-columns",
                        "attributes",
                        "type",
                        "timestamp");
        assertThat(binary.getTimestamp(2, 6)).isEqualTo(row.getField(2));
        assertThat(binary.getInt(4)).isEqualTo(1);
        assertThat(texts(binary.getArray(9))).containsExactly("price", "note", "raw", "redone");
        assertThat(binary.getMap(11).size()).isEqualTo(8);
        assertThat(binary.isNullAt(13)).isTrue();
        assertThat(binary.getLong(16)).isEqualTo(1_700_000_000_123_456L);
    }

    @Test
    void areFoundByTheirKeys() {
        for (MetadataColumn column : MetadataColumn.values()) {
            assertThat(MetadataColumn.of(column.key())).isSameAs(column);
        }
        assertThatThrownBy(() -> MetadataColumn.of("op_type"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("op_type");
    }
}
