/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferBuilder;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCodedInputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCodedOutputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConversion;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferInputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferOutputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RecordColumn;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** The official SDK's encoder and decoder, as the oracle for ours. */
public final class SdkRows {

    private SdkRows() {}

    /** Encodes a row with the SDK, and puts a sequence in, which the SDK can read but not write. */
    static byte[] encode(PlainBufferRow row, SequenceInfo sequence) throws IOException {
        byte[] plain = encode(row);
        ByteBuffer bytes = ByteBuffer.allocate(plain.length + 29).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(plain, 0, plain.length - 2);
        bytes.put((byte) 0x0B).putInt(24).put((byte) 0x0C).putInt(19);
        bytes.put((byte) 0x0D).putInt(sequence.getEpoch());
        bytes.put((byte) 0x0E).putLong(sequence.getTimestampMicros());
        bytes.put((byte) 0x0F).putInt(sequence.getRowIndex());
        bytes.put(plain, plain.length - 2, 2);
        return bytes.array();
    }

    static byte[] encode(PlainBufferRow row) throws IOException {
        PlainBufferOutputStream output =
                new PlainBufferOutputStream(
                        PlainBufferBuilder.computePlainBufferRowWithHeader(row));
        new PlainBufferCodedOutputStream(output).writeRowWithHeader(row);
        return output.getBuffer();
    }

    /** Decodes a change as the SDK's stream reader does. */
    static StreamRecord decode(ActionType action, byte[] row, byte[] origin) throws IOException {
        return decode(action, row, origin, false);
    }

    /** Decodes a change as the SDK's stream reader does when it is asked for time-series format. */
    static StreamRecord decodeTimeSeries(ActionType action, byte[] row, byte[] origin)
            throws IOException {
        return decode(action, row, origin, true);
    }

    private static StreamRecord decode(
            ActionType action, byte[] row, byte[] origin, boolean timeSeries) throws IOException {
        PlainBufferRow originRow = origin == null ? null : onlyRow(origin);
        return PlainBufferConversion.toStreamRecord(onlyRow(row), originRow, action, timeSeries);
    }

    private static PlainBufferRow onlyRow(byte[] bytes) throws IOException {
        List<PlainBufferRow> rows =
                new PlainBufferCodedInputStream(new PlainBufferInputStream(bytes))
                        .readRowsWithHeader();
        if (rows.size() != 1) {
            throw new IOException(rows.size() + " rows");
        }
        return rows.get(0);
    }

    static PlainBufferCell cell(String name, ColumnValue value, long version) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        cell.setCellValue(value);
        cell.setCellTimestamp(version);
        return cell;
    }

    static PlainBufferCell keyCell(String name, PrimaryKeyValue value) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        cell.setPkCellValue(value);
        return cell;
    }

    public static void assertSame(ChangeRecord ours, StreamRecord theirs) {
        assertThat(ours.getOperation().name()).isEqualTo(theirs.getRecordType().name());
        assertThat(ours.getSequence())
                .isEqualTo(
                        new SequenceInfo(
                                theirs.getSequenceInfo().getEpoch(),
                                theirs.getSequenceInfo().getTimestamp(),
                                theirs.getSequenceInfo().getRowIndex()));
        PrimaryKeyColumn[] key = theirs.getPrimaryKey().getPrimaryKeyColumns();
        assertThat(ours.getPrimaryKey()).hasSize(key.length);
        for (int i = 0; i < key.length; i++) {
            Column column = ours.getPrimaryKey().get(i);
            assertThat(column.getName()).isEqualTo(key[i].getName());
            assertThat(column.getType().name()).isEqualTo(key[i].getValue().getType().name());
            assertThat(column.getValue()).isEqualTo(keyValue(key[i].getValue()));
        }
        assertSameColumns(ours.getColumns(), theirs.getColumns());
        if (ours.hasOriginColumns()) {
            assertSameColumns(ours.getOriginColumns(), theirs.getOriginColumns());
        } else {
            assertThat(theirs.getOriginColumns()).isNullOrEmpty();
        }
    }

    private static void assertSameColumns(ColumnList ours, List<RecordColumn> theirs) {
        assertThat(ours).hasSize(theirs.size());
        for (int i = 0; i < ours.size(); i++) {
            Column column = ours.get(i);
            RecordColumn expected = theirs.get(i);
            assertThat(column.getName()).isEqualTo(expected.getColumn().getName());
            assertThat(column.getOperation().ordinal())
                    .isEqualTo(expected.getColumnType().ordinal());
            assertThat(column.hasVersion()).isEqualTo(expected.getColumn().hasSetTimestamp());
            if (column.hasVersion()) {
                assertThat(column.getVersionMillis())
                        .isEqualTo(expected.getColumn().getTimestamp());
            }
            if (column.getOperation() == ColumnOperation.PUT) {
                assertSameValue(column, expected.getColumn().getValue());
            } else {
                assertThat(column.getType()).isNull();
                assertThat(column.getValue()).isNull();
            }
        }
    }

    private static void assertSameValue(Column column, ColumnValue expected) {
        assertThat(column.getType().name()).isEqualTo(expected.getType().name());
        switch (column.getType()) {
            case INTEGER:
                assertThat(column.asLong()).isEqualTo(expected.asLong());
                break;
            case DOUBLE:
                assertThat(Double.doubleToRawLongBits(column.asDouble()))
                        .isEqualTo(Double.doubleToRawLongBits(expected.asDouble()));
                break;
            case BOOLEAN:
                assertThat(column.asBoolean()).isEqualTo(expected.asBoolean());
                break;
            case STRING:
                assertThat(column.asString()).isEqualTo(expected.asString());
                assertThat(column.asUtf8()).isEqualTo(expected.asStringInBytes());
                break;
            default:
                assertThat(column.asBytes()).isEqualTo(expected.asBinary());
        }
    }

    private static Object keyValue(PrimaryKeyValue value) {
        switch (value.getType()) {
            case INTEGER:
                return value.asLong();
            case STRING:
                return value.asString();
            default:
                return Arrays.copyOf(value.asBinary(), value.asBinary().length);
        }
    }
}
