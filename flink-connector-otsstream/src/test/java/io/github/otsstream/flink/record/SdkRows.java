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
import com.alicloud.openservices.tablestore.model.RecordSequenceInfo;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;

/** The official SDK's encoder and decoder, as the oracle for ours. */
public final class SdkRows {

    private SdkRows() {}

    /** Encodes a row with the SDK, and puts a sequence in, which the SDK can read but not write. */
    public static byte[] encode(PlainBufferRow row, SequenceInfo sequence) throws IOException {
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

    public static byte[] encode(PlainBufferRow row) throws IOException {
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
    public static StreamRecord decodeTimeSeries(ActionType action, byte[] row, byte[] origin)
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

    public static PlainBufferCell cell(String name, ColumnValue value, long version) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        cell.setCellValue(value);
        cell.setCellTimestamp(version);
        return cell;
    }

    public static PlainBufferCell keyCell(String name, PrimaryKeyValue value) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        cell.setPkCellValue(value);
        return cell;
    }

    public static void assertSame(ChangeRecord ours, StreamRecord theirs) {
        assertThat(difference(ours, theirs)).isNull();
    }

    /**
     * Tells in what our record differs from the SDK's, or null if it does not.
     *
     * <p>Fields of time-series tables whose name holds another colon than that before their type
     * are left out: the SDK cuts the name at the first colon, so that it gives several fields one
     * name.
     */
    @Nullable
    public static String difference(ChangeRecord ours, StreamRecord theirs) {
        if (!ours.getOperation().name().equals(theirs.getRecordType().name())) {
            return ours.getOperation() + ", not " + theirs.getRecordType();
        }
        RecordSequenceInfo sequence = theirs.getSequenceInfo();
        if (ours.compareSequence(
                        new SequenceInfo(
                                sequence.getEpoch(),
                                sequence.getTimestamp(),
                                sequence.getRowIndex()))
                != 0) {
            return "the sequence " + ours.getSequence() + ", not " + sequence;
        }
        PrimaryKeyColumn[] key = theirs.getPrimaryKey().getPrimaryKeyColumns();
        if (ours.getPrimaryKey().size() != key.length) {
            return ours.getPrimaryKey() + " as key, not " + theirs.getPrimaryKey();
        }
        for (int i = 0; i < key.length; i++) {
            Column column = ours.getPrimaryKey().get(i);
            if (!column.getName().equals(key[i].getName())
                    || !isSameKey(column, key[i].getValue())) {
                return "the key column " + describe(column) + ", not " + key[i];
            }
        }
        String difference = difference(ours.getColumns(), theirs.getColumns(), ours.isTimeSeries());
        if (difference != null || !ours.hasOriginColumns()) {
            return difference == null && !isNullOrEmpty(theirs.getOriginColumns())
                    ? "no origin columns"
                    : difference;
        }
        return difference(ours.getOriginColumns(), theirs.getOriginColumns(), ours.isTimeSeries());
    }

    private static boolean isNullOrEmpty(List<RecordColumn> columns) {
        return columns == null || columns.isEmpty();
    }

    @Nullable
    private static String difference(
            ColumnList ours, List<RecordColumn> theirs, boolean timeSeries) {
        if (ours.size() != theirs.size()) {
            return ours + ", not " + theirs;
        }
        for (int i = 0; i < ours.size(); i++) {
            Column column = ours.get(i);
            RecordColumn expected = theirs.get(i);
            String name = expected.getColumn().getName();
            boolean isSameName =
                    column.getName().equals(name)
                            || timeSeries && column.getName().startsWith(name + ':');
            boolean hasVersion = expected.getColumn().hasSetTimestamp();
            if (!isSameName
                    || column.getOperation().ordinal() != expected.getColumnType().ordinal()
                    || column.hasVersion() != hasVersion
                    || hasVersion
                            && column.getVersionMillis() != expected.getColumn().getTimestamp()
                    || !isSameValue(column, expected)) {
                return "the column " + describe(column) + ", not " + expected;
            }
        }
        return null;
    }

    private static String describe(Column column) {
        return column + " = " + column.getValue();
    }

    private static boolean isSameKey(Column column, PrimaryKeyValue expected) {
        if (!column.getType().name().equals(expected.getType().name())) {
            return false;
        }
        switch (column.getType()) {
            case INTEGER:
                return column.asLong() == expected.asLong();
            case STRING:
                return column.asString().equals(expected.asString())
                        && Arrays.equals(column.asUtf8(), expected.asStringInBytes());
            default:
                return Arrays.equals(column.asBytes(), expected.asBinary());
        }
    }

    private static boolean isSameValue(Column column, RecordColumn expected) {
        if (column.getOperation() != ColumnOperation.PUT) {
            return column.getType() == null && column.getValue() == null;
        }
        ColumnValue value = expected.getColumn().getValue();
        if (!column.getType().name().equals(value.getType().name())) {
            return false;
        }
        switch (column.getType()) {
            case INTEGER:
                return column.asLong() == value.asLong();
            case DOUBLE:
                return Double.doubleToRawLongBits(column.asDouble())
                        == Double.doubleToRawLongBits(value.asDouble());
            case BOOLEAN:
                return column.asBoolean() == value.asBoolean();
            case STRING:
                return column.asString().equals(value.asString())
                        && Arrays.equals(column.asUtf8(), value.asStringInBytes());
            default:
                return Arrays.equals(column.asBytes(), value.asBinary());
        }
    }
}
