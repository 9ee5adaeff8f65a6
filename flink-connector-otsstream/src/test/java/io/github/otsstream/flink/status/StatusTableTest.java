/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.OtsStreamException;
import io.github.otsstream.flink.client.ShardInfo;
import io.github.otsstream.flink.client.StreamDescription;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import io.github.otsstream.flink.status.RejectedSetException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the table's rows mean: which sets count, which don't and why, and what is then found. */
class StatusTableTest {

    private static final String TABLE = "status";
    private static final String STREAM = "orders_1";

    /** A window's end; the stream's now is an hour later, and it keeps its records for a day. */
    private static final long T = Duration.ofDays(18_000).toMillis();

    private static final long NOW = T + Duration.ofHours(1).toMillis();
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final InMemoryTables tables = new InMemoryTables();
    private final StatusTable table = new StatusTable(tables, TABLE);

    @BeforeEach
    void create() throws Exception {
        table.createIfMissing();
    }

    private static StreamDescription stream(String... shards) {
        return new StreamDescription(
                STREAM,
                "orders",
                1,
                Duration.ofHours(24),
                StreamDescription.Status.ACTIVE,
                false,
                Arrays.stream(shards)
                        .map(shard -> new ShardInfo(shard, null, null))
                        .collect(Collectors.toList()),
                NOW);
    }

    private static JobDescription run(String version, long end, String... shards) {
        return new JobDescription("orders", STREAM, version, end - HOUR, end, List.of(shards));
    }

    private void describe(String version, String... shards) {
        put(StatusTableCodec.encode(run(version, T, shards)));
    }

    private void checkpoint(String version, String shard, String position) {
        put(
                StatusTableCodec.encode(
                        STREAM, T, version, ShardCheckpoint.ofPosition(shard, position)));
    }

    private void put(TableRow row) {
        tables.putRow(TABLE, row).join();
    }

    private static TableRow with(TableRow row, String column, Object value) {
        Map<String, Object> columns = new LinkedHashMap<>(row.getColumns());
        columns.put(column, value);
        return new TableRow(row.getKey(), columns);
    }

    private void rejected(StreamDescription stream, Reason reason, String message)
            throws Exception {
        StatusStart start = table.find(stream, T);

        assertThat(start.isExact()).isFalse();
        assertThat(start.getStartMillis()).isEqualTo(T);
        assertThat(start.getCheckpoints()).isEmpty();
        RejectedSetException rejection = start.getRejection().orElseThrow();
        assertThat(rejection.getReason()).isEqualTo(reason);
        assertThat(rejection).hasMessageContaining(message);
    }

    @Test
    void theTableIsCreatedOnce() throws Exception {
        InMemoryTables fresh = new InMemoryTables();
        new StatusTable(fresh, TABLE).createIfMissing();
        new StatusTable(fresh, TABLE).createIfMissing();

        assertThat(fresh.describeTable(TABLE).join().orElseThrow().getSchema().describeKey())
                .isEqualTo("(StreamId STRING, StatusType STRING, StatusValue STRING)");
    }

    @Test
    void aTableWithOtherKeysIsAnErrorThatShowsBoth() {
        InMemoryTables fresh = new InMemoryTables();
        Map<String, ColumnType> key = new LinkedHashMap<>();
        key.put("StreamId", ColumnType.STRING);
        key.put("StatusValue", ColumnType.STRING);
        key.put("StatusType", ColumnType.STRING);
        fresh.create(new TableSchema(TABLE, key, Duration.ofSeconds(-1), 1));

        assertThatThrownBy(() -> new StatusTable(fresh, TABLE).createIfMissing())
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("Table status can't be the status table")
                .hasMessageContaining("(StreamId STRING, StatusValue STRING, StatusType STRING)")
                .hasMessageContaining("(StreamId STRING, StatusType STRING, StatusValue STRING)");
    }

    @Test
    void anotherTimeToLiveIsNoError() throws Exception {
        InMemoryTables fresh = new InMemoryTables();
        fresh.create(
                new TableSchema(
                        TABLE,
                        StatusTableCodec.schema(TABLE).getPrimaryKey(),
                        Duration.ofSeconds(-1),
                        5));

        new StatusTable(fresh, TABLE).createIfMissing();
    }

    @Test
    void aFailureOfTheServiceComesOutAsItIs() {
        tables.fail(true);

        assertThatThrownBy(() -> table.find(stream("a"), T)).isInstanceOf(OtsStreamException.class);
    }

    @Test
    void closingTheTableClosesItsClient() {
        table.close();

        assertThat(tables.isClosed()).isTrue();
    }

    @Test
    void aCompleteSetIsAnExactStart() throws Exception {
        describe("1-x", "a", "b", "c");
        checkpoint("1-x", "a", "iterator of a");
        checkpoint("1-x", "b", "SHARD_END");
        checkpoint("1-x", "c", "TRIM_HORIZON");

        StatusStart start = table.find(stream("a", "b", "c"), T);

        assertThat(start.isExact()).isTrue();
        assertThat(start.getRejection()).isEmpty();
        assertThat(start.getStartMillis()).isEqualTo(T);
        assertThat(start.getTimePoints()).isEmpty();
        assertThat(start.getCheckpoints())
                .isEqualTo(
                        Map.of(
                                "a", ShardCheckpoint.at("a", "iterator of a"),
                                "b", ShardCheckpoint.ended("b"),
                                "c", ShardCheckpoint.notBegun("c")));
    }

    @Test
    void aShardThatCameLaterHasNoCheckpointAndSpoilsNothing() throws Exception {
        describe("1-x", "a");
        checkpoint("1-x", "a", "iterator of a");

        StatusStart start = table.find(stream("a", "child of a"), T);

        assertThat(start.isExact()).isTrue();
        assertThat(start.getCheckpoints()).containsOnlyKeys("a");
    }

    @Test
    void aShardThatWasReadToItsEndMayBeGone() throws Exception {
        describe("1-x", "a", "b");
        checkpoint("1-x", "a", "SHARD_END");
        checkpoint("1-x", "b", "iterator of b");

        StatusStart start = table.find(stream("b"), T);

        assertThat(start.isExact()).isTrue();
        assertThat(start.getCheckpoints()).containsOnlyKeys("b");
    }

    @Test
    void aRunWithoutShardsIsComplete() throws Exception {
        describe("1-x");

        assertThat(table.find(stream("a"), T).isExact()).isTrue();
    }

    @Test
    void withoutADescriptionThereIsNoSet() throws Exception {
        checkpoint("1-x", "a", "iterator of a");

        rejected(stream("a"), Reason.NO_DESCRIPTION, "ends at " + T + " is described");
    }

    @Test
    void aDescriptionOfAnotherTimeDoesNotCount() throws Exception {
        put(StatusTableCodec.encode(run("1-x", T - 1, "a")));
        put(StatusTableCodec.encode(run("1-x", T + 1, "a")));
        checkpoint("1-x", "a", "iterator of a");

        rejected(stream("a"), Reason.NO_DESCRIPTION, "ends at " + T);
    }

    @Test
    void namesSomeOfTheRowsThatAreMissing() throws Exception {
        describe("1-x", "a", "b", "c", "d", "e");
        checkpoint("1-x", "a", "iterator of a");
        rejected(
                stream("a", "b", "c", "d", "e"),
                Reason.MISSING_ROW,
                "is not done: 4 shards (b, c, d, ...) have no row");

        checkpoint("1-x", "b", "iterator of b");
        rejected(
                stream("a", "b", "c", "d", "e"),
                Reason.MISSING_ROW,
                "is not done: shards c, d, e have no row");
    }

    @Test
    void aRunOverAnotherStreamDoesNotCount() throws Exception {
        put(with(StatusTableCodec.encode(run("1-x", T, "a")), "JobStreamId", "orders_before"));
        checkpoint("1-x", "a", "iterator of a");

        rejected(stream("a"), Reason.OTHER_STREAM, "orders_before");
    }

    @Test
    void rowsOfAnotherStreamAreNotSeen() throws Exception {
        TableRow other =
                StatusTableCodec.encode(
                        new JobDescription("lines", "lines_9", "1-x", 0, T, List.of("a")));
        put(other);

        rejected(stream("a"), Reason.NO_DESCRIPTION, STREAM);
    }

    @Test
    void oneRowTooFewIsNoSet() throws Exception {
        describe("1-x", "a", "b");
        checkpoint("1-x", "a", "iterator of a");

        rejected(stream("a", "b"), Reason.MISSING_ROW, "is not done: shard b has no row");
    }

    @Test
    void oneRowTooManyIsNoSet() throws Exception {
        describe("1-x", "a");
        checkpoint("1-x", "a", "iterator of a");
        checkpoint("1-x", "b", "iterator of b");

        rejected(stream("a", "b"), Reason.UNKNOWN_ROW, "does not name shard b");
    }

    @Test
    void asManyRowsOfOtherShardsAreNoSet() throws Exception {
        describe("1-x", "a");
        checkpoint("1-x", "b", "iterator of b");

        rejected(stream("a", "b"), Reason.UNKNOWN_ROW, "does not name shard b");
    }

    @Test
    void rowsOfTwoRunsAreNoSet() throws Exception {
        describe("2-y", "a", "b");
        checkpoint("2-y", "a", "iterator of a");
        checkpoint("1-x", "b", "iterator of b");

        rejected(stream("a", "b"), Reason.OTHER_VERSION, "shard b has a row of another version");
    }

    @Test
    void aRowWithoutVersionIsNotOfADescribedRun() throws Exception {
        describe("1-x", "a");
        TableRow row =
                StatusTableCodec.encode(STREAM, T, "1-x", ShardCheckpoint.at("a", "iterator"));
        put(new TableRow(row.getKey(), Map.of("Checkpoint", "iterator")));

        rejected(stream("a"), Reason.OTHER_VERSION, "shard a");
    }

    @Test
    void anUnreadShardThatIsGoneIsNoSet() throws Exception {
        describe("1-x", "a", "b");
        checkpoint("1-x", "a", "iterator of a");
        checkpoint("1-x", "b", "iterator of b");

        rejected(stream("b"), Reason.UNREAD_SHARD_GONE, "did not read shard a to its end");
    }

    @Test
    void aShardThatWasNotBegunAndIsGoneIsNoSet() throws Exception {
        describe("1-x", "a", "b");
        checkpoint("1-x", "a", "TRIM_HORIZON");
        checkpoint("1-x", "b", "iterator of b");

        rejected(stream("b"), Reason.UNREAD_SHARD_GONE, "shard a");
    }

    @Test
    void aDamagedDescriptionIsNoSet() throws Exception {
        put(
                with(
                        StatusTableCodec.encode(run("1-x", T, "a")),
                        "ShardIds_0",
                        new byte[] {1, 2, 3, 4}));
        checkpoint("1-x", "a", "iterator of a");

        rejected(stream("a"), Reason.CORRUPT, "not zlib data");
    }

    @Test
    void aDamagedCheckpointIsNoSet() throws Exception {
        describe("1-x", "a");
        put(
                with(
                        StatusTableCodec.encode(STREAM, T, "1-x", ShardCheckpoint.ended("a")),
                        "Checkpoint",
                        7L));

        rejected(stream("a"), Reason.CORRUPT, "its Checkpoint is not text");
    }

    private void count(long shards) {
        put(new TableRow(StatusTableCodec.shardCountKey(STREAM, T), Map.of("ShardCount", shards)));
    }

    private void oldCheckpoint(String shard, String position) {
        put(
                new TableRow(
                        StatusTableCodec.checkpointKey(STREAM, T, shard),
                        Map.of("Checkpoint", position)));
    }

    @Test
    void aRunOfOldCountsIfItsRowsAreAsManyAsItsShards() throws Exception {
        count(2);
        oldCheckpoint("a", "iterator of a");
        oldCheckpoint("b", "SHARD_END");

        StatusStart start = table.find(stream("a", "b"), T);

        assertThat(start.isExact()).isTrue();
        assertThat(start.getCheckpoints())
                .isEqualTo(
                        Map.of(
                                "a", ShardCheckpoint.at("a", "iterator of a"),
                                "b", ShardCheckpoint.ended("b")));
    }

    @Test
    void aRunOfOldWithOtherNumbersDoesNotCount() throws Exception {
        count(2);
        oldCheckpoint("a", "iterator of a");
        rejected(stream("a", "b"), Reason.MISSING_ROW, "had 2 shards, but 1 have a row");

        count(1);
        oldCheckpoint("b", "iterator of b");
        rejected(stream("a", "b"), Reason.UNKNOWN_ROW, "had 1 shards, but 2 have a row");
    }

    @Test
    void aDescriptionIsBelievedBeforeANumber() throws Exception {
        count(1);
        describe("1-x", "a", "b");
        checkpoint("1-x", "a", "iterator of a");

        rejected(stream("a", "b"), Reason.MISSING_ROW, "shard b");
    }

    private void point(String shard, long millis) {
        put(StatusTableCodec.encode(STREAM, new TimePoint(shard, millis, shard + "@" + millis)));
    }

    @Test
    void withoutASetTheNewestTimePointOfEachShardIsFound() throws Exception {
        point("a", T - 50 * MINUTE);
        point("a", T - 30 * MINUTE);
        point("a", T + 10 * MINUTE);
        point("ab", T - 20 * MINUTE);
        point("b", T + 10 * MINUTE);
        point("gone", T - 20 * MINUTE);

        StatusStart start = table.find(stream("a", "ab", "b", "c"), T);

        assertThat(start.isExact()).isFalse();
        assertThat(start.getTimePoints())
                .isEqualTo(
                        Map.of(
                                "a",
                                new TimePoint("a", T - 30 * MINUTE, "a@" + (T - 30 * MINUTE)),
                                "ab",
                                new TimePoint("ab", T - 20 * MINUTE, "ab@" + (T - 20 * MINUTE))));
    }

    @Test
    void aTimePointMustBeTheClockMarginBeforeTheStart() throws Exception {
        point("a", T - 1 - 10 * MINUTE);
        point("b", T - 10 * MINUTE);

        assertThat(table.find(stream("a", "b"), T).getTimePoints()).containsOnlyKeys("a");
    }

    @Test
    void aTimePointMustBeAnHourWithinRetention() throws Exception {
        long oldest = NOW - 23 * HOUR;
        point("a", oldest + 1);
        point("b", oldest);

        assertThat(table.find(stream("a", "b"), T).getTimePoints()).containsOnlyKeys("a");
        assertThat(table.find(stream("a", "b"), oldest).getTimePoints()).isEmpty();
    }

    @Test
    void aDamagedTimePointIsLeftOut() throws Exception {
        point("a", T - 30 * MINUTE);
        put(
                new TableRow(
                        StatusTableCodec.timePointKey(STREAM, "a", T - 20 * MINUTE),
                        Map.of("Checkpoint", 5L)));
        point("b", T - 30 * MINUTE);

        assertThat(table.find(stream("a", "b"), T).getTimePoints()).containsOnlyKeys("b");
    }

    @Test
    void timePointsOfManyShardsAreFound() throws Exception {
        List<TimePoint> points = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            points.add(new TimePoint("shard " + i, T - 30 * MINUTE, "iterator " + i));
        }
        table.writeTimePoints(STREAM, points);

        String[] shards = points.stream().map(TimePoint::getShardId).toArray(String[]::new);
        assertThat(table.find(stream(shards), T).getTimePoints().values())
                .containsExactlyInAnyOrderElementsOf(points);
    }

    private CheckpointSet write(String version, long end, ShardCheckpoint... checkpoints)
            throws Exception {
        CheckpointSet set =
                new CheckpointSet(
                        run(
                                version,
                                end,
                                Arrays.stream(checkpoints)
                                        .map(ShardCheckpoint::getShardId)
                                        .toArray(String[]::new)),
                        List.of(checkpoints));
        table.writeCheckpoints(set);
        table.writeDescription(set.getDescription());
        return set;
    }

    @Test
    void theLastRunIsThatWithTheLatestEnd() throws Exception {
        write("3-z", T - HOUR, ShardCheckpoint.at("a", "first"));
        write("1-x", T, ShardCheckpoint.at("a", "second"));

        StatusStart start = table.findLastRun(stream("a")).orElseThrow();

        assertThat(start.isExact()).isTrue();
        assertThat(start.getStartMillis()).isEqualTo(T);
        assertThat(start.getCheckpoints())
                .isEqualTo(Map.of("a", ShardCheckpoint.at("a", "second")));
    }

    @Test
    void aRunThatWasNotDoneIsPassedOver() throws Exception {
        write("1-x", T - HOUR, ShardCheckpoint.at("a", "first"));
        describe("2-y", "a", "b");
        checkpoint("2-y", "a", "second");

        StatusStart start = table.findLastRun(stream("a", "b")).orElseThrow();

        assertThat(start.isExact()).isTrue();
        assertThat(start.getStartMillis()).isEqualTo(T - HOUR);
    }

    @Test
    void withoutARunThatWasDoneThereIsNoLastRun() throws Exception {
        assertThat(table.findLastRun(stream("a"))).isEmpty();

        describe("1-x", "a");
        put(
                StatusTableCodec.encode(
                        new JobDescription("lines", "lines_9", "1-x", 0, T, List.of())));
        put(
                StatusTableCodec.encode(
                        new JobDescription("ample", "ample_9", "1-x", 0, T, List.of())));

        assertThat(table.findLastRun(stream("a"))).isEmpty();
    }

    @Test
    void aLastRunThatLeftAGoneShardUnreadIsFollowedByTimeNotReplacedByAnOlderRun()
            throws Exception {
        write("1-x", T - HOUR, ShardCheckpoint.at("a", "first"));
        write("2-y", T, ShardCheckpoint.at("a", "second"), ShardCheckpoint.at("b", "third"));
        point("a", T - 20 * MINUTE);

        StatusStart start = table.findLastRun(stream("a")).orElseThrow();

        assertThat(start.isExact()).isFalse();
        assertThat(start.getStartMillis()).isEqualTo(T);
        assertThat(start.getTimePoints()).containsOnlyKeys("a");
        assertThat(start.getRejection().map(RejectedSetException::getReason))
                .isEqualTo(Optional.of(Reason.UNREAD_SHARD_GONE));
    }

    @Test
    void aDamagedLastRunIsAnErrorSinceAnOlderOneWouldReadAWindowTwice() throws Exception {
        write("1-x", T - HOUR, ShardCheckpoint.at("a", "first"));
        describe("2-y", "a");
        put(
                with(
                        StatusTableCodec.encode(STREAM, T, "2-y", ShardCheckpoint.ended("a")),
                        "Checkpoint",
                        7L));

        assertThatThrownBy(() -> table.findLastRun(stream("a")))
                .isInstanceOf(FlinkException.class)
                .hasMessageContaining("can't be told from the status table status")
                .hasMessageContaining("its Checkpoint is not text")
                .hasMessageContaining("delete the row");
    }

    @Test
    void theRowsOfARunMeanNothingBeforeItsDescription() throws Exception {
        CheckpointSet set =
                new CheckpointSet(
                        run("1-x", T, "a", "b"),
                        List.of(ShardCheckpoint.at("a", "iterator"), ShardCheckpoint.ended("b")));

        table.writeCheckpoints(set);
        rejected(stream("a", "b"), Reason.NO_DESCRIPTION, "ends at " + T);

        table.writeDescription(set.getDescription());
        assertThat(table.find(stream("a", "b"), T).getCheckpoints())
                .isEqualTo(set.getCheckpoints());
        assertThat(table.readSet(STREAM, T)).isEqualTo(set);
    }

    @Test
    void anotherRunWithTheSameEndReplacesTheOneBefore() throws Exception {
        write("1-x", T, ShardCheckpoint.at("a", "old"), ShardCheckpoint.at("gone", "old"));
        CheckpointSet next =
                new CheckpointSet(
                        run("2-y", T, "a", "new"),
                        List.of(ShardCheckpoint.ended("a"), ShardCheckpoint.at("new", "iterator")));

        table.writeCheckpoints(next);
        assertThat(table.find(stream("a", "new"), T).isExact()).isFalse();

        table.writeDescription(next.getDescription());
        assertThat(table.readSet(STREAM, T)).isEqualTo(next);
    }

    @Test
    void rowsOfOtherTimesAndStreamsStay() throws Exception {
        CheckpointSet before = write("1-x", T - 1, ShardCheckpoint.at("a", "before"));
        CheckpointSet after = write("1-x", T + 1, ShardCheckpoint.at("a", "after"));
        point("a", T);

        write("2-y", T, ShardCheckpoint.at("b", "iterator"));

        assertThat(table.readSet(STREAM, T - 1)).isEqualTo(before);
        assertThat(table.readSet(STREAM, T + 1)).isEqualTo(after);
        assertThat(tables.rows()).hasSize(7);
    }

    @Test
    void aSetHasExactlyTheShardsOfItsDescription() {
        JobDescription run = run("1-x", T, "a", "b");

        assertThatThrownBy(() -> new CheckpointSet(run, List.of(ShardCheckpoint.ended("a"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                new CheckpointSet(
                                        run,
                                        List.of(
                                                ShardCheckpoint.ended("a"),
                                                ShardCheckpoint.ended("b"),
                                                ShardCheckpoint.ended("b"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIteratorIsNoWordOfTheLayout() {
        for (String text : List.of("", "SHARD_END", "TRIM_HORIZON")) {
            assertThatThrownBy(() -> ShardCheckpoint.at("a", text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
