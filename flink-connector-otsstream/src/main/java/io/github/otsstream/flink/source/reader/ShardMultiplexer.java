/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import io.github.otsstream.flink.client.KnownStream;
import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.OtsStreamException.Kind;
import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.client.RetryGate;
import io.github.otsstream.flink.client.SoughtIterator;
import io.github.otsstream.flink.client.StreamClient;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads any number of shards at once: it keeps one request in flight for each shard that is neither
 * paused nor idle nor ahead of the task thread, so that what one shard waits for holds up no other.
 *
 * <p>Requests are made within two budgets: a number of requests in flight and a number of bytes in
 * pages that the task thread has not finished, those under way included, which are taken to be as
 * large as the last ones. A call that waits for its retry is not in flight, so shards that can't be
 * read for now keep no other from being read. No shard is more than two pages ahead. A page with
 * records is followed at once by the next; an idle shard is asked again after a wait that grows.
 *
 * <p>A shard of which all has been read that is there costs no more than its requests: the task
 * thread is told of it once in a while, so that the shard's position shows it, and its iterator is
 * replaced by a new one long before it leaves retention. A position that has left it is found again
 * where nothing is lost; see {@link PositionSearch} and {@link TrimmedData}.
 *
 * <p>A page may have to be completed with what has to be asked for, see {@link PageCompletion}. It
 * counts in the budget of bytes while it waits for that, and its shard's next page is fetched
 * meanwhile; but the task thread gets a shard's pages in their order.
 *
 * <p>Pages that are held back for paused shards count in the budget of bytes. Where they alone use
 * it up, requests are still made, but one at a time: what is held back is waiting for the other
 * shards to come forward, so it must not keep them from it. A paused shard asks for nothing, so it
 * never holds more than its two pages.
 *
 * <p>All state is confined to the thread of the executor; what other threads see is the queue of
 * fetched pages, which has a lock of its own. Nothing here blocks, except {@link #take()}.
 */
@Internal
final class ShardMultiplexer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ShardMultiplexer.class);

    private static final int MAX_PAGES_AHEAD = 2;

    /** How many pages are asked for before one has shown how large they are. */
    private static final int FIRST_PAGES = 16;

    /** Trimming can overtake the search for the oldest record, though hardly so often. */
    private static final int MAX_TIMES_LOST = 10;

    /** A reader whose part of the rates has grown must not wait for what its old part asked. */
    private static final Duration LONGEST_WAIT_FOR_RATE = Duration.ofSeconds(1);

    /** A page and what it becomes. */
    private static final class Incomplete {
        private final FetchedPage page;
        private final CompletableFuture<FetchedPage> completed;

        private Incomplete(FetchedPage page, CompletableFuture<FetchedPage> completed) {
            this.page = page;
            this.completed = completed;
        }
    }

    /** A shard while it is read. */
    private static final class Shard {
        private final ShardCursor cursor;

        /** Pages that are being completed or follow one that is. */
        private final Deque<Incomplete> incomplete = new ArrayDeque<>();

        private final Deque<FetchedPage> held = new ArrayDeque<>();

        /** Whether a call is under way, be it between two attempts. */
        private boolean inFlight;

        /** Whether the call counts in the budget of requests. */
        private boolean hasSlot;

        /** The part of the budget of bytes that its page is expected to take. */
        private long expectedBytes;

        /** The size of its last page, negative before there was one. */
        private int pageBytes = -1;

        /** Sends the call's next attempt; null unless that is due. */
        @Nullable private Runnable retry;

        private boolean paused;
        private boolean idle;
        private boolean ended;
        private int pagesAhead;
        private long idleMillis;

        /** How often its place was not there, without a page in between. */
        private int timesLost;

        /** When the task thread was last told that the shard was read up to its end. */
        private long toldMillis;

        /** Whether it is to be told again at the next opportunity. */
        private boolean isNoticeDue;

        /** What the rate limiter let the request under way bring. */
        @Nullable private RateLimiter.Permit permit;

        private Shard(ShardSplit split) {
            cursor = new ShardCursor(split);
            toldMillis = split.position().caughtUpMillis();
        }
    }

    private final StreamClient client;
    private final String tableName;
    private final FetchSettings settings;
    private final TrimmedData trimmedData;
    private final Duration noticeInterval;
    private final ScheduledExecutorService executor;
    private final LongSupplier nanoClock;
    private final RateLimiter limiter;
    private final PageCompletion completion;
    private final FetchListener listener;

    private final Map<String, Shard> shards = new HashMap<>();
    private final Set<Shard> wanting = new LinkedHashSet<>();
    private int requestsInFlight;
    private long bufferedBytes;

    /** How much more will be buffered when what is in flight has arrived. */
    private long expectedBytes;

    private int largestPageBytes;

    /** The part of the buffered bytes that is held back for paused shards. */
    private long heldBytes;

    /** Asked for by a shard that was not found; null if none has asked. */
    @Nullable private CompletableFuture<StreamDescription> listing;

    /** Whether a timer is set for the moment at which the rate limiter permits a request. */
    private boolean waitsForRate;

    /** Whether nothing more is wanted of any shard. */
    private boolean stopped;

    private boolean closed;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<FetchedPage> fetched = new ArrayDeque<>();
    private boolean wokenUp;
    @Nullable private Throwable failure;

    /**
     * @param noticeInterval how often, at most, the task thread is told of an idle shard that it is
     *     read up to its end
     * @param executor single-threaded; neither it nor the client nor the completion is closed by
     *     this
     * @param nanoClock what calls are measured by, as {@link System#nanoTime()}
     * @param limiter used by the executor's thread only
     */
    ShardMultiplexer(
            StreamClient client,
            String tableName,
            FetchSettings settings,
            TrimmedData trimmedData,
            Duration noticeInterval,
            ScheduledExecutorService executor,
            LongSupplier nanoClock,
            RateLimiter limiter,
            PageCompletion completion,
            FetchListener listener) {
        this.client = client;
        this.tableName = tableName;
        this.settings = settings;
        this.trimmedData = trimmedData;
        this.noticeInterval = noticeInterval;
        this.executor = executor;
        this.nanoClock = nanoClock;
        this.limiter = limiter;
        this.completion = completion;
        this.listener = listener;
    }

    /** Begins to read shards. */
    void add(Collection<ShardSplit> splits) {
        run(
                () -> {
                    for (ShardSplit split : splits) {
                        Shard shard = new Shard(split);
                        shards.put(split.splitId(), shard);
                        listener.added(split.splitId());
                        if (stopped) {
                            end(shard);
                        } else {
                            want(shard);
                        }
                    }
                });
    }

    /** Stops asking for shards' records and holds back those that are there. */
    void pause(Collection<String> shardIds) {
        run(() -> forEachKnown(shardIds, this::pause));
    }

    /** Undoes {@link #pause}. */
    void resume(Collection<String> shardIds) {
        run(() -> forEachKnown(shardIds, this::resume));
    }

    /**
     * Ends every shard where the task thread is with it, and those that are added later at once.
     * What has been fetched is dropped, except what the task thread has taken, and what is under
     * way is of no interest, be it a failure. Called on any thread.
     */
    void stop() {
        run(
                () -> {
                    if (!stopped) {
                        stopped = true;
                        wanting.clear();
                        shards.values().forEach(this::end);
                    }
                });
    }

    private void end(Shard shard) {
        for (FetchedPage page : shard.held) {
            heldBytes -= page.sizeInBytes();
            drop(shard, page);
        }
        shard.held.clear();
        for (Incomplete next : shard.incomplete) {
            drop(shard, next.page);
        }
        shard.incomplete.clear();
        shard.paused = false;
        if (!shard.ended) {
            handOver(shard, shard.cursor.endedWithoutPage(ShardEnd.WINDOW_END));
        }
    }

    private void drop(Shard shard, FetchedPage page) {
        buffer(-page.sizeInBytes());
        if (page.end() != null) {
            shard.ended = false;
        }
    }

    /** Tells that the task thread is done with a page. Called on any thread. */
    void release(FetchedPage page) {
        run(
                () -> {
                    buffer(-page.sizeInBytes());
                    Shard shard = shards.get(page.shardId());
                    if (page.end() != null) {
                        shards.remove(page.shardId());
                        listener.removed(page.shardId());
                    } else if (shard != null) {
                        shard.pagesAhead--;
                        want(shard);
                    }
                });
    }

    /**
     * Waits for pages and takes all that are there; returns none after {@link #wakeUp}.
     *
     * @throws IOException if a shard can't be read
     */
    List<FetchedPage> take() throws IOException {
        lock.lock();
        try {
            while (fetched.isEmpty() && !wokenUp && failure == null) {
                changed.await();
            }
            wokenUp = false;
            if (failure != null) {
                throw new IOException(
                        "Table " + tableName + " can't be read: " + failure.getMessage(), failure);
            }
            List<FetchedPage> pages = new ArrayList<>(fetched);
            fetched.clear();
            return pages;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for records of " + tableName, e);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a waiting {@link #take}, or else the next one, return at once. */
    void wakeUp() {
        lock.lock();
        try {
            wokenUp = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Stops reading. Answers that are still under way are dropped. */
    @Override
    public void close() {
        run(
                () -> {
                    closed = true;
                    shards.keySet().forEach(listener::removed);
                    listener.buffered(0);
                    shards.clear();
                    wanting.clear();
                });
    }

    /** Runs a step on the executor's thread, and then makes the requests that it makes possible. */
    private void run(Runnable step) {
        try {
            executor.execute(
                    () -> {
                        if (!closed) {
                            try {
                                step.run();
                                request();
                            } catch (Throwable t) {
                                fail(t);
                            }
                        }
                    });
        } catch (RejectedExecutionException e) {
            // The reader is closing, so nobody waits for what this step would have done.
        }
    }

    private void forEachKnown(Collection<String> shardIds, Consumer<Shard> action) {
        for (String shardId : shardIds) {
            Shard shard = shards.get(shardId);
            // A shard that has ended meanwhile needs neither pause nor resumption.
            if (shard != null) {
                action.accept(shard);
            }
        }
    }

    private void want(Shard shard) {
        if ((!shard.inFlight || shard.retry != null)
                && !shard.paused
                && !shard.idle
                && !shard.ended
                && shard.pagesAhead < MAX_PAGES_AHEAD) {
            wanting.add(shard);
        }
    }

    private void request() {
        while (!wanting.isEmpty()
                && !waitsForRate
                && requestsInFlight < settings.getMaxRequestsInFlight()
                && (bufferedBytes + expectedBytes < settings.getMaxBufferedBytes().getBytes()
                        || (bufferedBytes == heldBytes && requestsInFlight == 0))) {
            Shard shard = wanting.iterator().next();
            if (!isPermitted(shard)) {
                waitForRate();
                return;
            }
            wanting.remove(shard);
            takeSlot(shard);
            send(shard);
        }
    }

    private void takeSlot(Shard shard) {
        shard.hasSlot = true;
        requestsInFlight++;
        shard.expectedBytes = expectedBytes(shard);
        expectedBytes += shard.expectedBytes;
    }

    private long expectedBytes(Shard shard) {
        if (shard.cursor.iterator() == null) {
            return 0;
        }
        if (shard.pageBytes >= 0) {
            return shard.pageBytes;
        }
        // What one shard holds is much like what the others hold.
        return largestPageBytes > 0
                ? largestPageBytes
                : settings.getMaxBufferedBytes().getBytes() / FIRST_PAGES;
    }

    /** Only pages count, and a request that is made again keeps its permit. */
    private boolean isPermitted(Shard shard) {
        if (shard.permit == null && shard.retry == null && shard.cursor.iterator() != null) {
            shard.permit =
                    limiter.tryAcquire(settings.getRecordsPerRequest(), nanoClock.getAsLong());
            return shard.permit != null;
        }
        return true;
    }

    private void waitForRate() {
        waitsForRate = true;
        long nanos =
                limiter.nanosUntilPermit(settings.getRecordsPerRequest(), nanoClock.getAsLong());
        executor.schedule(
                () -> run(() -> waitsForRate = false),
                Math.min(nanos, LONGEST_WAIT_FOR_RATE.toNanos()),
                TimeUnit.NANOSECONDS);
    }

    private void settle(Shard shard, int records, int bytes) {
        limiter.settle(shard.permit, records, bytes);
        shard.permit = null;
    }

    private void send(Shard shard) {
        Runnable retry = shard.retry;
        shard.inFlight = true;
        shard.retry = null;
        if (retry != null) {
            retry.run();
        } else if (shard.cursor.iterator() == null) {
            seek(shard);
        } else {
            read(shard);
        }
    }

    /** Has a shard's call give up its place among the requests while it waits for its retry. */
    private RetryGate gate(Shard shard) {
        return new RetryGate() {
            @Override
            public void pausing() {
                run(() -> releaseSlot(shard));
            }

            @Override
            public void ready(Runnable send) {
                run(
                        () -> {
                            shard.retry = send;
                            want(shard);
                        });
            }
        };
    }

    private void releaseSlot(Shard shard) {
        if (shard.hasSlot) {
            shard.hasSlot = false;
            requestsInFlight--;
            expectedBytes -= shard.expectedBytes;
        }
    }

    private void seek(Shard shard) {
        long millis = shard.cursor.seekMillis();
        OptionalLong micros =
                millis == ReadWindow.NO_START
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.multiplyExact(millis, 1_000L));
        client.getShardIterator(
                        shard.cursor.streamId(), shard.cursor.shardId(), micros, gate(shard))
                .whenComplete(
                        (sought, error) ->
                                run(
                                        () -> {
                                            if (!answered(shard)) {
                                                return;
                                            }
                                            if (error == null) {
                                                found(shard, sought);
                                            } else {
                                                notFound(shard, error);
                                            }
                                        }));
    }

    private void found(Shard shard, SoughtIterator sought) {
        if (sought.getIterator() == null) {
            endWithoutPage(shard, sought.getServiceTimeMillis());
        } else {
            shard.cursor.found(sought.getIterator(), sought.getServiceTimeMillis());
            want(shard);
        }
    }

    /** A time that has left retention can perhaps not be sought, the oldest record always. */
    private void notFound(Shard shard, Throwable error) {
        countLost(shard, error);
        if (shard.cursor.looksFromOldest()) {
            lookForShard(shard);
        } else {
            shard.cursor.lookFromOldest();
            want(shard);
        }
    }

    /**
     * A shard whose oldest record can't be found is either gone, or it was trimmed in this moment.
     */
    private void lookForShard(Shard shard) {
        shard.inFlight = true;
        if (listing == null) {
            listing = new KnownStream(client, tableName, shard.cursor.streamId()).describe();
        }
        CompletableFuture<StreamDescription> current = listing;
        current.whenComplete(
                (stream, error) ->
                        run(
                                () -> {
                                    if (listing == current) {
                                        listing = null;
                                    }
                                    if (!answered(shard)) {
                                        return;
                                    }
                                    if (error != null) {
                                        throw new CompletionException(error);
                                    }
                                    if (isListed(shard, stream)) {
                                        want(shard);
                                    } else {
                                        endWithoutPage(shard, stream.getServiceTimeMillis());
                                    }
                                }));
    }

    private static boolean isListed(Shard shard, StreamDescription stream) {
        return stream.getShards().stream()
                .anyMatch(listed -> listed.getShardId().equals(shard.cursor.shardId()));
    }

    private void endWithoutPage(Shard shard, long serviceMillis) {
        goOnAfter(shard, shard.cursor.lostBehindEnd(serviceMillis));
        handOver(shard, shard.cursor.endedWithoutPage(ShardEnd.CLOSED));
    }

    private void read(Shard shard) {
        long begin = nanoClock.getAsLong();
        client.getRecords(
                        tableName,
                        shard.cursor.shardId(),
                        shard.cursor.iterator(),
                        shard.permit.records(),
                        gate(shard))
                .whenComplete(
                        (page, error) -> {
                            long nanos = nanoClock.getAsLong() - begin;
                            run(
                                    () -> {
                                        if (!answered(shard)) {
                                            return;
                                        }
                                        if (error == null) {
                                            settle(
                                                    shard,
                                                    page.getRecords().size(),
                                                    page.sizeInBytes());
                                            arrived(shard, page, nanos);
                                        } else {
                                            settle(shard, 0, 0);
                                            leadsNowhere(shard, error);
                                        }
                                    });
                        });
    }

    /** Returns whether the answer is still wanted. */
    private boolean answered(Shard shard) {
        shard.inFlight = false;
        releaseSlot(shard);
        return !stopped;
    }

    /** An iterator that has left retention is replaced by one that is found again. */
    private void leadsNowhere(Shard shard, Throwable error) {
        countLost(shard, error);
        LOG.info(
                "Looking again for the place behind {} in shard {} of {}: {}",
                shard.cursor.last(),
                shard.cursor.shardId(),
                tableName,
                unwrap(error).getMessage());
        shard.cursor.lookAgain();
        want(shard);
    }

    /** Lets a number of failures pass that say that a place is not there any more, and no other. */
    private static void countLost(Shard shard, Throwable error) {
        Throwable cause = unwrap(error);
        boolean gone =
                cause instanceof OtsStreamException
                        && (((OtsStreamException) cause).getKind() == Kind.TRIMMED
                                || ((OtsStreamException) cause).getKind() == Kind.NOT_FOUND);
        if (!gone || ++shard.timesLost > MAX_TIMES_LOST) {
            throw new CompletionException(error);
        }
    }

    private void arrived(Shard shard, RecordPage page, long nanos) {
        shard.timesLost = 0;
        shard.pageBytes = page.sizeInBytes();
        largestPageBytes = Math.max(largestPageBytes, page.sizeInBytes());
        goOnAfter(shard, shard.cursor.lostBefore(page));
        long askedMillis = page.getServiceTimeMillis() - TimeUnit.NANOSECONDS.toMillis(nanos) - 1;
        FetchedPage cut = shard.cursor.accept(page, askedMillis);
        listener.fetched(shard.cursor.shardId(), page, shard.cursor.readUntilMillis(), nanos);
        if (cut.end() != null || (!cut.records().isEmpty() && !shard.cursor.isSkipping())) {
            shard.idleMillis = 0;
            handOver(shard, cut);
        } else if (cut.isCaughtUp()) {
            caughtUp(shard, cut, page.getServiceTimeMillis());
        } else if (page.getRecords().isEmpty() && !page.mayMoreRecord()) {
            waitIdle(shard);
        }
        want(shard);
    }

    private void caughtUp(Shard shard, FetchedPage page, long serviceMillis) {
        if (shard.cursor.isIteratorOld(serviceMillis)) {
            shard.cursor.lookAgain();
            shard.isNoticeDue = true;
            return;
        }
        waitIdle(shard);
        if (shard.isNoticeDue
                || shard.toldMillis == ShardPosition.UNKNOWN
                || page.caughtUpMillis() - shard.toldMillis >= noticeInterval.toMillis()) {
            shard.isNoticeDue = false;
            shard.toldMillis = page.caughtUpMillis();
            handOver(shard, page);
        }
    }

    private void goOnAfter(Shard shard, @Nullable TrimmedRange lost) {
        if (lost == null) {
            return;
        }
        String what =
                "Records of shard "
                        + shard.cursor.shardId()
                        + " "
                        + lost
                        + " may have left the stream's retention of "
                        + shard.cursor.retention().toHours()
                        + " h before they were read; the last one that was read is "
                        + shard.cursor.last()
                        + ".";
        if (trimmedData == TrimmedData.FAIL) {
            throw new FlinkRuntimeException(
                    what
                            + " To go on with the oldest record that is there, set trimmedData to"
                            + " EARLIEST; to begin anew, start the job without its old state.");
        }
        LOG.warn("Table {}: {} Reading goes on with the oldest that is there.", tableName, what);
        shard.isNoticeDue = true;
        listener.trimmed();
    }

    private void waitIdle(Shard shard) {
        long min = settings.getMinIdleInterval().toMillis();
        long max = settings.getMaxIdleInterval().toMillis();
        shard.idleMillis = shard.idleMillis == 0 ? min : Math.min(2 * shard.idleMillis, max);
        shard.idle = true;
        Runnable askAgain =
                () -> {
                    shard.idle = false;
                    want(shard);
                };
        executor.schedule(() -> run(askAgain), shard.idleMillis, TimeUnit.MILLISECONDS);
    }

    private void handOver(Shard shard, FetchedPage page) {
        buffer(page.sizeInBytes());
        shard.pagesAhead++;
        shard.ended = page.end() != null;
        CompletableFuture<FetchedPage> completed = completion.complete(page);
        shard.incomplete.add(new Incomplete(page, completed));
        if (completed.isDone()) {
            passOnCompleted(shard);
        } else {
            completed.whenComplete(
                    (same, error) ->
                            run(
                                    () -> {
                                        if (error != null && !stopped) {
                                            throw new CompletionException(error);
                                        }
                                        passOnCompleted(shard);
                                    }));
        }
    }

    /** Pages of a shard stay in their order, whichever is complete first. */
    private void passOnCompleted(Shard shard) {
        while (!shard.incomplete.isEmpty() && shard.incomplete.peek().completed.isDone()) {
            Incomplete next = shard.incomplete.remove();
            FetchedPage page = next.completed.join();
            buffer(page.sizeInBytes() - next.page.sizeInBytes());
            if (shard.paused) {
                hold(shard, page);
            } else {
                offer(List.of(page));
            }
        }
    }

    private void buffer(int bytes) {
        bufferedBytes += bytes;
        listener.buffered(bufferedBytes);
    }

    private void offer(Collection<FetchedPage> pages) {
        lock.lock();
        try {
            fetched.addAll(pages);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(Shard shard) {
        if (stopped) {
            return;
        }
        shard.paused = true;
        wanting.remove(shard);
        lock.lock();
        try {
            for (FetchedPage page : fetched) {
                if (page.shardId().equals(shard.cursor.shardId())) {
                    hold(shard, page);
                }
            }
            fetched.removeAll(shard.held);
        } finally {
            lock.unlock();
        }
    }

    private void hold(Shard shard, FetchedPage page) {
        shard.held.add(page);
        heldBytes += page.sizeInBytes();
    }

    private void resume(Shard shard) {
        shard.paused = false;
        if (!shard.held.isEmpty()) {
            offer(shard.held);
            shard.held.forEach(page -> heldBytes -= page.sizeInBytes());
            shard.held.clear();
        }
        want(shard);
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = unwrap(cause);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
