/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.DescribedEnum;
import org.apache.flink.configuration.description.InlineElement;
import org.apache.flink.configuration.description.TextElement;

/**
 * What to do where changes may have left the stream's retention before the job has read them. It
 * happens to a job that was stopped, or was behind, for longer than the retention.
 */
@PublicEvolving
public enum TrimmedData implements DescribedEnum {

    /** The job fails, and says in which shard and of which time changes may be lost. */
    FAIL("The job fails, and says in which shard and of which time changes may be lost."),

    /**
     * The job goes on with the oldest change that is there. The shard and the time of what may be
     * lost are logged, and counted in the metric {@code trimmedShards}.
     */
    EARLIEST("The job goes on with the oldest change that is there, which is logged and counted.");

    private final String description;

    TrimmedData(String description) {
        this.description = description;
    }

    @Override
    public InlineElement getDescription() {
        return TextElement.text(description);
    }
}
