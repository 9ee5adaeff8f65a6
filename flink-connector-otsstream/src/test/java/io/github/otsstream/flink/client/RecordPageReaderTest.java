/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse.StreamRecord;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.ChangeRecordSerializer;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.record.PlainBufferFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

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
        input.skipBytesToRead(2);
        input.readUTF();
        byte[] row = new byte[input.readInt()];
        int originLength = input.readInt();
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

    private static RecordPage read(byte[] body) throws IOException {
        return new RecordPageReader("shard")
                .read(
                        new Answer(
                                200,
                                Map.of("x-ots-date", "2026-03-01T12:00:00.123Z"),
                                body,
                                body.length));
    }

    @Test
    void readsRecordsWhereTheyLie() throws Exception {
        ChangeRecord put = record(OperationType.PUT, 1, false);
        ChangeRecord update = record(OperationType.UPDATE, 2, true);
        ChangeRecord delete =
                ChangeRecord.builder()
                        .shardId("shard")
                        .operation(OperationType.DELETE)
                        .key("id", 3)
                        .build();
        byte[] body =
                GetStreamRecordResponse.newBuilder()
                        .addStreamRecords(encoded(put))
                        .addStreamRecords(encoded(update))
                        .addStreamRecords(encoded(delete))
                        .setNextShardIterator("next")
                        .setMayMoreRecord(true)
                        .setConsumed(
                                OtsInternalApi.ConsumedCapacity.newBuilder()
                                        .setCapacityUnit(
                                                OtsInternalApi.CapacityUnit.newBuilder()
                                                        .setRead(7)))
                        .build()
                        .toByteArray();
        byte[] longer = Arrays.copyOf(body, body.length + 100);

        RecordPage page =
                new RecordPageReader("shard").read(new Answer(200, Map.of(), longer, body.length));

        assertThat(page.getRecords()).containsExactly(put, update, delete);
        assertThat(page.getNextIterator()).isEqualTo("next");
        assertThat(page.mayMoreRecord()).isTrue();
        assertThat(page.getShardId()).isEqualTo("shard");
        assertThat(page.sizeInBytes()).isEqualTo(longer.length);
        assertThat(page.getRecords().get(0).getColumns().buffer()).isSameAs(longer);
    }

    @Test
    void tellsWhatIsNotThere() throws Exception {
        RecordPage page = read(new byte[0]);

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
            assertThatThrownBy(() -> read(body))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lacks");
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
                read(damaged);
            } catch (IOException | PlainBufferFormatException expected) {
                assertThat(expected).hasMessageMatching("(?s).+");
            }
        }
    }
}
