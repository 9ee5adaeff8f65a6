/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import io.github.otsstream.emulator.ServiceException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * A position in a shard's log and its opaque text form. The text names the same position for as
 * long as the emulator runs, and a changed character makes it invalid.
 */
final class ShardIterator {

    /** Distinguishes iterators from seek tokens, which have the same form. */
    enum Kind {
        ITERATOR,
        SEEK_TOKEN
    }

    private static final int CHECKSUM_BYTES = 4;

    final String streamId;
    final String shardId;

    /** The record to read next. */
    final long ordinal;

    /**
     * Microseconds: the time for which the position stands. A position at the log's end ages by it.
     */
    final long micros;

    ShardIterator(String streamId, String shardId, long ordinal, long micros) {
        this.streamId = streamId;
        this.shardId = shardId;
        this.ordinal = ordinal;
        this.micros = micros;
    }

    String encode(Kind kind) {
        byte[] stream = streamId.getBytes(StandardCharsets.UTF_8);
        byte[] shard = shardId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer =
                ByteBuffer.allocate(
                        CHECKSUM_BYTES + 1 + 8 + 8 + 2 + stream.length + 2 + shard.length);
        buffer.position(CHECKSUM_BYTES);
        buffer.put((byte) kind.ordinal()).putLong(ordinal).putLong(micros);
        buffer.putShort((short) stream.length).put(stream);
        buffer.putShort((short) shard.length).put(shard);
        buffer.putInt(0, checksum(buffer.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    /**
     * @throws ServiceException OTSParameterInvalid if {@code text} was not made by {@link #encode}
     *     for this kind
     */
    static ShardIterator decode(Kind kind, String text) throws ServiceException {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            if (buffer.getInt() == checksum(bytes) && buffer.get() == kind.ordinal()) {
                long ordinal = buffer.getLong();
                long micros = buffer.getLong();
                return new ShardIterator(readText(buffer), readText(buffer), ordinal, micros);
            }
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            // Falls through to the one answer for every text that is no iterator.
        }
        throw ServiceException.parameterInvalid(
                kind == Kind.ITERATOR ? "Invalid shard iterator." : "Invalid token.");
    }

    private static String readText(ByteBuffer buffer) {
        byte[] bytes = new byte[Short.toUnsignedInt(buffer.getShort())];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, CHECKSUM_BYTES, Math.max(0, bytes.length - CHECKSUM_BYTES));
        return (int) crc.getValue();
    }
}
