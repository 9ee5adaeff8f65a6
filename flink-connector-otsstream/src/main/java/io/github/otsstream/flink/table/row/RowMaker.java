/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema.Context;
import java.io.IOException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/** Makes the rows of records that are wanted. One for each reader, used by its task thread. */
interface RowMaker {

    static RowMaker of(RowFormat format, DirtyRecords dirty) {
        RowFiller rows = new RowFiller(format, dirty);
        if (format.readMode() == ReadMode.MULTI_VERSION) {
            return new CellRows(format, rows);
        }
        switch (format.changelog()) {
            case UPSERT:
                return new UpsertedRows(format, rows);
            case ALL:
                return new ChangelogRows(format, rows, dirty);
            default:
                return new AppendedRows(format, rows);
        }
    }

    /**
     * Emits any number of rows for one record.
     *
     * @throws IOException if a right row can't be made, and a wrong or missing one isn't tolerated
     */
    void make(ChangeRecord record, Context context, Collector<RowData> out) throws IOException;
}
