/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.OperationType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

class ValueConverterTest {

    private static Object convert(DataType type, Object value) {
        ValueConverter converter = ValueConverters.of(type.getLogicalType());
        Object converted = converter.fromObject(value);
        // From a record, the value lies somewhere in the page.
        ColumnList columns =
                ChangeRecord.builder()
                        .operation(OperationType.UPDATE)
                        .key("id", 1L)
                        .put("before", "x")
                        .put("c", value)
                        .build()
                        .getColumns();
        assertThat(converter.fromColumn(columns, 1)).isEqualTo(converted);
        return converted;
    }

    private static StringData text(String text) {
        return StringData.fromString(text);
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }

    private static TimestampData timestamp(String local) {
        return TimestampData.fromLocalDateTime(LocalDateTime.parse(local));
    }

    @Property
    void anIntegerBecomesAnIntegralTypeThatHoldsIt(@ForAll long value) {
        assertThat(convert(DataTypes.TINYINT(), value))
                .isEqualTo((byte) value == value ? (Object) (byte) value : Misfit.RANGE);
        assertThat(convert(DataTypes.SMALLINT(), value))
                .isEqualTo((short) value == value ? (Object) (short) value : Misfit.RANGE);
        assertThat(convert(DataTypes.INT(), value))
                .isEqualTo((int) value == value ? (Object) (int) value : Misfit.RANGE);
        assertThat(convert(DataTypes.BIGINT(), value)).isEqualTo(value);
        assertThat(convert(DataTypes.BIGINT(), Long.toString(value))).isEqualTo(value);
        assertThat(convert(DataTypes.INT(), Long.toString(value)))
                .isEqualTo((int) value == value ? (Object) (int) value : Misfit.RANGE);
    }

    @Property
    void anIntegerBecomesAFractionThatGivesItBack(@ForAll long value) {
        assertThat(convert(DataTypes.DOUBLE(), value))
                .isEqualTo(
                        new BigDecimal((double) value).equals(BigDecimal.valueOf(value))
                                ? (Object) (double) value
                                : Misfit.DIGITS);
        assertThat(convert(DataTypes.FLOAT(), value))
                .isEqualTo(
                        new BigDecimal((float) value).equals(BigDecimal.valueOf(value))
                                ? (Object) (float) value
                                : Misfit.DIGITS);
    }

    @Property
    void aDecimalIsTheNumberOrNone(
            @ForAll @BigRange(min = "-1000000000000", max = "1000000000000") BigDecimal value,
            @ForAll @IntRange(min = 1, max = 38) int precision,
            @ForAll @IntRange(max = 8) int wantedScale) {
        int scale = Math.min(wantedScale, precision);
        DataType type = DataTypes.DECIMAL(precision, scale);
        BigDecimal shortest = value.stripTrailingZeros();
        Object expected;
        if (shortest.scale() > scale) {
            expected = Misfit.DIGITS;
        } else if (value.setScale(scale).precision() > precision) {
            expected = Misfit.RANGE;
        } else {
            expected = DecimalData.fromBigDecimal(value, precision, scale);
        }

        assertThat(convert(type, value.toString())).isEqualTo(expected);
        if (shortest.scale() <= 0) {
            assertThat(convert(type, value.longValueExact())).isEqualTo(expected);
        }
        if (BigDecimal.valueOf(value.doubleValue()).compareTo(value) == 0) {
            assertThat(convert(type, value.doubleValue())).isEqualTo(expected);
        }
    }

    @Example
    void aDecimalIsNeitherRoundedNorWrittenOutForever() {
        assertThat(convert(DataTypes.DECIMAL(10, 2), 9.99)).isEqualTo(decimal("9.99", 10, 2));
        assertThat(convert(DataTypes.DECIMAL(10, 2), 0.1 + 0.2)).isEqualTo(Misfit.DIGITS);
        assertThat(convert(DataTypes.DECIMAL(10, 2), "9.990")).isEqualTo(decimal("9.99", 10, 2));
        assertThat(convert(DataTypes.DECIMAL(3, 0), 1e300)).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.DECIMAL(38, 18), "1e2147483647")).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.DECIMAL(38, 18), "1e-2147483647")).isEqualTo(Misfit.DIGITS);
        assertThat(convert(DataTypes.DECIMAL(38, 0), "1".repeat(100_000))).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.DECIMAL(38, 0), Long.MIN_VALUE))
                .isEqualTo(decimal("-9223372036854775808", 38, 0));
        assertThat(convert(DataTypes.DECIMAL(10, 2), Double.NaN)).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.DECIMAL(10, 2), Double.NEGATIVE_INFINITY))
                .isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.DECIMAL(10, 2), "many")).isEqualTo(Misfit.TEXT);
    }

    @Property
    void aDoubleBecomesTheNearestFloatUnlessThatIsInfinityOrZero(@ForAll double value) {
        assertThat(convert(DataTypes.DOUBLE(), value)).isEqualTo(value);
        assertThat(convert(DataTypes.DOUBLE(), Double.toString(value))).isEqualTo(value);
        boolean tooLarge = Math.abs(value) >= 0x1.ffffffp127;
        boolean tooSmall = value != 0 && Math.abs(value) <= 0x1p-150;
        assertThat(convert(DataTypes.FLOAT(), value))
                .isEqualTo(tooLarge || tooSmall ? Misfit.RANGE : (Object) (float) value);
    }

    @Example
    void fractionsAreReadFromTextThatSaysOne() {
        assertThat(convert(DataTypes.FLOAT(), Double.NaN)).isEqualTo(Float.NaN);
        assertThat(convert(DataTypes.FLOAT(), Double.POSITIVE_INFINITY))
                .isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(convert(DataTypes.DOUBLE(), -0.0)).isEqualTo(-0.0);
        assertThat(convert(DataTypes.FLOAT(), "0.1")).isEqualTo(0.1f);
        assertThat(convert(DataTypes.DOUBLE(), "-1.5e3")).isEqualTo(-1500.0);
        assertThat(convert(DataTypes.DOUBLE(), "-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(convert(DataTypes.DOUBLE(), "NaN")).isEqualTo(Double.NaN);
        assertThat(convert(DataTypes.DOUBLE(), "0e9")).isEqualTo(0.0);
        for (String none : new String[] {"", " 1", "1d", "0x1p3", "1,5", "e", "١"}) {
            assertThat(convert(DataTypes.DOUBLE(), none)).isEqualTo(Misfit.TEXT);
            assertThat(convert(DataTypes.BIGINT(), none)).isEqualTo(Misfit.TEXT);
        }
        assertThat(convert(DataTypes.DOUBLE(), "1e999")).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.DOUBLE(), "1e-999")).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.FLOAT(), "1e39")).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.FLOAT(), "1e-46")).isEqualTo(Misfit.RANGE);
    }

    @Property
    void textKeepsItsBytes(@ForAll String value) {
        // Lone halves of surrogate pairs have no bytes in UTF-8.
        String whole = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        int characters = whole.codePointCount(0, whole.length());

        assertThat(convert(DataTypes.STRING(), whole)).isEqualTo(text(whole)).hasToString(whole);
        if (characters > 0) {
            assertThat(convert(DataTypes.VARCHAR(characters), whole)).isEqualTo(text(whole));
            assertThat(convert(DataTypes.CHAR(characters), whole)).isEqualTo(text(whole));
        }
        assertThat(convert(DataTypes.CHAR(characters + 2), whole)).isEqualTo(text(whole + "  "));
        if (characters > 1) {
            assertThat(convert(DataTypes.VARCHAR(characters - 1), whole)).isEqualTo(Misfit.LENGTH);
            assertThat(convert(DataTypes.CHAR(characters - 1), whole)).isEqualTo(Misfit.LENGTH);
        }
    }

    @Property
    void binaryKeepsItsBytes(@ForAll @Size(max = 50) byte[] value) {
        int size = value.length;
        assertThat(convert(DataTypes.BYTES(), value)).isEqualTo(value);
        if (size > 0) {
            assertThat(convert(DataTypes.VARBINARY(size), value)).isEqualTo(value);
            assertThat(convert(DataTypes.BINARY(size), value)).isEqualTo(value);
        }
        assertThat(convert(DataTypes.BINARY(size + 1), value)).isEqualTo(Misfit.LENGTH);
        if (size > 1) {
            assertThat(convert(DataTypes.VARBINARY(size - 1), value)).isEqualTo(Misfit.LENGTH);
            assertThat(convert(DataTypes.BINARY(size - 1), value)).isEqualTo(Misfit.LENGTH);
        }
    }

    @Example
    void booleans() {
        assertThat(convert(DataTypes.BOOLEAN(), true)).isEqualTo(true);
        assertThat(convert(DataTypes.BOOLEAN(), "False")).isEqualTo(false);
        assertThat(convert(DataTypes.BOOLEAN(), "TRUE")).isEqualTo(true);
        assertThat(convert(DataTypes.BOOLEAN(), "1")).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.BOOLEAN(), 1L)).isEqualTo(Misfit.TYPE);
    }

    @Example
    void dates() {
        assertThat(convert(DataTypes.DATE(), "2024-02-29"))
                .isEqualTo((int) LocalDate.of(2024, 2, 29).toEpochDay());
        assertThat(convert(DataTypes.DATE(), "0000-01-01"))
                .isEqualTo((int) LocalDate.of(0, 1, 1).toEpochDay());
        assertThat(convert(DataTypes.DATE(), "2023-02-29")).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.DATE(), "20240229")).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.DATE(), "2024-02-29T00:00")).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.DATE(), "+12024-02-29")).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.DATE(), 19782L)).isEqualTo(Misfit.TYPE);
    }

    @Example
    void times() {
        assertThat(convert(DataTypes.TIME(), "23:59:58")).isEqualTo(86_398_000);
        assertThat(convert(DataTypes.TIME(), "23:59")).isEqualTo(86_340_000);
        assertThat(convert(DataTypes.TIME(3), "00:00:00.125")).isEqualTo(125);
        assertThat(convert(DataTypes.TIME(0), "00:00:00.125")).isEqualTo(Misfit.DIGITS);
        assertThat(convert(DataTypes.TIME(0), "00:00:00.000")).isEqualTo(0);
        assertThat(convert(DataTypes.TIME(9), "00:00:00.0001")).isEqualTo(Misfit.DIGITS);
        assertThat(convert(DataTypes.TIME(), "24:00:00")).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.TIME(), 1L)).isEqualTo(Misfit.TYPE);
    }

    @Example
    void timestampsOfMilliseconds() {
        TimestampData expected = timestamp("2023-11-14T22:13:20.123");
        assertThat(convert(DataTypes.TIMESTAMP(3), 1_700_000_000_123L)).isEqualTo(expected);
        assertThat(convert(DataTypes.TIMESTAMP_LTZ(6), 1_700_000_000_123L)).isEqualTo(expected);
        assertThat(convert(DataTypes.TIMESTAMP(2), 1_700_000_000_123L)).isEqualTo(Misfit.DIGITS);
        assertThat(convert(DataTypes.TIMESTAMP(0), 1_700_000_000_000L))
                .isEqualTo(timestamp("2023-11-14T22:13:20"));
        assertThat(convert(DataTypes.TIMESTAMP(3), -1L))
                .isEqualTo(timestamp("1969-12-31T23:59:59.999"));
        // Microseconds by mistake.
        assertThat(convert(DataTypes.TIMESTAMP(3), 1_700_000_000_123_456L)).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.TIMESTAMP(3), Long.MIN_VALUE)).isEqualTo(Misfit.RANGE);
        assertThat(convert(DataTypes.TIMESTAMP(3), 1.7e12)).isEqualTo(Misfit.TYPE);
    }

    @Example
    void timestampsOfText() {
        TimestampData expected = timestamp("2024-02-29T23:59:59.125");
        for (String text : new String[] {"2024-02-29T23:59:59.125", "2024-02-29 23:59:59.125000"}) {
            assertThat(convert(DataTypes.TIMESTAMP(3), text)).isEqualTo(expected);
            assertThat(convert(DataTypes.TIMESTAMP_LTZ(3), text)).isEqualTo(expected);
        }
        for (String text :
                new String[] {"2024-02-29T23:59:59.125Z", "2024-03-01 07:59:59.125+08:00"}) {
            assertThat(convert(DataTypes.TIMESTAMP_LTZ(3), text)).isEqualTo(expected);
            assertThat(convert(DataTypes.TIMESTAMP(3), text)).isEqualTo(Misfit.TEXT);
        }
        assertThat(convert(DataTypes.TIMESTAMP(9), "2024-02-29T23:59:59.123456789"))
                .isEqualTo(timestamp("2024-02-29T23:59:59.123456789"));
        assertThat(convert(DataTypes.TIMESTAMP(6), "2024-02-29T23:59:59.123456789"))
                .isEqualTo(Misfit.DIGITS);
        for (String none : new String[] {"", "2024-02-30T00:00:00", "2024-02-29", "soon"}) {
            assertThat(convert(DataTypes.TIMESTAMP(3), none)).isEqualTo(Misfit.TEXT);
            assertThat(convert(DataTypes.TIMESTAMP_LTZ(3), none)).isEqualTo(Misfit.TEXT);
        }
    }

    @Example
    void otherTypesAreNotTaken() {
        byte[] bytes = "1".getBytes(StandardCharsets.UTF_8);
        assertThat(convert(DataTypes.STRING(), 1L)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.STRING(), 1.0)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.STRING(), true)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.STRING(), bytes)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.BYTES(), "1")).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.BIGINT(), 1.0)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.BIGINT(), bytes)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.DOUBLE(), true)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.DECIMAL(3, 1), true)).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.ARRAY(DataTypes.INT()), 1L)).isEqualTo(Misfit.TYPE);
    }

    @Example
    void jsonInTextOrBinary() {
        DataType type =
                DataTypes.ROW(
                        DataTypes.FIELD("name", DataTypes.STRING()),
                        DataTypes.FIELD("sizes", DataTypes.ARRAY(DataTypes.INT())),
                        DataTypes.FIELD("price", DataTypes.DECIMAL(20, 2)),
                        DataTypes.FIELD("at", DataTypes.TIMESTAMP_LTZ(3)),
                        DataTypes.FIELD("raw", DataTypes.BYTES()),
                        DataTypes.FIELD(
                                "by", DataTypes.MAP(DataTypes.STRING(), DataTypes.BOOLEAN())));
        String json =
                "{\"other\": {\"deep\": [1, {}]}, \"name\": \"käse\", \"sizes\": [1, null, 3],"
                        + "\"price\": 123456789012345678.90, \"at\": \"2024-02-29T23:59:59.125Z\","
                        + "\"raw\": \""
                        + Base64.getEncoder().encodeToString(new byte[] {1, 2})
                        + "\", \"by\": {\"a\": true, \"b\": null}}";
        Map<StringData, Boolean> by = new LinkedHashMap<>();
        by.put(text("a"), true);
        by.put(text("b"), null);

        Object row = ValueConverters.of(type.getLogicalType()).fromObject(json);

        assertThat(row)
                .isEqualTo(
                        GenericRowData.of(
                                text("käse"),
                                new GenericArrayData(new Object[] {1, null, 3}),
                                decimal("123456789012345678.90", 20, 2),
                                timestamp("2024-02-29T23:59:59.125"),
                                new byte[] {1, 2},
                                new GenericMapData(by)));
        assertThat(convert(type, json.getBytes(StandardCharsets.UTF_8))).isEqualTo(row);
        assertThat(convert(type, "{}"))
                .isEqualTo(GenericRowData.of(null, null, null, null, null, null));
        assertThat(convert(type, "null")).isNull();
    }

    @Example
    void jsonThatIsAnotherValueIsNoneAtAll() {
        DataType ints = DataTypes.ARRAY(DataTypes.INT());
        DataType map = DataTypes.MAP(DataTypes.INT(), DataTypes.DOUBLE());
        DataType row = DataTypes.ROW(DataTypes.FIELD("a", DataTypes.INT().notNull()));
        for (String none : new String[] {"", "[1", "[1] 2", "[1],", "{\"1\":1,\"1\":2}", "x"}) {
            assertThat(convert(none.contains("{") ? map : ints, none)).isEqualTo(Misfit.TEXT);
        }
        assertThat(convert(map, "{\"1\":1,\"01\":2}")).isEqualTo(Misfit.TEXT);
        assertThat(convert(map, "{\"a\":1}")).isEqualTo(Misfit.TEXT);
        assertThat(convert(map, "{\"1\":1e999}")).isEqualTo(Misfit.RANGE);
        assertThat(convert(map, "[1]")).isEqualTo(Misfit.TYPE);
        assertThat(convert(ints, "[3000000000]")).isEqualTo(Misfit.RANGE);
        assertThat(convert(ints, "[30000000000000000000]")).isEqualTo(Misfit.TYPE);
        assertThat(convert(ints, "[1.0]")).isEqualTo(Misfit.TYPE);
        assertThat(convert(ints, "[[1]]")).isEqualTo(Misfit.TYPE);
        assertThat(convert(ints, "{}")).isEqualTo(Misfit.TYPE);
        assertThat(convert(row, "{\"a\":null}")).isEqualTo(Misfit.NULL);
        assertThat(convert(row, "{}")).isEqualTo(Misfit.NULL);
        assertThat(convert(row, "[]")).isEqualTo(Misfit.TYPE);
        assertThat(convert(row.notNull(), "null")).isEqualTo(Misfit.NULL);
        assertThat(convert(DataTypes.ARRAY(DataTypes.STRING()), "[1]")).isEqualTo(Misfit.TYPE);
        assertThat(convert(DataTypes.ARRAY(DataTypes.BYTES()), "[\"?\"]")).isEqualTo(Misfit.TEXT);
        assertThat(convert(DataTypes.ARRAY(DataTypes.CHAR(1)), "[\"ab\"]"))
                .isEqualTo(Misfit.LENGTH);
    }

    @Example
    void typesThatNothingBecomesAreRefused() {
        for (DataType none :
                Arrays.asList(
                        DataTypes.INTERVAL(DataTypes.DAY()),
                        DataTypes.MULTISET(DataTypes.INT()),
                        DataTypes.ARRAY(DataTypes.INTERVAL(DataTypes.DAY())))) {
            assertThatThrownBy(() -> ValueConverters.of(none.getLogicalType()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("can't become");
        }
    }
}
