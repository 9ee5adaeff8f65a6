/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.RecordPage;
import org.apache.flink.annotation.Internal;

/** Is told what a {@link ShardMultiplexer} meets, for metrics. Called on its executor's thread. */
@Internal
interface FetchListener {

    /** A page has arrived. */
    void fetched(RecordPage page);

    /** A shard is read on although records of it may be lost; see {@link TrimmedData#EARLIEST}. */
    void trimmed();
}
