/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.source.split.ShardSplit;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/** Flink's view of a {@link ShardMultiplexer}: one fetcher thread takes what has arrived. */
@Internal
final class ShardSplitReader implements SplitReader<PageCursor, ShardSplit> {

    private final ShardMultiplexer shards;
    private final ElementLimit limit;

    /**
     * @param limit once it is reached, shards end where they are
     */
    ShardSplitReader(ShardMultiplexer shards, ElementLimit limit) {
        this.shards = shards;
        this.limit = limit;
    }

    @Override
    public RecordsWithSplitIds<PageCursor> fetch() throws IOException {
        return new FetchedPages(shards.take(), this::release);
    }

    private void release(FetchedPage page) {
        shards.release(page);
        stopAtLimit();
    }

    private void stopAtLimit() {
        if (limit.isReached()) {
            shards.stop();
        }
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException("Shards are only added: " + change);
        }
        stopAtLimit();
        shards.add(change.splits());
    }

    @Override
    public void pauseOrResumeSplits(
            Collection<ShardSplit> splitsToPause, Collection<ShardSplit> splitsToResume) {
        shards.pause(ids(splitsToPause));
        shards.resume(ids(splitsToResume));
    }

    @Override
    public void wakeUp() {
        shards.wakeUp();
    }

    @Override
    public void close() {
        shards.close();
    }

    private static List<String> ids(Collection<ShardSplit> splits) {
        return splits.stream().map(ShardSplit::splitId).collect(Collectors.toList());
    }
}
