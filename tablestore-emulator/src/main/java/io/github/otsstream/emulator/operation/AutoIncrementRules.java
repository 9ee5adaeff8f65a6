/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Table;

/**
 * What a table with an auto-increment column takes: new rows get their key from the service,
 * without conditions, and a row of a given key can be put or updated only if it exists.
 */
final class AutoIncrementRules {

    private AutoIncrementRules() {}

    /** A change whose key has the placeholder. */
    static void newRow(RowChange change) throws ServiceException {
        if (change.type() == CommittedChange.Type.DELETE) {
            throw ServiceException.parameterInvalid(
                    "Invalid row to delete which with pk auto increment.");
        }
        if (change.existence() == OtsInternalApi.RowExistenceExpectation.EXPECT_EXIST) {
            throw ServiceException.parameterInvalid(
                    "Invalid expect:"
                            + change.existence()
                            + " when modify row with pk auto increment.");
        }
        if (change.columnCondition() != null) {
            throw ServiceException.parameterInvalid(
                    "Can't set condition when modify row with pk auto increment.");
        }
    }

    /** A change whose key is complete. */
    static void givenRow(Table table, RowChange change) throws ServiceException {
        boolean autoIncrement =
                table.schema().stream().anyMatch(OtsInternalApi.PrimaryKeySchema::hasOption);
        if (autoIncrement
                && change.type() != CommittedChange.Type.DELETE
                && change.existence() != OtsInternalApi.RowExistenceExpectation.EXPECT_EXIST) {
            throw ServiceException.parameterInvalid(
                    "Invalid expect: "
                            + change.existence()
                            + " when modify a specific row for table with pk auto increment.");
        }
    }
}
