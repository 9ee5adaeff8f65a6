/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;

/** A row of the status table can't be what it claims to be; the message names the row and why. */
@Internal
public final class CorruptRowException extends FlinkException {

    private static final long serialVersionUID = 1L;

    CorruptRowException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
