/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/** A stream's description with some of its shards, and where the listing goes on. */
@Internal
public final class StreamDescriptionPage {

    private final StreamDescription description;
    @Nullable private final String nextShardId;

    public StreamDescriptionPage(StreamDescription description, @Nullable String nextShardId) {
        this.description = Objects.requireNonNull(description, "description");
        this.nextShardId = nextShardId;
    }

    public StreamDescription getDescription() {
        return description;
    }

    /** Returns the first shard of the next page, or null if this is the last one. */
    @Nullable
    public String getNextShardId() {
        return nextShardId;
    }
}
