/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder refuses, and what it says then. */
class PlainBufferDecoderTest {

    private static final SequenceInfo SEQUENCE = new SequenceInfo(1, 2_000_000, 3);

    private static ChangeRecord decode(byte[] row) {
        return new PlainBufferDecoder(row, "shard").decode(OperationType.UPDATE, 0, row.length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PlainBufferWriter rowWithKey() {
        return new PlainBufferWriter()
                .beginKey()
                .cell(utf8("id"), PlainBufferWriter.integerValue(7), (byte) 0, Cell.NO_VERSION);
    }

    private static byte[] validRow() {
        return rowWithKey()
                .beginColumns()
                .cell(
                        utf8("c"),
                        PlainBufferWriter.bytesValue(PlainBuffer.STRING, utf8("text")),
                        (byte) 0,
                        5)
                .sequence(SEQUENCE)
                .finish();
    }

    @Test
    void readsARow() {
        ChangeRecord record = decode(validRow());

        assertThat(record.getSequence()).isEqualTo(SEQUENCE);
        assertThat(record.getPrimaryKey().get("id").asLong()).isEqualTo(7);
        assertThat(record.getColumns().get("c").asString()).isEqualTo("text");
        assertThat(record.hasOriginColumns()).isFalse();
    }

    @Test
    void refusesEveryTruncation() {
        byte[] row = validRow();
        for (int length = 0; length < row.length; length++) {
            byte[] cut = Arrays.copyOf(row, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(PlainBufferFormatException.class);
        }
    }

    @Test
    void refusesEveryFlippedBitThatAChecksumCovers() {
        byte[] row = validRow();
        int sequence = row.length - 2 - 29;
        int valueLength = indexOf(row, utf8("text")) - 9;
        for (int at = 0; at < sequence; at++) {
            if (at >= valueLength && at < valueLength + 4 || at >= 14 && at < 18) {
                // The value's outer length is redundant, and no reader uses it.
                continue;
            }
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = row.clone();
                flipped[at] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> decode(flipped))
                        .as("byte %s, bit %s", at, bit)
                        .isInstanceOf(PlainBufferFormatException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 1000})
    void refusesALengthBeyondTheRowWithoutAllocatingIt(int length) {
        byte[] row = validRow();
        PlainBuffer.writeInt(row, 7, length);

        assertThatThrownBy(() -> decode(row))
                .isInstanceOf(PlainBufferFormatException.class)
                .hasMessage(
                        "The length of a name is "
                                + length
                                + ", with "
                                + (row.length - 11)
                                + " bytes left (at byte 11 of the row)");
    }

    @Test
    void countsOffsetsFromTheRowsBegin() {
        byte[] row = validRow();
        byte[] page = new byte[100 + row.length];
        System.arraycopy(row, 0, page, 100, row.length);
        page[100] = 0;

        assertThatThrownBy(
                        () ->
                                new PlainBufferDecoder(page, "shard")
                                        .decode(OperationType.PUT, 100, row.length))
                .isInstanceOf(PlainBufferFormatException.class)
                .hasMessage("The header is not that of a row (at byte 4 of the row)");
    }

    @Test
    void doesNotReadBeyondTheRowIntoThePage() {
        byte[] row = validRow();
        byte[] page = Arrays.copyOf(row, row.length + 100);

        assertThatThrownBy(
                        () ->
                                new PlainBufferDecoder(page, "shard")
                                        .decode(OperationType.PUT, 0, row.length - 1))
                .isInstanceOf(PlainBufferFormatException.class);
        assertThatThrownBy(
                        () ->
                                new PlainBufferDecoder(page, "shard")
                                        .decode(OperationType.PUT, 0, row.length + 1))
                .isInstanceOf(PlainBufferFormatException.class)
                .hasMessageStartingWith("Bytes follow the row");
    }

    @Test
    void refusesARangeOutsideTheBuffer() {
        PlainBufferDecoder decoder = new PlainBufferDecoder(new byte[10], "shard");

        assertThatThrownBy(() -> decoder.decode(OperationType.PUT, 5, 6))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(OperationType.PUT, -1, 6))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.decode(OperationType.PUT, Integer.MAX_VALUE, 6))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void needsAKeyAndASequence() {
        assertThatThrownBy(() -> decode(rowWithKey().finish()))
                .hasMessageStartingWith("The row has no sequence");
        assertThatThrownBy(
                        () ->
                                decode(
                                        new PlainBufferWriter()
                                                .beginKey()
                                                .sequence(SEQUENCE)
                                                .finish()))
                .hasMessageStartingWith("The row has no primary key");
        assertThatThrownBy(() -> decode(new PlainBufferWriter().sequence(SEQUENCE).finish()))
                .hasMessageStartingWith("The row has no primary key");
    }

    @Test
    void doesNotTakeOneRowsSequenceForTheNexts() {
        byte[] first = validRow();
        byte[] second = rowWithKey().finish();
        byte[] page = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, page, first.length, second.length);
        PlainBufferDecoder decoder = new PlainBufferDecoder(page, "shard");
        decoder.decode(OperationType.PUT, 0, first.length);

        assertThatThrownBy(() -> decoder.decode(OperationType.PUT, first.length, second.length))
                .hasMessageStartingWith("The row has no sequence");
    }

    @Test
    void refusesNamesThatAreNotUtf8() {
        byte[] row =
                rowWithKey()
                        .beginColumns()
                        .cell(
                                new byte[] {'a', (byte) 0xC3},
                                PlainBufferWriter.integerValue(1),
                                (byte) 0,
                                1)
                        .sequence(SEQUENCE)
                        .finish();

        assertThatThrownBy(() -> decode(row))
                .hasMessageStartingWith("A column's name is not UTF-8");
    }

    /** As the SDK does when it is asked for time-series format. */
    @ParameterizedTest
    @ValueSource(strings = {":", ":i", "::i"})
    void refusesFieldsOfTimeSeriesWithoutAName(String name) throws Exception {
        byte[] one = PlainBufferWriter.integerValue(1);
        byte[] valid = timeSeriesKey(one).sequence(SEQUENCE).finish();
        byte[] nameless =
                timeSeriesKey(one)
                        .beginColumns()
                        .cell(utf8(name), one, (byte) 0, 5)
                        .sequence(SEQUENCE)
                        .finish();
        byte[] both = Arrays.copyOf(valid, valid.length + nameless.length);
        System.arraycopy(nameless, 0, both, valid.length, nameless.length);

        assertThatThrownBy(() -> SdkRows.decodeTimeSeries(ActionType.UPDATE_ROW, nameless, null))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> decode(nameless))
                .isInstanceOf(PlainBufferFormatException.class)
                .hasMessageStartingWith("A field has an empty name");
        assertThatThrownBy(
                        () ->
                                new PlainBufferDecoder(both, "shard")
                                        .decode(
                                                OperationType.UPDATE,
                                                0,
                                                valid.length,
                                                valid.length,
                                                nameless.length))
                .hasMessageStartingWith("A field has an empty name");
    }

    private static PlainBufferWriter timeSeriesKey(byte[] value) {
        return new PlainBufferWriter()
                .beginKey()
                .cell(utf8("_#h"), value, (byte) 0, Cell.NO_VERSION)
                .cell(utf8("_m_name"), value, (byte) 0, Cell.NO_VERSION);
    }

    @Test
    void skipsExtensionsItDoesNotKnow() {
        byte[] row = validRow();
        byte[] unknown = {0x20, 3, 0, 0, 0, 1, 2, 3};
        byte[] extended = new byte[row.length + unknown.length];
        int sequence = row.length - 2 - 24;
        System.arraycopy(row, 0, extended, 0, sequence);
        System.arraycopy(unknown, 0, extended, sequence, unknown.length);
        System.arraycopy(row, sequence, extended, sequence + unknown.length, row.length - sequence);

        assertThat(decode(extended)).isEqualTo(decode(row));
    }

    @Test
    void indexesRowsWiderThanAnyIndex() {
        PlainBufferWriter row = rowWithKey().beginColumns();
        for (int i = 0; i < 10_000; i++) {
            row.cell(utf8("c" + i), PlainBufferWriter.integerValue(i), (byte) 0, i);
        }
        ColumnList columns = decode(row.sequence(SEQUENCE).finish()).getColumns();

        assertThat(columns).hasSize(10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(columns.asLong(i)).isEqualTo(i);
            assertThat(columns.nameEquals(i, utf8("c" + i))).isTrue();
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    private static ChangeRecord randomRecord(Random random) {
        ChangeRecordBuilder builder =
                ChangeRecord.builder().operation(OperationType.UPDATE).key("id", 1L);
        if (random.nextInt(8) == 0) {
            builder.key("id2", 1L);
        }
        for (String name : List.of("a", "b", "id")) {
            if (random.nextInt(8) != 0) {
                builder.put(name, random.nextInt());
            }
        }
        if (random.nextInt(8) == 0) {
            builder.origin(random.nextBoolean() ? "a" : "id", 1, 1);
        }
        return builder.build();
    }

    private static List<List<String>> namesOf(ChangeRecord record) {
        return Stream.of(record.getPrimaryKey(), record.getColumns(), record.getOriginColumns())
                .map(list -> list.stream().map(Column::getName).collect(Collectors.toList()))
                .collect(Collectors.toList());
    }

    /** Also where a record has left out what the one before it had, and the next has it again. */
    @Test
    void consecutiveRecordsShareTheirLayoutIfAndOnlyIfTheyHaveTheSameNames() {
        Random random = new Random(7);
        List<ChangeRecord> written = new ArrayList<>();
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int i = 0; i < 5_000; i++) {
            ChangeRecord record = randomRecord(random);
            written.add(record);
            rows.write(record.buffer(), 0, record.buffer().length);
        }
        PlainBufferDecoder decoder = new PlainBufferDecoder(rows.toByteArray(), "shard");
        Map<Object, List<List<String>>> namesOfLayouts = new IdentityHashMap<>();
        Object lastLayout = null;
        List<List<String>> lastNames = null;
        int offset = 0;
        for (ChangeRecord record : written) {
            int originOffset = offset + record.length();
            ChangeRecord decoded =
                    decoder.decode(
                            OperationType.UPDATE,
                            offset,
                            record.length(),
                            originOffset,
                            record.originLength());
            offset += record.buffer().length;
            List<List<String>> names = namesOf(decoded);
            assertThat(names).isEqualTo(namesOf(record));
            Object layout = decoded.getColumns().layout();
            assertThat(decoded.getPrimaryKey().layout()).isSameAs(layout);
            assertThat(decoded.compact().getColumns().layout()).isSameAs(layout);
            assertThat(namesOfLayouts.computeIfAbsent(layout, l -> names)).isEqualTo(names);
            assertThat(layout == lastLayout).isEqualTo(names.equals(lastNames));
            lastLayout = layout;
            lastNames = names;
        }
        assertThat(namesOfLayouts).hasSizeBetween(1_000, 4_500);
    }

    /** As many columns of each kind, whose names are in the places of names before. */
    @Test
    void anOriginRowWithoutItsKeyMakesAnotherLayout() {
        byte[] integer = PlainBufferWriter.integerValue(7);
        byte[] row = validRow();
        byte[] origin = rowWithKey().beginColumns().cell(utf8("c"), integer, (byte) 0, 5).finish();
        byte[] keyless =
                new PlainBufferWriter()
                        .beginColumns()
                        .cell(utf8("id"), integer, (byte) 0, 5)
                        .finish();
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        rows.writeBytes(row);
        rows.writeBytes(origin);
        rows.writeBytes(keyless);
        PlainBufferDecoder decoder = new PlainBufferDecoder(rows.toByteArray(), "shard");
        ColumnList first =
                decoder.decode(OperationType.UPDATE, 0, row.length, row.length, origin.length)
                        .getOriginColumns();
        ColumnList second =
                decoder.decode(
                                OperationType.UPDATE,
                                0,
                                row.length,
                                row.length + origin.length,
                                keyless.length)
                        .getOriginColumns();

        assertThat(first.name(0)).isEqualTo("c");
        assertThat(second.name(0)).isEqualTo("id");
        assertThat(second.layout()).isNotSameAs(first.layout());
    }

    @Test
    void aRecordAfterOneThatWasRefusedHasALayoutOfItsOwn() {
        byte[] row = validRow();
        byte[] rows = Arrays.copyOf(row, 3 * row.length);
        System.arraycopy(row, 0, rows, row.length, row.length);
        System.arraycopy(row, 0, rows, 2 * row.length, row.length);
        rows[2 * row.length - 1] ^= 1;
        PlainBufferDecoder decoder = new PlainBufferDecoder(rows, "shard");
        ChangeRecord first = decoder.decode(OperationType.PUT, 0, row.length);

        assertThatThrownBy(() -> decoder.decode(OperationType.PUT, row.length, row.length))
                .isInstanceOf(PlainBufferFormatException.class);

        assertThat(
                        decoder.decode(OperationType.PUT, 2 * row.length, row.length)
                                .getColumns()
                                .layout())
                .isNotSameAs(first.getColumns().layout());
    }
}
