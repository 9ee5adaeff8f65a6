/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A GetStreamRecord answer in protobuf form, as parts to be sent one after another: the records
 * where they lie in the log, and the fields that follow them. Immutable as long as nobody writes to
 * the buffers.
 */
public final class StreamPage {

    private final List<ByteBuffer> parts;

    StreamPage(List<ByteBuffer> parts) {
        this.parts = parts;
    }

    public List<ByteBuffer> parts() {
        return parts;
    }
}
