/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.ShardInfo;
import java.util.Collection;

/** Gives a {@link ShardGraph} listings as the enumerator does. */
final class Listings {

    private Listings() {}

    static int discover(ShardGraph graph, Collection<ShardInfo> listing) {
        return graph.discover(ShardListing.of(listing).since(graph.listing()));
    }
}
