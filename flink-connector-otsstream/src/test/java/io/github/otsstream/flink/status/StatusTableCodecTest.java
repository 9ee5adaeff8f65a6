/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** Rows as other readers of the table lay them out, byte for byte. */
class StatusTableCodecTest {

    private static final String STREAM = "orders_1503457292411000";
    private static final String SHARD_1 = "25b2d3f3-0c2a-4a8b-9d8c-0a1f5e3b7c11_1503457292411000";
    private static final String SHARD_2 = "7f0b6c1e-8a0d-4a3c-b6a2-4d1e0f9a8b22_1503457292411001";

    /** The two shards as zlib data, made by another implementation (Python's zlib). */
    private static final byte[] BOTH_SHARDS =
            hex(
                    "789c5dccc10dc4200c04c05e78c7d2ae0d016a399d4eb681fe4bb8bc53c0cca7680b5d7"
                            + "64c90ea527d84cc3552e03c6d5bf4247f6cb0daba4ead248072957e107772cb7"
                            + "0acc7594adcae521737ce7c1ed5b763f9fe016c9e1c34");

    private static final JobDescription RUN =
            new JobDescription(
                    "orders",
                    STREAM,
                    "1503460000123-6f0c5f3e-6b1c-4a39-9d8e-3f7f1c0b2a11",
                    1_503_456_400_000L,
                    1_503_460_000_000L,
                    List.of(SHARD_2, SHARD_1));

    private static byte[] hex(String digits) {
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    private static Map<String, String> key(String type, String value) {
        Map<String, String> key = new LinkedHashMap<>();
        key.put("StreamId", STREAM);
        key.put("StatusType", type);
        key.put("StatusValue", value);
        return key;
    }

    private static Map<String, Object> descriptionColumns() {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("ShardIds_0", BOTH_SHARDS);
        columns.put("Version", RUN.getVersion());
        columns.put("TableName", "orders");
        columns.put("JobStreamId", STREAM);
        columns.put("StartTime", 1_503_456_400_000L);
        columns.put("EndTime", 1_503_460_000_000L);
        return columns;
    }

    private static TableRow description(Consumer<Map<String, Object>> change) {
        Map<String, Object> columns = descriptionColumns();
        change.accept(columns);
        return new TableRow(key("DataxJobDesc", "   1503460000000"), columns);
    }

    private static byte[] deflate(String text) {
        Deflater deflater = new Deflater();
        deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
        deflater.finish();
        byte[] bytes = new byte[text.length() + 100];
        int length = deflater.deflate(bytes);
        deflater.end();
        return Arrays.copyOf(bytes, length);
    }

    private static String inflate(byte[] bytes) throws Exception {
        Inflater inflater = new Inflater();
        inflater.setInput(bytes);
        byte[] text = new byte[10 * 1024 * 1024];
        int length = inflater.inflate(text);
        assertThat(inflater.finished()).isTrue();
        inflater.end();
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    @Test
    void theTableHasThreeTextKeysKeepsThirtyDaysAndOneVersion() {
        TableSchema schema = StatusTableCodec.schema("status");

        assertThat(schema.describeKey())
                .isEqualTo("(StreamId STRING, StatusType STRING, StatusValue STRING)");
        assertThat(schema.getTimeToLive()).isEqualTo(Duration.ofSeconds(2_592_000));
        assertThat(schema.getMaxVersions()).isEqualTo(1);
    }

    @Test
    void timesArePaddedWithBlanksToSixteenCharacters() {
        assertThat(StatusTableCodec.descriptionKey(STREAM, 1_503_460_000_000L))
                .containsExactlyEntriesOf(key("DataxJobDesc", "   1503460000000"));
        assertThat(StatusTableCodec.descriptionKey(STREAM, 7))
                .containsEntry("StatusValue", "               7");
        assertThat(StatusTableCodec.shardCountKey(STREAM, 1_503_460_000_000L))
                .containsExactlyEntriesOf(key("CheckpointForDataxReader", "   1503460000000"));
    }

    @Test
    void theKeysOfADescriptionLieBetweenTheBoundsOfAllDescriptions() {
        String least = StatusTableCodec.beforeDescriptionsKey(STREAM).get("StatusValue");
        String greatest =
                StatusTableCodec.descriptionKey(STREAM, StatusTableCodec.MAX_MILLIS)
                        .get("StatusValue");
        for (long millis : new long[] {0, 1, 9, 10, 1_503_460_000_000L, 9_999_999_999_999_998L}) {
            String value = StatusTableCodec.descriptionKey(STREAM, millis).get("StatusValue");
            assertThat(value).isGreaterThan(least).isLessThan(greatest);
        }
    }

    @Test
    void theKeysOfCheckpointsLieBetweenTheBoundsOfTheirTime() {
        String from = StatusTableCodec.firstCheckpointKey(STREAM, 1000).get("StatusValue");
        String to = StatusTableCodec.afterCheckpointsKey(STREAM, 1000).get("StatusValue");

        assertThat(from).isEqualTo("            1000\t");
        assertThat(to).isEqualTo("            1000\t\u007f");
        assertThat(StatusTableCodec.checkpointKey(STREAM, 1000, "zz~").get("StatusValue"))
                .isGreaterThan(from)
                .isLessThan(to);
        assertThat(StatusTableCodec.shardCountKey(STREAM, 1000).get("StatusValue"))
                .isLessThan(from);
        assertThat(StatusTableCodec.checkpointKey(STREAM, 1001, "0").get("StatusValue"))
                .isGreaterThan(to);
    }

    @Test
    void aDescriptionIsWrittenAsOthersWriteIt() throws Exception {
        TableRow row = StatusTableCodec.encode(RUN);

        assertThat(row.getKey())
                .containsExactlyEntriesOf(
                        new LinkedHashMap<>(key("DataxJobDesc", "   1503460000000")));
        assertThat(row.getColumns().keySet()).isEqualTo(descriptionColumns().keySet());
        assertThat(row.get("Version")).isEqualTo(RUN.getVersion());
        assertThat(row.get("TableName")).isEqualTo("orders");
        assertThat(row.get("JobStreamId")).isEqualTo(STREAM);
        assertThat(row.get("StartTime")).isEqualTo(1_503_456_400_000L);
        assertThat(row.get("EndTime")).isEqualTo(1_503_460_000_000L);
        byte[] shards = (byte[]) row.get("ShardIds_0");
        // zlib's header, default compression: not gzip, not bare deflate.
        assertThat(shards).startsWith(0x78, 0x9c);
        assertThat(inflate(shards)).isEqualTo("[\"" + SHARD_1 + "\",\"" + SHARD_2 + "\"]");
    }

    @Test
    void aDescriptionOfAnotherWriterIsRead() throws Exception {
        assertThat(StatusTableCodec.decodeDescription(description(columns -> {}))).isEqualTo(RUN);
        assertThat(
                        StatusTableCodec.decodeDescription(
                                description(columns -> columns.put("SomethingNew", 1L))))
                .isEqualTo(RUN);
    }

    @Test
    void shardIdsInAnyOrderAndWithBlanksAreRead() throws Exception {
        String text = " [ \"" + SHARD_2 + "\" ,\n\"" + SHARD_1 + "\" ] ";

        assertThat(
                        StatusTableCodec.decodeDescription(
                                        description(
                                                columns ->
                                                        columns.put("ShardIds_0", deflate(text))))
                                .getShardIds())
                .containsExactly(SHARD_1, SHARD_2);
    }

    @Test
    void shardIdsAreCutIntoPiecesOf64KiB() throws Exception {
        Random random = new Random(1);
        List<String> shardIds = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            shardIds.add(new UUID(random.nextLong(), random.nextLong()) + "_1503457292411000");
        }
        JobDescription run =
                new JobDescription("orders", STREAM, "1-x", 0, 1_503_460_000_000L, shardIds);

        TableRow row = StatusTableCodec.encode(run);

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int pieces = 0;
        while (row.get("ShardIds_" + pieces) != null) {
            byte[] piece = (byte[]) row.get("ShardIds_" + pieces);
            if (row.get("ShardIds_" + (pieces + 1)) != null) {
                assertThat(piece).hasSize(65536);
            }
            all.write(piece);
            pieces++;
        }
        assertThat(pieces).isGreaterThan(1);
        assertThat(inflate(all.toByteArray()))
                .isEqualTo(
                        shardIds.stream()
                                .sorted()
                                .collect(Collectors.joining("\",\"", "[\"", "\"]")));
        assertThat(StatusTableCodec.decodeDescription(row)).isEqualTo(run);
    }

    @Test
    void aRunWithoutShardsIsWrittenAndRead() throws Exception {
        JobDescription run = new JobDescription("orders", STREAM, "1-x", 0, 5, Set.of());

        assertThat(inflate((byte[]) StatusTableCodec.encode(run).get("ShardIds_0")))
                .isEqualTo("[]");
        assertThat(StatusTableCodec.decodeDescription(StatusTableCodec.encode(run))).isEqualTo(run);
    }

    @Test
    void aDamagedDescriptionIsReportedAsThat() {
        damaged(columns -> columns.remove("ShardIds_0"), "it has no column ShardIds_0");
        damaged(columns -> columns.put("ShardIds_0", "text"), "its ShardIds_0 is not binary");
        damaged(columns -> columns.put("ShardIds_1", 5L), "its ShardIds_1 is not binary");
        damaged(
                columns -> columns.put("ShardIds_0", new byte[] {1, 2, 3, 4, 5, 6}),
                "its shard ids are not zlib data");
        damaged(columns -> columns.put("ShardIds_0", Arrays.copyOf(BOTH_SHARDS, 40)), "is cut off");
        damaged(columns -> columns.put("ShardIds_0", new byte[0]), "is cut off");
        damaged(
                columns -> {
                    byte[] bytes = BOTH_SHARDS.clone();
                    bytes[bytes.length - 1] ^= 1;
                    columns.put("ShardIds_0", bytes);
                },
                "its shard ids are not zlib data");
        damaged(columns -> columns.put("ShardIds_1", new byte[1]), "there is more after the zlib");
        damaged(columns -> columns.put("ShardIds_0", deflate("{}")), "not a JSON array");
        damaged(columns -> columns.put("ShardIds_0", deflate("")), "not a JSON array");
        damaged(columns -> columns.put("ShardIds_0", deflate("[\"a\"")), "are not JSON");
        damaged(columns -> columns.put("ShardIds_0", deflate("[null]")), "are not all text");
        damaged(columns -> columns.put("ShardIds_0", deflate("[[]]")), "are not all text");
        damaged(columns -> columns.put("ShardIds_0", deflate("[] []")), "more after the JSON");
        damaged(columns -> columns.remove("Version"), "it has no column Version");
        damaged(columns -> columns.put("Version", 1L), "its Version is not text");
        damaged(columns -> columns.remove("TableName"), "it has no column TableName");
        damaged(columns -> columns.remove("JobStreamId"), "it has no column JobStreamId");
        damaged(columns -> columns.remove("StartTime"), "it has no column StartTime");
        damaged(columns -> columns.put("EndTime", "x"), "its EndTime is not an integer");
        damaged(columns -> columns.put("EndTime", 7L), "its EndTime is another");
    }

    private static void damaged(Consumer<Map<String, Object>> change, String message) {
        assertThatThrownBy(() -> StatusTableCodec.decodeDescription(description(change)))
                .isInstanceOf(CorruptRowException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("DataxJobDesc")
                .hasMessageContaining("1503460000000");
    }

    @Test
    void aSmallRowThatUnpacksToTooMuchIsDamaged() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream bomb = new DeflaterOutputStream(bytes)) {
            byte[] blanks = new byte[1024 * 1024];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 65; i++) {
                bomb.write(blanks);
            }
        }
        damaged(columns -> columns.put("ShardIds_0", bytes.toByteArray()), "more than 64 MiB");
    }

    @Test
    void aCheckpointIsWrittenAsOthersWriteIt() {
        TableRow row =
                StatusTableCodec.encode(
                        STREAM, 1_503_460_000_000L, "1-x", ShardCheckpoint.at(SHARD_1, "iter"));

        assertThat(row.getKey())
                .containsExactlyEntriesOf(
                        new LinkedHashMap<>(
                                key("CheckpointForDataxReader", "   1503460000000\t" + SHARD_1)));
        assertThat(row.getColumns())
                .isEqualTo(Map.of("Version", "1-x", "Checkpoint", "iter", "SkipCount", 0L));
        assertThat(
                        StatusTableCodec.encode(STREAM, 5, "1-x", ShardCheckpoint.ended(SHARD_1))
                                .get("Checkpoint"))
                .isEqualTo("SHARD_END");
        assertThat(
                        StatusTableCodec.encode(STREAM, 5, "1-x", ShardCheckpoint.notBegun(SHARD_1))
                                .get("Checkpoint"))
                .isEqualTo("TRIM_HORIZON");
        assertThat(
                        StatusTableCodec.encode(
                                        STREAM,
                                        5,
                                        "1-x",
                                        ShardCheckpoint.ended(SHARD_1).withRecordCount(42))
                                .getColumns())
                .containsEntry("SendRecordCount", 42L);
    }

    @Test
    void aCheckpointIsRead() throws Exception {
        ShardCheckpoint at =
                decode(Map.of("Checkpoint", "iter", "Version", "1-x", "SkipCount", 3L));
        assertThat(at).isEqualTo(ShardCheckpoint.at(SHARD_1, "iter"));
        assertThat(at.getIterator()).isEqualTo("iter");

        ShardCheckpoint ended = decode(Map.of("Checkpoint", "SHARD_END", "SendRecordCount", 9L));
        assertThat(ended.isEnded()).isTrue();
        assertThat(ended.isNotBegun()).isFalse();
        assertThat(ended.getRecordCount()).isEqualTo(9);
        assertThatThrownBy(ended::getIterator).isInstanceOf(IllegalStateException.class);

        ShardCheckpoint notBegun = decode(Map.of("Checkpoint", "TRIM_HORIZON"));
        assertThat(notBegun.isNotBegun()).isTrue();
        assertThatThrownBy(notBegun::getIterator).isInstanceOf(IllegalStateException.class);
    }

    private static ShardCheckpoint decode(Map<String, Object> columns) throws Exception {
        return StatusTableCodec.decodeCheckpoint(
                new TableRow(
                        key("CheckpointForDataxReader", "            1000\t" + SHARD_1), columns));
    }

    @Test
    void aRunOfOldWroteNoVersion() throws Exception {
        assertThat(
                        StatusTableCodec.checkpointVersion(
                                new TableRow(key("CheckpointForDataxReader", "1\ta"), Map.of())))
                .isEmpty();
    }

    @Test
    void aDamagedCheckpointIsReportedAsThat() {
        assertThatThrownBy(() -> decode(Map.of("Version", "1-x")))
                .isInstanceOf(CorruptRowException.class)
                .hasMessageContaining("no column Checkpoint")
                .hasMessageContaining(SHARD_1);
        assertThatThrownBy(() -> decode(Map.of("Checkpoint", "")))
                .isInstanceOf(CorruptRowException.class);
        assertThatThrownBy(() -> decode(Map.of("Checkpoint", 5L)))
                .isInstanceOf(CorruptRowException.class);
        for (String value : List.of("1000", "1000\t", "abc\tshard")) {
            assertThatThrownBy(
                            () ->
                                    StatusTableCodec.decodeCheckpoint(
                                            new TableRow(
                                                    key("CheckpointForDataxReader", value),
                                                    Map.of("Checkpoint", "iter"))))
                    .isInstanceOf(CorruptRowException.class);
        }
    }

    @Test
    void aTimePointIsWrittenAndReadAsOthersDo() throws Exception {
        TimePoint point = new TimePoint(SHARD_1, 1_503_460_000_000L, "iter");

        TableRow row = StatusTableCodec.encode(STREAM, point);

        assertThat(row.getKey())
                .containsExactlyEntriesOf(
                        new LinkedHashMap<>(
                                key(
                                        "ShardTimeCheckpointForDataxReader",
                                        SHARD_1 + "\t   1503460000000")));
        assertThat(row.getColumns()).isEqualTo(Map.of("Checkpoint", "iter"));
        assertThat(StatusTableCodec.decodeTimePoint(row)).isEqualTo(point);
    }

    @Test
    void aDamagedTimePointIsReportedAsThat() {
        for (String value : List.of("", "shard", "\t1000", "shard\tx")) {
            assertThatThrownBy(
                            () ->
                                    StatusTableCodec.decodeTimePoint(
                                            new TableRow(
                                                    key("ShardTimeCheckpointForDataxReader", value),
                                                    Map.of("Checkpoint", "iter"))))
                    .isInstanceOf(CorruptRowException.class);
        }
        assertThatThrownBy(
                        () ->
                                StatusTableCodec.decodeTimePoint(
                                        new TableRow(
                                                key(
                                                        "ShardTimeCheckpointForDataxReader",
                                                        "shard\t1000"),
                                                Map.of())))
                .isInstanceOf(CorruptRowException.class);
    }
}
