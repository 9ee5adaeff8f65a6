/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.StringUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The serialized form: it must be read for ever, and never trusted. */
@Timeout(180)
class ChangeRecordSerializerTest {

    private static final ChangeRecordSerializer SERIALIZER = ChangeRecordSerializer.INSTANCE;

    /**
     * What the fixture holds. To make the fixture of a new form, write {@code
     * serialize(fixtureRecord())} to a file.
     */
    private static ChangeRecord fixtureRecord() {
        return ChangeRecord.builder()
                .shardId("0f3a9c_1700000000000000")
                .operation(OperationType.UPDATE)
                .sequence(1, 1_700_000_000_000_000L, 2)
                .key("customer", "ann")
                .key("id", 17L)
                .put("price", 9.5, 1_700_000_000_000L)
                .deleteVersion("old", 1_600_000_000_000L)
                .deleteAllVersions("gone")
                .origin("price", 8.25, 1_600_000_000_000L)
                .build();
    }

    private static byte[] serialize(ChangeRecord record) throws IOException {
        DataOutputSerializer output = new DataOutputSerializer(64);
        SERIALIZER.serialize(record, output);
        return output.getCopyOfBuffer();
    }

    private static ChangeRecord deserialize(byte[] bytes) throws IOException {
        return SERIALIZER.deserialize(new DataInputDeserializer(bytes));
    }

    private static byte[] fixture(String name) throws IOException {
        try (InputStream stream = ChangeRecordSerializerTest.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        }
    }

    @Test
    void readsForm1() throws Exception {
        assertThat(deserialize(fixture("change-record-form-1.bin"))).isEqualTo(fixtureRecord());
    }

    @Test
    void readsForm2() throws Exception {
        assertThat(deserialize(fixture("change-record-form-2.bin"))).isEqualTo(fixtureRecord());
    }

    @Test
    void writesForm2() throws Exception {
        assertThat(serialize(fixtureRecord())).isEqualTo(fixture("change-record-form-2.bin"));
    }

    @Test
    void readsWhatItWrites() throws Exception {
        for (OperationType operation : OperationType.values()) {
            ChangeRecord record = ChangeRecord.builder().operation(operation).key("k", 1).build();
            ChangeRecord withOrigin =
                    ChangeRecord.builder()
                            .operation(operation)
                            .key("k", 1)
                            .withOriginColumns()
                            .build();
            assertThat(deserialize(serialize(record))).isEqualTo(record);
            assertThat(deserialize(serialize(withOrigin))).isEqualTo(withOrigin);
        }
        assertThat(deserialize(serialize(SERIALIZER.createInstance())))
                .isEqualTo(SERIALIZER.createInstance());
    }

    @Test
    void readsLargeRecords() throws Exception {
        ChangeRecord record =
                ChangeRecord.builder()
                        .operation(OperationType.PUT)
                        .key("k", 1)
                        .put("c", new byte[3 << 20])
                        .build();

        assertThat(deserialize(serialize(record))).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"change-record-form-1.bin", "change-record-form-2.bin"})
    void copiesBetweenStreams(String name) throws Exception {
        byte[] bytes = fixture(name);
        DataOutputSerializer output = new DataOutputSerializer(1024);
        DataInputDeserializer input = new DataInputDeserializer(bytes);

        SERIALIZER.copy(input, output);

        assertThat(output.getCopyOfBuffer()).isEqualTo(bytes);
        assertThat(input.available()).isZero();
    }

    @Test
    void onlyWhatWasSerializedDoesNotHoldThePage() throws Exception {
        ChangeRecord record = fixtureRecord();
        byte[] page = Arrays.copyOf(record.buffer(), 4 << 20);
        ChangeRecord inPage =
                new PlainBufferDecoder(page, record.getShardId())
                        .decode(
                                OperationType.UPDATE,
                                0,
                                record.length(),
                                record.length(),
                                record.originLength());

        assertThat(SERIALIZER.isImmutableType()).isTrue();
        assertThat(SERIALIZER.copy(inPage)).isSameAs(inPage);
        assertThat(SERIALIZER.copy(inPage, record)).isSameAs(inPage);

        ChangeRecord serialized =
                SERIALIZER.deserialize(new DataInputDeserializer(serialize(inPage)));

        assertThat(serialized).isEqualTo(record);
        assertThat(serialized.buffer()).hasSize(record.sizeInBytes());
    }

    @Test
    void refusesANewerForm() throws Exception {
        byte[] bytes = serialize(fixtureRecord());
        bytes[0] = 3;

        assertThatThrownBy(() -> deserialize(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("form 3")
                .hasMessageContaining("reads forms 1 to 2")
                .hasMessageContaining("newer version");
    }

    @Test
    void refusesAnyDamage() throws Exception {
        byte[] bytes = serialize(fixtureRecord());
        for (int at = 0; at < bytes.length; at++) {
            assertRefused(Arrays.copyOf(bytes, at));
            for (int change = 1; change < 256; change++) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= (byte) change;
                assertRefused(damaged);
            }
        }
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] part = new byte[1 + random.nextInt(bytes.length)];
            random.nextBytes(part);
            byte[] damaged = bytes.clone();
            System.arraycopy(
                    part, 0, damaged, random.nextInt(bytes.length - part.length + 1), part.length);
            if (!Arrays.equals(damaged, bytes)) {
                assertRefused(damaged);
            }
        }
    }

    /** Form 1 has only the checksums of the service's own form. */
    @Test
    void readsOrRefusesDamagedRecordsOfForm1() throws Exception {
        byte[] bytes = fixture("change-record-form-1.bin");
        for (int at = 0; at < bytes.length; at++) {
            assertRefused(Arrays.copyOf(bytes, at));
            for (int change = 1; change < 256; change++) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= (byte) change;
                try {
                    assertThat(deserialize(damaged)).isNotNull();
                } catch (IOException expected) {
                    assertThat(expected).hasMessageContaining("serialized record");
                }
            }
        }
        byte[] row = bytes.clone();
        row[row.length - 1] ^= 1;
        assertThatThrownBy(() -> deserialize(row))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checksum")
                .hasMessageContaining("0f3a9c_1700000000000000");
    }

    private static void assertRefused(byte[] damaged) {
        assertThatThrownBy(() -> deserialize(damaged))
                .as(() -> StringUtils.byteToHexString(damaged))
                .isInstanceOf(IOException.class)
                .satisfies(
                        error ->
                                assertThat(error instanceof EOFException)
                                        .as("the end of all records")
                                        .isEqualTo(damaged.length == 0));
    }

    @Test
    void allocatesLittleForALengthThatIsNotThere() throws Exception {
        byte[] bytes = serialize(fixtureRecord());
        int lengthAt = 1 + 4 + 1 + 2;
        byte[] huge = bytes.clone();
        Arrays.fill(huge, lengthAt, lengthAt + 4, (byte) 0x7f);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        assertRefused(huge);
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(16 << 20);
        huge[lengthAt] = (byte) 0x80;
        assertThatThrownBy(() -> deserialize(huge))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lengths");
    }

    @Test
    void flinkFindsTheTypeByItself() {
        TypeInformation<ChangeRecord> type = TypeInformation.of(ChangeRecord.class);

        assertThat(type).isSameAs(ChangeRecordTypeInfo.INSTANCE);
        assertThat(type.createSerializer(new ExecutionConfig().getSerializerConfig()))
                .isSameAs(ChangeRecordSerializer.INSTANCE);
        assertThat(ChangeRecordTypeInfo.INSTANCE.createSerializer(new ExecutionConfig()))
                .isSameAs(ChangeRecordSerializer.INSTANCE);
    }

    @Test
    void snapshotRestoresTheSerializer() throws Exception {
        DataOutputSerializer output = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(output, SERIALIZER.snapshotConfiguration());
        TypeSerializerSnapshot<ChangeRecord> snapshot =
                TypeSerializerSnapshot.readVersionedSnapshot(
                        new DataInputDeserializer(output.getCopyOfBuffer()),
                        getClass().getClassLoader());
        TypeSerializer<ChangeRecord> restored = snapshot.restoreSerializer();

        assertThat(restored).isEqualTo(SERIALIZER);
        assertThat(
                        SERIALIZER
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(snapshot)
                                .isCompatibleAsIs())
                .isTrue();
    }
}
