/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.ColumnType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.filter.Filters;
import io.github.otsstream.emulator.filter.RowFilter;
import io.github.otsstream.emulator.plainbuffer.RowDecoder;
import io.github.otsstream.emulator.storage.CommittedChange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One row's write as a request asks for it, decoded and found to be in order in itself. */
final class RowChange {

    private final CommittedChange.Type type;
    private final List<PlainBufferCell> key;
    private final List<PlainBufferCell> cells;
    private final OtsInternalApi.RowExistenceExpectation existence;
    private final RowFilter columnCondition;
    private final OtsInternalApi.ReturnContent returnContent;

    private RowChange(
            CommittedChange.Type type,
            PlainBufferRow row,
            OtsInternalApi.RowExistenceExpectation existence,
            RowFilter columnCondition,
            OtsInternalApi.ReturnContent returnContent) {
        this.type = type;
        this.key = row.getPrimaryKey();
        this.cells = row.getCells();
        this.existence = existence;
        this.columnCondition = columnCondition;
        this.returnContent = returnContent;
    }

    /**
     * Decodes and checks a change.
     *
     * @throws ServiceException {@code OTSParameterInvalid} naming what is wrong
     */
    static RowChange parse(
            CommittedChange.Type type,
            ByteString bytes,
            OtsInternalApi.Condition condition,
            OtsInternalApi.ReturnContent returnContent)
            throws ServiceException {
        PlainBufferRow row = RowDecoder.decode(bytes);
        RequestChecks.rowKey(row.getPrimaryKey());
        checkCells(type, row.getCells());
        for (String column : returnContent.getReturnColumnNamesList()) {
            RequestChecks.columnName(column);
        }
        RowFilter columnCondition =
                condition.hasColumnCondition()
                        ? Filters.condition(condition.getColumnCondition())
                        : null;
        return new RowChange(
                type, row, condition.getRowExistence(), columnCondition, returnContent);
    }

    CommittedChange.Type type() {
        return type;
    }

    List<PlainBufferCell> key() {
        return key;
    }

    List<PlainBufferCell> cells() {
        return cells;
    }

    OtsInternalApi.RowExistenceExpectation existence() {
        return existence;
    }

    /** Null if the change has none. */
    RowFilter columnCondition() {
        return columnCondition;
    }

    OtsInternalApi.ReturnContent returnContent() {
        return returnContent;
    }

    /** Whether the row has to be read before it is written. */
    boolean isConditional() {
        return existence != OtsInternalApi.RowExistenceExpectation.IGNORE
                || columnCondition != null;
    }

    /** Bytes of key and cells as the service counts them. */
    long sizeInBytes() {
        long size = 0;
        for (PlainBufferCell cell : key) {
            PrimaryKeyValue value = cell.getPkCellValue();
            size += cell.getNameRawData().length;
            size += value.getType() == null ? Long.BYTES : value.getDataSize();
        }
        for (PlainBufferCell cell : cells) {
            size += cell.getNameRawData().length;
            size += cell.hasCellValue() ? cell.getCellValue().getDataSize() : 0;
            size += cell.hasCellTimestamp() ? Long.BYTES : 0;
        }
        return size;
    }

    private static void checkCells(CommittedChange.Type type, List<PlainBufferCell> cells)
            throws ServiceException {
        if (type == CommittedChange.Type.DELETE && !cells.isEmpty()) {
            throw ServiceException.parameterInvalid("A deleted row has no attribute columns.");
        }
        if (type == CommittedChange.Type.UPDATE && cells.isEmpty()) {
            throw ServiceException.parameterInvalid("Attribute column is missing.");
        }
        Set<String> columns = new HashSet<>();
        for (PlainBufferCell cell : cells) {
            RequestChecks.columnName(cell.getCellName());
            columns.add(cell.getCellName());
            checkCell(type, cell);
        }
        if (columns.size() > Limits.COLUMNS_PER_REQUEST) {
            throw ServiceException.parameterInvalid(
                    "The number of attribute columns exceeds the limit, limit count: "
                            + Limits.COLUMNS_PER_REQUEST
                            + ", column count: "
                            + columns.size()
                            + ".");
        }
    }

    private static void checkCell(CommittedChange.Type type, PlainBufferCell cell)
            throws ServiceException {
        if (cell.hasCellTimestamp()) {
            RequestChecks.version(cell.getCellTimestamp());
        }
        if (cell.hasCellValue()) {
            checkLength(cell);
        }
        if (!cell.hasCellType()) {
            require(cell.hasCellValue(), cell, "has no value.");
            return;
        }
        require(type == CommittedChange.Type.UPDATE, cell, "can only be put in PutRow.");
        switch (cell.getCellType()) {
            case PlainBufferConsts.DELETE_ALL_VERSION:
                require(!cell.hasCellValue(), cell, "is to be deleted but has a value.");
                require(!cell.hasCellTimestamp(), cell, "is to be deleted but has a timestamp.");
                return;
            case PlainBufferConsts.DELETE_ONE_VERSION:
                require(!cell.hasCellValue(), cell, "is to be deleted but has a value.");
                require(
                        cell.hasCellTimestamp(),
                        cell,
                        "is to lose one version but has no timestamp.");
                return;
            case PlainBufferConsts.INCREMENT:
                require(
                        cell.hasCellValue() && cell.getCellValue().getType() == ColumnType.INTEGER,
                        cell,
                        "is to be incremented but the increment is not VT_INTEGER.");
                require(
                        !cell.hasCellTimestamp(),
                        cell,
                        "is to be incremented but has a timestamp.");
                return;
            default:
                throw ServiceException.parameterInvalid(
                        "Unknown operation type: " + cell.getCellType() + ".");
        }
    }

    private static void checkLength(PlainBufferCell cell) throws ServiceException {
        int length = cell.getCellValue().getDataSize();
        if (length > Limits.ATTRIBUTE_VALUE_BYTES) {
            throw ServiceException.parameterInvalid(
                    "The length of attribute column: '"
                            + cell.getCellName()
                            + "' exceeds the MaxLength:"
                            + Limits.ATTRIBUTE_VALUE_BYTES
                            + " with CurrentLength:"
                            + length
                            + ".");
        }
    }

    private static void require(boolean holds, PlainBufferCell cell, String complaint)
            throws ServiceException {
        if (!holds) {
            throw ServiceException.parameterInvalid(
                    "The attribute column: '" + cell.getCellName() + "' " + complaint);
        }
    }
}
