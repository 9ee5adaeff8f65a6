/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import org.apache.flink.annotation.PublicEvolving;

/**
 * Bytes that are not a PlainBuffer row, or whose checksum does not match. The message says what is
 * wrong and where.
 */
@PublicEvolving
public final class PlainBufferFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int offset;

    PlainBufferFormatException(String problem, int offset) {
        super(problem + " (at byte " + offset + " of the row)");
        this.offset = offset;
    }

    /** Returns where the problem was found, in bytes from the row's begin. */
    public int getOffset() {
        return offset;
    }
}
