/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse.StreamRecord;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import com.aliyun.ots.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import com.aliyun.ots.thirdparty.com.google.protobuf.UnknownFieldSet;
import com.aliyun.ots.thirdparty.com.google.protobuf.WireFormat;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.ChangeRecordSerializer;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.record.PlainBufferFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The page frame, against the generated protobuf class that writes it. */
class RecordPageReaderTest {

    private static ChangeRecord record(OperationType operation, int id, boolean withOrigin) {
        ChangeRecordBuilder builder =
                ChangeRecord.builder()
                        .shardId("shard")
                        .operation(operation)
                        .sequence(1, 1_000_000L * id, id)
                        .key("id", id)
                        .put("c", "value " + id);
        if (withOrigin) {
            builder.origin("c", "old " + id, 5);
        }
        return builder.build();
    }

    /**
     * Puts a record into a response by way of its serialized form, which holds the service's bytes.
     */
    private static StreamRecord.Builder encoded(ChangeRecord record) throws IOException {
        DataOutputSerializer output = new DataOutputSerializer(256);
        ChangeRecordSerializer.INSTANCE.serialize(record, output);
        DataInputDeserializer input = new DataInputDeserializer(output.getCopyOfBuffer());
        input.skipBytesToRead(6); // The form, the checksum and the operation.
        int shardIdLength = input.readUnsignedShort();
        byte[] row = new byte[input.readInt()];
        int originLength = input.readInt();
        input.skipBytesToRead(shardIdLength);
        input.readFully(row);
        StreamRecord.Builder builder =
                StreamRecord.newBuilder()
                        .setActionType(ActionType.forNumber(record.getOperation().ordinal() + 1))
                        .setRecord(ByteString.copyFrom(row));
        if (originLength >= 0) {
            byte[] origin = new byte[originLength];
            input.readFully(origin);
            builder.setOriginRecord(ByteString.copyFrom(origin));
        }
        return builder;
    }

    /** A page on which nothing asks for the MD5 sum. */
    private static GetStreamRecordResponse.Builder usualPage() throws IOException {
        return GetStreamRecordResponse.newBuilder()
                .addStreamRecords(encoded(record(OperationType.PUT, 1, false)))
                .addStreamRecords(encoded(record(OperationType.UPDATE, 2, true)))
                .addStreamRecords(encoded(delete(3)))
                .addStreamRecords(encoded(record(OperationType.UPDATE, 4, false)))
                .setNextShardIterator("next")
                .setMayMoreRecord(true)
                .setConsumed(
                        OtsInternalApi.ConsumedCapacity.newBuilder()
                                .setCapacityUnit(
                                        OtsInternalApi.CapacityUnit.newBuilder().setRead(7)));
    }

    private static ChangeRecord delete(int id) {
        return ChangeRecord.builder()
                .shardId("shard")
                .operation(OperationType.DELETE)
                .sequence(1, 1_000_000L * id, id)
                .key("id", id)
                .build();
    }

    @Test
    void readsRecordsWhereTheyLie() throws Exception {
        byte[] body = usualPage().build().toByteArray();
        byte[] longer = Arrays.copyOf(body, body.length + 100);

        RecordPage page =
                new RecordPageReader("shard").read(new Answer(200, Map.of(), longer, body.length));

        assertThat(page.getRecords())
                .containsExactly(
                        record(OperationType.PUT, 1, false),
                        record(OperationType.UPDATE, 2, true),
                        delete(3),
                        record(OperationType.UPDATE, 4, false));
        assertThat(page.getNextIterator()).isEqualTo("next");
        assertThat(page.mayMoreRecord()).isTrue();
        assertThat(page.getShardId()).isEqualTo("shard");
        assertThat(page.sizeInBytes()).isEqualTo(longer.length);
        assertThat(page.getRecords().get(0).getColumns().buffer()).isSameAs(longer);
    }

    @Test
    void tellsWhatIsNotThere() throws Exception {
        RecordPage page = RecordPages.read(new byte[0]);

        assertThat(page.getRecords()).isEmpty();
        assertThat(page.getNextIterator()).isNull();
        assertThat(page.mayMoreRecord()).isFalse();
        assertThat(page.getServiceTimeMillis()).isEqualTo(1_772_366_400_123L);
    }

    @Test
    void refusesHalfARecord() throws Exception {
        StreamRecord.Builder noRow = encoded(record(OperationType.PUT, 1, false)).clearRecord();
        StreamRecord.Builder noAction =
                encoded(record(OperationType.PUT, 1, false)).clearActionType();

        for (StreamRecord.Builder half : new StreamRecord.Builder[] {noRow, noAction}) {
            byte[] body =
                    GetStreamRecordResponse.newBuilder()
                            .addStreamRecords(half.buildPartial())
                            .buildPartial()
                            .toByteArray();
            assertThatThrownBy(() -> RecordPages.read(body))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lacks");
        }
    }

    /** Nor is a usual page made to be checked by what its test puts around it. */
    @Test
    void readsAUsualPageWithoutItsMd5Sum() throws Exception {
        assertThat(RecordPages.read(usualPage().build().toByteArray(), "none").getRecords())
                .hasSize(4);
    }

    private static Stream<Arguments> doubtfulPages() throws IOException {
        StreamRecord.Builder put = encoded(record(OperationType.PUT, 5, false));
        StreamRecord.Builder late = encoded(record(OperationType.PUT, 70, false));
        StreamRecord.Builder keyOnly =
                encoded(
                        ChangeRecord.builder()
                                .operation(OperationType.PUT)
                                .sequence(1, 5_000_000, 1)
                                .key("id", 5)
                                .build());
        UnknownFieldSet unknown =
                UnknownFieldSet.newBuilder()
                        .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build();
        UnknownFieldSet iterator =
                UnknownFieldSet.newBuilder()
                        .addField(
                                2,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("another"))
                                        .build())
                        .build();
        return Stream.of(
                Arguments.of("two next iterators", usualPage().mergeUnknownFields(iterator)),
                Arguments.of("no records", usualPage().clearStreamRecords()),
                Arguments.of("one record", usualPage().clearStreamRecords().addStreamRecords(put)),
                Arguments.of("no next iterator", usualPage().clearNextShardIterator()),
                Arguments.of("an unknown field", usualPage().mergeUnknownFields(unknown)),
                Arguments.of(
                        "an unknown field of a record",
                        usualPage().addStreamRecords(put.clone().mergeUnknownFields(unknown))),
                Arguments.of("records out of order", usualPage().addStreamRecords(1, put)),
                Arguments.of(
                        "a record twice", usualPage().addStreamRecords(put).addStreamRecords(put)),
                Arguments.of("a late last record", usualPage().addStreamRecords(late)),
                Arguments.of(
                        "an early first record",
                        usualPage()
                                .clearStreamRecords()
                                .addStreamRecords(put)
                                .addStreamRecords(late)
                                .addStreamRecords(encoded(record(OperationType.PUT, 71, false)))),
                Arguments.of("a PUT of no columns", usualPage().addStreamRecords(keyOnly)),
                Arguments.of(
                        "a DELETE with columns",
                        usualPage()
                                .addStreamRecords(
                                        put.clone().setActionType(ActionType.DELETE_ROW))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubtfulPages")
    void checksTheMd5SumOfAPageWith(String what, GetStreamRecordResponse.Builder page)
            throws Exception {
        byte[] body = page.build().toByteArray();

        assertThatThrownBy(() -> RecordPages.read(body, "none"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("MD5");
        assertThat(RecordPages.read(body)).isNotNull();
    }

    /** What is left open without the MD5 sum, and nothing else. */
    @Test
    void oneWrongBitIsNoticedOrChangesASequenceALittleOrTheNextIterator() throws Exception {
        byte[] body = usualPage().build().toByteArray();
        String md5 = RecordPages.md5(body);
        RecordPage right = RecordPages.read(body);
        int unnoticed = 0;
        for (int bit = 0; bit < 8 * body.length; bit++) {
            byte[] damaged = body.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            RecordPage page;
            try {
                page = RecordPages.read(damaged, md5);
            } catch (IOException | PlainBufferFormatException noticed) {
                continue;
            }
            unnoticed++;
            assertThat(page.getNextIterator()).isNotNull();
            assertThat(page.getRecords()).hasSameSizeAs(right.getRecords());
            for (int i = 0; i < page.getRecords().size(); i++) {
                ChangeRecord record = page.getRecords().get(i);
                ChangeRecord rightRecord = right.getRecords().get(i);
                assertThat(record.getOperation()).isEqualTo(rightRecord.getOperation());
                assertThat(record.getPrimaryKey()).isEqualTo(rightRecord.getPrimaryKey());
                assertThat(record.getColumns()).isEqualTo(rightRecord.getColumns());
                assertThat(record.getOriginColumns()).isEqualTo(rightRecord.getOriginColumns());
                assertThat(record.hasOriginColumns()).isEqualTo(rightRecord.hasOriginColumns());
                assertThat(record.getSequence().getEpoch()).isOne();
                assertThat(record.getTimestampMicros())
                        .isCloseTo(rightRecord.getTimestampMicros(), within(60_000_000L));
                assertThat(i > 0 && !record.isAfter(page.getRecords().get(i - 1))).isFalse();
            }
        }
        assertThat(unnoticed).isBetween(1, 8 * body.length / 4);
    }

    /** As the generated class does, and where it is: in the page, and in a record. */
    @Test
    void refusesTheEndOfAGroupThatHasNotBegun() throws Exception {
        byte end = 13 << 3 | WireFormat.WIRETYPE_END_GROUP;
        byte[] record = encoded(record(OperationType.PUT, 1, false)).build().toByteArray();
        byte[] longer = Arrays.copyOf(record, record.length + 1);
        longer[record.length] = end;
        byte[] inRecord =
                UnknownFieldSet.newBuilder()
                        .addField(
                                1,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(longer))
                                        .build())
                        .build()
                        .toByteArray();

        for (byte[] body : List.of(new byte[] {end}, inRecord)) {
            assertThatThrownBy(() -> GetStreamRecordResponse.parseFrom(body))
                    .isInstanceOf(InvalidProtocolBufferException.class);
            assertThatThrownBy(() -> RecordPages.read(body))
                    .isInstanceOf(IOException.class)
                    .hasMessage("a group ends that has not begun");
        }
    }

    /**
     * Whatever the bytes are, there is a page or one of two exceptions, soon and without a large
     * allocation.
     */
    @Test
    void survivesDamage() throws Exception {
        byte[] body =
                GetStreamRecordResponse.newBuilder()
                        .addStreamRecords(encoded(record(OperationType.PUT, 1, false)))
                        .addStreamRecords(encoded(record(OperationType.UPDATE, 2, true)))
                        .setNextShardIterator("next")
                        .build()
                        .toByteArray();
        Random random = new Random(42);
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged =
                    Arrays.copyOf(
                            body,
                            random.nextInt(4) == 0 ? random.nextInt(body.length) : body.length);
            for (int n = 0; n < 1 + random.nextInt(3) && damaged.length > 0; n++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                RecordPages.read(damaged, RecordPages.md5(damaged));
            } catch (IOException | PlainBufferFormatException expected) {
                assertThat(expected).hasMessageMatching("(?s).+");
            }
        }
    }
}
