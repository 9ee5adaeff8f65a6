/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.ResponseContentWithMeta;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.core.protocol.ResponseFactory;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyBuilder;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RecordColumn;
import com.alicloud.openservices.tablestore.model.Response;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import io.github.otsstream.emulator.storage.CommittedChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Encoded records, read by the official SDK, which checks every checksum. */
class StreamRecordEncoderTest {

    @Property(tries = 300)
    void theOfficialDecoderReadsWhatIsEncoded(
            @ForAll long seed,
            @ForAll CommittedChange.Type type,
            @ForAll @IntRange(max = 40) int cellCount,
            @ForAll boolean withOrigin)
            throws Exception {
        Random random = new Random(seed);
        PrimaryKey key =
                PrimaryKeyBuilder.createPrimaryKeyBuilder()
                        .addPrimaryKeyColumn("s", PrimaryKeyValue.fromString(text(random)))
                        .addPrimaryKeyColumn("i", PrimaryKeyValue.fromLong(random.nextLong()))
                        .addPrimaryKeyColumn("b", PrimaryKeyValue.fromBinary(bytes(random)))
                        .build();
        List<PlainBufferCell> cells = new ArrayList<>();
        for (int i = 0; i < cellCount && type != CommittedChange.Type.DELETE; i++) {
            cells.add(cell(random, "c" + i, type == CommittedChange.Type.UPDATE));
        }
        List<PlainBufferCell> origin = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++) {
            origin.add(cell(random, "o" + i, false));
        }
        Set<String> originColumns = withOrigin ? Set.of("o0", "o2", "o7") : Set.of();
        Sequence sequence = new Sequence();
        sequence.advance(random.nextInt() & 0xfffffffL);
        sequence.advance(sequence.micros() - random.nextInt(2));

        StreamRecordEncoder encoder = new StreamRecordEncoder();
        CommittedChange change = new CommittedChange(type, key, cells, origin);
        encoder.encode(change, new Sequence(), originColumns);
        int length = encoder.encode(change, sequence, originColumns);
        StreamRecord record = decode(Arrays.copyOf(encoder.encoded(), length));

        assertThat(record.getRecordType().name()).isEqualTo(type.name());
        assertThat(record.getPrimaryKey()).isEqualTo(key);
        assertThat(record.getSequenceInfo().getEpoch()).isEqualTo(sequence.epoch());
        assertThat(record.getSequenceInfo().getTimestamp()).isEqualTo(sequence.micros());
        assertThat(record.getSequenceInfo().getRowIndex()).isEqualTo(sequence.rowIndex());
        assertThat(texts(record.getColumns())).isEqualTo(cellTexts(cells));
        if (withOrigin) {
            assertThat(texts(record.getOriginColumns()))
                    .isEqualTo(
                            cellTexts(
                                    origin.stream()
                                            .filter(
                                                    cell ->
                                                            originColumns.contains(
                                                                    cell.getCellName()))
                                            .collect(Collectors.toList())));
        } else {
            assertThat(record.getOriginColumns()).isNullOrEmpty();
        }
    }

    private static StreamRecord decode(byte[] encoded) throws Exception {
        OtsInternalApi.GetStreamRecordResponse message =
                OtsInternalApi.GetStreamRecordResponse.parseFrom(encoded);
        List<StreamRecord> records =
                ResponseFactory.createGetStreamRecordResponse(
                                new ResponseContentWithMeta(message, new Response()),
                                message,
                                false)
                        .getRecords();
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static PlainBufferCell cell(Random random, String name, boolean maybeDeleted) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        int kind = maybeDeleted ? random.nextInt(3) : 0;
        if (kind < 2) {
            cell.setCellTimestamp(random.nextInt(Integer.MAX_VALUE));
        }
        if (kind == 0) {
            cell.setCellValue(value(random));
        } else {
            cell.setCellType(
                    kind == 1
                            ? PlainBufferConsts.DELETE_ONE_VERSION
                            : PlainBufferConsts.DELETE_ALL_VERSION);
        }
        return cell;
    }

    private static ColumnValue value(Random random) {
        switch (random.nextInt(5)) {
            case 0:
                return ColumnValue.fromLong(random.nextLong());
            case 1:
                return ColumnValue.fromDouble(random.nextDouble());
            case 2:
                return ColumnValue.fromBoolean(random.nextBoolean());
            case 3:
                return ColumnValue.fromBinary(bytes(random));
            default:
                return ColumnValue.fromString(text(random));
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(300); i > 0; i--) {
            text.appendCodePoint(
                    random.nextInt(5) == 0 ? 0x1F600 + random.nextInt(50) : 'a' + i % 26);
        }
        return text.toString();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(3_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<String> texts(List<RecordColumn> columns) {
        return columns.stream()
                .map(
                        column -> {
                            Column inner = column.getColumn();
                            boolean put = column.getColumnType() == RecordColumn.ColumnType.PUT;
                            return column.getColumnType()
                                    + inner.getName()
                                    + (put ? inner.getValue().hashCode() : "")
                                    + (inner.hasSetTimestamp() ? inner.getTimestamp() : "");
                        })
                .collect(Collectors.toList());
    }

    private static List<String> cellTexts(List<PlainBufferCell> cells) {
        return cells.stream()
                .map(
                        cell -> {
                            RecordColumn.ColumnType type =
                                    !cell.hasCellType()
                                            ? RecordColumn.ColumnType.PUT
                                            : cell.getCellType()
                                                            == PlainBufferConsts.DELETE_ONE_VERSION
                                                    ? RecordColumn.ColumnType.DELETE_ONE_VERSION
                                                    : RecordColumn.ColumnType.DELETE_ALL_VERSION;
                            return type
                                    + cell.getCellName()
                                    + (cell.hasCellValue() ? cell.getCellValue().hashCode() : "")
                                    + (cell.hasCellTimestamp() ? cell.getCellTimestamp() : "");
                        })
                .collect(Collectors.toList());
    }
}
