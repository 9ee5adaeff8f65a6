/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class TimeSeriesRowsTest {

    private static final long MICROS = 1_700_000_000_123_456L;

    private static ChangeRecord point(String tags) {
        return ChangeRecord.builder()
                .operation(OperationType.PUT)
                .key("_#h", 4711L)
                .key("_m_name", "cpu")
                .key("_data_source", "host-1")
                .key("_tags", tags)
                .key("time", MICROS)
                .put("load:double", 0.5)
                .build();
    }

    private static StringData text(String text) {
        return StringData.fromString(text);
    }

    @Test
    void keyAndFieldsByTheirNames() throws Exception {
        Map<StringData, StringData> tags = new LinkedHashMap<>();
        tags.put(text("os"), text("linux"));
        tags.put(text("zone"), text("a"));

        assertThat(
                        new Scan()
                                .column("_m_name", DataTypes.STRING())
                                .column("_data_source", DataTypes.STRING())
                                .column(
                                        "_tags",
                                        DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING()))
                                .column("time", DataTypes.BIGINT())
                                .column("load", DataTypes.DOUBLE())
                                .row(point("[\"os=linux\",\"zone=a\"]")))
                .isEqualTo(
                        GenericRowData.of(
                                text("cpu"),
                                text("host-1"),
                                new GenericMapData(tags),
                                MICROS,
                                0.5));
    }

    @Test
    void tagsAsTextAndTheTimeAsTimestampOfMicroseconds() throws Exception {
        TimestampData time =
                TimestampData.fromLocalDateTime(LocalDateTime.parse("2023-11-14T22:13:20.123456"));

        assertThat(
                        new Scan()
                                .column("_tags", DataTypes.STRING())
                                .column("time", DataTypes.TIMESTAMP_LTZ(6))
                                .row(point("[\"os=linux\"]")))
                .isEqualTo(GenericRowData.of(text("[\"os=linux\"]"), time));
        assertThat(new Scan().column("time", DataTypes.TIMESTAMP(6)).row(point("")))
                .isEqualTo(GenericRowData.of(time));
        // Three digits can't say it.
        Scan millis = new Scan().column("time", DataTypes.TIMESTAMP(3)).dirty(DirtyRecord.SKIP, 0);
        assertThat(millis.rows(point(""))).isEmpty();
        assertThat(millis.dirtyRecords()).isEqualTo(1);
    }

    @Test
    void aKeyColumnOfAnotherTableThatIsCalledTimeIsInMilliseconds() throws Exception {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("time", 1_700_000_000_123L)
                        .key("_tags", "{\"os\":\"linux\"}")
                        .build();

        assertThat(
                        new Scan()
                                .column("time", DataTypes.TIMESTAMP(3))
                                .column(
                                        "_tags",
                                        DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING()))
                                .row(record))
                .isEqualTo(
                        GenericRowData.of(
                                TimestampData.fromEpochMillis(1_700_000_000_123L),
                                new GenericMapData(Map.of(text("os"), text("linux")))));
    }

    @Test
    void identifiersOfATablesOwnAreTagsToo() throws Exception {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("_#h", 4711L)
                        .key("_m_name", "cpu")
                        .key("host", "h1")
                        .key("time", MICROS)
                        .build();

        assertThat(
                        new Scan()
                                .column(
                                        "_tags",
                                        DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING()))
                                .column("host", DataTypes.STRING())
                                .row(record))
                .isEqualTo(
                        GenericRowData.of(
                                new GenericMapData(Map.of(text("host"), text("h1"))), text("h1")));
    }

    @Test
    void tagsThatAreNoneAreDirty() throws Exception {
        Scan scan =
                new Scan()
                        .column("_tags", DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING()))
                        .dirty(DirtyRecord.SKIP, 0);

        assertThat(scan.rows(point("os=linux"))).isEmpty();
        assertThat(scan.dirtyRecords()).isEqualTo(1);
    }
}
