/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnOperation;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.record.OperationType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;

/**
 * Applies a schema of Flink's to the value of one attribute column: for tables that keep a document
 * (JSON, Avro, Protobuf) in a column.
 *
 * <p>The schema gets the bytes of a BINARY value, or those of a STRING value in UTF-8 as they were
 * written, and may emit any number of elements. A change that writes several versions of the column
 * gives it each of them, in the record's order. A change that writes none (a deleted row, a deleted
 * column, an UPDATE of other columns, a PUT without the column) emits nothing, unless {@link
 * #requireValue()} says otherwise.
 *
 * <p>A value that the schema refuses, and one of another type, fail the job with an error that
 * names table, shard, sequence and column. The schema's end of stream is not looked at.
 *
 * @param <T> the type of the elements, with the schema's type information
 */
@PublicEvolving
public final class ColumnValueSchema<T> implements OtsStreamDeserializationSchema<T> {

    private static final long serialVersionUID = 1L;

    private final String column;
    private final byte[] utf8Column;
    private final DeserializationSchema<T> schema;
    private final boolean valueRequired;

    /** Emits nothing for changes that don't write the column. */
    public ColumnValueSchema(String column, DeserializationSchema<T> schema) {
        this(column, schema, false);
    }

    private ColumnValueSchema(
            String column, DeserializationSchema<T> schema, boolean valueRequired) {
        this.column = Objects.requireNonNull(column, "column");
        this.utf8Column = column.getBytes(StandardCharsets.UTF_8);
        this.schema = Objects.requireNonNull(schema, "schema");
        this.valueRequired = valueRequired;
    }

    /**
     * Returns a schema that fails the job at a PUT or UPDATE that doesn't write the column. Deleted
     * rows still emit nothing.
     */
    public ColumnValueSchema<T> requireValue() {
        return new ColumnValueSchema<>(column, schema, true);
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) throws Exception {
        schema.open(context);
    }

    @Override
    public void deserialize(ChangeRecord record, Context context, Collector<T> out)
            throws IOException {
        // Collected first: what goes wrong behind the collector is not the value's fault.
        Elements<T> elements = new Elements<>();
        ColumnList columns = record.getColumns();
        boolean found = false;
        for (int i = columns.find(utf8Column); i >= 0 && i < columns.size(); i++) {
            if (columns.operation(i) == ColumnOperation.PUT && columns.nameEquals(i, utf8Column)) {
                found = true;
                deserialize(bytes(columns, i, record, context), record, context, elements);
            }
        }
        if (!found && valueRequired && record.getOperation() != OperationType.DELETE) {
            throw failure(record, context, "is required, but not written", null);
        }
        elements.list.forEach(out::collect);
    }

    private void deserialize(
            byte[] bytes, ChangeRecord record, Context context, Collector<T> elements)
            throws IOException {
        try {
            schema.deserialize(bytes, elements);
        } catch (IOException | RuntimeException e) {
            throw failure(
                    record, context, "can't be deserialized by " + schema.getClass().getName(), e);
        }
    }

    private byte[] bytes(ColumnList columns, int index, ChangeRecord record, Context context)
            throws IOException {
        ColumnType type = columns.type(index);
        if (type == ColumnType.BINARY) {
            return columns.get(index).asBytes();
        }
        if (type == ColumnType.STRING) {
            return columns.get(index).asUtf8();
        }
        throw failure(
                record, context, "holds " + type + ": only STRING and BINARY have bytes", null);
    }

    private IOException failure(
            ChangeRecord record, Context context, String problem, Exception cause) {
        return new IOException(
                "The column '"
                        + column
                        + "' "
                        + problem
                        + " (table "
                        + context.getTableName()
                        + ", shard "
                        + record.getShardId()
                        + ", sequence "
                        + record.getSequence()
                        + ", "
                        + record.getOperation()
                        + ")",
                cause);
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return schema.getProducedType();
    }

    /** What the schema has made of one record. */
    private static final class Elements<T> implements Collector<T> {
        private final List<T> list = new ArrayList<>(1);

        @Override
        public void collect(T element) {
            list.add(element);
        }

        @Override
        public void close() {}
    }
}
