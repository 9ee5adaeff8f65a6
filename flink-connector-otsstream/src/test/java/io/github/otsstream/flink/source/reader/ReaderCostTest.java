/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.event.RateShareEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Counts how often a reader that has nothing to emit wakes the task thread and asks the service.
 * The task thread is this test's: it polls the reader whenever that says that it is available, as
 * Flink's does.
 */
@Timeout(60)
class ReaderCostTest {

    /** Long enough for what spins to do so thousands of times. */
    private static final Duration WATCHED = Duration.ofMillis(300);

    private static final int SHARDS = 10;

    private final TestingStreamClient client = new TestingStreamClient();
    private final TestingReaderContext context =
            new TestingReaderContext(
                    new Configuration(),
                    InternalSourceReaderMetricGroup.wrap(
                            UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup()));
    private final TestingReaderOutput<ChangeRecord> output = new TestingReaderOutput<>();
    private OtsStreamSourceReader<ChangeRecord> reader;
    private int polls;

    @AfterEach
    void close() throws Exception {
        reader.close();
    }

    @Test
    void idleShardsWakeTheTaskThreadOnceEachHoweverOftenTheyAreAsked() throws Exception {
        start(RateLimit.none());
        addShards(0);
        runUntil(() -> fewestRequests() > 300);

        // For each shard: its page without records, what comes behind it, and the next wait.
        assertThat(polls).isLessThan(5 * SHARDS);
    }

    @Test
    void anIdleShardIsAskedAsOftenAsIsSetAndNoMore() throws Exception {
        start(RateLimit.none(), Duration.ofMillis(50), Duration.ofMillis(100));
        addShards(0);
        runUntil(() -> fewestRequests() > 0);
        long begun = System.nanoTime();
        int before = requests();
        runUntil(() -> fewestRequests() > 6);
        int asked = requests() - before;
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);

        assertThat(asked).isLessThanOrEqualTo((int) (SHARDS * (millis / 50 + 1)));
    }

    @Test
    void aReaderWhoseShardsArePausedAsksNothingAndWakesNobody() throws Exception {
        start(RateLimit.none());
        List<String> shards = addShards(5);
        runUntil(() -> output.getEmittedRecords().size() == 5 * SHARDS);
        reader.pauseOrResumeSplits(shards, List.of());
        runUntil(new Unchanged(this::requests));

        shards.forEach(shard -> client.append(shard, 5, 10));
        int requestsBefore = requests();
        polls = 0;
        runFor(WATCHED);
        // What was due when the pause came is asked for once.
        assertThat(requests()).isLessThanOrEqualTo(requestsBefore + SHARDS);
        assertThat(polls).isLessThan(5 * SHARDS);

        reader.pauseOrResumeSplits(List.of(), shards);
        runUntil(() -> output.getEmittedRecords().size() == 10 * SHARDS);
    }

    @Test
    void aReaderThatHasNoPartOfTheRateAsksNothingAndWakesNobody() throws Exception {
        start(RateLimit.none().withRecordsPerSecond(1_000_000));
        addShards(5);
        runFor(WATCHED);
        assertThat(requests()).isZero();
        assertThat(polls).isLessThan(3);

        reader.handleSourceEvents(new RateShareEvent(1));
        runUntil(() -> output.getEmittedRecords().size() == 5 * SHARDS);
    }

    @Test
    void aReaderAtItsRateWakesTheTaskThreadForItsPagesOnly() throws Exception {
        start(RateLimit.none().withRecordsPerSecond(200));
        // Closed, or those that are read would be asked for more until all are.
        addShards(15).forEach(client::closeShard);
        reader.handleSourceEvents(new RateShareEvent(1));
        runUntil(() -> output.getEmittedRecords().size() == 15 * SHARDS);

        // A page's records, what comes behind them, and the wait for the next page.
        assertThat(polls).isLessThan(15 * SHARDS + 5 * requests());
        assertThat(requests()).isLessThan(15 * SHARDS);
    }

    /** Whether a number has stayed the same for a while. */
    private static final class Unchanged implements BooleanSupplier {
        private final IntSupplier number;
        private int last = -1;
        private long since;

        private Unchanged(IntSupplier number) {
            this.number = number;
        }

        @Override
        public boolean getAsBoolean() {
            long now = System.nanoTime();
            int current = number.getAsInt();
            if (current != last) {
                last = current;
                since = now;
            }
            return now - since > WATCHED.toNanos();
        }
    }

    private void start(RateLimit limit) {
        start(limit, Duration.ofMillis(1), Duration.ofMillis(1));
    }

    private void start(RateLimit limit, Duration minIdle, Duration maxIdle) {
        reader =
                OtsStreamSourceReader.create(
                        listener -> client,
                        listener -> {
                            throw new IllegalStateException("Nothing is looked up");
                        },
                        TestingStreamClient.TABLE,
                        new ReaderSettings(
                                FetchSettings.defaults().withIdleInterval(minIdle, maxIdle),
                                TrimmedData.FAIL,
                                limit,
                                null),
                        new ChangeRecordSchema(),
                        context);
        reader.start();
    }

    /** Gives the reader shards with so many records each. */
    private List<String> addShards(int records) {
        List<ShardSplit> splits = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            String id = "s" + i;
            ids.add(id);
            client.shard(id).append(id, 0, records);
            splits.add(
                    new ShardSplit(
                            TestingStreamClient.STREAM,
                            id,
                            ReadWindow.all(),
                            ShardPosition.oldest(),
                            null));
        }
        reader.addSplits(splits);
        return ids;
    }

    private int requests() {
        int sum = 0;
        for (int i = 0; i < SHARDS; i++) {
            sum += client.requests("s" + i);
        }
        return sum;
    }

    private int fewestRequests() {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < SHARDS; i++) {
            fewest = Math.min(fewest, client.requests("s" + i));
        }
        return fewest;
    }

    private void runFor(Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        runUntil(() -> System.nanoTime() > end);
    }

    private void runUntil(BooleanSupplier done) throws Exception {
        while (!done.getAsBoolean()) {
            try {
                reader.isAvailable().get(1, TimeUnit.MILLISECONDS);
            } catch (TimeoutException nothingToDo) {
                continue;
            }
            do {
                polls++;
            } while (reader.pollNext(output) == InputStatus.MORE_AVAILABLE && !done.getAsBoolean());
        }
    }
}
