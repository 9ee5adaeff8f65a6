/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.ValueTypes;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The checks that a request must pass whatever its table looks like. A request that fails one is
 * refused as a whole, also if only one row of a batch is wrong.
 */
final class RequestChecks {

    private static final Pattern TABLE_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern COLUMN_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.:\\-]*");

    private RequestChecks() {}

    static void tableName(String name) throws ServiceException {
        if (name.length() > Limits.NAME_LENGTH || !TABLE_NAME.matcher(name).matches()) {
            throw ServiceException.parameterInvalid("Invalid table name: '" + name + "'.");
        }
    }

    static void columnName(String name) throws ServiceException {
        if (name.length() > Limits.NAME_LENGTH || !COLUMN_NAME.matcher(name).matches()) {
            throw ServiceException.parameterInvalid("Invalid column name: '" + name + "'.");
        }
    }

    /** A key that names one row; the placeholder of an auto-increment column passes. */
    static void rowKey(List<PlainBufferCell> key) throws ServiceException {
        rangeBound(key);
        for (PlainBufferCell cell : key) {
            PrimaryKeyValue value = cell.getPkCellValue();
            if (value.isInfMin() || value.isInfMax()) {
                throw invalidKeyType(value);
            }
        }
    }

    /** A key that bounds a range, which may have infinite columns. */
    static void rangeBound(List<PlainBufferCell> key) throws ServiceException {
        keyColumnCount(key.size());
        for (PlainBufferCell cell : key) {
            columnName(cell.getCellName());
            PrimaryKeyValue value = cell.getPkCellValue();
            if (value == null) {
                throw ServiceException.parameterInvalid(
                        "The primary key column: '" + cell.getCellName() + "' has no value.");
            }
            if (value.getType() != null && value.getDataSize() > Limits.PRIMARY_KEY_VALUE_BYTES) {
                throw ServiceException.parameterInvalid(
                        "The length of primary key column: '"
                                + cell.getCellName()
                                + "' exceeds the MaxLength:"
                                + Limits.PRIMARY_KEY_VALUE_BYTES
                                + " with CurrentLength:"
                                + value.getDataSize()
                                + ".");
            }
        }
    }

    static void keyColumnCount(int count) throws ServiceException {
        if (count < 1 || count > Limits.PRIMARY_KEY_COLUMNS) {
            throw ServiceException.parameterInvalid(
                    "The number of primary key columns must be in range: [1, "
                            + Limits.PRIMARY_KEY_COLUMNS
                            + "].");
        }
    }

    static ServiceException invalidKeyType(PrimaryKeyValue value) {
        return ServiceException.parameterInvalid(
                ValueTypes.name(value) + " is an invalid type for the primary key.");
    }

    static void version(long version) throws ServiceException {
        if (version < 0 || version >= Limits.VERSION_BOUND) {
            throw ServiceException.parameterInvalid(
                    "Timestamp must be in range [0, INT64_MAX/1000).");
        }
    }
}
