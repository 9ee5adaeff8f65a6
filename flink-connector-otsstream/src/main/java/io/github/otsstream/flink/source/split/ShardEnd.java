/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import org.apache.flink.annotation.Internal;

/** Why reading a shard has ended. */
@Internal
public enum ShardEnd {
    /** The shard is closed and everything in it is read: its children follow. */
    CLOSED,
    /** The end of the window, or of what is there: what follows in time is not wanted. */
    WINDOW_END
}
