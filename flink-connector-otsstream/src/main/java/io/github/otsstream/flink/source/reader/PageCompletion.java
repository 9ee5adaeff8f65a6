/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/** Adds to fetched pages what they need before the task thread gets them. */
@Internal
interface PageCompletion extends AutoCloseable {

    /** Pages need nothing. */
    PageCompletion NONE =
            new PageCompletion() {
                @Override
                public CompletableFuture<FetchedPage> complete(FetchedPage page) {
                    return CompletableFuture.completedFuture(page);
                }

                @Override
                public void close() {}
            };

    /**
     * Completes a page, without blocking. Several pages are completed at the same time, those of
     * one shard too.
     *
     * @return the same page with all it needs; completed on any thread, on which nothing may block.
     *     A failure's message says what the user can do
     */
    CompletableFuture<FetchedPage> complete(FetchedPage page);

    /** Gives up what is under way. */
    @Override
    void close();
}
