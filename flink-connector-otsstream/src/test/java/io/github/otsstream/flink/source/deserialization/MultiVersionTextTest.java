/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import java.math.BigDecimal;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Texts as DataX prints them, except where it loses something. */
class MultiVersionTextTest {

    private static String text(Object value) {
        return MultiVersionText.value(
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("id", 1)
                        .put("value", value)
                        .build()
                        .getColumns(),
                0);
    }

    @Example
    void printsEveryType() {
        assertThat(text("käse\t日\u0000")).isEqualTo("käse\t日\u0000");
        assertThat(text("")).isEmpty();
        assertThat(text(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(text(true)).isEqualTo("true");
        assertThat(text(false)).isEqualTo("false");
        assertThat(text(9.5)).isEqualTo("9.5");
        assertThat(text(1e7)).isEqualTo("10000000");
        assertThat(text(1.25e-7)).isEqualTo("0.000000125");
        assertThat(text(new byte[] {(byte) 0xff, 0, 1, 2})).isEqualTo("/wABAg==");
    }

    @Example
    void keepsWhatIsNoNumberAndTheSignOfZero() {
        assertThat(text(0.0)).isEqualTo("0.0");
        assertThat(text(-0.0)).isEqualTo("-0.0");
        assertThat(text(Double.NaN)).isEqualTo("NaN");
        assertThat(text(Double.POSITIVE_INFINITY)).isEqualTo("Infinity");
        assertThat(text(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    }

    @Property
    void doublesComeBackAsTheyWere(@ForAll double value) {
        assertThat(Double.doubleToLongBits(Double.parseDouble(text(value))))
                .isEqualTo(Double.doubleToLongBits(value));
        if (value != 0) {
            assertThat(text(value))
                    .isEqualTo(new BigDecimal(String.valueOf(value)).toPlainString());
        }
    }

    @Example
    void aDeletedColumnHasNoValue() {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.UPDATE)
                        .key("id", 1)
                        .deleteAllVersions("gone")
                        .build();
        assertThatThrownBy(() -> MultiVersionText.value(record.getColumns(), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'gone'");
    }

    @Property
    void sequencesAreThoseOfTheFormat(
            @ForAll int epoch, @ForAll long micros, @ForAll int rowIndex, @ForAll int cell) {
        ChangeRecord record =
                ChangeRecord.builder()
                        .shardId("0f3a9c_1700000000000000")
                        .operation(OperationType.PUT)
                        .sequence(epoch, micros, rowIndex)
                        .key("id", 1)
                        .build();

        String sequence = MultiVersionText.sequence(record);

        assertThat(sequence)
                .isEqualTo(
                        String.format(
                                "%010d_%020d_%010d_0f3a9c_1700000000000000",
                                epoch, micros, rowIndex));
        assertThat(MultiVersionText.sequence(sequence, cell))
                .isEqualTo(sequence + String.format(":%010d", cell));
    }
}
