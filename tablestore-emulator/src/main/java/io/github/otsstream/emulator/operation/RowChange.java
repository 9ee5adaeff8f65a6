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
import io.github.otsstream.emulator.storage.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        RequestChecks.writtenKey(row.getPrimaryKey());
        checkRow(type, row);
        checkReturnContent(row.getCells(), returnContent);
        RowFilter columnCondition =
                condition.hasColumnCondition()
                        ? Filters.condition(condition.getColumnCondition())
                        : null;
        return new RowChange(
                type, row, condition.getRowExistence(), columnCondition, returnContent);
    }

    /**
     * An unconditional put whose key the service has made itself, so that it may have more and
     * other columns than a client's.
     *
     * @throws ServiceException {@code OTSParameterInvalid} naming what is wrong with the cells
     */
    static RowChange put(PlainBufferRow row) throws ServiceException {
        checkCells(CommittedChange.Type.PUT, row.getCells());
        return new RowChange(
                CommittedChange.Type.PUT,
                row,
                OtsInternalApi.RowExistenceExpectation.IGNORE,
                null,
                OtsInternalApi.ReturnContent.getDefaultInstance());
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

    private static void checkRow(CommittedChange.Type type, PlainBufferRow row)
            throws ServiceException {
        if (type == CommittedChange.Type.DELETE) {
            require(
                    row.hasDeleteMarker(),
                    "Invalid request of delete row: missing RowDeleteMarker in request.");
            require(
                    row.getCells().isEmpty(),
                    "Invalid delete row request: unexpected cells in request.");
            return;
        }
        require(
                !row.hasDeleteMarker(),
                "Invalid request of put/update row: unexpected RowDeleteMarker in request.");
        require(type == CommittedChange.Type.PUT || row.hasCells(), "Attribute column is missing.");
        checkCells(type, row.getCells());
    }

    private static void checkCells(CommittedChange.Type type, List<PlainBufferCell> cells)
            throws ServiceException {
        // Whether each column's cell is an increment: such a column has no other cell.
        Map<String, Boolean> columns = new HashMap<>();
        for (PlainBufferCell cell : cells) {
            Names.checkColumn(cell.getCellName());
            if (cell.hasCellTimestamp()) {
                RequestChecks.version(cell.getCellTimestamp());
            }
            if (cell.hasCellValue()) {
                checkLength(cell);
            }
            checkOperation(type, cell);
            boolean increment = isIncrement(cell);
            Boolean earlier = columns.put(cell.getCellName(), increment);
            require(
                    earlier == null || !earlier && !increment,
                    "The attribute column: '"
                            + cell.getCellName()
                            + "' cannot be incremented and written in one request.");
        }
        require(
                columns.size() <= Limits.COLUMNS_PER_REQUEST,
                "The number of attribute columns exceeds the limit, limit count: "
                        + Limits.COLUMNS_PER_REQUEST
                        + ", column count: "
                        + columns.size()
                        + ".");
    }

    private static void checkOperation(CommittedChange.Type type, PlainBufferCell cell)
            throws ServiceException {
        String name = cell.getCellName();
        if (!cell.hasCellType()) {
            require(cell.hasCellValue(), "No value is given for column name:'" + name + "'.");
            return;
        }
        require(
                type == CommittedChange.Type.UPDATE,
                "OpType cannot be given for column name:'" + name + "' in PutRow.");
        switch (cell.getCellType()) {
            case PlainBufferConsts.DELETE_ONE_VERSION:
                refuseValue(cell);
                require(
                        cell.hasCellTimestamp(),
                        "Timestamp must be given when type is DELETE_ONE_VERSION.");
                return;
            case PlainBufferConsts.DELETE_ALL_VERSION:
                refuseValue(cell);
                require(
                        !cell.hasCellTimestamp(),
                        "Timestamp cannot be given when type is DELETE_ALL_VERSION.");
                return;
            case PlainBufferConsts.INCREMENT:
                require(
                        cell.hasCellValue() && cell.getCellValue().getType() == ColumnType.INTEGER,
                        "The increment of the attribute column: '" + name + "' must be INTEGER.");
                require(
                        !cell.hasCellTimestamp(),
                        "Timestamp cannot be given when type is INCREMENT.");
                return;
            default:
                throw ServiceException.parameterInvalid(
                        "Invalid op type of cell: " + cell.getCellType() + ".");
        }
    }

    private static void refuseValue(PlainBufferCell cell) throws ServiceException {
        require(
                !cell.hasCellValue(),
                "Column value cannot be given when type is"
                        + " DELETE_ONE_VERSION,DELETE_ALL_VERSION.");
    }

    private static void checkLength(PlainBufferCell cell) throws ServiceException {
        ColumnType type = cell.getCellValue().getType();
        int length = cell.getCellValue().getDataSize();
        require(
                length <= Limits.ATTRIBUTE_VALUE_BYTES
                        || type != ColumnType.STRING && type != ColumnType.BINARY,
                "The length of attribute column: '"
                        + cell.getCellName()
                        + "' exceeds the MaxLength:"
                        + Limits.ATTRIBUTE_VALUE_BYTES
                        + " with CurrentLength:"
                        + length
                        + ".");
    }

    /** Only incremented columns can be asked for, and only after the modification. */
    private static void checkReturnContent(
            List<PlainBufferCell> cells, OtsInternalApi.ReturnContent content)
            throws ServiceException {
        require(
                content.getReturnType() == OtsInternalApi.ReturnType.RT_AFTER_MODIFY
                        || content.getReturnColumnNamesCount() == 0,
                "Return columns cannot be given when return type is "
                        + content.getReturnType()
                        + ".");
        for (String column : content.getReturnColumnNamesList()) {
            Names.checkColumn(column);
            require(
                    cells.stream()
                            .anyMatch(
                                    cell -> isIncrement(cell) && cell.getCellName().equals(column)),
                    "The return column: '" + column + "' is not incremented by the request.");
        }
    }

    private static boolean isIncrement(PlainBufferCell cell) {
        return cell.hasCellType() && cell.getCellType() == PlainBufferConsts.INCREMENT;
    }

    private static void require(boolean holds, String complaint) throws ServiceException {
        if (!holds) {
            throw ServiceException.parameterInvalid(complaint);
        }
    }
}
