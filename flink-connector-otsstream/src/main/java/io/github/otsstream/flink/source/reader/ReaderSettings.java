/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.time.Duration;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** What the user has decided of a reader's work. Immutable. */
@Internal
public final class ReaderSettings {

    private final FetchSettings fetch;
    private final TrimmedData trimmedData;
    private final RateLimit rateLimit;
    @Nullable private final Duration reportInterval;
    private final boolean mirrored;

    /**
     * @param reportInterval how often the enumerator is told how far the reader is; null is never
     * @param mirrored whether the enumerator is told of places for the status table
     */
    public ReaderSettings(
            FetchSettings fetch,
            TrimmedData trimmedData,
            RateLimit rateLimit,
            @Nullable Duration reportInterval,
            boolean mirrored) {
        this.fetch = Objects.requireNonNull(fetch);
        this.trimmedData = Objects.requireNonNull(trimmedData);
        this.rateLimit = Objects.requireNonNull(rateLimit);
        this.reportInterval = reportInterval;
        this.mirrored = mirrored;
    }

    FetchSettings fetch() {
        return fetch;
    }

    TrimmedData trimmedData() {
        return trimmedData;
    }

    RateLimit rateLimit() {
        return rateLimit;
    }

    @Nullable
    Duration reportInterval() {
        return reportInterval;
    }

    boolean isMirrored() {
        return mirrored;
    }
}
