/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.util.Arrays;
import java.util.Base64;

/**
 * Makes BINARY, VARBINARY and BYTES of binary values, and in JSON of Base64. A BINARY must have its
 * length: zeros at its end would be told from none no more.
 */
final class BytesConverter extends ValueConverter {

    private final int minLength;
    private final int maxLength;

    BytesConverter(int minLength, int maxLength) {
        this.minLength = minLength;
        this.maxLength = maxLength;
    }

    @Override
    Object fromBinary(byte[] buffer, int offset, int length) {
        if (length < minLength || length > maxLength) {
            return Misfit.LENGTH;
        }
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    @Override
    Object fromJsonText(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return fromBinary(bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            return Misfit.TEXT;
        }
    }
}
