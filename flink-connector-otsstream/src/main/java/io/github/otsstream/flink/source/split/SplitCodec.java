/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import io.github.otsstream.flink.record.SequenceInfo;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The serialized form, in versions 1 and 2, of the values that splits and the enumerator's state
 * are made of. The form of a version never changes: what is written under a new version gets a new
 * codec.
 */
@Internal
public final class SplitCodec {

    private static final int POSITION_OLDEST = 0;
    private static final int POSITION_SEEK = 1;
    private static final int POSITION_ITERATOR = 2;
    private static final int POSITION_ITERATOR_AFTER_RECORD = 3;

    private SplitCodec() {}

    public static void writeString(DataOutput out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    public static String readString(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException(
                    "it has a string of " + length + " bytes where " + in.available() + " follow");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readNBytes(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it has a string that is not in UTF-8", e);
        }
    }

    static Duration readRetention(DataInputStream in) throws IOException {
        long millis = in.readLong();
        if (millis <= 0) {
            throw new IOException("it has a retention of " + millis + " ms");
        }
        return Duration.ofMillis(millis);
    }

    public static void writeWindow(DataOutput out, ReadWindow window) throws IOException {
        out.writeLong(window.startMillis());
        out.writeLong(window.endMillis());
        out.writeLong(window.caughtUpEndMillis());
    }

    public static ReadWindow readWindow(DataInputStream in) throws IOException {
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

    public static ShardPosition readPosition(DataInputStream in) throws IOException {
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
                    throw new IOException("it has a position after " + recordsDone + " records");
                }
                return ShardPosition.at(
                                iterator,
                                recordsDone,
                                new SequenceInfo(in.readInt(), in.readLong(), in.readInt()))
                        .caughtUpAt(caughtUpMillis);
            default:
                throw new IOException("it has a position of the unknown kind " + kind);
        }
    }

    /** An end is written as one byte, 0 where there is none. */
    static void writeEnd(DataOutput out, @Nullable ShardEnd end) throws IOException {
        out.writeByte(end == null ? 0 : end == ShardEnd.CLOSED ? 1 : 2);
    }

    @Nullable
    static ShardEnd readEnd(DataInputStream in) throws IOException {
        int end = in.readUnsignedByte();
        switch (end) {
            case 0:
                return null;
            case 1:
                return ShardEnd.CLOSED;
            case 2:
                return ShardEnd.WINDOW_END;
            default:
                throw new IOException("it has the unknown end " + end);
        }
    }
}
