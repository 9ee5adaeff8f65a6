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
    @Nullable private final Duration mirrorInterval;
    @Nullable private final RowLookup rowLookup;
    private final long limit;

    /**
     * @param reportInterval how often the enumerator is told how far the reader is; null is never
     */
    public ReaderSettings(
            FetchSettings fetch,
            TrimmedData trimmedData,
            RateLimit rateLimit,
            @Nullable Duration reportInterval) {
        this(fetch, trimmedData, rateLimit, reportInterval, null, null, ElementLimit.NONE);
    }

    private ReaderSettings(
            FetchSettings fetch,
            TrimmedData trimmedData,
            RateLimit rateLimit,
            @Nullable Duration reportInterval,
            @Nullable Duration mirrorInterval,
            @Nullable RowLookup rowLookup,
            long limit) {
        this.fetch = Objects.requireNonNull(fetch);
        this.trimmedData = Objects.requireNonNull(trimmedData);
        this.rateLimit = Objects.requireNonNull(rateLimit);
        this.reportInterval = reportInterval;
        this.mirrorInterval = mirrorInterval;
        this.rowLookup = rowLookup;
        this.limit = limit;
    }

    /**
     * The same settings, with places that the enumerator is told for the status table.
     *
     * @param interval the least time between two places of a shard, by their records; null for none
     */
    public ReaderSettings withMirror(@Nullable Duration interval) {
        return new ReaderSettings(
                fetch, trimmedData, rateLimit, reportInterval, interval, rowLookup, limit);
    }

    /** The same settings, with rows that are looked up for the records; null if none are. */
    public ReaderSettings withRowLookup(@Nullable RowLookup lookup) {
        return new ReaderSettings(
                fetch, trimmedData, rateLimit, reportInterval, mirrorInterval, lookup, limit);
    }

    /** The same settings, with a number of elements after which the reader's shards end. */
    public ReaderSettings withLimit(long elements) {
        return new ReaderSettings(
                fetch, trimmedData, rateLimit, reportInterval, mirrorInterval, rowLookup, elements);
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

    /** See {@link #withMirror}. */
    @Nullable
    Duration mirrorInterval() {
        return mirrorInterval;
    }

    @Nullable
    RowLookup rowLookup() {
        return rowLookup;
    }

    long limit() {
        return limit;
    }
}
