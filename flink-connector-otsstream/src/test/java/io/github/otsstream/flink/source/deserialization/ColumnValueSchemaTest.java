/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.OperationType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ColumnValueSchemaTest {

    private final ColumnValueSchema<String> schema =
            new ColumnValueSchema<>("document", new Words());

    private static ChangeRecordBuilder change(OperationType operation) {
        return ChangeRecord.builder()
                .shardId("shard-1")
                .operation(operation)
                .sequence(1, 1_700_000_000_123_456L, 2)
                .key("id", 17L);
    }

    @Test
    void givesTheSchemaTheBytesOfTextAndBinaryValues() throws Exception {
        assertThat(
                        Deserialized.by(
                                schema,
                                change(OperationType.PUT)
                                        .put("other", "x")
                                        .put("document", "käse brot")
                                        .put("documents", "y")
                                        .build()))
                .containsExactly("käse", "brot");
        assertThat(
                        Deserialized.by(
                                schema,
                                change(OperationType.UPDATE)
                                        .put("document", "日".getBytes(StandardCharsets.UTF_8))
                                        .build()))
                .containsExactly("日");
    }

    @Test
    void givesTheSchemaEachVersionThatIsWritten() throws Exception {
        ChangeRecord record =
                change(OperationType.UPDATE)
                        .put("document", "new", 2)
                        .deleteVersion("document", 3)
                        .put("other", "x", 2)
                        .put("document", "old", 1)
                        .build();

        assertThat(Deserialized.by(schema.requireValue(), record)).containsExactly("new", "old");
    }

    @Test
    void emitsNothingWhereTheColumnIsNotWritten() throws Exception {
        assertThat(Deserialized.by(schema, change(OperationType.DELETE).build())).isEmpty();
        assertThat(Deserialized.by(schema, change(OperationType.PUT).put("o", 1).build()))
                .isEmpty();
        assertThat(
                        Deserialized.by(
                                schema,
                                change(OperationType.UPDATE).deleteAllVersions("document").build()))
                .isEmpty();
        assertThat(Deserialized.by(schema.requireValue(), change(OperationType.DELETE).build()))
                .isEmpty();
    }

    @Test
    void aMissingValueFailsWhereItIsRequired() {
        for (ChangeRecord record :
                List.of(
                        change(OperationType.PUT).put("other", 1).build(),
                        change(OperationType.UPDATE).deleteAllVersions("document").build())) {
            assertThatThrownBy(() -> Deserialized.by(schema.requireValue(), record))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "The column 'document' is required, but not written (table orders, shard"
                                    + " shard-1, sequence 1/1700000000123456/2, "
                                    + record.getOperation()
                                    + ")");
        }
    }

    @Test
    void aValueOfAnotherTypeFails() {
        assertThatThrownBy(
                        () ->
                                Deserialized.by(
                                        schema,
                                        change(OperationType.PUT).put("document", 1.5).build()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("The column 'document' holds DOUBLE")
                .hasMessageContaining("table orders, shard shard-1");
    }

    @Test
    void aValueThatTheSchemaRefusesFailsWithoutBeingShown() {
        ChangeRecord record = change(OperationType.PUT).put("document", "ok bad secret").build();

        assertThatThrownBy(() -> Deserialized.by(schema, record))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("The column 'document' can't be deserialized by")
                .hasMessageContaining("sequence 1/1700000000123456/2")
                .hasMessageNotContaining("secret")
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatFailsBehindTheCollectorIsNotTakenForTheValue() {
        Collector<String> failing =
                new Collector<>() {
                    @Override
                    public void collect(String element) {
                        throw new CancellationException("downstream");
                    }

                    @Override
                    public void close() {}
                };
        assertThatThrownBy(
                        () ->
                                schema.deserialize(
                                        change(OperationType.PUT).put("document", "a").build(),
                                        null,
                                        failing))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void opensTheSchemaAndHasItsType() throws Exception {
        ColumnValueSchema<String> copy = InstantiationUtil.clone(schema.requireValue());
        assertThat(copy.getProducedType()).isEqualTo(Types.STRING);
        Words.opened = false;
        copy.open(null);
        assertThat(Words.opened).isTrue();
    }

    /** Emits the words of a text, and refuses one. */
    private static final class Words extends AbstractDeserializationSchema<String> {

        private static final long serialVersionUID = 1L;

        private static boolean opened;

        @Override
        public void open(DeserializationSchema.InitializationContext context) {
            opened = true;
        }

        @Override
        public String deserialize(byte[] message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deserialize(byte[] message, Collector<String> out) {
            for (String word : new String(message, StandardCharsets.UTF_8).split(" ")) {
                if (word.equals("bad")) {
                    throw new IllegalArgumentException("not a word: secret");
                }
                out.collect(word);
            }
        }
    }
}
