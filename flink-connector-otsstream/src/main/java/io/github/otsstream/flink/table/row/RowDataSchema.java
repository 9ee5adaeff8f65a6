/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/**
 * Makes Flink's rows of records, as a {@link RowFormat} says. It passes records over that are not
 * wanted, and leaves the others to the {@link RowMaker} of its mode.
 */
@Internal
public final class RowDataSchema implements OtsStreamDeserializationSchema<RowData> {

    private static final long serialVersionUID = 1L;

    /** Counts the records that do not fit the declared columns and were tolerated. */
    static final String DIRTY_RECORDS = "dirtyRecords";

    /** Counts the records that no row is made of since the query does not want them. */
    static final String FILTERED_RECORDS = "filteredRecords";

    private final RowFormat format;
    private final RecordFilter filter;
    private final TypeInformation<RowData> producedType;

    private transient RowMaker rows;
    private transient Counter filteredRecords;

    public RowDataSchema(
            RowFormat format, RecordFilter filter, TypeInformation<RowData> producedType) {
        this.format = Objects.requireNonNull(format);
        this.filter = Objects.requireNonNull(filter);
        this.producedType = Objects.requireNonNull(producedType);
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        DirtyRecords dirty =
                new DirtyRecords(
                        format.dirtyRecord(),
                        format.maxDirtyRecords(),
                        context.getMetricGroup().counter(DIRTY_RECORDS));
        rows = RowMaker.of(format, dirty);
        filteredRecords = context.getMetricGroup().counter(FILTERED_RECORDS);
    }

    @Override
    public void deserialize(ChangeRecord record, Context context, Collector<RowData> out)
            throws IOException {
        boolean deletes = record.getOperation() == OperationType.DELETE;
        if (deletes && format.leavesOutDeletes()) {
            return;
        }
        if (filter.test(record)) {
            rows.make(record, context, out);
        } else {
            filteredRecords.inc();
        }
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return producedType;
    }
}
