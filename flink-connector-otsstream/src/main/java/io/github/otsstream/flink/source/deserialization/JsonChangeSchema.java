/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.deserialization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.ColumnOperation;
import io.github.otsstream.flink.record.SequenceInfo;
import java.io.IOException;
import java.io.StringWriter;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/**
 * Writes each record as one JSON object on one line:
 *
 * <pre>{@code
 * {"table":"orders","shard":"0f3a9c_1700000000000000","operation":"UPDATE",
 *  "sequence":{"epoch":1,"timestampMicros":1700000000123456,"rowIndex":2},
 *  "primaryKey":[{"name":"id","type":"INTEGER","value":17}],
 *  "columns":[{"name":"price","operation":"PUT","version":1700000000123,
 *              "type":"DOUBLE","value":9.5},
 *             {"name":"note","operation":"DELETE_ONE_VERSION","version":1600000000000},
 *             {"name":"tag","operation":"DELETE_ALL_VERSIONS"}],
 *  "originColumns":[{"name":"price","version":1600000000000,"type":"DOUBLE","value":8.25}]}
 * }</pre>
 *
 * <p>Names and their order are fixed; later versions may add some. Columns are lists, since a
 * change can touch several versions of one column. {@code columns} is empty where the row was
 * deleted; {@code originColumns} is left out where the stream carries none, and empty where the row
 * did not exist before. Nothing is ever null.
 *
 * <p>INTEGER is a number with all its digits, of which a reader must keep 64 bits; DOUBLE a number
 * that gives back the same double, or one of the texts {@code "NaN"}, {@code "Infinity"} and {@code
 * "-Infinity"}; STRING a text; BOOLEAN true or false; BINARY a text in Base64 with padding.
 */
@PublicEvolving
public final class JsonChangeSchema implements OtsStreamDeserializationSchema<String> {

    private static final long serialVersionUID = 1L;

    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public void deserialize(ChangeRecord record, Context context, Collector<String> out)
            throws IOException {
        StringWriter text = new StringWriter(2 * record.sizeInBytes() + 256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("table", context.getTableName());
            json.writeStringField("shard", record.getShardId());
            json.writeStringField("operation", record.getOperation().name());
            writeSequence(json, record.getSequence());
            json.writeArrayFieldStart("primaryKey");
            writeColumns(json, record.getPrimaryKey(), false);
            json.writeArrayFieldStart("columns");
            writeColumns(json, record.getColumns(), true);
            if (record.hasOriginColumns()) {
                json.writeArrayFieldStart("originColumns");
                writeColumns(json, record.getOriginColumns(), false);
            }
            json.writeEndObject();
        }
        out.collect(text.toString());
    }

    private static void writeSequence(JsonGenerator json, SequenceInfo sequence)
            throws IOException {
        json.writeObjectFieldStart("sequence");
        json.writeNumberField("epoch", sequence.getEpoch());
        json.writeNumberField("timestampMicros", sequence.getTimestampMicros());
        json.writeNumberField("rowIndex", sequence.getRowIndex());
        json.writeEndObject();
    }

    /** Writes what is in an array that has been begun, and ends it. */
    private static void writeColumns(JsonGenerator json, ColumnList columns, boolean operations)
            throws IOException {
        for (int i = 0; i < columns.size(); i++) {
            ColumnOperation operation = columns.operation(i);
            json.writeStartObject();
            json.writeStringField("name", columns.name(i));
            if (operations) {
                json.writeStringField("operation", operation.name());
            }
            if (columns.get(i).hasVersion()) {
                json.writeNumberField("version", columns.versionMillis(i));
            }
            if (operation == ColumnOperation.PUT) {
                json.writeStringField("type", columns.type(i).name());
                json.writeFieldName("value");
                writeValue(json, columns, i);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeValue(JsonGenerator json, ColumnList columns, int index)
            throws IOException {
        switch (columns.type(index)) {
            case INTEGER:
                json.writeNumber(columns.asLong(index));
                break;
            case DOUBLE:
                json.writeNumber(columns.asDouble(index));
                break;
            case BOOLEAN:
                json.writeBoolean(columns.asBoolean(index));
                break;
            case BINARY:
                json.writeBinary(
                        columns.buffer(), columns.valueOffset(index), columns.valueLength(index));
                break;
            default:
                json.writeString(columns.get(index).asString());
        }
    }

    @Override
    public TypeInformation<String> getProducedType() {
        return Types.STRING;
    }
}
