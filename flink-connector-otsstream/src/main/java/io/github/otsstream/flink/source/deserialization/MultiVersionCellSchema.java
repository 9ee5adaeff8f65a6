/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;

/**
 * Emits the lines that DataX and DataWorks export of a change: one element for each cell, in the
 * record's order.
 *
 * <p>An UPDATE becomes its cells, a DELETE one {@code DR}. A PUT becomes a {@code DR}, for what the
 * row was before is gone, and then its cells; whoever would take that {@code DR} for a deletion
 * asks {@link MultiVersionCell#getOperation()}. All cells of a record have its time and are emitted
 * together. Stateless, so {@code deserialize} throws nothing.
 */
@PublicEvolving
public final class MultiVersionCellSchema
        implements OtsStreamDeserializationSchema<MultiVersionCell> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ChangeRecord record, Context context, Collector<MultiVersionCell> out) {
        String sequence = MultiVersionText.sequence(record);
        MultiVersionLines lines = new MultiVersionLines(record);
        for (int line = 0; line < lines.size(); line++) {
            MultiVersionCell cell = cell(record, MultiVersionText.sequence(sequence, line));
            describe(lines, line, cell);
            out.collect(cell);
        }
    }

    private static MultiVersionCell cell(ChangeRecord record, String sequence) {
        MultiVersionCell cell = new MultiVersionCell();
        ColumnList key = record.getPrimaryKey();
        String[] values = new String[key.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = MultiVersionText.value(key, i);
        }
        cell.setPrimaryKey(values);
        cell.setOperation(record.getOperation());
        cell.setSequenceInfo(sequence);
        return cell;
    }

    private static void describe(MultiVersionLines lines, int line, MultiVersionCell cell) {
        ColumnList columns = lines.columns();
        int column = lines.column(line);
        cell.setOpType(lines.opType(line));
        if (lines.hasColumn(line)) {
            cell.setColumnName(columns.name(column));
        }
        if (lines.hasVersion(line)) {
            cell.setVersion(columns.versionMillis(column));
        }
        if (lines.hasValue(line)) {
            cell.setColumnType(columns.type(column));
            cell.setColumnValue(MultiVersionText.value(columns, column));
        }
    }

    @Override
    public TypeInformation<MultiVersionCell> getProducedType() {
        return TypeInformation.of(MultiVersionCell.class);
    }
}
