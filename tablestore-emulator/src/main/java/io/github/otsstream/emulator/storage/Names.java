/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.storage;

import io.github.otsstream.emulator.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What tables and columns may be called. Table names are strict; column names may hold nearly
 * anything, as the SDKs' own tests show, but do not begin with a number sign.
 */
public final class Names {

    /** Longest name of a table or column, in UTF-8 bytes. */
    public static final int MAX_LENGTH = 255;

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
}
