/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator;

import java.util.Map;

/** How often an operation was called, and how it ended, up to one moment. Immutable. */
public final class OperationCount {

    private final long calls;
    private final Map<String, Long> errors;
    private final long bytesIn;
    private final long bytesOut;

    public OperationCount(long calls, Map<String, Long> errors, long bytesIn, long bytesOut) {
        this.calls = calls;
        this.errors = Map.copyOf(errors);
        this.bytesIn = bytesIn;
        this.bytesOut = bytesOut;
    }

    /** Requests received, whatever became of them. */
    public long calls() {
        return calls;
    }

    /** Error answers by the service's error code. */
    public Map<String, Long> errors() {
        return errors;
    }

    /** Bytes of request bodies as received. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes of answers' bodies as sent. */
    public long bytesOut() {
        return bytesOut;
    }

    @Override
    public String toString() {
        return calls + " calls, errors " + errors + ", " + bytesIn + " in, " + bytesOut + " out";
    }
}
