/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.ValueTypes;
import io.github.otsstream.emulator.storage.Table;

/** What a table demands of the attribute columns of a change: names, versions, defined types. */
final class ColumnRules {

    private ColumnRules() {}

    /**
     * @param now the service's time in milliseconds
     * @throws ServiceException {@code OTSParameterInvalid} naming the column
     */
    static void check(Table table, RowChange change, long now) throws ServiceException {
        for (PlainBufferCell cell : change.cells()) {
            for (OtsInternalApi.PrimaryKeySchema column : table.schema()) {
                if (column.getName().equals(cell.getCellName())) {
                    throw ServiceException.parameterInvalid(
                            "Duplicated attribute column name with primary key column: '"
                                    + cell.getCellName()
                                    + "'.");
                }
            }
            if (cell.hasCellValue() && cell.hasCellTimestamp()) {
                checkVersion(table.options(), cell, now);
            }
        }
        checkDefinedTypes(table, change);
    }

    private static void checkVersion(
            OtsInternalApi.TableOptions options, PlainBufferCell cell, long now)
            throws ServiceException {
        long version = cell.getCellTimestamp();
        long deviation = options.getDeviationCellVersionInSec() * 1_000;
        long oldest = now - deviation;
        if (options.getTimeToLive() >= 0) {
            oldest = Math.max(oldest, now - options.getTimeToLive() * 1_000L);
        }
        if (version < oldest || version - now >= deviation) {
            throw ServiceException.parameterInvalid(
                    "Invalid timestamp. Cell:" + cell.getCellName() + ".");
        }
    }

    private static void checkDefinedTypes(Table table, RowChange change) throws ServiceException {
        for (OtsInternalApi.DefinedColumnSchema defined : table.definedColumns()) {
            for (PlainBufferCell cell : change.cells()) {
                if (cell.hasCellValue() && cell.getCellName().equals(defined.getName())) {
                    String actual = ValueTypes.name(cell.getCellValue().getType());
                    String expected = ValueTypes.name(defined.getType());
                    if (!actual.equals(expected)) {
                        throw ServiceException.parameterInvalid(
                                "Invalid column type for column "
                                        + defined.getName()
                                        + " expect "
                                        + expected
                                        + " actual "
                                        + actual);
                    }
                }
            }
        }
    }
}
