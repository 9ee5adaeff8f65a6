/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCrc8;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * The decoder against the official SDK's: what both accept they read alike, and what the SDK
 * refuses we refuse.
 */
class PlainBufferDecoderPropertyTest {

    private static final OperationType[] OPERATIONS = OperationType.values();

    @BeforeContainer
    static void silenceTheOracle() {
        // It logs every row that it refuses.
        Configurator.setLevel("com.alicloud", Level.OFF);
    }

    @Property(tries = 2000)
    void readsWhatTheSdkWrites(@ForAll("changes") EncodedChange change) throws Exception {
        StreamRecord expected = SdkRows.decode(change.action, change.row, change.origin);

        SdkRows.assertSame(change.decode(), expected);
    }

    @Property(tries = 2000)
    void readsAPageOfRowsFromOneArray(@ForAll("pages") List<EncodedChange> changes)
            throws Exception {
        byte[] page =
                new byte[changes.stream().mapToInt(c -> c.row.length + c.originLength()).sum()];
        PlainBufferDecoder decoder = new PlainBufferDecoder(page, "shard");
        int[] offsets = new int[changes.size() + 1];
        for (int i = 0; i < changes.size(); i++) {
            EncodedChange change = changes.get(i);
            System.arraycopy(change.row, 0, page, offsets[i], change.row.length);
            if (change.origin != null) {
                System.arraycopy(
                        change.origin,
                        0,
                        page,
                        offsets[i] + change.row.length,
                        change.origin.length);
            }
            offsets[i + 1] = offsets[i] + change.row.length + change.originLength();
        }
        List<ChangeRecord> records = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            EncodedChange change = changes.get(i);
            records.add(
                    decoder.decode(
                            change.operation(),
                            offsets[i],
                            change.row.length,
                            offsets[i] + change.row.length,
                            change.origin == null ? -1 : change.origin.length));
        }
        for (int i = 0; i < changes.size(); i++) {
            EncodedChange change = changes.get(i);
            StreamRecord expected = SdkRows.decode(change.action, change.row, change.origin);
            SdkRows.assertSame(records.get(i), expected);
            SdkRows.assertSame(records.get(i).compact(), expected);
            assertThat(records.get(i).compact())
                    .isEqualTo(records.get(i))
                    .isEqualTo(change.decode());
            assertThat(records.get(i).compact()).hasSameHashCodeAs(change.decode());
        }
    }

    /** Bits flipped, bytes overwritten, cut out, doubled: nearly all of it fails on a checksum. */
    @Property(tries = 20_000)
    void treatsDamagedBytesAsTheSdkDoes(
            @ForAll("changes") EncodedChange change, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = damage(change.row, random);

        compare(change.action, damaged, change.origin);
    }

    /** The same damage, then one byte in all its values, so that some checksums fit. */
    @Property(tries = 200)
    void treatsEveryValueOfOneByteAsTheSdkDoes(
            @ForAll("changes") EncodedChange change, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = damage(change.row, random);
        int at = random.nextInt(Math.max(1, damaged.length));
        for (int value = 0; value < 256 && damaged.length > 0; value++) {
            damaged[at] = (byte) value;
            compare(change.action, damaged, change.origin);
        }
    }

    /** A decoder remembers what it has found out of the names and versions of the row before. */
    @Property(tries = 20_000)
    void readsARowAsIfItHadNotSeenAnother(
            @ForAll("changes") EncodedChange change, @ForAll long seed) {
        byte[] damaged = damage(change.row, new Random(seed));
        byte[] both = concat(change.row, damaged);
        int at = change.row.length;
        PlainBufferDecoder decoder = new PlainBufferDecoder(both, "shard");
        assertThat(decoder.decode(change.operation(), 0, at))
                .isEqualTo(decoder.decode(change.operation(), 0, at));

        ChangeRecord expected;
        try {
            expected =
                    new PlainBufferDecoder(both, "shard")
                            .decode(change.operation(), at, damaged.length);
        } catch (PlainBufferFormatException e) {
            assertThatThrownBy(() -> decoder.decode(change.operation(), at, damaged.length))
                    .isInstanceOf(PlainBufferFormatException.class)
                    .hasMessage(e.getMessage());
            return;
        }
        assertThat(decoder.decode(change.operation(), at, damaged.length)).isEqualTo(expected);
    }

    /** Cells that lack parts, or have too many, all with right checksums. */
    @Property(tries = 20_000)
    void treatsOddCellsAsTheSdkDoes(@ForAll("oddRows") PlainBufferRow row) throws Exception {
        byte[] bytes = SdkRows.encode(row, new SequenceInfo(1, 2, 3));

        compare(ActionType.UPDATE_ROW, bytes, null);
        compare(ActionType.PUT_ROW, SdkRows.encode(validRow(), new SequenceInfo(1, 2, 3)), bytes);
    }

    @Property(tries = 2000)
    void checksumIsTheSdks(@ForAll byte[] bytes, @ForAll byte crc, @ForAll long number) {
        assertThat(Crc8.update(crc, bytes, 0, bytes.length))
                .isEqualTo(PlainBufferCrc8.crc8Slow(crc, bytes));
        assertThat(Crc8.update(crc, number)).isEqualTo(PlainBufferCrc8.crc8(crc, number));
        for (int from = 1; from < Math.min(9, bytes.length); from++) {
            byte[] tail = Arrays.copyOfRange(bytes, from, bytes.length);
            assertThat(Crc8.update(crc, bytes, from, tail.length))
                    .isEqualTo(PlainBufferCrc8.crc8Slow(crc, tail));
        }
    }

    /** Either both read the same, or ours refuses with the one exception that it may throw. */
    private static void compare(ActionType action, byte[] row, byte[] origin) {
        StreamRecord expected;
        try {
            expected = SdkRows.decode(action, row, origin);
        } catch (Exception e) {
            expected = null;
        }
        ChangeRecord record;
        try {
            record = new EncodedChange(action, row, origin).decode();
        } catch (PlainBufferFormatException e) {
            assertThat(e).hasMessageContaining("at byte " + e.getOffset());
            return;
        }
        assertThat(expected)
                .as("the SDK refuses %s, we read %s", Arrays.toString(row), record)
                .isNotNull();
        SdkRows.assertSame(record, expected);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        int rounds = 1 + random.nextInt(3);
        for (int round = 0; round < rounds && damaged.length > 0; round++) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(6)) {
                case 0:
                    damaged[at] ^= (byte) (1 << random.nextInt(8));
                    break;
                case 1:
                    damaged[at] = (byte) random.nextInt();
                    break;
                case 2:
                    damaged = Arrays.copyOf(damaged, at);
                    break;
                case 3:
                    damaged =
                            concat(
                                    Arrays.copyOf(damaged, at),
                                    Arrays.copyOfRange(damaged, at, damaged.length));
                    damaged =
                            concat(
                                    damaged,
                                    Arrays.copyOfRange(bytes, 0, Math.min(bytes.length, at)));
                    break;
                case 4:
                    int to = Math.min(damaged.length, at + 1 + random.nextInt(12));
                    damaged =
                            concat(
                                    Arrays.copyOf(damaged, at),
                                    Arrays.copyOfRange(damaged, to, damaged.length));
                    break;
                default:
                    int[] lengths = {
                        -1,
                        Integer.MIN_VALUE,
                        Integer.MAX_VALUE,
                        0,
                        damaged.length,
                        damaged.length - at
                    };
                    if (at + 4 <= damaged.length) {
                        PlainBuffer.writeInt(damaged, at, lengths[random.nextInt(lengths.length)]);
                    }
            }
        }
        return damaged;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static PlainBufferRow validRow() {
        return new PlainBufferRow(
                List.of(SdkRows.keyCell("k", PrimaryKeyValue.fromLong(1))),
                List.of(SdkRows.cell("c", ColumnValue.fromLong(2), 3)),
                false);
    }

    @Provide
    Arbitrary<List<EncodedChange>> pages() {
        return changes().list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    Arbitrary<EncodedChange> changes() {
        Arbitrary<List<PlainBufferCell>> keys = keyCells().list().ofMinSize(1).ofMaxSize(4);
        Arbitrary<List<PlainBufferCell>> columns = columnCells().list().ofMaxSize(8);
        Arbitrary<List<PlainBufferCell>> origins =
                writtenCells().list().ofMaxSize(4).injectNull(0.5);
        Arbitrary<SequenceInfo> sequences =
                Combinators.combine(
                                Arbitraries.integers(), Arbitraries.longs(), Arbitraries.integers())
                        .as(SequenceInfo::new);
        return Combinators.combine(
                        keys, columns, origins, sequences, Arbitraries.of(ActionType.values()))
                .as(PlainBufferDecoderPropertyTest::encode);
    }

    private static EncodedChange encode(
            List<PlainBufferCell> keys,
            List<PlainBufferCell> columns,
            List<PlainBufferCell> origins,
            SequenceInfo sequence,
            ActionType action) {
        try {
            boolean delete = action == ActionType.DELETE_ROW;
            byte[] row =
                    SdkRows.encode(
                            new PlainBufferRow(keys, delete ? List.of() : columns, delete),
                            sequence);
            byte[] origin =
                    origins == null
                            ? null
                            : SdkRows.encode(new PlainBufferRow(keys, origins, false));
            return new EncodedChange(action, row, origin);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(20),
                Arbitraries.strings()
                        .withChars("äß漢😀")
                        .ofMinLength(1)
                        .ofMaxLength(6)
                        .map(PlainBufferDecoderPropertyTest::wellFormed));
    }

    /** A text out of single chars may hold half a surrogate pair, which has no UTF-8. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static Arbitrary<PlainBufferCell> keyCells() {
        Arbitrary<PrimaryKeyValue> values =
                Arbitraries.oneOf(
                        Arbitraries.longs().map(PrimaryKeyValue::fromLong),
                        Arbitraries.strings().ofMaxLength(20).map(PrimaryKeyValue::fromString),
                        Arbitraries.bytes()
                                .array(byte[].class)
                                .ofMaxSize(20)
                                .map(PrimaryKeyValue::fromBinary));
        return Combinators.combine(names(), values).as(SdkRows::keyCell);
    }

    private static Arbitrary<ColumnValue> values() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(ColumnValue::fromLong),
                Arbitraries.longs().map(Double::longBitsToDouble).map(ColumnValue::fromDouble),
                Arbitraries.of(true, false).map(ColumnValue::fromBoolean),
                Arbitraries.strings().ofMaxLength(40).map(ColumnValue::fromString),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ColumnValue::fromBinary));
    }

    private static Arbitrary<Long> versions() {
        return Arbitraries.longs().between(0, Long.MAX_VALUE);
    }

    private static Arbitrary<PlainBufferCell> writtenCells() {
        return Combinators.combine(names(), values(), versions()).as(SdkRows::cell);
    }

    private static Arbitrary<PlainBufferCell> columnCells() {
        Arbitrary<PlainBufferCell> deletedVersions =
                Combinators.combine(names(), versions())
                        .as(
                                (name, version) -> {
                                    PlainBufferCell cell = new PlainBufferCell();
                                    cell.setCellName(name);
                                    cell.setCellTimestamp(version);
                                    cell.setCellType((byte) 3);
                                    return cell;
                                });
        Arbitrary<PlainBufferCell> deletedColumns =
                names().map(
                                name -> {
                                    PlainBufferCell cell = new PlainBufferCell();
                                    cell.setCellName(name);
                                    cell.setCellType((byte) 1);
                                    return cell;
                                });
        return Arbitraries.oneOf(writtenCells(), deletedVersions, deletedColumns);
    }

    @Provide
    Arbitrary<PlainBufferRow> oddRows() {
        Arbitrary<PlainBufferCell> oddKeys =
                Combinators.combine(
                                keyCells(), oddColumnCells(), Arbitraries.integers().between(0, 9))
                        .as((key, odd, choice) -> choice == 0 ? odd : key);
        return Combinators.combine(
                        oddKeys.list().ofMaxSize(3),
                        oddColumnCells().list().ofMaxSize(3),
                        Arbitraries.of(true, false))
                .as(PlainBufferRow::new);
    }

    private static Arbitrary<PlainBufferCell> oddColumnCells() {
        return Combinators.combine(
                        names().injectNull(0.1),
                        values().injectNull(0.3),
                        Arbitraries.of((byte) 1, (byte) 3, (byte) 4, (byte) 0, (byte) -1)
                                .injectNull(0.5),
                        Arbitraries.of(0L, 5L, Long.MAX_VALUE, -1L).injectNull(0.4))
                .as(
                        (name, value, type, version) -> {
                            PlainBufferCell cell = new PlainBufferCell();
                            if (name != null) {
                                cell.setCellName(name);
                            }
                            if (value != null) {
                                cell.setCellValue(value);
                            }
                            if (type != null) {
                                cell.setCellType(type);
                            }
                            if (version != null) {
                                cell.setCellTimestamp(version);
                            }
                            return cell;
                        });
    }

    /** A change as the service sends it. */
    static final class EncodedChange {

        private final ActionType action;
        private final byte[] row;
        private final byte[] origin;

        EncodedChange(ActionType action, byte[] row, byte[] origin) {
            this.action = action;
            this.row = row;
            this.origin = origin;
        }

        OperationType operation() {
            return OPERATIONS[action.ordinal()];
        }

        int originLength() {
            return origin == null ? 0 : origin.length;
        }

        ChangeRecord decode() {
            byte[] both = origin == null ? row : concat(row, origin);
            return new PlainBufferDecoder(both, "shard")
                    .decode(
                            operation(),
                            0,
                            row.length,
                            row.length,
                            origin == null ? -1 : origin.length);
        }

        @Override
        public String toString() {
            return action + " " + Arrays.toString(row) + " before " + Arrays.toString(origin);
        }
    }
}
