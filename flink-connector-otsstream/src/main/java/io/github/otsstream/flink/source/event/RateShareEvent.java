/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.event;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;

/** The part of the job's rate limits that a reader may use. */
@Internal
public final class RateShareEvent implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final double share;

    /**
     * @param share from 0 to 1
     */
    public RateShareEvent(double share) {
        this.share = share;
    }

    public double share() {
        return share;
    }
}
