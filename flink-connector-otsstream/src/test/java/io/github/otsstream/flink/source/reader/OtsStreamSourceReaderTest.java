/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordTypeInfo;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.record.SequenceInfo;
import io.github.otsstream.flink.source.TestingStreamClient;
import io.github.otsstream.flink.source.TestingTableClient;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.deserialization.LookupContext;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.event.ReaderProgressEvent;
import io.github.otsstream.flink.source.event.ReaderStartedEvent;
import io.github.otsstream.flink.source.event.ShardEndNotedEvent;
import io.github.otsstream.flink.source.event.ShardEndedEvent;
import io.github.otsstream.flink.source.event.SourceWatermarkEvent;
import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.ShardEnd;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.ShardSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.util.Collector;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests {@link OtsStreamSourceReader} against Flink's testing context and a stream in memory. */
@Timeout(60)
class OtsStreamSourceReaderTest {

    private static final FetchSettings QUICK =
            FetchSettings.defaults().withIdleInterval(Duration.ofMillis(1), Duration.ofMillis(5));

    private final TestingStreamClient client = new TestingStreamClient();
    private final TestingReaderContext context =
            new TestingReaderContext(
                    new Configuration(),
                    InternalSourceReaderMetricGroup.wrap(
                            UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup()));
    private final TestingReaderOutput<ChangeRecord> output = new TestingReaderOutput<>();
    private final List<OtsStreamSourceReader<ChangeRecord>> readers = new ArrayList<>();
    private OtsStreamDeserializationSchema<ChangeRecord> schema = new ChangeRecordSchema();
    private final TestingTableClient tables = new TestingTableClient();
    private Duration reportInterval;
    private RowLookup rowLookup;
    private long limit = Long.MAX_VALUE;

    @AfterEach
    void closeAll() throws Exception {
        for (OtsStreamSourceReader<ChangeRecord> reader : List.copyOf(readers)) {
            close(reader);
        }
    }

    /** Closes a reader once: Flink 2 refuses a second time. */
    private void close(OtsStreamSourceReader<ChangeRecord> reader) throws Exception {
        if (readers.remove(reader)) {
            reader.close();
        }
    }

    @Test
    void saysWhatItHasRestoredWhenItStarts() {
        client.shard("a").shard("b");
        OtsStreamSourceReader<ChangeRecord> reader = create();
        reader.addSplits(List.of(split("a"), ended("b")));
        assertThat(context.getSentEvents()).isEmpty();
        reader.start();

        assertThat(events(ReaderStartedEvent.class))
                .singleElement()
                .satisfies(event -> assertThat(event.shardIds()).containsExactly("a"));
        assertThat(events(ShardEndedEvent.class))
                .singleElement()
                .satisfies(event -> assertThat(event.shardId()).isEqualTo("b"));
        assertThat(context.getSentEvents().get(0)).isInstanceOf(ReaderStartedEvent.class);
    }

    @Test
    void aSnapshotBetweenAnyTwoRecordsIsExact() throws Exception {
        int records = 23;
        client.shard("a").append("a", 0, records).closeShard("a").pageLimit(5);
        for (int stopAfter = 0; stopAfter <= records; stopAfter++) {
            output.clearEmittedRecords();
            OtsStreamSourceReader<ChangeRecord> first = started(split("a"));
            read(first, stopAfter);
            List<ShardSplit> snapshot = first.snapshotState(1);
            close(first);

            client.pageLimit(1 + stopAfter % 7);
            OtsStreamSourceReader<ChangeRecord> second =
                    started(snapshot.toArray(new ShardSplit[0]));
            read(second, records);
            assertThat(numbers())
                    .as("stopped after %d", stopAfter)
                    .containsExactlyElementsOf(
                            IntStream.range(0, records).boxed().collect(Collectors.toList()));
            await().until(
                            () -> {
                                second.pollNext(output);
                                return !second.snapshotState(2).isEmpty()
                                        && second.snapshotState(2).get(0).end() != null;
                            });
            close(second);
            client.pageLimit(5);
        }
    }

    /** A failure while a restored reader still skips what was done before must not forget it. */
    @Test
    void aSnapshotWhileSkippingInShorterPagesIsExact() throws Exception {
        client.shard("a").append("a", 0, 10).pageLimit(6);
        OtsStreamSourceReader<ChangeRecord> first = started(split("a"));
        read(first, 5);
        List<ShardSplit> snapshot = first.snapshotState(1);
        close(first);

        client.pageLimit(2);
        OtsStreamSourceReader<ChangeRecord> second = started(snapshot.toArray(new ShardSplit[0]));
        await().until(
                        () -> {
                            second.pollNext(output);
                            ShardPosition position = second.snapshotState(2).get(0).position();
                            assertThat(offset(position.iterator()) + position.recordsDone())
                                    .isEqualTo(output.getEmittedRecords().size());
                            return output.getEmittedRecords().size() == 10;
                        });
        assertThat(numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void eventTimeIsTheSequenceTimeInMilliseconds() throws Exception {
        client.shard("a").append("a", 7, 9).closeShard("a");
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        List<Long> timestamps = new ArrayList<>();
        ReaderOutput<ChangeRecord> recording =
                new TestingReaderOutput<>() {
                    @Override
                    public void collect(ChangeRecord record, long timestamp) {
                        timestamps.add(timestamp);
                    }

                    @Override
                    public SourceOutput<ChangeRecord> createOutputForSplit(String splitId) {
                        return this;
                    }
                };
        await().until(
                        () -> {
                            reader.pollNext(recording);
                            return timestamps.size() == 2;
                        });
        assertThat(timestamps).containsExactly(7L, 8L);
    }

    @Test
    void countsTheRecordsThatItReadsAndNothingElse() throws Exception {
        client.shard("a").append("a", 0, 10).closeShard("a").pageLimit(3);
        client.shard("empty").closeShard("empty");
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"), split("empty"));
        awaitEnds(reader, 2);

        assertThat(context.metricGroup().getIOMetricGroup().getNumRecordsInCounter().getCount())
                .isEqualTo(10);
    }

    /** Flink gives each restored split an output, which would hold the watermark back for ever. */
    @Test
    void theOutputOfAShardThatHadEndedBeforeTheRestoreIsReleased() throws Exception {
        client.shard("a");
        OtsStreamSourceReader<ChangeRecord> reader = create();
        reader.addSplits(List.of(split("a"), ended("b")));
        reader.start();
        List<String> released = new ArrayList<>();
        ReaderOutput<ChangeRecord> recording =
                new TestingReaderOutput<>() {
                    @Override
                    public void releaseOutputForSplit(String splitId) {
                        released.add(splitId);
                    }
                };
        reader.pollNext(recording);
        reader.pollNext(recording);

        assertThat(released).containsExactly("b");
    }

    @Test
    void anEndedShardStaysInSnapshotsUntilACheckpointTakenAfterTheAnswerHasCompleted()
            throws Exception {
        client.shard("a").append("a", 0, 3).closeShard("a");
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        awaitEnds(reader, 1);

        assertThat(events(ShardEndedEvent.class))
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.shardId()).isEqualTo("a");
                            assertThat(event.end()).isEqualTo(ShardEnd.CLOSED);
                            assertThat(event.windowEntered()).isTrue();
                        });
        assertThat(reader.snapshotState(1))
                .singleElement()
                .satisfies(split -> assertThat(split.end()).isEqualTo(ShardEnd.CLOSED));
        reader.notifyCheckpointComplete(1);
        assertThat(reader.snapshotState(2)).hasSize(1);
        reader.handleSourceEvents(new ShardEndNotedEvent("a"));
        reader.notifyCheckpointComplete(2);
        assertThat(reader.snapshotState(3)).hasSize(1);
        assertThat(reader.snapshotState(4)).hasSize(1);
        // Checkpoint 3 was aborted.
        reader.notifyCheckpointComplete(4);
        assertThat(reader.snapshotState(5)).isEmpty();
    }

    @Test
    void aWindowIsCutToItsRecords() throws Exception {
        client.shard("a").append("a", 0, 100).pageLimit(7);
        ShardSplit window =
                new ShardSplit(
                        TestingStreamClient.STREAM,
                        "a",
                        ReadWindow.of(20, 50, true),
                        ShardPosition.seek(10),
                        null);
        OtsStreamSourceReader<ChangeRecord> reader = started(window);
        read(reader, 1);
        assertThat(reader.snapshotState(1).get(0).window().hasStart()).isFalse();
        awaitEnds(reader, 1);

        assertThat(numbers())
                .containsExactlyElementsOf(
                        IntStream.range(20, 50).boxed().collect(Collectors.toList()));
        assertThat(events(ShardEndedEvent.class).get(0).end()).isEqualTo(ShardEnd.WINDOW_END);
    }

    /** The status table and the next window begin there. */
    @Test
    void theEndOfAWindowIsThePlaceOfItsFirstUnwantedRecord() throws Exception {
        client.shard("inside").append("inside", 0, 100);
        client.shard("between").append("between", 0, 100);
        client.shard("caught-up").append("caught-up", 0, 30);
        client.shard("closed").append("closed", 0, 30).closeShard("closed");
        client.shard("over").append("over", 0, 20).closeShard("over");
        client.pageLimit(10);
        ReadWindow to45 = ReadWindow.of(ReadWindow.NO_START, 45, true);
        OtsStreamSourceReader<ChangeRecord> reader =
                started(
                        windowed("inside", to45, ShardPosition.oldest()),
                        windowed(
                                "between",
                                ReadWindow.of(ReadWindow.NO_START, 50, true),
                                ShardPosition.at("between@25", 3, sequence("between", 27))),
                        windowed("caught-up", to45, ShardPosition.oldest()),
                        windowed("closed", to45, ShardPosition.oldest()),
                        windowed("over", ReadWindow.of(40, 45, true), ShardPosition.seek(30)));
        awaitEnds(reader, 5);

        assertThat(endOf("inside"))
                .isEqualTo(ShardPosition.at("inside@40", 5, sequence("inside", 44)));
        assertThat(endOf("between"))
                .isEqualTo(ShardPosition.at("between@45", 5, sequence("between", 49)));
        ShardPosition caughtUp = endOf("caught-up");
        assertThat(caughtUp.iterator()).isEqualTo("caught-up@30");
        assertThat(caughtUp.recordsDone()).isZero();
        assertThat(caughtUp.lastSequence()).isEqualTo(sequence("caught-up", 29));
        assertThat(endOf("closed"))
                .isEqualTo(ShardPosition.at("closed@20", 10, sequence("closed", 29)));
        assertThat(endOf("over")).isEqualTo(ShardPosition.seek(30));
    }

    @Test
    void aWindowThatEndsAtTheFirstRecordOfAPageEndsBeforeIt() throws Exception {
        client.shard("a").append("a", 0, 100).pageLimit(10);
        OtsStreamSourceReader<ChangeRecord> reader =
                started(
                        windowed(
                                "a",
                                ReadWindow.of(ReadWindow.NO_START, 40, true),
                                ShardPosition.oldest()));
        awaitEnds(reader, 1);

        assertThat(endOf("a")).isEqualTo(ShardPosition.at("a@40", 0, sequence("a", 39)));
    }

    @Test
    void aShardWithoutARecordInTheWindowSaysSo() throws Exception {
        client.shard("a").append("a", 0, 10).closeShard("a");
        OtsStreamSourceReader<ChangeRecord> reader =
                started(
                        new ShardSplit(
                                TestingStreamClient.STREAM,
                                "a",
                                ReadWindow.of(50, 60, true),
                                ShardPosition.seek(5),
                                null));
        awaitEnds(reader, 1);

        assertThat(numbers()).isEmpty();
        assertThat(events(ShardEndedEvent.class).get(0).windowEntered()).isFalse();
    }

    @Test
    void aPositionBehindLeftOutRecordsIsKept() throws Exception {
        client.shard("a").append("a", 0, 10);
        OtsStreamSourceReader<ChangeRecord> reader =
                started(
                        new ShardSplit(
                                TestingStreamClient.STREAM,
                                "a",
                                ReadWindow.of(50, ReadWindow.NO_END, false),
                                ShardPosition.seek(5),
                                null));
        await().until(
                        () -> {
                            reader.pollNext(output);
                            return reader.snapshotState(1).get(0).position().isResolved();
                        });
        ShardSplit split = reader.snapshotState(2).get(0);
        assertThat(split.position().iterator()).isEqualTo("a@10");
        assertThat(split.window().hasStart()).isTrue();
    }

    @Test
    void aSnapshotShowsUpToWhenAnIdleShardIsRead() throws Exception {
        client.shard("a").append("a", 0, 3);
        client.serviceTime(500_000);
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        awaitCaughtUpAfter(reader, 490_000);
        assertThat(reader.snapshotState(1).get(0).position().lastSequence())
                .isEqualTo(sequence("a", 2));

        client.serviceTime(560_000);
        awaitCaughtUpAfter(reader, 550_000);
        client.append("a", 3, 4);
        read(reader, 4);
        assertThat(reader.snapshotState(2).get(0).position().readUntilMillis()).isEqualTo(3);
        assertThat(context.metricGroup().getIOMetricGroup().getNumRecordsInCounter().getCount())
                .isEqualTo(4);
    }

    private void awaitCaughtUpAfter(OtsStreamSourceReader<ChangeRecord> reader, long millis) {
        await().until(
                        () -> {
                            reader.pollNext(output);
                            return reader.snapshotState(1).get(0).position().caughtUpMillis()
                                    > millis;
                        });
    }

    @Test
    void endsWhenNoMoreShardsCome() throws Exception {
        client.shard("a").append("a", 0, 3).closeShard("a");
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        reader.notifyNoMoreSplits();
        await().until(() -> reader.pollNext(output) == InputStatus.END_OF_INPUT);
        assertThat(numbers()).containsExactly(0, 1, 2);
    }

    @Test
    void readsOnWhenNewShardsComeAfterAllHaveEnded() throws Exception {
        client.shard("a").append("a", 0, 3).closeShard("a");
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        awaitEnds(reader, 1);
        client.shard("b", "a").append("b", 3, 6).closeShard("b");
        reader.addSplits(List.of(split("b")));
        awaitEnds(reader, 2);

        assertThat(numbers()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(client.isClosed()).isFalse();
    }

    /** Alignment can be late: it decides by what it has seen before. */
    @Test
    void pausingOrResumingAShardThatHasEndedIsIgnored() throws Exception {
        client.shard("ended").append("ended", 0, 3).closeShard("ended");
        client.shard("open").append("open", 3, 6);
        OtsStreamSourceReader<ChangeRecord> reader = started(split("ended"), split("open"));
        awaitEnds(reader, 1);
        read(reader, 6);

        reader.pauseOrResumeSplits(List.of("ended"), List.of());
        client.append("open", 6, 9);
        read(reader, 9);
        reader.pauseOrResumeSplits(List.of("open"), List.of("ended"));
        reader.pauseOrResumeSplits(List.of("ended"), List.of("open"));
        client.append("open", 9, 12);
        read(reader, 12);
    }

    /** The same where no shard is left, and so no thread that could be told. */
    @Test
    void pausingOrResumingTheLastShardThatHasEndedIsIgnored() throws Exception {
        client.shard("ended").append("ended", 0, 3).closeShard("ended");
        OtsStreamSourceReader<ChangeRecord> reader = started(split("ended"));
        awaitEnds(reader, 1);

        reader.pauseOrResumeSplits(List.of("ended"), List.of());
        reader.pauseOrResumeSplits(List.of(), List.of("ended"));
        client.shard("child", "ended").append("child", 3, 6);
        reader.addSplits(List.of(split("child")));
        read(reader, 6);
    }

    @Test
    void allElementsOfARecordComeTogetherWithItsTime() throws Exception {
        schema =
                new OtsStreamDeserializationSchema<>() {
                    @Override
                    public void deserialize(
                            ChangeRecord record, Context context, Collector<ChangeRecord> out) {
                        for (int i = 0; i < record.getSequence().getRowIndex() % 4; i++) {
                            out.collect(record);
                        }
                    }

                    @Override
                    public TypeInformation<ChangeRecord> getProducedType() {
                        return ChangeRecordTypeInfo.INSTANCE;
                    }
                };
        client.shard("a").append("a", 0, 20).pageLimit(7);
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        List<ChangeRecord> elements = new ArrayList<>();
        TestingReaderOutput<ChangeRecord> recording =
                new TestingReaderOutput<>() {
                    @Override
                    public void collect(ChangeRecord element, long timestamp) {
                        assertThat(timestamp).isEqualTo(element.getTimestampMicros() / 1_000);
                        elements.add(element);
                    }

                    @Override
                    public SourceOutput<ChangeRecord> createOutputForSplit(String splitId) {
                        return this;
                    }
                };
        await().until(
                        () -> {
                            reader.pollNext(recording);
                            ShardPosition position = reader.snapshotState(1).get(0).position();
                            int done =
                                    position.iterator() == null
                                            ? 0
                                            : offset(position.iterator()) + position.recordsDone();
                            assertThat(elements)
                                    .as("of %d records", done)
                                    .hasSize(elementsOf(done));
                            return done == 20;
                        });
    }

    private static int elementsOf(int records) {
        return IntStream.range(0, records).map(number -> number % 4).sum();
    }

    @Test
    void aFailingShardFailsTheReader() {
        client.shard("a").append("a", 0, 3);
        client.fail("a", new IllegalStateException("shard a is broken"));
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        assertThatThrownBy(
                        () ->
                                await().until(
                                                () ->
                                                        reader.pollNext(output)
                                                                == InputStatus.END_OF_INPUT))
                .hasStackTraceContaining("shard a is broken")
                .hasStackTraceContaining("Table orders can't be read");
    }

    @Test
    void closingClosesTheClientAndItsThread() throws Exception {
        client.shard("a");
        close(started(split("a")));
        assertThat(client.isClosed()).isTrue();
        await().untilAsserted(
                        () ->
                                assertThat(Thread.getAllStackTraces().keySet())
                                        .extracting(Thread::getName)
                                        .noneMatch(name -> name.startsWith("otsstream-fetch-")));
    }

    @Test
    void tellsHowFarItIsWhereThatIsWanted() throws Exception {
        reportInterval = Duration.ofMillis(1);
        client.shard("a").append("a", 0, 5).shard("b").serviceTime(1_000_000);
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"), split("b"));
        await().until(
                        () -> {
                            client.serviceTime(client.serviceTime() + 10);
                            reader.pollNext(output);
                            return events(ReaderProgressEvent.class).stream()
                                    .anyMatch(
                                            event ->
                                                    event.recordsEmitted() == 5
                                                            && isReadUntil(event, "a")
                                                            && isReadUntil(event, "b"));
                        });
    }

    private static boolean isReadUntil(ReaderProgressEvent event, String shardId) {
        return event.readUntilMillis().getOrDefault(shardId, 0L) > 1_000_000;
    }

    /** What has been fetched and not emitted is no progress. */
    @Test
    void tellsNothingThatIsNotEmitted() throws Exception {
        reportInterval = Duration.ofNanos(1);
        client.shard("a").append("a", 1_000, 1_005).pageLimit(1);
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        await().until(
                        () -> {
                            reader.pollNext(output);
                            for (ReaderProgressEvent event : events(ReaderProgressEvent.class)) {
                                Long millis = event.readUntilMillis().get("a");
                                assertThat(event.recordsEmitted())
                                        .isLessThanOrEqualTo(output.getEmittedRecords().size());
                                assertThat(millis == null ? 0 : millis - 999)
                                        .as("read until")
                                        .satisfiesAnyOf(
                                                records ->
                                                        assertThat(records)
                                                                .isEqualTo(event.recordsEmitted()),
                                                caughtUp ->
                                                        assertThat(event.recordsEmitted())
                                                                .isEqualTo(5));
                            }
                            return events(ReaderProgressEvent.class).size() > 5;
                        });
    }

    @Test
    void tellsNothingWhereNobodyAsks() throws Exception {
        client.shard("a").append("a", 0, 5);
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        read(reader, 5);
        reader.pollNext(output);
        assertThat(events(ReaderProgressEvent.class)).isEmpty();
    }

    @Test
    void emitsTheStreamsWatermarkAlsoWithoutShards() throws Exception {
        List<Long> emitted = new ArrayList<>();
        TestingReaderOutput<ChangeRecord> watermarked =
                new TestingReaderOutput<>() {
                    @Override
                    public void emitWatermark(Watermark watermark) {
                        emitted.add(watermark.getTimestamp());
                    }
                };
        OtsStreamSourceReader<ChangeRecord> reader = started();
        CompletableFuture<Void> available = reader.isAvailable();
        assertThat(available).isNotDone();
        reader.handleSourceEvents(new SourceWatermarkEvent(77));
        assertThat(available).isDone();
        reader.pollNext(watermarked);
        assertThat(emitted).containsExactly(77L);
    }

    @Test
    void recordsThatTheSchemaFailsOnAreCounted() {
        client.shard("a").append("a", 0, 1);
        schema =
                new OtsStreamDeserializationSchema<>() {
                    @Override
                    public void deserialize(
                            ChangeRecord record, Context context, Collector<ChangeRecord> out) {
                        throw new IllegalArgumentException("a record that is no good");
                    }

                    @Override
                    public TypeInformation<ChangeRecord> getProducedType() {
                        return ChangeRecordTypeInfo.INSTANCE;
                    }
                };
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        assertThatThrownBy(() -> read(reader, 1))
                .hasStackTraceContaining("a record that is no good");
        assertThat(context.metricGroup().getNumRecordsInErrorsCounter().getCount()).isOne();
    }

    @Test
    void shardsEndWhereTheyAreOnceTheLimitIsReached() throws Exception {
        client.shard("a").append("a", 0, 1_000).closeShard("a").pageLimit(10);
        client.shard("b");
        client.shard("later").append("later", 0, 1_000);
        limit = 23;
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"), split("b"));
        awaitEnds(reader, 2);

        assertThat(numbers())
                .containsExactlyElementsOf(
                        IntStream.range(0, 23).boxed().collect(Collectors.toList()));
        assertThat(events(ShardEndedEvent.class))
                .extracting(ShardEndedEvent::end)
                .containsOnly(ShardEnd.WINDOW_END);
        assertThat(endOf("a")).isEqualTo(ShardPosition.at("a@20", 3, sequence("a", 22)));
        assertThat(context.metricGroup().getIOMetricGroup().getNumRecordsInCounter().getCount())
                .isEqualTo(23);
        assertThat(client.requests("a")).isLessThan(10);

        int requests = client.requests("a") + client.requests("b");
        reader.addSplits(List.of(split("later")));
        awaitEnds(reader, 3);
        assertThat(endOf("later")).isEqualTo(ShardPosition.oldest());
        assertThat(client.requests("later")).isZero();
        assertThat(client.requests("a") + client.requests("b")).isEqualTo(requests);
        assertThat(numbers()).hasSize(23);
        assertThat(reader.snapshotState(1)).hasSize(3).allMatch(split -> split.end() != null);
    }

    /** The element that reaches the limit may be the last one of its page, or of its shard. */
    @Test
    void aLimitIsExactWhereverItIsReached() throws Exception {
        client.shard("a").append("a", 0, 20).closeShard("a").pageLimit(10);
        for (limit = 1; limit <= 21; limit++) {
            output.clearEmittedRecords();
            context.clearSentEvents();
            OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
            awaitEnds(reader, 1);

            assertThat(output.getEmittedRecords()).hasSize((int) Math.min(limit, 20));
            ShardPosition end = endOf("a");
            assertThat(offset(end.iterator()) + end.recordsDone())
                    .isEqualTo((int) Math.min(limit, 20));
            close(reader);
        }
    }

    @Test
    void aRestoredReaderCountsAnew() throws Exception {
        client.shard("a").append("a", 0, 100).pageLimit(10);
        limit = 7;
        OtsStreamSourceReader<ChangeRecord> first = started(split("a"));
        read(first, 5);
        List<ShardSplit> snapshot = first.snapshotState(1);
        close(first);
        context.clearSentEvents();
        OtsStreamSourceReader<ChangeRecord> second = started(snapshot.toArray(new ShardSplit[0]));
        awaitEnds(second, 1);

        assertThat(numbers()).hasSize(12).endsWith(10, 11);
    }

    @Test
    void allElementsOfARecordComeBeforeTheEnd() throws Exception {
        client.shard("a").append("a", 0, 100).pageLimit(10);
        limit = 5;
        schema =
                new OtsStreamDeserializationSchema<>() {
                    @Override
                    public void deserialize(
                            ChangeRecord record, Context context, Collector<ChangeRecord> out) {
                        // Two for each second record, and none for the others.
                        if (record.getSequence().getRowIndex() % 2 == 0) {
                            out.collect(record);
                            out.collect(record);
                        }
                    }

                    @Override
                    public TypeInformation<ChangeRecord> getProducedType() {
                        return ChangeRecordTypeInfo.INSTANCE;
                    }
                };
        awaitEnds(started(split("a")), 1);

        assertThat(numbers()).containsExactly(0, 0, 2, 2, 4, 4);
        assertThat(endOf("a")).isEqualTo(ShardPosition.at("a@0", 5, sequence("a", 4)));
    }

    @Test
    void showsTheSchemaTheRowsOfUpdates() throws Exception {
        client.shard("a")
                .append("a", 1, 2)
                .append(change("a", 2, OperationType.UPDATE, 1))
                .append(change("a", 3, OperationType.UPDATE, 2))
                .append(change("a", 4, OperationType.DELETE, 2));
        tables.put(Map.of("id", 1L), Map.of("value", 77L, "other", 78L));
        rowLookup = RowLookup.ofColumns(List.of("value"));
        List<String> seen = new ArrayList<>();
        schema =
                new OtsStreamDeserializationSchema<>() {
                    @Override
                    public void deserialize(
                            ChangeRecord record, Context context, Collector<ChangeRecord> out) {
                        LookupContext lookups = (LookupContext) context;
                        seen.add(
                                record.getOperation()
                                        + (lookups.hasLookedUp()
                                                ? " " + shown(lookups.currentRow())
                                                : ""));
                        out.collect(record);
                    }

                    @Override
                    public TypeInformation<ChangeRecord> getProducedType() {
                        return ChangeRecordTypeInfo.INSTANCE;
                    }
                };
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));
        read(reader, 4);

        assertThat(seen).containsExactly("PUT", "UPDATE {value=77}", "UPDATE no row", "DELETE");
        close(reader);
        assertThat(tables.isClosed()).isTrue();
    }

    private static String shown(TableRow row) {
        return row == null ? "no row" : row.getColumns().toString();
    }

    private static ChangeRecord change(
            String shardId, int number, OperationType operation, long key) {
        return ChangeRecord.builder()
                .shardId(shardId)
                .operation(operation)
                .sequence(1, number * 1_000L, number)
                .key("id", key)
                .build();
    }

    @Test
    void aFailedLookupFailsTheReaderWithTableAndShard() {
        client.shard("a").append(change("a", 0, OperationType.UPDATE, 1));
        tables.fail(TestingTableClient.forbidden("BatchGetRow"));
        rowLookup = RowLookup.ofWholeRows();
        OtsStreamSourceReader<ChangeRecord> reader = started(split("a"));

        assertThatThrownBy(() -> read(reader, 1))
                .hasStackTraceContaining("Table orders can't be read: The rows of table orders")
                .hasStackTraceContaining("changes in shard a ")
                .hasStackTraceContaining("OTSNoPermissionAccess: You have no permission");
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private OtsStreamSourceReader<ChangeRecord> create() {
        OtsStreamSourceReader<ChangeRecord> reader =
                OtsStreamSourceReader.create(
                        listener -> client,
                        listener -> tables,
                        TestingStreamClient.TABLE,
                        new ReaderSettings(
                                        QUICK, TrimmedData.FAIL, RateLimit.none(), reportInterval)
                                .withRowLookup(rowLookup)
                                .withLimit(limit),
                        schema,
                        context);
        readers.add(reader);
        return reader;
    }

    private OtsStreamSourceReader<ChangeRecord> started(ShardSplit... splits) {
        OtsStreamSourceReader<ChangeRecord> reader = create();
        reader.start();
        reader.addSplits(List.of(splits));
        return reader;
    }

    /** Polls until so many records in all have been emitted. */
    private void read(OtsStreamSourceReader<ChangeRecord> reader, int records) {
        await().until(
                        () -> {
                            while (output.getEmittedRecords().size() < records
                                    && reader.pollNext(output) == InputStatus.MORE_AVAILABLE) {
                                continue;
                            }
                            return output.getEmittedRecords().size() >= records;
                        });
        assertThat(output.getEmittedRecords()).hasSize(records);
    }

    private void awaitEnds(OtsStreamSourceReader<ChangeRecord> reader, int ends) {
        await().until(
                        () -> {
                            reader.pollNext(output);
                            return events(ShardEndedEvent.class).size() == ends;
                        });
    }

    private <E extends SourceEvent> List<E> events(Class<E> type) {
        return context.getSentEvents().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .collect(Collectors.toList());
    }

    private ShardPosition endOf(String shardId) {
        return events(ShardEndedEvent.class).stream()
                .filter(event -> event.shardId().equals(shardId))
                .findFirst()
                .orElseThrow()
                .position();
    }

    private static SequenceInfo sequence(String shardId, int number) {
        return TestingStreamClient.record(shardId, number, number).getSequence();
    }

    private static ShardSplit windowed(String shardId, ReadWindow window, ShardPosition position) {
        return new ShardSplit(TestingStreamClient.STREAM, shardId, window, position, null);
    }

    private List<Integer> numbers() {
        return output.getEmittedRecords().stream()
                .map(record -> record.getSequence().getRowIndex())
                .collect(Collectors.toList());
    }

    /** The number of the first record that the testing client returns for an iterator. */
    private static int offset(String iterator) {
        return Integer.parseInt(iterator.substring(iterator.indexOf('@') + 1));
    }

    private static ShardSplit split(String shardId) {
        return new ShardSplit(
                TestingStreamClient.STREAM,
                shardId,
                ReadWindow.all(),
                ShardPosition.oldest(),
                null);
    }

    private static ShardSplit ended(String shardId) {
        return new ShardSplit(
                TestingStreamClient.STREAM,
                shardId,
                ReadWindow.all(),
                ShardPosition.oldest(),
                ShardEnd.CLOSED);
    }
}
