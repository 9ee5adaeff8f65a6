/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.CallListener;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.client.TableClient;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.event.MirrorPointsEvent;
import io.github.otsstream.flink.source.event.RateShareEvent;
import io.github.otsstream.flink.source.event.ReaderProgressEvent;
import io.github.otsstream.flink.source.event.ReaderStartedEvent;
import io.github.otsstream.flink.source.event.ShardEndNotedEvent;
import io.github.otsstream.flink.source.event.ShardEndedEvent;
import io.github.otsstream.flink.source.event.SourceWatermarkEvent;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import io.github.otsstream.flink.source.split.ShardSplitState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.core.io.InputStatus;
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
    private final PageCompletion completion;
    private final ScheduledExecutorService executor;
    private final ChangeRecordEmitter<T> emitter;
    private final RateLimiter limiter;
    private final long reportIntervalNanos;
    private final SourceWatermarkRelay watermarks = new SourceWatermarkRelay();
    private final Map<String, ShardSplit> endedShards = new LinkedHashMap<>();

    /** Those of the ended shards that the enumerator's next checkpoint holds as ended. */
    private final Set<String> notedEnds = new HashSet<>();

    private final NavigableMap<Long, Set<String>> notedEndsByCheckpoint = new TreeMap<>();

    /** Null if no status table mirrors the job. */
    @Nullable private final MirrorPoints mirrorPoints;

    /** What is being read, kept for the mirror. */
    private final Map<String, ShardSplitState> openShards = new HashMap<>();

    /** Shards that had ended before the restore; Flink has made an output for each all the same. */
    private final Deque<String> outputsToRelease = new ArrayDeque<>();

    private boolean started;
    private long pagesReported;
    private long reportedNanos;

    private OtsStreamSourceReader(
            StreamClient client,
            PageCompletion completion,
            ScheduledExecutorService executor,
            SingleThreadFetcherManager<PageCursor, ShardSplit> fetcherManager,
            ChangeRecordEmitter<T> emitter,
            RateLimiter limiter,
            ReaderSettings settings,
            SourceReaderContext context) {
        super(fetcherManager, emitter, context.getConfiguration(), context);
        this.client = client;
        this.completion = completion;
        this.executor = executor;
        this.emitter = emitter;
        this.limiter = limiter;
        this.reportIntervalNanos =
                settings.reportInterval() == null
                        ? Long.MAX_VALUE
                        : settings.reportInterval().toNanos();
        this.reportedNanos = System.nanoTime();
        this.mirrorPoints =
                settings.mirrorInterval() == null
                        ? null
                        : new MirrorPoints(settings.mirrorInterval());
    }

    /**
     * Creates a reader.
     *
     * @param openClient opens the client, which is closed with the reader
     * @param openTables opens the client for rows that are to be looked up, if any are
     * @param schema opened already
     */
    public static <T> OtsStreamSourceReader<T> create(
            Function<CallListener, StreamClient> openClient,
            Function<CallListener, TableClient> openTables,
            String tableName,
            ReaderSettings settings,
            OtsStreamDeserializationSchema<T> schema,
            SourceReaderContext context) {
        ScheduledExecutorService executor =
                Executors.newSingleThreadScheduledExecutor(
                        new ExecutorThreadFactory(
                                "otsstream-fetch-"
                                        + tableName
                                        + "-"
                                        + context.getIndexOfSubtask()));
        ReaderMetrics metrics = new ReaderMetrics(context.metricGroup());
        StreamClient client = openClient.apply(metrics);
        RowLookup lookup = settings.rowLookup();
        PageCompletion completion =
                lookup == null
                        ? PageCompletion.NONE
                        : new RowLookups(openTables.apply(metrics), tableName, lookup, metrics);
        // Nothing is asked for before the enumerator has told the reader its part.
        RateLimiter limiter =
                new RateLimiter(
                        settings.rateLimit().getRecordsPerSecond(),
                        settings.rateLimit().getBytesPerSecond(),
                        0,
                        System.nanoTime());
        ElementLimit limit = new ElementLimit(settings.limit());
        SingleThreadFetcherManager<PageCursor, ShardSplit> fetcherManager =
                new SingleThreadFetcherManager<>(
                        () ->
                                new ShardSplitReader(
                                        new ShardMultiplexer(
                                                client,
                                                tableName,
                                                settings.fetch(),
                                                settings.trimmedData(),
                                                noticeInterval(settings),
                                                executor,
                                                System::nanoTime,
                                                limiter,
                                                completion,
                                                metrics),
                                        limit),
                        context.getConfiguration());
        ChangeRecordEmitter<T> emitter =
                new ChangeRecordEmitter<>(
                        tableName,
                        schema,
                        context.metricGroup().getIOMetricGroup().getNumRecordsInCounter(),
                        context.metricGroup().getNumRecordsInErrorsCounter(),
                        limit);
        return new OtsStreamSourceReader<>(
                client, completion, executor, fetcherManager, emitter, limiter, settings, context);
    }

    private static Duration noticeInterval(ReaderSettings settings) {
        Duration report = settings.reportInterval();
        return report == null || report.compareTo(NOTICE_INTERVAL) > 0 ? NOTICE_INTERVAL : report;
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
        watermarks.emitTo(output);
        InputStatus status = super.pollNext(output);
        if (emitter.pagesLeft() != pagesReported) {
            report();
        }
        return status;
    }

    /**
     * The position moves with each record, but to look at the clock each time would be too much.
     */
    private void report() {
        long now = System.nanoTime();
        if (now - reportedNanos < reportIntervalNanos) {
            return;
        }
        reportedNanos = now;
        pagesReported = emitter.pagesLeft();
        Map<String, Long> readUntil = new HashMap<>();
        for (ShardSplit split : super.snapshotState(-1L)) {
            long millis = split.position().readUntilMillis();
            if (millis != ShardPosition.UNKNOWN) {
                readUntil.put(split.splitId(), millis);
            }
        }
        context.sendSourceEventToCoordinator(
                new ReaderProgressEvent(readUntil, emitter.recordsEmitted()));
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return watermarks.availability(super.isAvailable());
    }

    @Override
    protected void onSplitFinished(Map<String, ShardSplitState> finished) {
        finished.values().forEach(state -> onEnded(state.toSplit()));
    }

    private void onEnded(ShardSplit split) {
        openShards.remove(split.splitId());
        if (mirrorPoints != null) {
            mirrorPoints.ended(split.splitId());
        }
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
        if (mirrorPoints != null) {
            mirrorPoints.snapshot(checkpointId, openShards.values());
        }
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
        if (mirrorPoints != null) {
            tellMirrorPoints(mirrorPoints.completed(checkpointId));
        }
    }

    private void tellMirrorPoints(List<MirrorPointsEvent.Point> points) {
        if (!points.isEmpty()) {
            context.sendSourceEventToCoordinator(new MirrorPointsEvent(points));
        }
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ShardEndNotedEvent) {
            notedEnds.add(((ShardEndNotedEvent) event).shardId());
        } else if (event instanceof SourceWatermarkEvent) {
            watermarks.receive(((SourceWatermarkEvent) event).millis());
        } else if (event instanceof RateShareEvent) {
            double share = ((RateShareEvent) event).share();
            executor.execute(() -> limiter.share(share, System.nanoTime()));
        } else {
            super.handleSourceEvents(event);
        }
    }

    @Override
    protected ShardSplitState initializedState(ShardSplit split) {
        ShardSplitState state = new ShardSplitState(split);
        if (mirrorPoints != null) {
            openShards.put(split.splitId(), state);
        }
        return state;
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
            completion.close();
            client.close();
        }
    }
}
