/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.TimeseriesProtocolBuilder;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Records of time-series tables, judged by what the SDK makes of them. */
class TimeSeriesKeyTest {

    private static ChangeRecordBuilder point(String tags) {
        return ChangeRecord.builder()
                .shardId("shard-1")
                .operation(OperationType.PUT)
                .sequence(1, 1_700_000_000_123_456L, 2)
                .key("_#h", 4711L)
                .key("_m_name", "cpu")
                .key("_data_source", "host-1")
                .key("_tags", tags)
                .key("time", 1_600_000_000_000_001L);
    }

    @Example
    void leavesOutWhatOnlyTheTableNeeds() throws Exception {
        ChangeRecord record =
                point("[\"os=linux\"]")
                        .put("load:double", 0.5)
                        .put("plain", 1L)
                        .put("a:b:long", 2L)
                        .deleteAllVersions("gone:string")
                        .origin("load:double", 0.25, 7)
                        .build();

        assertThat(record.isTimeSeries()).isTrue();
        assertThat(record.getPrimaryKey())
                .extracting(Column::getName)
                .containsExactly("_m_name", "_data_source", "_tags", "time");
        ColumnList columns = record.getColumns();
        assertThat(columns)
                .extracting(Column::getName)
                .containsExactly("load", "plain", "a:b", "gone");
        assertThat(columns.find("load")).isZero();
        assertThat(columns.get("load").asDouble()).isEqualTo(0.5);
        assertThat(columns.name(2)).isEqualTo("a:b");
        assertThat(columns.nameLength(0)).isEqualTo(4);
        assertThat(columns.find("load:double")).isEqualTo(-1);
        assertThat(record.getOriginColumns().get("load").asDouble()).isEqualTo(0.25);
        assertThat(record.toString()).contains("load:DOUBLE").doesNotContain("_#h");
    }

    @Example
    void isReadAsTheSdkReadsIt() throws Exception {
        ChangeRecord record =
                point("[\"os=linux\"]")
                        .put("load:double", 0.5)
                        .put("raw:binary", new byte[] {1})
                        .origin("load:double", 0.25, 7)
                        .build();

        SdkRows.assertSame(
                record,
                SdkRows.decodeTimeSeries(
                        ActionType.PUT_ROW,
                        slice(record, record.offset(), record.length()),
                        slice(record, record.originOffset(), record.originLength())));
    }

    @Example
    void staysWhatItIsWhenItIsSerializedAndCompacted() throws Exception {
        ChangeRecord record =
                point("").put("load:double", 0.5).origin("load:double", 0.25, 7).build();
        DataOutputSerializer bytes = new DataOutputSerializer(64);
        ChangeRecordSerializer.INSTANCE.serialize(record, bytes);
        ChangeRecord read =
                ChangeRecordSerializer.INSTANCE.deserialize(
                        new DataInputDeserializer(bytes.getCopyOfBuffer()));

        assertThat(read).isEqualTo(record);
        assertThat(read.isTimeSeries()).isTrue();
        assertThat(read.getColumns().name(0)).isEqualTo("load");
        byte[] page = Arrays.copyOf(record.buffer(), 1 << 16);
        ChangeRecord compacted =
                new PlainBufferDecoder(page, "shard-1")
                        .decode(
                                OperationType.PUT,
                                record.offset(),
                                record.length(),
                                record.originOffset(),
                                record.originLength())
                        .compact();
        assertThat(compacted).isEqualTo(record);
        assertThat(compacted.isTimeSeries()).isTrue();
        assertThat(compacted.getOriginColumns().name(0)).isEqualTo("load");
    }

    @Example
    void ordinaryTablesKeepTheirNames() {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("id", 1)
                        .key("_#h", 2)
                        .put("a:b", 3)
                        .build();

        assertThat(record.isTimeSeries()).isFalse();
        assertThat(record.getPrimaryKey()).hasSize(2);
        assertThat(record.getColumns().name(0)).isEqualTo("a:b");
    }

    @Example
    void takesTheKeyApart() {
        TimeSeriesKey key = TimeSeriesKey.of(point("[\"os=linux\",\"zone=a\"]").build());

        assertThat(key.getMeasurement()).isEqualTo("cpu");
        assertThat(key.getDataSource()).isEqualTo("host-1");
        assertThat(key.getTags()).isEqualTo(Map.of("os", "linux", "zone", "a"));
        assertThat(key.getTimeMicros()).isEqualTo(1_600_000_000_000_001L);
        assertThat(TimeSeriesKey.of(point("").build()).getTags()).isEmpty();
        assertThat(key)
                .isEqualTo(TimeSeriesKey.of(point("[\"zone=a\",\"os=linux\"]").build()))
                .isNotEqualTo(TimeSeriesKey.of(point("[\"os=linux\",\"zone=b\"]").build()));
        assertThat(key.toString()).contains("os", "zone").doesNotContain("linux", "cpu", "host");
        assertThatThrownBy(() -> key.getTags().put("x", "y"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Example
    void takesIdentifiersOfTheTablesOwnAsTags() {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("city", "ulm")
                        .key("time", 5L)
                        .key("field", 6L)
                        .build();

        TimeSeriesKey key = TimeSeriesKey.of(record);

        assertThat(key.getMeasurement()).isEmpty();
        assertThat(key.getTags()).isEqualTo(Map.of("city", "ulm"));
        assertThat(key.getTimeMicros()).isEqualTo(5);
    }

    @Example
    void saysWhatIsWrongWithAKeyButNoValues() {
        assertThatThrownBy(() -> TimeSeriesKey.of(point("[\"secret\"]").build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shard-1")
                .hasMessageContaining("1/1700000000123456/2")
                .hasMessageContaining("'_tags' is not a list of tags from character 1 on")
                .hasMessageNotContaining("secret");
        ChangeRecordBuilder order = ChangeRecord.builder().operation(OperationType.PUT);
        assertThatThrownBy(() -> TimeSeriesKey.of(order.key("id", "a").build()))
                .hasMessageContaining("no column 'time'");
        assertThatThrownBy(() -> TimeSeriesKey.of(order.key("time", "a").build()))
                .hasMessageContaining("'time' is STRING, not INTEGER");
        ChangeRecordBuilder numbered = ChangeRecord.builder().operation(OperationType.PUT);
        assertThatThrownBy(() -> TimeSeriesKey.of(numbered.key("_m_name", 1).build()))
                .hasMessageContaining("'_m_name' is INTEGER, not STRING");
    }

    @Property
    void readsTheTagsThatTheSdkWrites(@ForAll("tags") TreeMap<String, String> tags) {
        String text = TimeseriesProtocolBuilder.buildTagsString(tags);

        assertThat(TimeSeriesKey.of(point(text).build()).getTags()).isEqualTo(tags);
    }

    @Property
    void readsAndRefusesWhatTheSdkDoes(@ForAll("texts") String text) {
        ChangeRecord record = point(text).build();
        Map<String, String> expected;
        try {
            expected = GetStreamRecordResponse.parseTimeseriesTags(text);
        } catch (RuntimeException e) {
            assertThatThrownBy(() -> TimeSeriesKey.of(record))
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }
        assertThat(TimeSeriesKey.of(record).getTags()).isEqualTo(expected);
    }

    @Provide
    Arbitrary<TreeMap<String, String>> tags() {
        Arbitrary<String> names =
                Arbitraries.strings().withCharRange('!', '~').excludeChars('"', '=').ofMinLength(1);
        Arbitrary<String> values =
                Arbitraries.oneOf(
                                Arbitraries.strings().withChars("a,[]\\: \n\t日").ofMinLength(1),
                                Arbitraries.strings().withCharRange(' ', '\ud7ff').ofMinLength(1))
                        .filter(value -> value.chars().noneMatch(c -> c == '"' || c == '='));
        return Arbitraries.maps(names, values).ofMaxSize(5).map(TreeMap::new);
    }

    /** Strings that are lists of tags, almost, or not at all. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> parts =
                Arbitraries.of("[", "]", "\"", "=", ",", "a", "\\", "\"a=b\"", "\"c=d=e\"", " ");
        Arbitrary<String> middle = parts.list().ofMaxSize(7).map(list -> String.join("", list));
        return Arbitraries.oneOf(
                middle, middle.map(text -> "[" + text + "]"), middle.map(text -> "[" + text));
    }

    private static byte[] slice(ChangeRecord record, int offset, int length) {
        return Arrays.copyOfRange(record.buffer(), offset, offset + length);
    }
}
