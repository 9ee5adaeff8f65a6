/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The time up to which the whole stream is known to be read, for every reader to emit as its
 * watermark.
 */
@Internal
public final class SourceWatermarkEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final long millis;

    /**
     * @param millis milliseconds since the epoch; no later record is expected to be earlier
     */
    public SourceWatermarkEvent(long millis) {
        this.millis = millis;
    }

    public long millis() {
        return millis;
    }
}
