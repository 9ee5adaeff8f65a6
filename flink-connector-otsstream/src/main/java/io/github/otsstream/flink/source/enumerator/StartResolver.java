/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.StreamDescription;
import org.apache.flink.annotation.Internal;

/** Decides what a job without a checkpoint is to read, once it has seen the stream. */
@Internal
public interface StartResolver {

    /**
     * Called once in the life of a job, on the coordinator's worker thread, which it may block.
     *
     * @param stream the stream and all its shards
     * @throws Exception if the job can't start; its message says why and what to do
     */
    JobStart resolve(StreamDescription stream) throws Exception;
}
