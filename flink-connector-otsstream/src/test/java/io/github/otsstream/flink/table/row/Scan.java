/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.LookupContext;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;

/** A scan of the table {@code orders}, to be told what it is about, and then given records. */
final class Scan {

    private ReadMode mode = ReadMode.ROW;
    private ChangelogKind changelog = ChangelogKind.APPEND;
    private PartialUpdate partialUpdate = PartialUpdate.FAIL;
    private boolean ignoreDelete;
    private DirtyRecord dirtyRecord = DirtyRecord.FAIL;
    private long maxDirtyRecords;
    private RecordFilter filter = RecordFilter.ALL;
    private final List<DataTypes.Field> columns = new ArrayList<>();
    private final List<MetadataColumn> metadata = new ArrayList<>();
    private List<String> primaryKey = List.of();
    private List<String> declared = List.of();

    private final Counter dirtyRecords = new SimpleCounter();
    private RowDataSchema schema;

    Scan column(String name, DataType type) {
        columns.add(DataTypes.FIELD(name, type));
        return this;
    }

    Scan metadata(MetadataColumn... wanted) {
        metadata.addAll(Arrays.asList(wanted));
        return this;
    }

    Scan mode(ReadMode value) {
        mode = value;
        return this;
    }

    Scan upsert(PartialUpdate value) {
        changelog = ChangelogKind.UPSERT;
        partialUpdate = value;
        return this;
    }

    Scan all() {
        changelog = ChangelogKind.ALL;
        return this;
    }

    /** All columns of the table; without this, those that are wanted. */
    Scan declared(String... names) {
        declared = List.of(names);
        return this;
    }

    Scan ignoreDelete() {
        ignoreDelete = true;
        return this;
    }

    Scan dirty(DirtyRecord policy, long max) {
        dirtyRecord = policy;
        maxDirtyRecords = max;
        return this;
    }

    Scan filter(RecordFilter value) {
        filter = value;
        return this;
    }

    Scan primaryKey(String... names) {
        primaryKey = List.of(names);
        return this;
    }

    long dirtyRecords() {
        return dirtyRecords.getCount();
    }

    RowFormat format() {
        return new RowFormat(
                mode,
                changelog,
                partialUpdate,
                ignoreDelete,
                dirtyRecord,
                maxDirtyRecords,
                rowType(),
                metadata,
                primaryKey,
                declared.isEmpty() ? rowType().getFieldNames() : declared);
    }

    private RowType rowType() {
        return (RowType) DataTypes.ROW(columns).notNull().getLogicalType();
    }

    /** The rows of records whose source looks nothing up. */
    List<RowData> rows(ChangeRecord... records) throws IOException {
        List<RowData> rows = new ArrayList<>();
        for (ChangeRecord record : records) {
            schema().deserialize(record, ORDERS, new ListCollector<>(rows));
        }
        return rows;
    }

    /** The rows of a record for which a row was looked up. */
    List<RowData> rowsAfterLookup(ChangeRecord record, TableRow row) throws IOException {
        List<RowData> rows = new ArrayList<>();
        schema().deserialize(record, new LookedUp(row), new ListCollector<>(rows));
        return rows;
    }

    /** Makes the rows of a record and drops them. */
    void discard(ChangeRecord record) throws IOException {
        schema().deserialize(record, ORDERS, NOWHERE);
    }

    /** The schema, ready for use. */
    RowDataSchema opened() {
        return schema();
    }

    /** The one row of a record. */
    GenericRowData row(ChangeRecord record) throws IOException {
        List<RowData> rows = rows(record);
        if (rows.size() != 1) {
            throw new AssertionError("Expected one row, found " + rows);
        }
        return (GenericRowData) rows.get(0);
    }

    private RowDataSchema schema() {
        if (schema == null) {
            schema = new RowDataSchema(format(), filter, InternalTypeInfo.of(rowType()));
            schema.open(new Initialization());
        }
        return schema;
    }

    private static final OtsStreamDeserializationSchema.Context ORDERS = new Orders();

    private static final Collector<RowData> NOWHERE =
            new Collector<>() {
                @Override
                public void collect(RowData row) {}

                @Override
                public void close() {}
            };

    private static class Orders implements OtsStreamDeserializationSchema.Context {
        @Override
        public String getTableName() {
            return "orders";
        }

        @Override
        public String getStreamId() {
            return "orders_1";
        }
    }

    private static final class LookedUp extends Orders implements LookupContext {
        private final TableRow row;

        LookedUp(TableRow row) {
            this.row = row;
        }

        @Override
        public boolean hasLookedUp() {
            return true;
        }

        @Override
        public TableRow currentRow() {
            return row;
        }
    }

    private final class Initialization implements DeserializationSchema.InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return new UnregisteredMetricsGroup() {
                @Override
                public Counter counter(String name) {
                    return name.equals("dirtyRecords") ? dirtyRecords : super.counter(name);
                }
            };
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(Scan.class.getClassLoader());
        }
    }
}
