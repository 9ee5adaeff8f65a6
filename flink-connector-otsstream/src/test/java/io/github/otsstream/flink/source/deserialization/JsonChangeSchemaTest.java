/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.api.common.typeinfo.Types;

class JsonChangeSchemaTest {

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder()
                .shardId("0f3a9c_1700000000000000")
                .operation(operation)
                .sequence(1, 1_700_000_000_123_456L, 2)
                .key("id", 17L);
    }

    private static String json(ChangeRecord record) throws Exception {
        List<String> elements = Deserialized.by(new JsonChangeSchema(), record);
        assertThat(elements).hasSize(1);
        return elements.get(0);
    }

    @Example
    void writesTheDocumentedLayout() throws Exception {
        ChangeRecord record =
                change(OperationType.UPDATE)
                        .put("price", 9.5, 1_700_000_000_123L)
                        .deleteVersion("note", 1_600_000_000_000L)
                        .deleteAllVersions("tag")
                        .origin("price", 8.25, 1_600_000_000_000L)
                        .build();

        assertThat(json(record))
                .isEqualTo(
                        "{\"table\":\"orders\",\"shard\":\"0f3a9c_1700000000000000\","
                                + "\"operation\":\"UPDATE\",\"sequence\":{\"epoch\":1,"
                                + "\"timestampMicros\":1700000000123456,\"rowIndex\":2},"
                                + "\"primaryKey\":[{\"name\":\"id\",\"type\":\"INTEGER\",\"value\":17}],"
                                + "\"columns\":[{\"name\":\"price\",\"operation\":\"PUT\","
                                + "\"version\":1700000000123,\"type\":\"DOUBLE\",\"value\":9.5},"
                                + "{\"name\":\"note\",\"operation\":\"DELETE_ONE_VERSION\","
                                + "\"version\":1600000000000},"
                                + "{\"name\":\"tag\",\"operation\":\"DELETE_ALL_VERSIONS\"}],"
                                + "\"originColumns\":[{\"name\":\"price\","
                                + "\"version\":1600000000000,\"type\":\"DOUBLE\",\"value\":8.25}]}");
    }

    @Example
    void tellsNoOriginFromAnEmptyOne() throws Exception {
        assertThat(json(change(OperationType.DELETE).build()))
                .endsWith("\"columns\":[]}")
                .doesNotContain("originColumns");
        assertThat(json(change(OperationType.PUT).withOriginColumns().build()))
                .endsWith("\"columns\":[],\"originColumns\":[]}");
    }

    @Example
    void writesEveryType() throws Exception {
        ChangeRecord record =
                change(OperationType.PUT)
                        .put("long", Long.MIN_VALUE, 1)
                        .put("true", true, 1)
                        .put("bytes", new byte[] {(byte) 0xff, 0, 1, 2}, 1)
                        .put("empty", new byte[0], 1)
                        .put("nan", Double.NaN, 1)
                        .put("inf", Double.POSITIVE_INFINITY, 1)
                        .put("-inf", Double.NEGATIVE_INFINITY, 1)
                        .put("\"\n", "käse \"\\\u0000\n日😀", 1)
                        .build();

        assertThat(json(record))
                .contains("\"type\":\"INTEGER\",\"value\":-9223372036854775808}")
                .contains("\"type\":\"BOOLEAN\",\"value\":true}")
                .contains("\"type\":\"BINARY\",\"value\":\"/wABAg==\"}")
                .contains("\"type\":\"BINARY\",\"value\":\"\"}")
                .contains("\"type\":\"DOUBLE\",\"value\":\"NaN\"}")
                .contains("\"type\":\"DOUBLE\",\"value\":\"Infinity\"}")
                .contains("\"type\":\"DOUBLE\",\"value\":\"-Infinity\"}")
                .contains("\"name\":\"\\\"\\n\"")
                .contains("\"value\":\"käse \\\"\\\\\\u0000\\n日😀\"}")
                .doesNotContain("\n");
    }

    @Property(tries = 300)
    void valuesComeBackAsTheyWere(
            @ForAll long integer, @ForAll double number, @ForAll String text, @ForAll byte[] bytes)
            throws Exception {
        ChangeRecord record =
                change(OperationType.PUT)
                        .put("c", integer, 1)
                        .put("c", number, 1)
                        .put("c", text, 1)
                        .put("c", bytes, 1)
                        .build();

        try (JsonParser parser = new JsonFactory().createParser(json(record))) {
            toValue(parser);
            toValue(parser);
            assertThat(parser.getLongValue()).isEqualTo(integer);
            toValue(parser);
            assertThat(Double.doubleToLongBits(Double.parseDouble(parser.getText())))
                    .isEqualTo(Double.doubleToLongBits(number));
            toValue(parser);
            // Java's encoder has made question marks of lone surrogates before they got here.
            assertThat(parser.getText()).isEqualTo(record.getColumns().get(2).asString());
            toValue(parser);
            assertThat(parser.getBinaryValue()).isEqualTo(bytes);
            while (parser.nextToken() != null) {
                assertThat(parser.currentToken()).isNotEqualTo(JsonToken.VALUE_NULL);
            }
        }
    }

    private static void toValue(JsonParser parser) throws Exception {
        do {
            assertThat(parser.nextToken()).isNotNull();
        } while (!(parser.currentToken().isScalarValue() && "value".equals(parser.currentName())));
    }

    @Example
    void emitsText() {
        assertThat(new JsonChangeSchema().getProducedType()).isEqualTo(Types.STRING);
    }
}
