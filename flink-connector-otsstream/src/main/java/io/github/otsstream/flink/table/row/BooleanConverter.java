/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

/** Makes BOOLEAN of booleans, and of the texts {@code true} and {@code false} in any case. */
final class BooleanConverter extends ValueConverter {

    @Override
    Object fromBoolean(boolean value) {
        return value;
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        String text = ascii(buffer, offset, length);
        if (text.equalsIgnoreCase("true")) {
            return true;
        }
        return text.equalsIgnoreCase("false") ? false : (Object) Misfit.TEXT;
    }
}
