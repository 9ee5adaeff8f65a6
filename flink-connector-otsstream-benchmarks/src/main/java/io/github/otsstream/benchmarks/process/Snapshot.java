/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.benchmarks.process;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** What a contender has done up to a moment, and what that has cost its process. Immutable. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class Snapshot {

    private final long nanos;
    private final long cpuNanos;
    private final long allocatedBytes;
    private final long records;

    /** Microseconds by percentile, of what was measured since the snapshot before. */
    private final Map<String, Long> percentiles;

    private final Map<String, Long> greatest;

    @JsonCreator
    public Snapshot(
            @JsonProperty("nanos") long nanos,
            @JsonProperty("cpuNanos") long cpuNanos,
            @JsonProperty("allocatedBytes") long allocatedBytes,
            @JsonProperty("records") long records,
            @JsonProperty("percentiles") Map<String, Long> percentiles,
            @JsonProperty("greatest") Map<String, Long> greatest) {
        this.nanos = nanos;
        this.cpuNanos = cpuNanos;
        this.allocatedBytes = allocatedBytes;
        this.records = records;
        this.percentiles = percentiles;
        this.greatest = greatest;
    }

    public long nanos() {
        return nanos;
    }

    public long cpuNanos() {
        return cpuNanos;
    }

    public long allocatedBytes() {
        return allocatedBytes;
    }

    public long records() {
        return records;
    }

    /** Of delays since the snapshot before, in microseconds, by "50", "99" and so on. */
    public Map<String, Long> percentiles() {
        return percentiles;
    }

    /** The greatest value of each gauge so far. */
    public Map<String, Long> greatest() {
        return greatest;
    }
}
