/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.Timeseries;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.flatbuffer.DataType;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.flatbuffer.FieldValues;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.flatbuffer.FlatBufferRowGroup;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.flatbuffer.FlatBufferRowInGroup;
import com.alicloud.openservices.tablestore.core.protocol.timeseries.flatbuffer.FlatBufferRows;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Turns the rows of a PutTimeseriesData request, in FlatBuffers form, into table rows: the series'
 * identifiers and the time become the key, each field a column named {@code <field>:<type>}.
 * Stateless.
 */
final class TimeseriesRows {

    static final String HASH = "_#h";
    static final String MEASUREMENT = "_m_name";
    static final String DATA_SOURCE = "_data_source";
    static final String TAGS = "_tags";
    static final String TIME = "time";

    private TimeseriesRows() {}

    /**
     * @throws ServiceException OTSParameterInvalid if the rows are not what the request says
     */
    static List<PlainBufferRow> decode(Timeseries.TimeseriesRows rows) throws ServiceException {
        if (rows.getType() != Timeseries.RowsSerializeType.RST_FLAT_BUFFER) {
            throw ServiceException.parameterInvalid(
                    "Rows in a form other than FlatBuffers are not implemented by this server.");
        }
        byte[] data = rows.getRowsData().toByteArray();
        if (rows.hasFlatbufferCrc32C()) {
            CRC32C checksum = new CRC32C();
            checksum.update(data);
            if ((int) checksum.getValue() != rows.getFlatbufferCrc32C()) {
                throw ServiceException.parameterInvalid("The checksum of the rows mismatches.");
            }
        }
        try {
            return decode(data);
        } catch (RuntimeException e) {
            // The generated accessors throw all kinds for bytes that are no such buffer.
            throw ServiceException.parameterInvalid("Failed to parse the rows.");
        }
    }

    private static List<PlainBufferRow> decode(byte[] data) throws ServiceException {
        FlatBufferRows rows = FlatBufferRows.getRootAsFlatBufferRows(ByteBuffer.wrap(data));
        List<PlainBufferRow> changes = new ArrayList<>();
        for (int i = 0; i < rows.rowGroupsLength(); i++) {
            FlatBufferRowGroup group = rows.rowGroups(i);
            for (int j = 0; j < group.rowsLength(); j++) {
                changes.add(decode(group, group.rows(j)));
            }
        }
        return changes;
    }

    private static PlainBufferRow decode(FlatBufferRowGroup group, FlatBufferRowInGroup row)
            throws ServiceException {
        List<PlainBufferCell> cells = new ArrayList<>();
        FieldValues values = row.fieldValues();
        // Values lie apart by type, each type's in the order of the fields.
        int[] next = new int[DataType.names.length];
        for (int i = 0; i < group.fieldNamesLength(); i++) {
            byte type = group.fieldTypes(i);
            if (type == DataType.NONE) {
                continue;
            }
            PlainBufferCell cell = new PlainBufferCell();
            cell.setCellName(
                    group.fieldNames(i) + ":" + DataType.name(type).toLowerCase(Locale.ROOT));
            cell.setCellValue(value(values, type, next[type]++));
            cells.add(cell);
        }
        return new PlainBufferRow(key(group.measurementName(), row), cells, false);
    }

    private static ColumnValue value(FieldValues values, byte type, int index)
            throws ServiceException {
        switch (type) {
            case DataType.LONG:
                return ColumnValue.fromLong(values.longValues(index));
            case DataType.BOOLEAN:
                return ColumnValue.fromBoolean(values.boolValues(index));
            case DataType.DOUBLE:
                return ColumnValue.fromDouble(values.doubleValues(index));
            case DataType.STRING:
                return ColumnValue.fromString(values.stringValues(index));
            case DataType.BINARY:
                ByteBuffer binary = values.binaryValues(index).valueAsByteBuffer();
                byte[] bytes = new byte[binary.remaining()];
                binary.get(bytes);
                return ColumnValue.fromBinary(bytes);
            default:
                throw ServiceException.parameterInvalid("Invalid field type: " + type + ".");
        }
    }

    private static List<PlainBufferCell> key(String measurement, FlatBufferRowInGroup row) {
        String source = row.dataSource() == null ? "" : row.dataSource();
        String tags = tags(row);
        return List.of(
                keyCell(HASH, PrimaryKeyValue.fromLong(hash(measurement, source, tags))),
                keyCell(MEASUREMENT, PrimaryKeyValue.fromString(measurement)),
                keyCell(DATA_SOURCE, PrimaryKeyValue.fromString(source)),
                keyCell(TAGS, PrimaryKeyValue.fromString(tags)),
                keyCell(TIME, PrimaryKeyValue.fromLong(row.time())));
    }

    private static PlainBufferCell keyCell(String name, PrimaryKeyValue value) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(name);
        cell.setPkCellValue(value);
        return cell;
    }

    /** Tags in order of name, as {@code ["name=value","name=value"]}. */
    private static String tags(FlatBufferRowInGroup row) {
        if (row.tagListLength() == 0) {
            return row.tags() == null ? "" : row.tags();
        }
        SortedMap<String, String> tags = new TreeMap<>();
        for (int i = 0; i < row.tagListLength(); i++) {
            tags.put(row.tagList(i).name(), row.tagList(i).value());
        }
        return tags.entrySet().stream()
                .map(TimeseriesRows::tag)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String tag(Map.Entry<String, String> tag) {
        return '"' + tag.getKey() + '=' + tag.getValue() + '"';
    }

    private static long hash(String... identifiers) {
        CRC32 hash = new CRC32();
        hash.update(Arrays.toString(identifiers).getBytes(StandardCharsets.UTF_8));
        return hash.getValue();
    }
}
