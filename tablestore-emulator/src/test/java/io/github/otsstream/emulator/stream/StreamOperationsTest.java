/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.TableStoreException;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.DeleteTableRequest;
import com.alicloud.openservices.tablestore.model.DescribeStreamRequest;
import com.alicloud.openservices.tablestore.model.DescribeStreamResponse;
import com.alicloud.openservices.tablestore.model.DescribeTableRequest;
import com.alicloud.openservices.tablestore.model.GetShardIteratorRequest;
import com.alicloud.openservices.tablestore.model.GetShardIteratorResponse;
import com.alicloud.openservices.tablestore.model.GetStreamRecordRequest;
import com.alicloud.openservices.tablestore.model.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.model.ListStreamRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.RecordColumn;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.Stream;
import com.alicloud.openservices.tablestore.model.StreamDetails;
import com.alicloud.openservices.tablestore.model.StreamRecord;
import com.alicloud.openservices.tablestore.model.StreamShard;
import com.alicloud.openservices.tablestore.model.StreamSpecification;
import com.alicloud.openservices.tablestore.model.StreamStatus;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import com.alicloud.openservices.tablestore.model.UpdateTableRequest;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.EmulatorControl;
import io.github.otsstream.emulator.SdkClients;
import io.github.otsstream.emulator.ShardInfo;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.TestTables;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream operations as the official client meets them. Time stands still unless moved. */
class StreamOperationsTest {

    private static final String TABLE = "orders";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final long START_MICROS = START.toEpochMilli() * 1_000;

    private final EmulatorClock clock = new EmulatorClock(Clock.fixed(START, ZoneOffset.UTC));
    private TablestoreEmulator emulator;
    private EmulatorControl control;
    private SyncClientInterface client;

    @BeforeEach
    void start() {
        emulator = TablestoreEmulator.builder().clock(clock).start();
        control = emulator.control();
        client = SdkClients.sync(emulator);
    }

    @AfterEach
    void stop() {
        client.shutdown();
        emulator.close();
    }

    @Test
    void listsStreamsOfOneTableOrAll() {
        createTable();
        clock.advance(Duration.ofSeconds(1));
        TestTables.create(client, "users", PrimaryKeyType.STRING);
        TestTables.create(client, "quiet", PrimaryKeyType.STRING, new StreamSpecification(false));

        List<Stream> all = client.listStream(new ListStreamRequest()).getStreams();
        assertThat(all).extracting(Stream::getTableName).containsExactly(TABLE, "users");

        Stream stream = client.listStream(new ListStreamRequest(TABLE)).getStreams().get(0);
        assertThat(stream.getStreamId()).isEqualTo(TABLE + "_" + START_MICROS);
        assertThat(stream.getCreationTime()).isEqualTo(START_MICROS);
        assertThat(client.listStream(new ListStreamRequest("quiet")).getStreams()).isEmpty();
        assertError("OTSObjectNotExist", () -> client.listStream(new ListStreamRequest("nothing")));
    }

    @Test
    void describesAStream() {
        createTable();

        DescribeStreamResponse stream = client.describeStream(describe());

        assertThat(stream.getStreamId()).isEqualTo(streamId());
        assertThat(stream.getTableName()).isEqualTo(TABLE);
        assertThat(stream.getExpirationTime()).isEqualTo(24);
        assertThat(stream.getCreationTime()).isEqualTo(START_MICROS);
        assertThat(stream.getStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(stream.getNextShardId()).isNull();
        assertThat(stream.getShards()).hasSize(1);
        StreamShard shard = stream.getShards().get(0);
        assertThat(shard.getShardId()).matches("[0-9a-f-]{36}_" + START_MICROS);
        assertThat(shard.getParentId()).isNull();
        assertThat(shard.getParentSiblingId()).isNull();
        assertError(
                "OTSObjectNotExist",
                () -> client.describeStream(new DescribeStreamRequest("orders_1")));
    }

    @Test
    void describesShardsPageByPage() {
        createTable();
        for (int i = 0; i < 4; i++) {
            control.split(TABLE, control.openShards(TABLE).get(0).shardId());
        }
        DescribeStreamRequest request = describe();
        request.setShardLimit(4);

        List<Integer> sizes = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        DescribeStreamResponse page;
        do {
            page = client.describeStream(request);
            sizes.add(page.getShards().size());
            page.getShards().forEach(shard -> ids.add(shard.getShardId()));
            if (page.getNextShardId() != null) {
                request.setInclusiveStartShardId(page.getNextShardId());
            }
        } while (page.getNextShardId() != null);

        assertThat(sizes).containsExactly(4, 4, 1);
        assertThat(ids)
                .containsExactlyElementsOf(
                        control.shards(TABLE).stream()
                                .map(ShardInfo::shardId)
                                .collect(Collectors.toList()));
    }

    @Test
    void isEnablingForAWhile() {
        createTable();
        control.enabling(TABLE, Duration.ofSeconds(5));

        assertThat(client.describeStream(describe()).getStatus()).isEqualTo(StreamStatus.ENABLING);
        assertThat(client.describeStream(describe()).getShards()).isEmpty();

        clock.advance(Duration.ofSeconds(5));
        assertThat(client.describeStream(describe()).getStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(client.describeStream(describe()).getShards()).hasSize(1);
    }

    @Test
    void recordsSayWhatWasWrittenAndWhen() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        clock.advance(Duration.ofSeconds(1));
        RowUpdateChange update = new RowUpdateChange(TABLE, TestTables.key("a"));
        update.put("added", ColumnValue.fromDouble(0.5), START.toEpochMilli() + 7);
        update.deleteColumn("value", 8);
        update.deleteColumns("old");
        client.updateRow(new UpdateRowRequest(update));
        TestTables.delete(client, TABLE, "a");
        clock.advance(Duration.ofSeconds(-30));
        TestTables.put(client, TABLE, "b", "2");

        List<StreamRecord> records = readAll(onlyShard());

        assertThat(records)
                .extracting(StreamRecord::getRecordType)
                .containsExactly(
                        StreamRecord.RecordType.PUT,
                        StreamRecord.RecordType.UPDATE,
                        StreamRecord.RecordType.DELETE,
                        StreamRecord.RecordType.PUT);
        assertThat(records)
                .extracting(StreamRecord::getPrimaryKey)
                .containsExactly(
                        TestTables.key("a"),
                        TestTables.key("a"),
                        TestTables.key("a"),
                        TestTables.key("b"));
        assertThat(records)
                .extracting(record -> sequence(record))
                .containsExactly(
                        "0 " + START_MICROS + " 0",
                        "0 " + (START_MICROS + 1_000_000) + " 0",
                        "0 " + (START_MICROS + 1_000_000) + " 1",
                        "1 " + (START_MICROS - 29_000_000) + " 0");
        assertThat(describe(records.get(0))).containsExactly("PUT value=1@" + START.toEpochMilli());
        assertThat(describe(records.get(1)))
                .containsExactlyInAnyOrder(
                        "PUT added=0.5@" + (START.toEpochMilli() + 7),
                        "DELETE_ONE_VERSION value@8",
                        "DELETE_ALL_VERSION old");
        assertThat(records.get(2).getColumns()).isEmpty();
        assertThat(records.get(0).getOriginColumns()).isNullOrEmpty();
    }

    @Test
    void recordsCarryOriginColumns() {
        StreamSpecification stream = new StreamSpecification(true, 24);
        stream.addOriginColumnsToGet("value");
        TestTables.create(client, TABLE, PrimaryKeyType.STRING, stream);
        TestTables.put(client, TABLE, "a", "1");
        RowUpdateChange update = new RowUpdateChange(TABLE, TestTables.key("a"));
        update.put("other", ColumnValue.fromLong(5));
        client.updateRow(new UpdateRowRequest(update));
        TestTables.put(client, TABLE, "a", "2");
        TestTables.delete(client, TABLE, "a");

        List<StreamRecord> records = readAll(onlyShard());

        assertThat(records)
                .extracting(
                        record ->
                                record.getOriginColumns().stream()
                                        .map(StreamOperationsTest::describe)
                                        .collect(Collectors.joining(",")))
                .containsExactly(
                        "",
                        "PUT value=1@" + START.toEpochMilli(),
                        "PUT value=1@" + START.toEpochMilli(),
                        "PUT value=2@" + START.toEpochMilli());
        assertThat(client.describeTable(new DescribeTableRequest(TABLE)).getStreamDetails())
                .extracting(StreamDetails::getOriginColumnsToGet)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.COLLECTION)
                .containsExactly("value");
    }

    @Test
    void pagesEndAtTheLimitAndAtTheCaps() {
        createTable();
        for (int i = 0; i < 10; i++) {
            TestTables.put(client, TABLE, "k" + i, "0123456789".repeat(10));
        }
        String oldest = oldest(onlyShard());

        GetStreamRecordRequest limited = new GetStreamRecordRequest(oldest);
        limited.setLimit(3);
        GetStreamRecordResponse page = client.getStreamRecord(limited);
        assertThat(page.getRecords()).hasSize(3);
        assertThat(page.getMayMoreRecord()).isTrue();

        control.streamBehavior(behavior -> behavior.withMaxPageRecords(2));
        assertThat(client.getStreamRecord(limited).getRecords()).hasSize(2);

        control.streamBehavior(behavior -> behavior.withMaxPageRecords(1000).withMaxPageBytes(500));
        int byBytes = read(oldest).getRecords().size();
        assertThat(byBytes).isBetween(1, 3);
        control.streamBehavior(behavior -> behavior.withMaxPageBytes(1));
        assertThat(read(oldest).getRecords()).hasSize(1);
        assertThat(readFrom(oldest)).hasSize(10);
    }

    @Test
    void sameIteratorGivesTheSameRecordsAgain() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String oldest = oldest(onlyShard());
        List<String> first = sequences(read(oldest));
        TestTables.put(client, TABLE, "b", "2");

        assertThat(sequences(read(oldest))).startsWith(first.get(0)).hasSize(2);
        assertThat(read(oldest).getNextShardIterator()).isNotEqualTo(oldest);
    }

    @Test
    void anEmptyPageMeansCaughtUpAndKeepsTheIterator() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        GetStreamRecordResponse first = read(oldest(onlyShard()));
        GetStreamRecordResponse caughtUp = read(first.getNextShardIterator());

        assertThat(first.getMayMoreRecord()).isFalse();
        assertThat(caughtUp.getRecords()).isEmpty();
        assertThat(caughtUp.getMayMoreRecord()).isFalse();
        assertThat(caughtUp.getNextShardIterator()).isEqualTo(first.getNextShardIterator());

        control.streamBehavior(behavior -> behavior.withMayMoreRecordSent(false));
        assertThat(read(oldest(onlyShard())).getMayMoreRecord()).isNull();
    }

    @Test
    void aPageThatFillsItsLimitSaysThatMoreMayFollow() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        TestTables.put(client, TABLE, "b", "2");
        GetStreamRecordRequest limited = new GetStreamRecordRequest(oldest(onlyShard()));
        limited.setLimit(2);
        GetStreamRecordResponse full = client.getStreamRecord(limited);

        assertThat(full.getRecords()).hasSize(2);
        assertThat(full.getMayMoreRecord()).isTrue();
        assertThat(read(full.getNextShardIterator()).getMayMoreRecord()).isFalse();
    }

    @Test
    void answersEmptyPagesOnRequest() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String shard = onlyShard();
        String oldest = oldest(shard);
        control.emptyPages(TABLE, shard, 1, EmptyPage.MORE_FOLLOWS);
        control.emptyPages(TABLE, shard, 1, EmptyPage.CAUGHT_UP);
        control.emptyPages(TABLE, shard, 1, EmptyPage.SILENT);

        for (Boolean mayMore : new Boolean[] {true, false, null}) {
            GetStreamRecordResponse page = read(oldest);
            assertThat(page.getRecords()).isEmpty();
            assertThat(page.getMayMoreRecord()).isEqualTo(mayMore);
            assertThat(page.getNextShardIterator()).isEqualTo(oldest);
        }
        assertThat(read(oldest).getRecords()).hasSize(1);
        assertThat(control.shards(TABLE).get(0).reads()).isEqualTo(4);
    }

    @Test
    void splitClosesAShardAndOpensTwo() {
        createTable();
        String parent = onlyShard();
        for (String id : List.of("a", "b", "c", "d")) {
            TestTables.put(client, TABLE, id, "before");
        }
        clock.advance(Duration.ofSeconds(1));

        control.split(TABLE, parent);
        for (String id : List.of("a", "b", "c", "d")) {
            TestTables.put(client, TABLE, id, "after");
        }

        assertThat(readAll(parent)).hasSize(4);
        List<StreamShard> shards = client.describeStream(describe()).getShards();
        assertThat(shards).hasSize(3);
        assertThat(shards.get(0).getShardId()).isEqualTo(parent);
        for (StreamShard child : shards.subList(1, 3)) {
            assertThat(child.getParentId()).isEqualTo(parent);
            assertThat(child.getParentSiblingId()).isNull();
            assertThat(child.getShardId()).endsWith("_" + (START_MICROS + 1_000_000));
        }
        assertThat(keys(shards.get(1))).containsExactly("a", "b");
        assertThat(keys(shards.get(2))).containsExactly("c", "d");
    }

    @Test
    void mergeClosesTwoShardsAndOpensOneWithBothParents() {
        createTable();
        control.splitAt(TABLE, PrimaryKeyValue.fromString("m"));
        control.splitAt(TABLE, PrimaryKeyValue.fromString("t"));
        List<ShardInfo> open = control.openShards(TABLE);
        String first = open.get(0).shardId();
        String second = open.get(1).shardId();
        String third = open.get(2).shardId();

        assertThatThrownBy(() -> control.merge(TABLE, first, third))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not neighbours");
        control.merge(TABLE, second, first);
        TestTables.put(client, TABLE, "a", "1");
        TestTables.put(client, TABLE, "n", "1");

        List<StreamShard> shards = client.describeStream(describe()).getShards();
        StreamShard child = shards.get(shards.size() - 1);
        assertThat(child.getParentId()).isEqualTo(first);
        assertThat(child.getParentSiblingId()).isEqualTo(second);
        assertThat(readAll(first)).isEmpty();
        assertThat(readAll(second)).isEmpty();
        assertThat(keys(child)).containsExactly("a", "n");
    }

    @Test
    void splitsAnEmptyTableOfAnyKeyTypeAgainAndAgain() {
        for (PrimaryKeyType type :
                List.of(PrimaryKeyType.STRING, PrimaryKeyType.INTEGER, PrimaryKeyType.BINARY)) {
            String table = "empty_" + type.name().toLowerCase(java.util.Locale.ROOT);
            TestTables.create(client, table, type);
            for (int i = 0; i < 3; i++) {
                for (ShardInfo open : control.openShards(table)) {
                    control.split(table, open.shardId());
                }
            }
            assertThat(control.openShards(table)).hasSize(8);
        }
    }

    @Test
    void refusesSplitsThatLeaveAPartitionEmpty() {
        createTable();
        control.splitAt(TABLE, PrimaryKeyValue.fromString("m"));

        assertThatThrownBy(() -> control.splitAt(TABLE, PrimaryKeyValue.fromString("m")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> control.splitAt(TABLE, PrimaryKeyValue.fromLong(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("STRING");
        assertThatThrownBy(() -> control.split(TABLE, control.shards(TABLE).get(0).shardId()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open");
    }

    @Test
    void seeksToATime() {
        createTable();
        for (int i = 0; i < 10; i++) {
            TestTables.put(client, TABLE, "k" + i, "v");
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(keysFrom(seek(START.plusSeconds(300), 1))).startsWith("k5").hasSize(5);
        assertThat(keysFrom(seek(START.plusSeconds(301), 1))).startsWith("k6");
        assertThat(keysFrom(seek(START.minusSeconds(600), 1))).startsWith("k0");
        String latest = seek(START.plusSeconds(3600), 1);
        assertThat(keysFrom(latest)).isEmpty();
        TestTables.put(client, TABLE, "late", "v");
        assertThat(keysFrom(latest)).containsExactly("late");
    }

    @Test
    void seeksInSeveralCalls() {
        createTable();
        for (int i = 0; i < 10; i++) {
            TestTables.put(client, TABLE, "k" + i, "v");
            clock.advance(Duration.ofMinutes(1));
        }
        control.streamBehavior(behavior -> behavior.withSeekRecordsPerCall(3));

        assertThat(keysFrom(seek(START.plusSeconds(480), 3))).containsExactly("k8", "k9");
        assertThat(keysFrom(seek(START.plusSeconds(180), 1))).startsWith("k3");
    }

    @Test
    void seeksApproximately() {
        createTable();
        for (int i = 0; i < 10; i++) {
            TestTables.put(client, TABLE, "k" + i, "v");
            clock.advance(Duration.ofMinutes(1));
        }
        control.streamBehavior(behavior -> behavior.withSeekError(Duration.ofMinutes(2)));
        assertThat(keysFrom(seek(START.plusSeconds(300), 1))).startsWith("k7");
        control.streamBehavior(behavior -> behavior.withSeekError(Duration.ofMinutes(-2)));
        assertThat(keysFrom(seek(START.plusSeconds(300), 1))).startsWith("k3");
    }

    @Test
    void aSeekBehindTheEndOfAClosedShardGivesNoIterator() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String parent = onlyShard();
        control.split(TABLE, parent);

        GetShardIteratorRequest request = new GetShardIteratorRequest(streamId(), parent);
        request.setTimestamp(START_MICROS + 1);
        GetShardIteratorResponse response = client.getShardIterator(request);

        assertThat(response.getShardIterator()).isNull();
        assertThat(response.getNextToken()).isNull();
    }

    @Test
    void recordsExpire() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String before = oldest(onlyShard());
        clock.advance(Duration.ofHours(20));
        TestTables.put(client, TABLE, "b", "2");
        assertThat(keysFrom(before)).containsExactly("a", "b");

        clock.advance(Duration.ofHours(5));

        assertTrimmed(before);
        assertThat(keysFrom(oldest(onlyShard()))).containsExactly("b");
    }

    @Test
    void theIteratorOfAnIdleShardAgesOutAlthoughNothingIsMissed() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String caughtUp = read(oldest(onlyShard())).getNextShardIterator();

        clock.advance(Duration.ofHours(24));
        assertThat(read(caughtUp).getRecords()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertTrimmed(caughtUp);

        assertThat(read(oldest(onlyShard())).getRecords()).isEmpty();
        assertThat(read(seek(clock.instant(), 1)).getRecords()).isEmpty();
    }

    @Test
    void closedShardsExpire() {
        createTable();
        String parent = onlyShard();
        String iterator = oldest(parent);
        control.split(TABLE, parent);

        clock.advance(Duration.ofHours(24).plusSeconds(1));

        assertThat(client.describeStream(describe()).getShards())
                .hasSize(2)
                .extracting(StreamShard::getParentId)
                .containsOnly(parent);
        assertTrimmed(iterator);
        assertError(
                "OTSTrimmedDataAccess",
                () -> client.getShardIterator(new GetShardIteratorRequest(streamId(), parent)));
    }

    @Test
    void trimsOnRequest() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String first = oldest(onlyShard());
        clock.advance(Duration.ofMinutes(1));
        TestTables.put(client, TABLE, "b", "2");

        control.trim(TABLE, START.plusSeconds(60));
        assertTrimmed(first);
        String second = oldest(onlyShard());
        assertThat(keysFrom(second)).containsExactly("b");

        control.trimAll(TABLE);
        assertTrimmed(second);
        assertThat(read(oldest(onlyShard())).getRecords()).isEmpty();
        assertThat(control.shards(TABLE).get(0).trimmedRecords()).isEqualTo(2);
    }

    @Test
    void expiresAClosedShardOnRequest() {
        createTable();
        String parent = onlyShard();
        assertThatThrownBy(() -> control.expireShard(TABLE, parent))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open");
        control.split(TABLE, parent);

        control.expireShard(TABLE, parent);

        assertThat(client.describeStream(describe()).getShards()).hasSize(2);
    }

    @Test
    void disablingEndsTheStreamAndEnablingOpensANewOne() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        String oldStream = streamId();
        String iterator = oldest(onlyShard());

        updateStream(new StreamSpecification(false));
        assertThat(client.listStream(new ListStreamRequest(TABLE)).getStreams()).isEmpty();
        assertError(
                "OTSObjectNotExist",
                () -> client.describeStream(new DescribeStreamRequest(oldStream)));
        assertTrimmed(iterator);
        TestTables.put(client, TABLE, "unseen", "1");

        updateStream(new StreamSpecification(true, 48));
        TestTables.put(client, TABLE, "b", "1");
        assertThat(streamId()).isNotEqualTo(oldStream).matches(TABLE + "_\\d+");
        assertThat(client.describeStream(describe()).getExpirationTime()).isEqualTo(48);
        assertThat(readAll(onlyShard()))
                .extracting(StreamRecord::getPrimaryKey)
                .containsExactly(TestTables.key("b"));
    }

    @Test
    void aStreamThatIsOnIsNotChanged() {
        createTable();
        String stream = streamId();

        updateStream(new StreamSpecification(true, 24));
        assertThat(streamId()).isEqualTo(stream);
        assertError("OTSParameterInvalid", () -> updateStream(new StreamSpecification(true, 48)));
        assertThat(streamId()).isEqualTo(stream);
    }

    @Test
    void refusesARetentionOutOfRange() {
        assertError(
                "OTSParameterInvalid",
                () ->
                        TestTables.create(
                                client,
                                TABLE,
                                PrimaryKeyType.STRING,
                                new StreamSpecification(true, 169)));
    }

    @Test
    void aDeletedTableTakesItsStreamAlong() {
        createTable();
        String iterator = oldest(onlyShard());

        client.deleteTable(new DeleteTableRequest(TABLE));

        assertThat(client.listStream(new ListStreamRequest()).getStreams()).isEmpty();
        assertTrimmed(iterator);
    }

    @Test
    void tablesOfATableGroupAreReadByName() {
        createTable();
        TestTables.put(client, TABLE, "a", "1");
        control.tableGroup(TABLE, true);
        GetStreamRecordRequest request = new GetStreamRecordRequest(oldest(onlyShard()));

        assertError("OTSParameterInvalid", () -> client.getStreamRecord(request));
        request.setTableName("users");
        assertError("OTSParameterInvalid", () -> client.getStreamRecord(request));
        request.setTableName(TABLE);
        assertThat(client.getStreamRecord(request).getRecords()).hasSize(1);
    }

    @Test
    void refusesATamperedIterator() {
        createTable();
        String iterator = oldest(onlyShard());
        for (String tampered :
                List.of(
                        "x",
                        "no base64!",
                        iterator.substring(1),
                        iterator.substring(0, 20) + 'A' + iterator.substring(21),
                        iterator + "AAAA")) {
            if (!tampered.equals(iterator)) {
                assertError(
                        "OTSParameterInvalid",
                        () -> client.getStreamRecord(new GetStreamRecordRequest(tampered)));
            }
        }
    }

    private void createTable() {
        TestTables.create(client, TABLE, PrimaryKeyType.STRING);
    }

    private void updateStream(StreamSpecification specification) {
        UpdateTableRequest request = new UpdateTableRequest(TABLE);
        request.setStreamSpecification(specification);
        client.updateTable(request);
    }

    private String streamId() {
        return client.listStream(new ListStreamRequest(TABLE)).getStreams().get(0).getStreamId();
    }

    private DescribeStreamRequest describe() {
        return new DescribeStreamRequest(streamId());
    }

    private String onlyShard() {
        List<StreamShard> shards = client.describeStream(describe()).getShards();
        assertThat(shards).hasSize(1);
        return shards.get(0).getShardId();
    }

    private String oldest(String shardId) {
        return client.getShardIterator(new GetShardIteratorRequest(streamId(), shardId))
                .getShardIterator();
    }

    /** Seeks in the first shard, expecting this many calls. */
    private String seek(Instant time, int calls) {
        String shardId = client.describeStream(describe()).getShards().get(0).getShardId();
        GetShardIteratorRequest request = new GetShardIteratorRequest(streamId(), shardId);
        request.setTimestamp(time.toEpochMilli() * 1_000);
        for (int i = 1; i < calls; i++) {
            String token = client.getShardIterator(request).getNextToken();
            assertThat(token).isNotNull();
            request.setToken(token);
        }
        GetShardIteratorResponse last = client.getShardIterator(request);
        assertThat(last.getNextToken()).isNull();
        return last.getShardIterator();
    }

    private GetStreamRecordResponse read(String iterator) {
        return client.getStreamRecord(new GetStreamRecordRequest(iterator));
    }

    private List<StreamRecord> readAll(String shardId) {
        return readFrom(oldest(shardId));
    }

    /** Reads until the shard ends or has nothing more for now. */
    private List<StreamRecord> readFrom(String iterator) {
        List<StreamRecord> records = new ArrayList<>();
        String next = iterator;
        while (next != null) {
            GetStreamRecordResponse page = read(next);
            if (page.getRecords().isEmpty() && page.getNextShardIterator() != null) {
                break;
            }
            records.addAll(page.getRecords());
            next = page.getNextShardIterator();
        }
        return records;
    }

    private List<String> keys(StreamShard shard) {
        return keysFrom(oldest(shard.getShardId()));
    }

    private List<String> keysFrom(String iterator) {
        return readFrom(iterator).stream()
                .map(record -> record.getPrimaryKey().getPrimaryKeyColumn(0).getValue().asString())
                .collect(Collectors.toList());
    }

    private static List<String> sequences(GetStreamRecordResponse page) {
        return page.getRecords().stream()
                .map(StreamOperationsTest::sequence)
                .collect(Collectors.toList());
    }

    private static String sequence(StreamRecord record) {
        return record.getSequenceInfo().getEpoch()
                + " "
                + record.getSequenceInfo().getTimestamp()
                + " "
                + record.getSequenceInfo().getRowIndex();
    }

    private static List<String> describe(StreamRecord record) {
        return record.getColumns().stream()
                .map(StreamOperationsTest::describe)
                .collect(Collectors.toList());
    }

    private static String describe(RecordColumn recordColumn) {
        Column column = recordColumn.getColumn();
        String text = recordColumn.getColumnType() + " " + column.getName();
        if (recordColumn.getColumnType() == RecordColumn.ColumnType.PUT) {
            text += "=" + column.getValue();
        }
        return column.hasSetTimestamp() ? text + "@" + column.getTimestamp() : text;
    }

    private void assertTrimmed(String iterator) {
        assertError("OTSTrimmedDataAccess", () -> read(iterator));
    }

    private static void assertError(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TableStoreException.class,
                        error -> assertThat(error.getErrorCode()).isEqualTo(code));
    }
}
