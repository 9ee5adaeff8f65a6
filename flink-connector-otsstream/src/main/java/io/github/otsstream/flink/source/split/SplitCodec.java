/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import io.github.otsstream.flink.record.SequenceInfo;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Version 1 of the serialized form of the values that splits and the enumerator's state are made
 * of. The form of a version never changes: what is written under a new version gets a new codec.
 */
@Internal
public final class SplitCodec {

    private static final int POSITION_OLDEST = 0;
    private static final int POSITION_SEEK = 1;
    private static final int POSITION_ITERATOR = 2;
    private static final int POSITION_ITERATOR_AFTER_RECORD = 3;

    /** More than any id or iterator of the service has; a length above it is a broken state. */
    private static final int MAX_STRING_BYTES = 1 << 20;

    private SplitCodec() {}

    /**
     * Refuses a state that this connector does not know.
     *
     * @param what whose state it is, as the subject of a sentence
     */
    public static void checkVersion(String what, int version, int newestKnown) throws IOException {
        if (version < 1 || version > newestKnown) {
            throw new IOException(
                    what
                            + " has version "
                            + version
                            + ", and this connector reads up to version "
                            + newestKnown
                            + ". It was written by a newer connector: restore with that one.");
        }
    }

    public static void writeString(DataOutput out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    public static String readString(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_STRING_BYTES) {
            throw new IOException("A string of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static Duration readRetention(DataInput in) throws IOException {
        long millis = in.readLong();
        if (millis <= 0) {
            throw new IOException("A retention of " + millis + " ms");
        }
        return Duration.ofMillis(millis);
    }

    public static void writeWindow(DataOutput out, ReadWindow window) throws IOException {
        out.writeLong(window.startMillis());
        out.writeLong(window.endMillis());
        out.writeLong(window.caughtUpEndMillis());
    }

    public static ReadWindow readWindow(DataInput in) throws IOException {
        return ReadWindow.of(in.readLong(), in.readLong(), false)
                .endingWhenCaughtUpFrom(in.readLong());
    }

    public static void writePosition(DataOutput out, ShardPosition position) throws IOException {
        if (!position.isResolved()) {
            boolean oldest = position.seekMillis() == ReadWindow.NO_START;
            out.writeByte(oldest ? POSITION_OLDEST : POSITION_SEEK);
            if (!oldest) {
                out.writeLong(position.seekMillis());
            }
            out.writeLong(position.caughtUpMillis());
            return;
        }
        SequenceInfo last = position.lastSequence();
        out.writeByte(last == null ? POSITION_ITERATOR : POSITION_ITERATOR_AFTER_RECORD);
        writeString(out, position.iterator());
        out.writeLong(position.caughtUpMillis());
        if (last != null) {
            out.writeInt(position.recordsDone());
            out.writeInt(last.getEpoch());
            out.writeLong(last.getTimestampMicros());
            out.writeInt(last.getRowIndex());
        }
    }

    public static ShardPosition readPosition(DataInput in) throws IOException {
        int kind = in.readUnsignedByte();
        switch (kind) {
            case POSITION_OLDEST:
                return ShardPosition.oldest().caughtUpAt(in.readLong());
            case POSITION_SEEK:
                return ShardPosition.seek(in.readLong()).caughtUpAt(in.readLong());
            case POSITION_ITERATOR:
                return ShardPosition.at(readString(in), 0, null).caughtUpAt(in.readLong());
            case POSITION_ITERATOR_AFTER_RECORD:
                String iterator = readString(in);
                long caughtUpMillis = in.readLong();
                int recordsDone = in.readInt();
                if (recordsDone < 0) {
                    throw new IOException("A position after " + recordsDone + " records");
                }
                return ShardPosition.at(
                                iterator,
                                recordsDone,
                                new SequenceInfo(in.readInt(), in.readLong(), in.readInt()))
                        .caughtUpAt(caughtUpMillis);
            default:
                throw new IOException("Unknown kind of position: " + kind);
        }
    }

    /** An end is written as one byte, 0 where there is none. */
    static void writeEnd(DataOutput out, @Nullable ShardEnd end) throws IOException {
        out.writeByte(end == null ? 0 : end == ShardEnd.CLOSED ? 1 : 2);
    }

    @Nullable
    static ShardEnd readEnd(DataInput in) throws IOException {
        int end = in.readUnsignedByte();
        switch (end) {
            case 0:
                return null;
            case 1:
                return ShardEnd.CLOSED;
            case 2:
                return ShardEnd.WINDOW_END;
            default:
                throw new IOException("Unknown end of a shard: " + end);
        }
    }
}
