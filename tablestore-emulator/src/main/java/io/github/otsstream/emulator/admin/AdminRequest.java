/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.admin;

import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an admin request says: the parts of its path and the fields of its body, which is a JSON
 * object or empty. Every accessor refuses what does not fit with {@link IllegalArgumentException},
 * naming the field.
 */
final class AdminRequest {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final Map<String, String> path;
    private final String text;
    private final JsonNode body;

    AdminRequest(Map<String, String> path, String text) {
        this.path = path;
        this.text = text;
        this.body = parse(text);
    }

    private static JsonNode parse(String text) {
        if (text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode body;
        try {
            body = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The body is not JSON: " + e.getOriginalMessage());
        }
        if (!body.isObject()) {
            throw new IllegalArgumentException("The body must be a JSON object");
        }
        return body;
    }

    /** The body as it came. */
    String text() {
        return text;
    }

    /** The table that the path names. */
    String table() {
        return path.get("table");
    }

    /** Refuses bodies with other fields, which would otherwise be silently ignored. */
    AdminRequest allowing(String... fields) {
        List<String> allowed = Arrays.asList(fields);
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                throw new IllegalArgumentException(
                        "Unknown field "
                                + name
                                + "; "
                                + (allowed.isEmpty()
                                        ? "this request takes none"
                                        : "this request takes " + String.join(", ", allowed)));
            }
        }
        return this;
    }

    boolean has(String field) {
        return body.hasNonNull(field);
    }

    String string(String field) {
        JsonNode value = required(field);
        if (!value.isTextual()) {
            throw mistyped(field, "a string");
        }
        return value.textValue();
    }

    long number(String field) {
        JsonNode value = required(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw mistyped(field, "an integer");
        }
        return value.longValue();
    }

    int integer(String field) {
        long value = number(field);
        if ((int) value != value) {
            throw mistyped(field, "a 32-bit integer");
        }
        return (int) value;
    }

    boolean bool(String field) {
        JsonNode value = required(field);
        if (!value.isBoolean()) {
            throw mistyped(field, "true or false");
        }
        return value.booleanValue();
    }

    <E extends Enum<E>> E oneOf(Class<E> type, String field) {
        String value = string(field);
        try {
            return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw mistyped(field, "one of " + Arrays.toString(type.getEnumConstants()));
        }
    }

    /** A partition key: a JSON string, an integer, or an object with {@code base64}. */
    PrimaryKeyValue key(String field) {
        JsonNode value = required(field);
        if (value.isTextual()) {
            return PrimaryKeyValue.fromString(value.textValue());
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return PrimaryKeyValue.fromLong(value.longValue());
        }
        try {
            if (value.isObject() && value.path("base64").isTextual()) {
                return PrimaryKeyValue.fromBinary(value.get("base64").binaryValue());
            }
        } catch (IOException e) {
            throw mistyped(field, "valid Base64");
        }
        throw mistyped(field, "a string, an integer, or {\"base64\": \"...\"}");
    }

    private JsonNode required(String field) {
        if (!has(field)) {
            throw new IllegalArgumentException("The field " + field + " is missing");
        }
        return body.get(field);
    }

    private static IllegalArgumentException mistyped(String field, String expected) {
        return new IllegalArgumentException("The field " + field + " must be " + expected);
    }

    static byte[] write(JsonNode answer) {
        try {
            return JSON.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
