/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import io.github.otsstream.emulator.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * What tables and columns may be called. Table names are strict; column names may hold nearly
 * anything, as the SDKs' own tests show, but do not begin with a number sign.
 */
public final class Names {

    /** Longest name of a table or column, in UTF-8 bytes. */
    public static final int MAX_LENGTH = 255;

    /** The order of columns in a row: by the UTF-8 bytes of their names. */
    static final Comparator<String> ORDER = Names::compareColumns;

    private static final Pattern TABLE = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private Names() {}

    /**
     * @throws ServiceException {@code OTSParameterInvalid} if no table can be called so
     */
    public static void checkTable(String name) throws ServiceException {
        if (name.length() > MAX_LENGTH || !TABLE.matcher(name).matches()) {
            throw ServiceException.parameterInvalid("Invalid table name: '" + name + "'.");
        }
    }

    /**
     * @throws ServiceException {@code OTSParameterInvalid} if no column can be called so
     */
    public static void checkColumn(String name) throws ServiceException {
        if (name.isEmpty()
                || name.charAt(0) == '#'
                || name.getBytes(StandardCharsets.UTF_8).length > MAX_LENGTH) {
            throw ServiceException.parameterInvalid("Invalid column name: '" + name + "'.");
        }
    }

    /** Compares two column names in the order of columns. */
    public static int compareColumns(String left, String right) {
        // By code points, which is the order of UTF-8 bytes: a surrogate stands for a code point
        // above all that are one char.
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l != r) {
                int order = Boolean.compare(Character.isSurrogate(l), Character.isSurrogate(r));
                return order != 0 ? order : Character.compare(l, r);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
