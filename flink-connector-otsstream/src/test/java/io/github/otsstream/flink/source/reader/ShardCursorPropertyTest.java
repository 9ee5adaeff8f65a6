/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.RecordPage;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import io.github.otsstream.flink.source.split.ShardSplitSerializer;
import io.github.otsstream.flink.source.split.ShardSplitState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.metrics.SimpleCounter;

/**
 * A shard is read in pages of any length, its iterators get lost at any time and are sought again
 * by an approximate seek, the reader is restored between any two records, and the clock of the
 * service steps back now and then: every record is emitted once and in order.
 */
class ShardCursorPropertyTest {

    private static final long MINUTE = 60_000;
    private static final int STEPS = 400;
    private static final ShardSplitSerializer SERIALIZER = new ShardSplitSerializer();

    private final List<ChangeRecord> log = new ArrayList<>();
    private final TestingReaderOutput<ChangeRecord> output = new TestingReaderOutput<>();
    private final ChangeRecordEmitter<ChangeRecord> emitter =
            new ChangeRecordEmitter<>(
                    "orders",
                    new ChangeRecordSchema(),
                    new SimpleCounter(),
                    new SimpleCounter(),
                    new ElementLimit(ElementLimit.NONE));
    private Random random;
    private ShardSplitState state;
    private ShardCursor cursor;
    private int epoch;
    private long nowMillis = 1_000 * MINUTE;

    @Property(tries = 300)
    void everyRecordIsEmittedOnceAndInOrder(@ForAll long seed) throws Exception {
        random = new Random(seed);
        log.clear();
        output.clearEmittedRecords();
        restore(
                new ShardSplit(
                        "stream",
                        "s",
                        Duration.ofHours(168),
                        ReadWindow.all(),
                        ShardPosition.oldest(),
                        null));
        for (int step = 0; step < STEPS; step++) {
            int what = random.nextInt(10);
            if (what < 2) {
                write();
            } else if (what == 2) {
                restore(state.toSplit());
            } else if (what == 3) {
                cursor.lookAgain();
            } else {
                read();
            }
        }
        for (int i = 0; i < 2 * log.size() + 100 && emitted().size() < log.size(); i++) {
            read();
        }
        assertThat(emitted())
                .containsExactlyElementsOf(
                        IntStream.range(0, log.size()).boxed().collect(Collectors.toList()));
    }

    private void write() {
        if (random.nextInt(10) == 0) {
            // Another machine takes over, whose clock is behind.
            nowMillis -= random.nextInt((int) (3 * MINUTE));
            epoch++;
        }
        int records = random.nextInt(8);
        for (int i = 0; i < records; i++) {
            nowMillis += random.nextInt(4) == 0 ? random.nextInt((int) (20 * MINUTE)) : 1;
            int number = log.size();
            log.add(
                    ChangeRecord.builder()
                            .shardId("s")
                            .operation(OperationType.PUT)
                            .sequence(epoch, nowMillis * 1_000, number)
                            .key("id", (long) number)
                            .build());
        }
    }

    private void restore(ShardSplit split) throws IOException {
        ShardSplit restored =
                SERIALIZER.deserialize(SERIALIZER.getVersion(), SERIALIZER.serialize(split));
        state = new ShardSplitState(restored);
        cursor = new ShardCursor(restored);
    }

    private void read() throws Exception {
        if (cursor.iterator() == null) {
            cursor.found("at " + seek(cursor.seekMillis()), nowMillis);
            return;
        }
        int from = Integer.parseInt(cursor.iterator().substring(3));
        int records = random.nextInt(5) == 0 ? 0 : random.nextInt(7);
        int to = Math.min(log.size(), from + records);
        RecordPage page =
                new RecordPage(
                        "s",
                        List.copyOf(log.subList(from, to)),
                        "at " + to,
                        to < log.size(),
                        0,
                        nowMillis);
        assertThat(cursor.lostBefore(page)).isNull();
        FetchedPage cut = cursor.accept(page, nowMillis);
        if (cut.isCaughtUp() || (!cut.records().isEmpty() && !cursor.isSkipping())) {
            emit(cut);
        }
    }

    /** The service's seek: approximate, but within some minutes. */
    private int seek(long millis) {
        if (millis == ReadWindow.NO_START) {
            return 0;
        }
        long wanted = millis + random.nextInt((int) (8 * MINUTE)) - 4 * MINUTE;
        int ordinal = 0;
        while (ordinal < log.size() && log.get(ordinal).getSequence().timestampMillis() < wanted) {
            ordinal++;
        }
        return ordinal;
    }

    /** Emits a page, or a part of it before the reader fails. */
    private void emit(FetchedPage page) throws Exception {
        FetchedPages pages = new FetchedPages(List.of(page), done -> {});
        pages.nextSplit();
        int failAfter = random.nextInt(4) == 0 ? random.nextInt(8) : Integer.MAX_VALUE;
        for (int i = 0; i < failAfter; i++) {
            PageCursor place = pages.nextRecordFromSplit();
            if (place == null) {
                return;
            }
            emitter.emitRecord(place, output, state);
        }
        restore(state.toSplit());
    }

    private List<Integer> emitted() {
        return output.getEmittedRecords().stream()
                .map(record -> record.getSequence().getRowIndex())
                .collect(Collectors.toList());
    }
}
