/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.status;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.client.TableSchema;
import io.github.otsstream.flink.record.ColumnType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The rows of the status table, in the layout that DataX and DataWorks read and write. Pure.
 *
 * <p>Times in keys are milliseconds in decimal, padded with blanks on the left to 16 characters, so
 * that the service's order of keys is the order of times. Attribute columns that nobody here knows
 * are ignored.
 */
@Internal
final class StatusTableCodec {

    /** The latest time whose text has the same length as that of all others. */
    static final long MAX_MILLIS = 9_999_999_999_999_999L;

    private static final String STREAM_ID = "StreamId";
    private static final String STATUS_TYPE = "StatusType";
    private static final String STATUS_VALUE = "StatusValue";

    private static final String JOB_DESCRIPTION = "DataxJobDesc";
    private static final String CHECKPOINT_TYPE = "CheckpointForDataxReader";
    private static final String TIME_POINT = "ShardTimeCheckpointForDataxReader";

    private static final String VERSION = "Version";
    private static final String CHECKPOINT = "Checkpoint";
    private static final String SKIP_COUNT = "SkipCount";
    private static final String RECORD_COUNT = "SendRecordCount";
    private static final String SHARD_COUNT = "ShardCount";
    private static final String SHARD_IDS = "ShardIds_";
    private static final String TABLE_NAME = "TableName";
    private static final String JOB_STREAM_ID = "JobStreamId";
    private static final String START_TIME = "StartTime";
    private static final String END_TIME = "EndTime";

    private static final char SEPARATOR = '\t';

    /** Above every shard id: other readers end their range reads with it too. */
    private static final char AFTER_LAST_SHARD = 127;

    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(2_592_000);
    private static final int PIECE_BYTES = 64 * 1024;

    /** Far above what the shards of any stream take; a damaged row shall not fill the memory. */
    private static final int MAX_SHARD_IDS_BYTES = 64 * 1024 * 1024;

    private static final JsonFactory JSON = new JsonFactory();

    private StatusTableCodec() {}

    /** The table as it is created: three text keys, thirty days, one version. */
    static TableSchema schema(String tableName) {
        Map<String, ColumnType> key = new LinkedHashMap<>();
        key.put(STREAM_ID, ColumnType.STRING);
        key.put(STATUS_TYPE, ColumnType.STRING);
        key.put(STATUS_VALUE, ColumnType.STRING);
        return new TableSchema(tableName, key, TIME_TO_LIVE, 1);
    }

    static Map<String, String> descriptionKey(String streamId, long endMillis) {
        return key(streamId, JOB_DESCRIPTION, time(endMillis));
    }

    /** Below the key of each description of the stream. */
    static Map<String, String> beforeDescriptionsKey(String streamId) {
        return key(streamId, JOB_DESCRIPTION, " ");
    }

    /** The key of the row that old runs left instead of a description. */
    static Map<String, String> shardCountKey(String streamId, long endMillis) {
        return key(streamId, CHECKPOINT_TYPE, time(endMillis));
    }

    static Map<String, String> checkpointKey(String streamId, long endMillis, String shardId) {
        return key(streamId, CHECKPOINT_TYPE, time(endMillis) + SEPARATOR + shardId);
    }

    /** Not above the key of any shard's checkpoint of that time. */
    static Map<String, String> firstCheckpointKey(String streamId, long endMillis) {
        return checkpointKey(streamId, endMillis, "");
    }

    /** Above the key of each shard's checkpoint of that time. */
    static Map<String, String> afterCheckpointsKey(String streamId, long endMillis) {
        return checkpointKey(streamId, endMillis, String.valueOf(AFTER_LAST_SHARD));
    }

    static Map<String, String> timePointKey(String streamId, String shardId, long millis) {
        return key(streamId, TIME_POINT, shardId + SEPARATOR + time(millis));
    }

    private static Map<String, String> key(String streamId, String type, String value) {
        Map<String, String> key = new LinkedHashMap<>();
        key.put(STREAM_ID, streamId);
        key.put(STATUS_TYPE, type);
        key.put(STATUS_VALUE, value);
        return key;
    }

    private static String time(long millis) {
        return String.format(Locale.ROOT, "%16d", millis);
    }

    static TableRow encode(JobDescription description) {
        Map<String, Object> columns = new LinkedHashMap<>();
        byte[] shardIds = deflate(description.getShardIds());
        for (int piece = 0; piece * PIECE_BYTES < shardIds.length; piece++) {
            int begin = piece * PIECE_BYTES;
            int end = Math.min(begin + PIECE_BYTES, shardIds.length);
            columns.put(SHARD_IDS + piece, Arrays.copyOfRange(shardIds, begin, end));
        }
        columns.put(VERSION, description.getVersion());
        columns.put(TABLE_NAME, description.getTableName());
        columns.put(JOB_STREAM_ID, description.getStreamId());
        columns.put(START_TIME, description.getStartMillis());
        columns.put(END_TIME, description.getEndMillis());
        return new TableRow(
                descriptionKey(description.getStreamId(), description.getEndMillis()), columns);
    }

    static JobDescription decodeDescription(TableRow row) throws CorruptRowException {
        long endMillis = parseTime(row, statusValue(row));
        if (integer(row, END_TIME) != endMillis) {
            throw corrupt(row, "its " + END_TIME + " is another, " + integer(row, END_TIME), null);
        }
        return new JobDescription(
                text(row, TABLE_NAME),
                text(row, JOB_STREAM_ID),
                text(row, VERSION),
                integer(row, START_TIME),
                endMillis,
                shardIds(row));
    }

    /** Returns the end time that the key of a description holds. */
    static long endMillisOf(TableRow description) throws CorruptRowException {
        return parseTime(description, statusValue(description));
    }

    static TableRow encode(
            String streamId, long endMillis, String version, ShardCheckpoint checkpoint) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put(VERSION, version);
        columns.put(CHECKPOINT, checkpoint.position());
        columns.put(SKIP_COUNT, 0L);
        if (checkpoint.getRecordCount() > 0) {
            columns.put(RECORD_COUNT, checkpoint.getRecordCount());
        }
        return new TableRow(checkpointKey(streamId, endMillis, checkpoint.getShardId()), columns);
    }

    static ShardCheckpoint decodeCheckpoint(TableRow row) throws CorruptRowException {
        String position = text(row, CHECKPOINT);
        if (position.isEmpty()) {
            throw corrupt(row, "its " + CHECKPOINT + " is empty", null);
        }
        Object count = row.get(RECORD_COUNT);
        return ShardCheckpoint.ofPosition(checkpointShard(row), position)
                .withRecordCount(count instanceof Long ? (Long) count : 0);
    }

    /** Returns the shard that the key of a checkpoint names. */
    static String checkpointShard(TableRow row) throws CorruptRowException {
        String value = statusValue(row);
        int separator = value.indexOf(SEPARATOR);
        if (separator < 0 || separator == value.length() - 1) {
            throw corrupt(row, "its key names no shard", null);
        }
        parseTime(row, value.substring(0, separator));
        return value.substring(separator + 1);
    }

    /** Returns the run that a checkpoint belongs to; empty where old runs wrote none. */
    static String checkpointVersion(TableRow row) throws CorruptRowException {
        return row.get(VERSION) == null ? "" : text(row, VERSION);
    }

    static long decodeShardCount(TableRow row) throws CorruptRowException {
        return integer(row, SHARD_COUNT);
    }

    static TableRow encode(String streamId, TimePoint point) {
        return new TableRow(
                timePointKey(streamId, point.getShardId(), point.getMillis()),
                Map.of(CHECKPOINT, point.getIterator()));
    }

    static TimePoint decodeTimePoint(TableRow row) throws CorruptRowException {
        String value = statusValue(row);
        int separator = value.lastIndexOf(SEPARATOR);
        if (separator <= 0) {
            throw corrupt(row, "its key names no shard", null);
        }
        String iterator = text(row, CHECKPOINT);
        if (iterator.isEmpty()) {
            throw corrupt(row, "its " + CHECKPOINT + " is empty", null);
        }
        return new TimePoint(
                value.substring(0, separator),
                parseTime(row, value.substring(separator + 1)),
                iterator);
    }

    private static byte[] deflate(Set<String> shardIds) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(new DeflaterOutputStream(bytes))) {
            json.writeStartArray();
            for (String shardId : shardIds) {
                json.writeString(shardId);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        return bytes.toByteArray();
    }

    private static Set<String> shardIds(TableRow row) throws CorruptRowException {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        Object piece = row.get(SHARD_IDS + 0);
        if (piece == null) {
            throw corrupt(row, "it has no column " + SHARD_IDS + 0, null);
        }
        for (int next = 1; piece != null; next++) {
            if (!(piece instanceof byte[])) {
                throw corrupt(row, "its " + SHARD_IDS + (next - 1) + " is not binary", null);
            }
            pieces.writeBytes((byte[]) piece);
            piece = row.get(SHARD_IDS + next);
        }
        return parseShardIds(row, inflate(row, pieces.toByteArray()));
    }

    private static byte[] inflate(TableRow row, byte[] deflated) throws CorruptRowException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(deflated);
            while (!inflater.finished()) {
                int length = inflater.inflate(buffer);
                if (length == 0 && !inflater.finished()) {
                    throw corrupt(row, "the zlib data of its shard ids is cut off", null);
                }
                bytes.write(buffer, 0, length);
                if (bytes.size() > MAX_SHARD_IDS_BYTES) {
                    throw corrupt(row, "its shard ids take more than 64 MiB", null);
                }
            }
            if (inflater.getRemaining() > 0) {
                throw corrupt(row, "there is more after the zlib data of its shard ids", null);
            }
        } catch (DataFormatException e) {
            throw corrupt(row, "its shard ids are not zlib data: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
        return bytes.toByteArray();
    }

    private static Set<String> parseShardIds(TableRow row, byte[] bytes)
            throws CorruptRowException {
        Set<String> shardIds = new TreeSet<>();
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw corrupt(row, "its shard ids are not a JSON array", null);
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_STRING) {
                    throw corrupt(row, "its shard ids are not all text", null);
                }
                shardIds.add(json.getText());
            }
            if (json.nextToken() != null) {
                throw corrupt(row, "there is more after the JSON array of its shard ids", null);
            }
        } catch (IOException e) {
            throw corrupt(row, "its shard ids are not JSON: " + e.getMessage(), e);
        }
        return shardIds;
    }

    private static String statusValue(TableRow row) throws CorruptRowException {
        Object value = row.getKey().get(STATUS_VALUE);
        if (!(value instanceof String)) {
            throw corrupt(row, "its key has no text " + STATUS_VALUE, null);
        }
        return (String) value;
    }

    private static long parseTime(TableRow row, String time) throws CorruptRowException {
        try {
            return Long.parseLong(time.trim());
        } catch (NumberFormatException e) {
            throw corrupt(row, "its key holds no time where '" + time + "' is", e);
        }
    }

    private static String text(TableRow row, String column) throws CorruptRowException {
        return value(row, column, String.class, "text");
    }

    private static long integer(TableRow row, String column) throws CorruptRowException {
        return value(row, column, Long.class, "an integer");
    }

    private static <T> T value(TableRow row, String column, Class<T> type, String typeName)
            throws CorruptRowException {
        Object value = row.get(column);
        if (value == null) {
            throw corrupt(row, "it has no column " + column, null);
        }
        if (!type.isInstance(value)) {
            throw corrupt(row, "its " + column + " is not " + typeName, null);
        }
        return type.cast(value);
    }

    private static CorruptRowException corrupt(
            TableRow row, String why, @Nullable Throwable cause) {
        return new CorruptRowException("Status " + row + " is damaged: " + why + ".", cause);
    }
}
