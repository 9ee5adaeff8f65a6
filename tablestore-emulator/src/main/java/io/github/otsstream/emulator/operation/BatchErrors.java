/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import io.github.otsstream.emulator.ServiceException;

/** The form in which the answer to a batch carries one row's error. */
final class BatchErrors {

    private BatchErrors() {}

    static OtsInternalApi.Error toMessage(ServiceException e) {
        return OtsInternalApi.Error.newBuilder()
                .setCode(e.code())
                .setMessage(e.getMessage())
                .build();
    }
}
