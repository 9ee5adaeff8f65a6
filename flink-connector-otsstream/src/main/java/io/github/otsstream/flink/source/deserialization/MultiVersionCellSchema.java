/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnOperation;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.MultiVersionCell.OpType;
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
        OperationType operation = record.getOperation();
        String sequence = MultiVersionText.sequence(record);
        int cell = 0;
        if (operation != OperationType.UPDATE) {
            MultiVersionCell removed = cell(record, sequence, cell++);
            removed.setOpType(OpType.DR);
            out.collect(removed);
        }
        ColumnList columns = record.getColumns();
        for (int i = 0; i < columns.size(); i++) {
            MultiVersionCell changed = cell(record, sequence, cell++);
            describe(columns, i, changed);
            out.collect(changed);
        }
    }

    private static MultiVersionCell cell(ChangeRecord record, String sequence, int index) {
        MultiVersionCell cell = new MultiVersionCell();
        ColumnList key = record.getPrimaryKey();
        String[] values = new String[key.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = MultiVersionText.value(key, i);
        }
        cell.setPrimaryKey(values);
        cell.setOperation(record.getOperation());
        cell.setSequenceInfo(MultiVersionText.sequence(sequence, index));
        return cell;
    }

    private static void describe(ColumnList columns, int index, MultiVersionCell cell) {
        ColumnOperation operation = columns.operation(index);
        cell.setColumnName(columns.name(index));
        cell.setOpType(opType(operation));
        if (operation != ColumnOperation.DELETE_ALL_VERSIONS) {
            cell.setVersion(columns.versionMillis(index));
        }
        if (operation == ColumnOperation.PUT) {
            cell.setColumnType(columns.type(index));
            cell.setColumnValue(MultiVersionText.value(columns, index));
        }
    }

    private static OpType opType(ColumnOperation operation) {
        switch (operation) {
            case PUT:
                return OpType.U;
            case DELETE_ONE_VERSION:
                return OpType.DO;
            default:
                return OpType.DA;
        }
    }

    @Override
    public TypeInformation<MultiVersionCell> getProducedType() {
        return TypeInformation.of(MultiVersionCell.class);
    }
}
