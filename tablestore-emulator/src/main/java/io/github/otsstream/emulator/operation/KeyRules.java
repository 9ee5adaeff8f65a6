/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.ValueTypes;
import java.util.List;

/**
 * Matches the key of a request with its table's schema. A key that does not fit is answered with
 * {@code OTSInvalidPK}, in a batch for its row alone.
 */
final class KeyRules {

    private KeyRules() {}

    /**
     * The key of a request's cells. Placeholders and infinities are kept; {@link RequestChecks} has
     * refused the infinities where a row is meant.
     */
    static PrimaryKey fit(List<PlainBufferCell> cells, List<OtsInternalApi.PrimaryKeySchema> schema)
            throws ServiceException {
        if (cells.size() != schema.size()) {
            throw invalid("size", cells.size(), schema.size());
        }
        PrimaryKeyColumn[] columns = new PrimaryKeyColumn[cells.size()];
        for (int i = 0; i < columns.length; i++) {
            PlainBufferCell cell = cells.get(i);
            OtsInternalApi.PrimaryKeySchema meta = schema.get(i);
            if (!cell.getCellName().equals(meta.getName())) {
                throw invalid("name", cell.getCellName(), meta.getName());
            }
            PrimaryKeyValue value = cell.getPkCellValue();
            boolean typed = !value.isInfMin() && !value.isInfMax() && !isPlaceholder(value, meta);
            if (typed && !ValueTypes.name(value).equals(ValueTypes.name(meta.getType()))) {
                throw invalid("type", ValueTypes.name(value), ValueTypes.name(meta.getType()));
            }
            columns[i] = new PrimaryKeyColumn(cell.getCellName(), value);
        }
        return new PrimaryKey(columns);
    }

    /** Whether the service has to fill in a value of the key. */
    static boolean hasPlaceholder(PrimaryKey key) {
        for (PrimaryKeyColumn column : key.getPrimaryKeyColumns()) {
            if (column.getValue().isPlaceHolderForAutoIncr()) {
                return true;
            }
        }
        return false;
    }

    /** The key with {@code value} in the place of the placeholder. */
    static PrimaryKey fill(PrimaryKey key, long value) {
        PrimaryKeyColumn[] columns = key.getPrimaryKeyColumns();
        for (int i = 0; i < columns.length; i++) {
            if (columns[i].getValue().isPlaceHolderForAutoIncr()) {
                columns[i] =
                        new PrimaryKeyColumn(columns[i].getName(), PrimaryKeyValue.fromLong(value));
            }
        }
        return new PrimaryKey(columns);
    }

    private static boolean isPlaceholder(
            PrimaryKeyValue value, OtsInternalApi.PrimaryKeySchema meta) {
        return value.isPlaceHolderForAutoIncr() && meta.hasOption();
    }

    private static ServiceException invalid(String what, Object input, Object meta) {
        return new ServiceException(
                400,
                "OTSInvalidPK",
                "Validate PK " + what + " fail. Input: " + input + ", Meta: " + meta + ".");
    }
}
