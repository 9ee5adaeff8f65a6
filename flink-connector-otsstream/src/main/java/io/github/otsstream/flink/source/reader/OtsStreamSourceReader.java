/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.event.ReaderStartedEvent;
import io.github.otsstream.flink.source.event.ShardEndNotedEvent;
import io.github.otsstream.flink.source.event.ShardEndedEvent;
import io.github.otsstream.flink.source.split.ShardSplit;
import io.github.otsstream.flink.source.split.ShardSplitState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;

/**
 * Reads the shards that the enumerator gives to one subtask, and reports their ends.
 *
 * <p>A shard whose end has been reported stays part of every snapshot until a checkpoint has
 * completed that was taken after the enumerator had noted the end, see {@link ShardEndNotedEvent}.
 */
@Internal
public final class OtsStreamSourceReader<T>
        extends SourceReaderBase<PageCursor, T, ShardSplit, ShardSplitState> {

    /** Each notice wakes the task thread once for each idle shard. */
    private static final Duration NOTICE_INTERVAL = Duration.ofMinutes(1);

    private final StreamClient client;
    private final ScheduledExecutorService executor;
    private final Map<String, ShardSplit> endedShards = new LinkedHashMap<>();

    /** Those of the ended shards that the enumerator's next checkpoint holds as ended. */
    private final Set<String> notedEnds = new HashSet<>();

    private final NavigableMap<Long, Set<String>> notedEndsByCheckpoint = new TreeMap<>();

    /** Shards that had ended before the restore; Flink has made an output for each all the same. */
    private final Deque<String> outputsToRelease = new ArrayDeque<>();

    private boolean started;

    private OtsStreamSourceReader(
            StreamClient client,
            ScheduledExecutorService executor,
            SingleThreadFetcherManager<PageCursor, ShardSplit> fetcherManager,
            String tableName,
            OtsStreamDeserializationSchema<T> schema,
            Configuration configuration,
            SourceReaderContext context) {
        super(
                fetcherManager,
                new ChangeRecordEmitter<>(
                        tableName,
                        schema,
                        context.metricGroup().getIOMetricGroup().getNumRecordsInCounter()),
                configuration,
                context);
        this.client = client;
        this.executor = executor;
    }

    /**
     * Creates a reader.
     *
     * @param client closed with the reader
     * @param schema opened already
     */
    public static <T> OtsStreamSourceReader<T> create(
            StreamClient client,
            String tableName,
            FetchSettings settings,
            TrimmedData trimmedData,
            OtsStreamDeserializationSchema<T> schema,
            SourceReaderContext context) {
        ScheduledExecutorService executor =
                Executors.newSingleThreadScheduledExecutor(
                        new ExecutorThreadFactory(
                                "otsstream-fetch-"
                                        + tableName
                                        + "-"
                                        + context.getIndexOfSubtask()));
        FetchListener listener = listener(context.metricGroup());
        Configuration configuration = context.getConfiguration();
        SingleThreadFetcherManager<PageCursor, ShardSplit> fetcherManager =
                new SingleThreadFetcherManager<>(
                        () ->
                                new ShardSplitReader(
                                        new ShardMultiplexer(
                                                client,
                                                tableName,
                                                settings,
                                                trimmedData,
                                                NOTICE_INTERVAL,
                                                executor,
                                                System::nanoTime,
                                                listener)),
                        configuration);
        return new OtsStreamSourceReader<>(
                client, executor, fetcherManager, tableName, schema, configuration, context);
    }

    private static FetchListener listener(SourceReaderMetricGroup group) {
        Counter bytesIn = group.getIOMetricGroup().getNumBytesInCounter();
        Counter trimmedShards = group.counter("trimmedShards");
        return new FetchListener() {
            @Override
            public void fetched(RecordPage page) {
                bytesIn.inc(page.sizeInBytes());
            }

            @Override
            public void trimmed() {
                trimmedShards.inc();
            }
        };
    }

    @Override
    public void start() {
        super.start();
        started = true;
        List<String> restored =
                super.snapshotState(-1L).stream()
                        .map(ShardSplit::splitId)
                        .collect(Collectors.toList());
        context.sendSourceEventToCoordinator(new ReaderStartedEvent(restored));
        endedShards.values().forEach(this::reportEnd);
    }

    @Override
    public void addSplits(List<ShardSplit> splits) {
        List<ShardSplit> open = new ArrayList<>(splits.size());
        for (ShardSplit split : splits) {
            if (split.end() == null) {
                open.add(split);
            } else {
                outputsToRelease.add(split.splitId());
                onEnded(split);
            }
        }
        if (!open.isEmpty()) {
            super.addSplits(open);
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        // An output that never emits would hold the watermark back.
        while (!outputsToRelease.isEmpty()) {
            output.releaseOutputForSplit(outputsToRelease.remove());
        }
        return super.pollNext(output);
    }

    @Override
    protected void onSplitFinished(Map<String, ShardSplitState> finished) {
        finished.values().forEach(state -> onEnded(state.toSplit()));
    }

    private void onEnded(ShardSplit split) {
        endedShards.put(split.splitId(), split);
        if (started) {
            reportEnd(split);
        }
    }

    private void reportEnd(ShardSplit split) {
        context.sendSourceEventToCoordinator(
                new ShardEndedEvent(
                        split.splitId(),
                        split.end(),
                        !split.window().hasStart(),
                        split.position()));
    }

    @Override
    public List<ShardSplit> snapshotState(long checkpointId) {
        List<ShardSplit> splits = new ArrayList<>(super.snapshotState(checkpointId));
        splits.addAll(endedShards.values());
        notedEndsByCheckpoint.put(checkpointId, Set.copyOf(notedEnds));
        return splits;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        NavigableMap<Long, Set<String>> completed =
                notedEndsByCheckpoint.headMap(checkpointId, true);
        Set<String> recorded = completed.getOrDefault(checkpointId, Set.of());
        endedShards.keySet().removeAll(recorded);
        notedEnds.removeAll(recorded);
        completed.clear();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ShardEndNotedEvent) {
            notedEnds.add(((ShardEndNotedEvent) event).shardId());
        } else {
            super.handleSourceEvents(event);
        }
    }

    @Override
    protected ShardSplitState initializedState(ShardSplit split) {
        return new ShardSplitState(split);
    }

    @Override
    protected ShardSplit toSplitType(String shardId, ShardSplitState state) {
        return state.toSplit();
    }

    @Override
    public void close() throws Exception {
        try {
            super.close();
        } finally {
            executor.shutdownNow();
            client.close();
        }
    }
}
