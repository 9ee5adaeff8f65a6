/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/**
 * Pages of any shards as Flink's reader takes them. For each page it visits every record that is to
 * be emitted and then, once, the place past the last one, where the shard's position moves on.
 */
@Internal
final class FetchedPages implements RecordsWithSplitIds<PageCursor> {

    /** Those to come; a page that is done must not be kept by those behind it. */
    private final Deque<FetchedPage> pages;

    private final Set<String> endedShards = new HashSet<>();
    private final Consumer<FetchedPage> onDone;
    private final PageCursor cursor = new PageCursor();
    @Nullable private FetchedPage current;

    /**
     * @param onDone called on the task thread with each page when its last record has been emitted
     */
    FetchedPages(List<FetchedPage> pages, Consumer<FetchedPage> onDone) {
        this.pages = new ArrayDeque<>(pages);
        this.onDone = onDone;
        for (FetchedPage page : pages) {
            if (page.end() != null) {
                endedShards.add(page.shardId());
            }
        }
    }

    @Nullable
    @Override
    public String nextSplit() {
        if (pages.isEmpty()) {
            return null;
        }
        current = pages.remove();
        cursor.enter(current);
        return current.shardId();
    }

    @Nullable
    @Override
    public PageCursor nextRecordFromSplit() {
        if (cursor.advance()) {
            return cursor;
        }
        if (current != null) {
            onDone.accept(current);
            current = null;
        }
        return null;
    }

    @Override
    public Set<String> finishedSplits() {
        return endedShards;
    }
}
