/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.ShardInfo;
import java.util.Collection;
import org.apache.flink.annotation.Internal;

/**
 * What has changed between two listings of a stream. A shard that is in both, but with other
 * parents, has disappeared with the old ones and appeared with the new ones.
 *
 * <p>Immutable.
 */
@Internal
public final class ListingChange {

    private final ShardListing earlier;
    private final ShardListing later;
    private final Collection<ShardInfo> appeared;
    private final Collection<ShardInfo> disappeared;

    /**
     * @param appeared what the later listing shows and the earlier one does not
     * @param disappeared what the earlier listing shows and the later one does not
     */
    ListingChange(
            ShardListing earlier,
            ShardListing later,
            Collection<ShardInfo> appeared,
            Collection<ShardInfo> disappeared) {
        this.earlier = earlier;
        this.later = later;
        this.appeared = appeared;
        this.disappeared = disappeared;
    }

    ShardListing earlier() {
        return earlier;
    }

    ShardListing later() {
        return later;
    }

    Collection<ShardInfo> appeared() {
        return appeared;
    }

    Collection<ShardInfo> disappeared() {
        return disappeared;
    }
}
