/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.table.row.KeyReader;
import io.github.otsstream.flink.table.row.RecordFilter;
import java.util.List;
import org.apache.flink.table.types.logical.RowType;

/**
 * Wants the records of which no condition says that they aren't wanted. Each reader has its own
 * copy, used by its task thread.
 */
final class ConditionFilter implements RecordFilter {

    private static final long serialVersionUID = 1L;

    private final RecordCondition condition;
    private final RowType keyColumns;

    private transient KeyReader key;

    /**
     * @param conditions at least one
     * @param keyColumns what they need of a record's key
     */
    ConditionFilter(List<RecordCondition> conditions, RowType keyColumns) {
        this.condition = conditions.stream().reduce(RecordCondition::and).orElseThrow();
        this.keyColumns = keyColumns;
    }

    @Override
    public boolean test(ChangeRecord record) {
        if (key == null) {
            key = new KeyReader(keyColumns);
        }
        key.read(record);
        return condition.test(record, key) != RecordCondition.FALSE;
    }
}
