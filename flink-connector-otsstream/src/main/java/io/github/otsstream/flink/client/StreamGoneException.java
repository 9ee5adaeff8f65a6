/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import org.apache.flink.annotation.Internal;

/**
 * A stream that was found before does not exist any more. The message says what has become of its
 * table and what to do.
 */
@Internal
public final class StreamGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StreamGoneException(String tableName, String streamId, String whatIsThereNow, Throwable cause) {
        super(
                "Stream "
                        + streamId
                        + " of table "
                        + tableName
                        + " is gone, and "
                        + whatIsThereNow
                        + ": Stream was disabled, or the table was deleted, since the job began. "
                        + "Changes that were not read before that are lost. Start the job without "
                        + "its old state to read the new stream.",
                cause);
    }
}
