/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import java.time.Duration;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** What the user has decided of an enumerator's work. Immutable. */
@Internal
public final class EnumeratorSettings {

    private final boolean bounded;
    private final Duration discoveryInterval;
    @Nullable private final Duration watermarkClockMargin;
    private final boolean rateLimited;

    private EnumeratorSettings(
            boolean bounded,
            Duration discoveryInterval,
            @Nullable Duration watermarkClockMargin,
            boolean rateLimited) {
        this.bounded = bounded;
        this.discoveryInterval = Objects.requireNonNull(discoveryInterval);
        this.watermarkClockMargin = watermarkClockMargin;
        this.rateLimited = rateLimited;
    }

    /**
     * @param bounded whether the job ends when every shard has been read to the end of the window
     * @param discoveryInterval zero lists the shards only when one of them has ended
     */
    public static EnumeratorSettings of(boolean bounded, Duration discoveryInterval) {
        return new EnumeratorSettings(bounded, discoveryInterval, null, false);
    }

    /**
     * @param clockMargin how far the watermark stays behind what is read, or null for none
     */
    public EnumeratorSettings withSourceWatermarks(@Nullable Duration clockMargin) {
        return new EnumeratorSettings(bounded, discoveryInterval, clockMargin, rateLimited);
    }

    /** Whether readers have to be told their part of the job's rates. */
    public EnumeratorSettings withRateLimit(boolean limited) {
        return new EnumeratorSettings(bounded, discoveryInterval, watermarkClockMargin, limited);
    }

    boolean bounded() {
        return bounded;
    }

    Duration discoveryInterval() {
        return discoveryInterval;
    }

    @Nullable
    Duration watermarkClockMargin() {
        return watermarkClockMargin;
    }

    boolean rateLimited() {
        return rateLimited;
    }
}
