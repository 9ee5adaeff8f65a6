/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.source.deserialization.MultiVersionLines;
import io.github.otsstream.flink.source.deserialization.MultiVersionText;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * Makes one inserted row of each line that DataX and DataWorks export of a record: the columns that
 * {@link CellColumn} names, and those of the key by their names. All rows of a record are emitted,
 * or none.
 */
final class CellRows implements RowMaker {

    private final RowFiller rows;
    private final ValueConverter[] converters;

    /** What each wanted column is; null for a column of the key. */
    private final CellColumn[] roles;

    private final List<String> names;
    private final int keyColumns;
    private final int sequenceMetadata;
    private final List<GenericRowData> made = new ArrayList<>();

    CellRows(RowFormat format, RowFiller rows) {
        this.rows = rows;
        int columns = format.columns().getFieldCount();
        this.converters = new ValueConverter[columns];
        this.roles = new CellColumn[columns];
        this.names = format.columns().getFieldNames();
        int ofKey = 0;
        for (int i = 0; i < columns; i++) {
            converters[i] = ValueConverters.of(format.columns().getTypeAt(i));
            roles[i] = CellColumn.of(names.get(i));
            ofKey += roles[i] == null ? 1 : 0;
        }
        this.keyColumns = ofKey;
        int sequence = format.metadata().indexOf(MetadataColumn.SEQUENCE_INFO);
        this.sequenceMetadata = sequence < 0 ? -1 : columns + sequence;
    }

    @Override
    public void make(ChangeRecord record, Context context, Collector<RowData> out)
            throws IOException {
        rows.begin(record, context);
        checkKey(record, context);
        String sequence = MultiVersionText.sequence(record);
        MultiVersionLines lines = new MultiVersionLines(record);
        made.clear();
        for (int i = 0; i < lines.size(); i++) {
            GenericRowData row = row(lines, i, sequence);
            if (row == null) {
                return;
            }
            made.add(row);
        }
        made.forEach(out::collect);
    }

    private void checkKey(ChangeRecord record, Context context) throws IOException {
        if (rows.key().count() == keyColumns) {
            return;
        }
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == null && !rows.key().contains(i)) {
                throw new IOException(
                        "The column '"
                                + names.get(i)
                                + "' is not part of the table's primary key ("
                                + RecordText.placeAndKey(record, context)
                                + "). With 'read-mode' = 'multi-version' a table has the columns of"
                                + " the key by their names, and colname, version, colvalue, optype"
                                + " and sequenceinfo.");
            }
        }
    }

    @Nullable
    private GenericRowData row(MultiVersionLines lines, int line, String sequence)
            throws IOException {
        String lineSequence = MultiVersionText.sequence(sequence, line);
        rows.start(RowKind.INSERT);
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] != null) {
                set(i, lines, line, lineSequence);
            }
        }
        GenericRowData row = rows.finish();
        if (row != null && sequenceMetadata >= 0) {
            row.setField(sequenceMetadata, StringData.fromString(lineSequence));
        }
        return row;
    }

    private void set(int field, MultiVersionLines lines, int line, String sequence)
            throws IOException {
        ValueConverter converter = converters[field];
        switch (roles[field]) {
            case COLNAME:
                if (lines.hasColumn(line)) {
                    rows.set(
                            field,
                            converter.fromText(
                                    lines.columns().buffer(),
                                    lines.columns().nameOffset(lines.column(line)),
                                    lines.columns().nameLength(lines.column(line))),
                            ColumnType.STRING);
                }
                break;
            case VERSION:
                if (lines.hasVersion(line)) {
                    long version = lines.columns().versionMillis(lines.column(line));
                    rows.set(field, converter.fromInteger(version), ColumnType.INTEGER);
                }
                break;
            case COLVALUE:
                if (lines.hasValue(line)) {
                    rows.set(
                            field,
                            text(converter, lines, line),
                            lines.columns().type(lines.column(line)));
                }
                break;
            case OPTYPE:
                rows.set(field, converter.fromString(lines.opType(line).name()), ColumnType.STRING);
                break;
            default:
                rows.set(field, converter.fromString(sequence), ColumnType.STRING);
        }
    }

    private static Object text(ValueConverter converter, MultiVersionLines lines, int line) {
        int column = lines.column(line);
        return lines.columns().type(column) == ColumnType.STRING
                ? converter.fromColumn(lines.columns(), column)
                : converter.fromString(MultiVersionText.value(lines.columns(), column));
    }
}
