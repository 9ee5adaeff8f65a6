/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowDecoder;
import io.github.otsstream.emulator.plainbuffer.ValueTypes;
import io.github.otsstream.emulator.storage.Names;
import java.util.List;

/**
 * The checks that a request must pass whatever its table looks like. A request that fails one is
 * refused as a whole, also if only one row of a batch is wrong.
 */
final class RequestChecks {

    private RequestChecks() {}

    /** Decodes a key that names a row to be read. */
    static List<PlainBufferCell> keyToRead(ByteString bytes) throws ServiceException {
        List<PlainBufferCell> key = keyOnly(bytes);
        writtenKey(key);
        refusePlaceholder(key);
        return key;
    }

    /** Decodes a key that bounds a range, which may have infinite columns. */
    static List<PlainBufferCell> rangeBound(ByteString bytes) throws ServiceException {
        List<PlainBufferCell> key = keyOnly(bytes);
        key(key);
        refusePlaceholder(key);
        return key;
    }

    /** Checks a key that names a row to be written; an auto-increment placeholder passes. */
    static void writtenKey(List<PlainBufferCell> key) throws ServiceException {
        key(key);
        for (PlainBufferCell cell : key) {
            PrimaryKeyValue value = cell.getPkCellValue();
            if (value.isInfMin() || value.isInfMax()) {
                throw ServiceException.parameterInvalid(
                        ValueTypes.name(value) + " is an invalid type for the primary key.");
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

    static void version(long version) throws ServiceException {
        if (version < 0 || version >= Limits.VERSION_BOUND) {
            throw ServiceException.parameterInvalid(
                    "Timestamp must be in range [0, INT64_MAX/1000).");
        }
    }

    /** The size of all rows of a write request. */
    static void writtenBytes(String operation, long bytes) throws ServiceException {
        if (bytes > Limits.WRITE_BYTES) {
            throw ServiceException.parameterInvalid(
                    "The total data size of "
                            + operation
                            + " request exceeds the limit, limit size: "
                            + Limits.WRITE_BYTES
                            + ", data size: "
                            + bytes
                            + ".");
        }
    }

    private static List<PlainBufferCell> keyOnly(ByteString bytes) throws ServiceException {
        PlainBufferRow row = RowDecoder.decode(bytes);
        if (row.hasCells()) {
            throw ServiceException.parameterInvalid(
                    "Attribute column cannot be given while reading data.");
        }
        if (row.hasDeleteMarker()) {
            throw ServiceException.parameterInvalid("Delete marker cannot be given.");
        }
        return row.getPrimaryKey();
    }

    private static void key(List<PlainBufferCell> key) throws ServiceException {
        keyColumnCount(key.size());
        for (PlainBufferCell cell : key) {
            keyCell(cell);
        }
    }

    private static void keyCell(PlainBufferCell cell) throws ServiceException {
        String name = cell.getCellName();
        Names.checkColumn(name);
        PrimaryKeyValue value = cell.getPkCellValue();
        if (value == null) {
            throw ServiceException.parameterInvalid(
                    "No value is given for primary key name:'" + name + "'.");
        }
        if (cell.hasCellType()) {
            throw ServiceException.parameterInvalid(
                    "OpType cannot be given for primary key name:'" + name + "'.");
        }
        if (cell.hasCellTimestamp()) {
            throw ServiceException.parameterInvalid(
                    "Timestamp cannot be given for primary key name:'" + name + "'.");
        }
        if (value.getType() != null && value.getDataSize() > Limits.PRIMARY_KEY_VALUE_BYTES) {
            throw ServiceException.parameterInvalid(
                    "The length of primary key column: '"
                            + name
                            + "' exceeds the MaxLength:"
                            + Limits.PRIMARY_KEY_VALUE_BYTES
                            + " with CurrentLength:"
                            + value.getDataSize()
                            + ".");
        }
    }

    private static void refusePlaceholder(List<PlainBufferCell> key) throws ServiceException {
        for (PlainBufferCell cell : key) {
            if (cell.getPkCellValue().isPlaceHolderForAutoIncr()) {
                throw ServiceException.parameterInvalid(
                        "PKAutoIncr can't be used for read operations.");
            }
        }
    }
}
