/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkException;

/**
 * The status table holds no {@link CheckpointSet} for a time that reading can go on from; the
 * message says why.
 */
@Internal
public final class RejectedSetException extends FlinkException {

    private static final long serialVersionUID = 1L;

    /** Why a set can't be used. */
    public enum Reason {
        /** No run over a window with this end is described. */
        NO_DESCRIPTION,
        /** The run was over another stream of the table. */
        OTHER_STREAM,
        /** A shard of the run has no row: the run was not done, or the row has expired. */
        MISSING_ROW,
        /** There is a row of a shard that was not part of the run. */
        UNKNOWN_ROW,
        /** A row was written by another run: two have mixed. */
        OTHER_VERSION,
        /** A row can't be read. */
        CORRUPT,
        /** A shard that was not read to its end is no longer part of the stream. */
        UNREAD_SHARD_GONE
    }

    private final Reason reason;

    RejectedSetException(Reason reason, String message) {
        this(reason, message, null);
    }

    RejectedSetException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason getReason() {
        return reason;
    }
}
