/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * Makes ARRAY, MAP and ROW of JSON, in text or in binary values. The text must be one JSON value
 * and nothing else; an object that has a name twice is refused.
 */
final class JsonConverter extends ValueConverter {

    /** Names may be data, as those of a MAP are, so they are not kept. */
    private static final JsonFactory JSON =
            new JsonFactoryBuilder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private final JsonReader reader;

    JsonConverter(JsonReader reader) {
        this.reader = reader;
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        try (JsonParser json = JSON.createParser(buffer, offset, length)) {
            if (json.nextToken() == null) {
                return Misfit.TEXT;
            }
            Object value = reader.read(json);
            return value instanceof Misfit || json.nextToken() == null ? value : Misfit.TEXT;
        } catch (IOException e) {
            return Misfit.TEXT;
        }
    }

    @Override
    Object fromBinary(byte[] buffer, int offset, int length) {
        return fromText(buffer, offset, length);
    }
}
