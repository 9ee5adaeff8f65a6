/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.event.MirrorPointsEvent;
import io.github.otsstream.flink.source.event.ReaderProgressEvent;
import io.github.otsstream.flink.source.event.ReaderStartedEvent;
import io.github.otsstream.flink.source.event.ShardEndNotedEvent;
import io.github.otsstream.flink.source.event.ShardEndedEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.clock.RelativeClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a stream's shards, keeps their lineage in a {@link ShardGraph}, and gives each shard to a
 * reader as soon as its parents are read.
 *
 * <p>The stream is looked at when the job starts, whenever a shard has ended (its children are
 * there by then), and periodically. All of it happens on the coordinator's worker thread; the state
 * is touched by the coordinator thread alone.
 *
 * <p>A child is read by its parents' reader, at once; another reader gets it only when a checkpoint
 * has completed since, because until then the parents' records may be on their way still (see
 * {@link ShardGraph}).
 *
 * <p>How the end of a shard survives every failure: the reader reports it and keeps the ended split
 * in its checkpoints; the enumerator releases the children and answers at once; when a checkpoint
 * that was taken after the answer has completed, it holds the end in the enumerator's state, and
 * the reader forgets the split. If the reader fails before that, the enumerator counts the shard as
 * being read again, until the restored reader reports the end anew.
 */
@Internal
public final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {

    private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

    /** The service's seek is approximate, so it is asked for a time this much earlier. */
    static final Duration SEEK_MARGIN = Duration.ofMinutes(10);

    /** How soon a closed shard's children are looked for again; doubles up to the maximum. */
    static final Duration MIN_WAIT_FOR_CHILDREN = Duration.ofMillis(500);

    static final Duration MAX_WAIT_FOR_CHILDREN = Duration.ofSeconds(30);

    /**
     * After how many listings without a closed shard's children a warning is due, again and again.
     */
    private static final int LISTINGS_BEFORE_WARNING = 10;

    /** How long a merged shard waits in a job that has not begun a checkpoint yet. */
    static final Duration WAIT_WITHOUT_CHECKPOINTS = Duration.ofMinutes(3);

    private static final Duration RELEASE_CHECK_INTERVAL = Duration.ofSeconds(1);

    /** How often readers are told a watermark, and tell how far they are where it is wanted. */
    public static final Duration WATERMARK_INTERVAL = Duration.ofMillis(500);

    /**
     * Where the checkpoint was the one that a job is stopped with, its readers finish now, and what
     * is sent to a reader that has finished fails the job. A next checkpoint, or a word from a
     * reader, shows that it was not: a reader that is being stopped says nothing any more.
     */
    static final Duration QUIET_AFTER_CHECKPOINT = Duration.ofSeconds(1);

    private static final long NOT_QUIET = Long.MIN_VALUE;

    /** How long readers are waited for that may never start; see {@link #maySpareTheOthers}. */
    static final Duration WAIT_FOR_READERS = Duration.ofSeconds(10);

    /** How often the progress of all shards is summed up. */
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

    private static final Duration PROGRESS_LOG_INTERVAL = Duration.ofSeconds(10);

    /**
     * The stream as it was listed, what has changed in it, and on a job's first look what the job
     * begins with.
     */
    private static final class Look {
        private final StreamDescription stream;
        private final ListingChange change;
        @Nullable private final JobStart start;
        private final long durationMillis;

        private Look(
                StreamDescription stream,
                ListingChange change,
                @Nullable JobStart start,
                long durationMillis) {
            this.stream = stream;
            this.change = change;
            this.start = start;
            this.durationMillis = durationMillis;
        }
    }

    private final SplitEnumeratorContext<ShardSplit> context;
    private final StreamLookup lookup;
    private final StartResolver startResolver;
    private final EnumeratorSettings settings;
    private final RelativeClock clock;
    private final EnumeratorMetrics metrics;
    private final RateShares rateShares = new RateShares(this::tell);

    /** Null if the job wants none. */
    @Nullable private final SourceWatermarks watermarks;

    /** Null until the stream has been listed, and in a job that has no end. */
    @Nullable private WindowProgress progress;

    /** Null if no status table mirrors the job. */
    @Nullable private final RunMirror mirror;

    private final ShardAssigner assigner = new ShardAssigner();
    private final NavigableMap<Long, Set<String>> endsByCheckpoint = new TreeMap<>();
    private final Map<String, Integer> listingsForChildren = new HashMap<>();
    private long listForChildrenAtMillis = Long.MAX_VALUE;
    private final Map<String, Long> waitingSince = new HashMap<>();

    /** Null until the stream has been seen, in this run or in the one that was restored. */
    @Nullable private String streamId;

    private ReadWindow window;

    /** Known before anything is given out. */
    private Duration retention = Duration.ZERO;

    private long requestedStartMillis;
    @Nullable private String runVersion;

    /** Empty until the stream has been seen. */
    private ShardGraph graph = new ShardGraph("", ReadWindow.all(), ShardPosition.oldest());

    /** Whether this run has listed the stream's shards; before that nothing is given out. */
    private boolean listed;

    /** Whether a listing has been asked for that has not come back. */
    private boolean listing;

    /** Whether this run has begun anew, so that no reader has restored anything. */
    private boolean begunAnew;

    /** When the first reader of this run has started, null before. */
    @Nullable private Long firstReaderMillis;

    /** Readers that have been told that no more shards come, and that may have finished since. */
    private final Set<Integer> dismissed = new HashSet<>();

    /**
     * When everything was read that waits for a checkpoint now, null while nothing does; see {@link
     * #checkMirror}.
     */
    @Nullable private Long allReadSinceMillis;

    private volatile boolean closed;

    /** See {@link #QUIET_AFTER_CHECKPOINT}. */
    private long quietUntilMillis = NOT_QUIET;

    private boolean checkpointBegun;
    private boolean checkpointCompleted;

    /** Whether a shard has ended since the listing under way was asked for. */
    private boolean listAgain;

    /**
     * @param startResolver asked in a job without a checkpoint
     * @param mirror closed with the enumerator; null for none
     */
    public ShardEnumerator(
            SplitEnumeratorContext<ShardSplit> context,
            StreamLookup lookup,
            StartResolver startResolver,
            EnumeratorSettings settings,
            @Nullable RunMirror mirror,
            RelativeClock clock,
            EnumeratorState restored) {
        this.context = context;
        this.lookup = lookup;
        this.startResolver = startResolver;
        this.settings = settings;
        this.clock = clock;
        this.metrics = new EnumeratorMetrics(context.metricGroup(), clock);
        this.watermarks =
                settings.watermarkClockMargin() == null
                        ? null
                        : new SourceWatermarks(settings.watermarkClockMargin(), this::tell);
        this.mirror = mirror;
        if (mirror != null) {
            mirror.onFailure(this::onMirrorFailure);
        }
        this.streamId = restored.streamId();
        this.window = restored.window();
        this.requestedStartMillis = restored.requestedStartMillis();
        this.runVersion = restored.runVersion();
        if (streamId != null) {
            graph = newGraph();
            graph.restore(restored.shards());
        }
    }

    /** The state of a job that starts without a checkpoint. */
    public static EnumeratorState initialState() {
        return EnumeratorState.empty();
    }

    @Override
    public void start() {
        list();
        every(MIN_WAIT_FOR_CHILDREN, this::listForChildren);
        every(RELEASE_CHECK_INTERVAL, this::releaseOverdue);
        if (!settings.discoveryInterval().isZero()) {
            every(settings.discoveryInterval(), this::list);
        }
        if (watermarks != null) {
            every(WATERMARK_INTERVAL, this::tellWatermark);
        }
        if (settings.bounded()) {
            every(PROGRESS_INTERVAL, this::updateProgress);
            every(PROGRESS_LOG_INTERVAL, this::logProgress);
        }
    }

    /** Runs something on the coordinator thread, again and again. */
    private void every(Duration interval, Runnable action) {
        context.callAsync(
                () -> null,
                (nothing, error) -> action.run(),
                interval.toMillis(),
                interval.toMillis());
    }

    private void listForChildren() {
        if (!listing && clock.relativeTimeMillis() >= listForChildrenAtMillis) {
            list();
        }
    }

    private void list() {
        if (listing) {
            listAgain = true;
            return;
        }
        listing = true;
        listAgain = false;
        String known = streamId;
        ShardListing last = graph.listing();
        context.callAsync(
                () -> {
                    if (mirror != null) {
                        mirror.prepare();
                    }
                    long begin = clock.relativeTimeMillis();
                    StreamDescription stream = known == null ? lookup.find() : lookup.list(known);
                    long duration = clock.relativeTimeMillis() - begin;
                    return new Look(
                            stream,
                            ShardListing.of(stream.getShards()).since(last),
                            known == null ? startResolver.resolve(stream) : null,
                            duration);
                },
                this::onListing);
    }

    private void onListing(@Nullable Look look, @Nullable Throwable error) {
        listing = false;
        if (error instanceof FlinkException) {
            throw new FlinkRuntimeException(error.getMessage(), error);
        }
        if (error != null) {
            throw new FlinkRuntimeException(
                    "The stream's shards can't be listed: " + error.getMessage(), error);
        }
        StreamDescription stream = look.stream;
        if (look.start != null) {
            begin(stream, look.start);
        }
        retention = stream.getRetention();
        if (!listed && mirror != null) {
            beginMirror(stream);
        }
        listed = true;
        metrics.discovered(look.durationMillis);
        int discovered = graph.discover(look.change);
        if (look.start != null) {
            graph.lookFrom(look.start.lookFrom());
        }
        if (settings.bounded() && progress == null) {
            progress = new WindowProgress(window, stream, clock.relativeTimeMillis());
            updateProgress();
            metrics.registerProgress(progress::part);
        }
        if (discovered > 0) {
            LOG.info("Found {} new shards of {}", discovered, streamId);
        }
        waitForChildren();
        if (listAgain) {
            list();
        }
        assign();
    }

    private void begin(StreamDescription stream, JobStart start) {
        start.warnings().forEach(LOG::warn);
        streamId = stream.getStreamId();
        window = start.window();
        requestedStartMillis = start.requestedStartMillis();
        begunAnew = true;
        graph = newGraph();
        graph.restore(start.shards());
        LOG.info("Reading {} of table {} in {}", streamId, stream.getTableName(), window);
    }

    private void beginMirror(StreamDescription stream) {
        if (runVersion == null) {
            runVersion = stream.getServiceTimeMillis() + "-" + UUID.randomUUID();
        }
        mirror.begin(streamId, runVersion);
    }

    /** Called on any thread. */
    private void onMirrorFailure(Throwable failure) {
        metrics.mirrorFailed();
        if (mirror.isRequired() && !closed) {
            failJob(
                    new FlinkRuntimeException(
                            "The job can't be mirrored in the status table, which it requires: "
                                    + failure.getMessage(),
                            failure));
        }
    }

    /** Called on any thread. */
    private void failJob(RuntimeException cause) {
        context.runInCoordinatorThread(
                () -> {
                    throw cause;
                });
    }

    private ShardGraph newGraph() {
        return new ShardGraph(
                streamId,
                window,
                window.hasStart()
                        ? ShardPosition.seek(
                                Math.max(0, window.startMillis() - SEEK_MARGIN.toMillis()))
                        : ShardPosition.oldest());
    }

    /**
     * The service closes a shard only for its children, so a listing without them is behind and has
     * to be looked at again, for as long as it takes: a bounded job that ended without them would
     * miss what they hold.
     */
    private void waitForChildren() {
        Set<String> childless = graph.closedWithoutChildren();
        listingsForChildren.keySet().retainAll(childless);
        long wait = MAX_WAIT_FOR_CHILDREN.toMillis();
        for (String shardId : childless) {
            int listings = listingsForChildren.merge(shardId, 1, Integer::sum);
            wait = Math.min(wait, MIN_WAIT_FOR_CHILDREN.toMillis() << Math.min(listings - 1, 10));
            if (listings % LISTINGS_BEFORE_WARNING == 0) {
                LOG.warn(
                        "Shard {} of {} is closed, but {} listings show no child of it. It is looked "
                                + "for every {} s, and a bounded job does not end before.",
                        shardId,
                        streamId,
                        listings,
                        MAX_WAIT_FOR_CHILDREN.toSeconds());
            }
        }
        listForChildrenAtMillis =
                childless.isEmpty() ? Long.MAX_VALUE : clock.relativeTimeMillis() + wait;
    }

    @Override
    public void addReader(int subtaskId) {
        // Assignment waits for the reader's report of what it has restored.
    }

    @Override
    public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {
        // Readers are given shards; they don't ask.
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent event) {
        if (event instanceof MirrorPointsEvent) {
            // The one thing that a reader says when a checkpoint completes, be it its last.
            if (mirror != null) {
                mirror.offer((MirrorPointsEvent) event);
            }
            return;
        }
        quietUntilMillis = NOT_QUIET;
        if (event instanceof ReaderStartedEvent) {
            List<String> shardIds = ((ReaderStartedEvent) event).shardIds();
            if (firstReaderMillis == null) {
                firstReaderMillis = clock.relativeTimeMillis();
            }
            dismissed.remove(subtaskId);
            assigner.readerStarted(subtaskId, shardIds);
            rateShares.readerReset(subtaskId);
            if (watermarks != null) {
                watermarks.readerStarted(subtaskId);
            }
            shardIds.forEach(shardId -> graph.assigned(shardId, subtaskId));
            assign();
        } else if (event instanceof ShardEndedEvent) {
            shardEnded(subtaskId, (ShardEndedEvent) event);
        } else if (event instanceof ReaderProgressEvent) {
            readerProgressed(subtaskId, (ReaderProgressEvent) event);
        } else {
            LOG.warn("Reader {} has sent an unknown event: {}", subtaskId, event);
        }
    }

    private void shardEnded(int subtaskId, ShardEndedEvent event) {
        LOG.info("Shard {} is read: {}", event.shardId(), event.end());
        assigner.ended(subtaskId, event.shardId());
        metrics.shardFinished();
        graph.ended(
                event.shardId(), event.end(), event.windowEntered(), event.position(), subtaskId);
        tell(subtaskId, new ShardEndNotedEvent(event.shardId()));
        if (event.end() == ShardEnd.CLOSED) {
            list();
        }
        assign();
    }

    private void readerProgressed(int reader, ReaderProgressEvent event) {
        event.readUntilMillis().forEach(graph::readUntil);
        if (progress != null) {
            progress.records(reader, event.recordsEmitted());
        }
    }

    private void updateProgress() {
        if (progress != null) {
            progress.update(graph);
        }
    }

    private void tellWatermark() {
        if (watermarks != null && !isQuiet()) {
            watermarks.update(graph.readUntilMillis());
        }
    }

    private void logProgress() {
        if (progress != null && !graph.isFinished()) {
            LOG.info(
                    "{}: {}",
                    streamId,
                    progress.describe(
                            metrics.finishedShards(),
                            graph.unfinished(),
                            clock.relativeTimeMillis()));
        }
    }

    /** A reader that has failed a moment ago learns what it has to know when it is back. */
    private void tell(int reader, SourceEvent event) {
        if (context.registeredReaders().containsKey(reader)) {
            context.sendEventToSourceReader(reader, event);
        }
    }

    @Override
    public void addSplitsBack(List<ShardSplit> splits, int subtaskId) {
        // Called for every reader that fails, also with no splits.
        readerGone(subtaskId);
        dismissed.remove(subtaskId);
        graph.readerReset(subtaskId);
        splits.forEach(graph::returned);
    }

    /** Gives out every shard that may be read, once the readers have said what they have. */
    private void assign() {
        if (listed && readersAreThere() && !isQuiet()) {
            List<ShardGraph.Ready> ready = graph.ready();
            if (!ready.isEmpty()) {
                assign(ready);
            } else if (settings.bounded() && !listing && isAllRead() && mayEnd()) {
                dismissReaders();
            }
        }
        metrics.shards(graph.waiting(), graph.unfinished());
        if (graph.isFinished()) {
            updateProgress();
        }
        tellRateShares();
    }

    private void tellRateShares() {
        if (settings.rateLimited()) {
            rateShares.update(assigner.loads());
        }
    }

    private boolean isAllRead() {
        return graph.isFinished() && graph.closedWithoutChildren().isEmpty();
    }

    private boolean mayEnd() {
        if (mirror == null) {
            return true;
        }
        mirror.allRead(
                window, requestedStartMillis, graph.listing().shardIds(), graph.behindWindow());
        return mirror.mayEnd();
    }

    /** A job that requires what it can't have would never end. */
    private void checkMirror() {
        if (mirror == null || mirror.mayEnd() || !mirror.waitsForCheckpoint()) {
            allReadSinceMillis = null;
            return;
        }
        long now = clock.relativeTimeMillis();
        if (allReadSinceMillis == null) {
            allReadSinceMillis = now;
        }
        if (!checkpointBegun && now - allReadSinceMillis >= WAIT_WITHOUT_CHECKPOINTS.toMillis()) {
            failJob(
                    new FlinkRuntimeException(
                            "Everything up to the end of "
                                    + window
                                    + " is read, but the job requires that the status table has its end,"
                                    + " which counts only after a checkpoint, and none has begun in "
                                    + WAIT_WITHOUT_CHECKPOINTS.toSeconds()
                                    + " s. Turn checkpoints on, let the end count when it is read, or do"
                                    + " not require the status table."));
        }
    }

    private boolean isQuiet() {
        return clock.relativeTimeMillis() < quietUntilMillis;
    }

    /** A reader that has failed is not registered any more, and can't be given anything. */
    private boolean readersAreThere() {
        Set<Integer> started = assigner.startedReaders();
        boolean all = started.size() + dismissed.size() == context.currentParallelism();
        return (all || !started.isEmpty() && maySpareTheOthers())
                && context.registeredReaders().keySet().containsAll(started);
    }

    /**
     * A batch job runs its readers one after the other where it has too few slots for all, and then
     * the next one starts only when the one before has finished. Such a job takes no checkpoints.
     */
    private boolean maySpareTheOthers() {
        return settings.bounded()
                && begunAnew
                && !checkpointBegun
                && clock.relativeTimeMillis() - firstReaderMillis >= WAIT_FOR_READERS.toMillis();
    }

    private void assign(List<ShardGraph.Ready> ready) {
        if (assigner.startedReaders().isEmpty()) {
            throw new FlinkRuntimeException(
                    "Shards of "
                            + streamId
                            + " were found when all readers had been told that there are no more: "
                            + ready
                            + ". They are read when the job goes on from its last checkpoint.");
        }
        Map<Integer, List<ShardSplit>> assignment = new HashMap<>();
        for (ShardGraph.Ready shard : ready) {
            int reader = chooseReader(shard);
            if (reader != ShardGraph.NO_READER) {
                String shardId = shard.split().splitId();
                assigner.assigned(shardId, reader);
                graph.assigned(shardId, reader);
                assignment
                        .computeIfAbsent(reader, r -> new ArrayList<>())
                        .add(shard.split().withRetention(retention));
            }
        }
        if (!assignment.isEmpty()) {
            LOG.info("Assigning shards: {}", assignment);
            tellRateShares();
            context.assignSplits(new SplitsAssignment<>(assignment));
        }
    }

    /**
     * Lets the readers finish. One that has finished can't be given anything any more; only one
     * that fails and starts anew can.
     */
    private void dismissReaders() {
        for (int reader : assigner.startedReaders()) {
            LOG.info(
                    "Reader {} is told that {} is read to the end of {}", reader, streamId, window);
            context.signalNoMoreSplits(reader);
            readerGone(reader);
            dismissed.add(reader);
        }
    }

    private void readerGone(int reader) {
        assigner.readerReset(reader);
        rateShares.readerReset(reader);
        if (watermarks != null) {
            watermarks.readerGone(reader);
        }
    }

    private int chooseReader(ShardGraph.Ready shard) {
        int bound = shard.boundReader();
        if (bound == ShardGraph.NO_READER || dismissed.contains(bound)) {
            return assigner.choose(graph.partnerReader(shard.split().splitId()));
        }
        // Where checkpoints complete, the next one sets the shard free for a less loaded reader.
        return checkpointCompleted && assigner.isOverloaded(bound) ? ShardGraph.NO_READER : bound;
    }

    /**
     * A job without checkpoints has nothing that shows how far a merged shard's parents have got
     * behind their readers. Some time is all that is left then.
     */
    private void releaseOverdue() {
        Set<String> waiting = checkpointBegun ? Set.of() : graph.waitingForCheckpoint();
        waitingSince.keySet().retainAll(waiting);
        long now = clock.relativeTimeMillis();
        for (String shardId : waiting) {
            long since = waitingSince.computeIfAbsent(shardId, id -> now);
            if (now - since >= WAIT_WITHOUT_CHECKPOINTS.toMillis()) {
                LOG.warn(
                        "Shard {} of {} is read now, although its parents were read by different "
                                + "readers and no checkpoint has begun in {} s. Changes of one key "
                                + "could change their order behind the source; with checkpoints at "
                                + "shorter intervals they can't.",
                        shardId,
                        streamId,
                        WAIT_WITHOUT_CHECKPOINTS.toSeconds());
                graph.waiveOrder(shardId);
            }
        }
        assign();
        checkMirror();
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        checkpointBegun = true;
        quietUntilMillis = NOT_QUIET;
        // Not now: Flink counts what is given out now to the next checkpoint.
        context.runInCoordinatorThread(
                () -> {
                    assign();
                    tellWatermark();
                });
        endsByCheckpoint.put(checkpointId, graph.unrecordedEnds());
        if (mirror != null) {
            mirror.checkpointBegun(checkpointId);
        }
        return new EnumeratorState(
                streamId, window, requestedStartMillis, runVersion, graph.progress());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        NavigableMap<Long, Set<String>> completed = endsByCheckpoint.headMap(checkpointId, true);
        Set<String> ends = new HashSet<>(completed.getOrDefault(checkpointId, Set.of()));
        completed.clear();
        graph.recorded(ends);
        checkpointCompleted = true;
        if (mirror != null) {
            mirror.checkpointCompleted(checkpointId);
        }
        quietUntilMillis = clock.relativeTimeMillis() + QUIET_AFTER_CHECKPOINT.toMillis();
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (mirror != null) {
                mirror.close();
            }
        } finally {
            lookup.close();
        }
    }
}
