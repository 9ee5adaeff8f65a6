/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Reads JSON values of one declared type: numbers, texts and booleans by the rules for columns of
 * those types, BYTES from Base64, arrays, and objects as MAP or ROW. A ROW takes the names that it
 * declares; others are passed over, and what is not there is null.
 */
abstract class JsonReader {

    private final boolean nullable;

    private JsonReader(LogicalType type) {
        this.nullable = type.isNullable();
    }

    /**
     * @throws IllegalArgumentException if JSON can't say such a value
     */
    static JsonReader of(LogicalType type) {
        switch (type.getTypeRoot()) {
            case ARRAY:
                return new Elements((ArrayType) type);
            case MAP:
                return new Entries((MapType) type);
            case ROW:
                return new Fields((RowType) type);
            default:
                return new Scalar(type);
        }
    }

    /**
     * Reads the value that begins at the parser's token, and leaves the parser at its last one.
     *
     * @return the value, null, or a {@link Misfit}, after which the parser is of no more use
     */
    final Object read(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return absent();
        }
        return readValue(json);
    }

    abstract Object readValue(JsonParser json) throws IOException;

    private Object absent() {
        return nullable ? null : Misfit.NULL;
    }

    private static final class Scalar extends JsonReader {

        private final ValueConverter converter;

        Scalar(LogicalType type) {
            super(type);
            converter = ValueConverters.of(type);
        }

        @Override
        Object readValue(JsonParser json) throws IOException {
            switch (json.currentToken()) {
                case VALUE_TRUE:
                    return converter.fromBoolean(true);
                case VALUE_FALSE:
                    return converter.fromBoolean(false);
                case VALUE_STRING:
                    return converter.fromJsonText(json.getText());
                case VALUE_NUMBER_INT:
                    return json.getNumberType() == NumberType.BIG_INTEGER
                            ? converter.fromJsonNumber(json.getText())
                            : converter.fromInteger(json.getLongValue());
                case VALUE_NUMBER_FLOAT:
                    return converter.fromJsonNumber(json.getText());
                default:
                    return Misfit.TYPE;
            }
        }
    }

    private static final class Elements extends JsonReader {

        private final JsonReader element;

        Elements(ArrayType type) {
            super(type);
            element = of(type.getElementType());
        }

        @Override
        Object readValue(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                return Misfit.TYPE;
            }
            List<Object> elements = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Object value = element.read(json);
                if (value instanceof Misfit) {
                    return value;
                }
                elements.add(value);
            }
            return new GenericArrayData(elements.toArray());
        }
    }

    private static final class Entries extends JsonReader {

        private final ValueConverter key;
        private final JsonReader value;

        Entries(MapType type) {
            super(type);
            key = ValueConverters.of(type.getKeyType());
            value = of(type.getValueType());
        }

        @Override
        Object readValue(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                return Misfit.TYPE;
            }
            Map<Object, Object> entries = new LinkedHashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                Object entryKey = key.fromString(json.currentName());
                if (entryKey instanceof Misfit) {
                    return entryKey;
                }
                json.nextToken();
                Object entryValue = value.read(json);
                if (entryValue instanceof Misfit) {
                    return entryValue;
                }
                if (entries.containsKey(entryKey)) {
                    return Misfit.TEXT;
                }
                entries.put(entryKey, entryValue);
            }
            return new GenericMapData(entries);
        }
    }

    private static final class Fields extends JsonReader {

        private final Map<String, Integer> indexes = new HashMap<>();
        private final JsonReader[] fields;

        Fields(RowType type) {
            super(type);
            fields = new JsonReader[type.getFieldCount()];
            for (int i = 0; i < fields.length; i++) {
                indexes.put(type.getFieldNames().get(i), i);
                fields[i] = of(type.getTypeAt(i));
            }
        }

        @Override
        Object readValue(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                return Misfit.TYPE;
            }
            GenericRowData row = new GenericRowData(fields.length);
            while (json.nextToken() != JsonToken.END_OBJECT) {
                Integer index = indexes.get(json.currentName());
                json.nextToken();
                if (index == null) {
                    json.skipChildren();
                    continue;
                }
                Object value = fields[index].read(json);
                if (value instanceof Misfit) {
                    return value;
                }
                row.setField(index, value);
            }
            return complete(row);
        }

        private Object complete(GenericRowData row) {
            for (int i = 0; i < fields.length; i++) {
                if (row.isNullAt(i) && !fields[i].isNullable()) {
                    return Misfit.NULL;
                }
            }
            return row;
        }
    }

    private boolean isNullable() {
        return nullable;
    }
}
