/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import io.github.otsstream.emulator.ServiceException;
import java.util.Set;

/** The errors that only batches have, and the form in which their answers carry a row's error. */
final class BatchErrors {

    private BatchErrors() {}

    /** Takes note of a batch's next table, which must not have come before. */
    static void refuseRepeatedTable(Set<String> earlier, String name) throws ServiceException {
        if (!earlier.add(name)) {
            throw ServiceException.parameterInvalid("Duplicated table name: '" + name + "'.");
        }
    }

    static void checkRowCount(int rows, int limit) throws ServiceException {
        if (rows > limit) {
            throw ServiceException.parameterInvalid(
                    "Rows count exceeds the upper limit: " + limit + ".");
        }
    }

    static OtsInternalApi.Error toMessage(ServiceException e) {
        return OtsInternalApi.Error.newBuilder()
                .setCode(e.code())
                .setMessage(e.getMessage())
                .build();
    }
}
