/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

/**
 * The CRC-8 that PlainBuffer protects cells and rows with: polynomial x^8 + x^2 + x + 1, begun at
 * zero, not reflected. Eight bytes are taken at once, each through a table that knows how many
 * bytes follow it.
 */
final class Crc8 {

    private static final int POLYNOMIAL = 0x07;
    private static final int SLICES = 8;

    /** At {@code 256 * n + b}: the checksum of byte b followed by n zero bytes. */
    private static final byte[] TABLE = new byte[256 * SLICES];

    static {
        for (int b = 0; b < 256; b++) {
            int crc = b;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc << 1) ^ ((crc & 0x80) != 0 ? POLYNOMIAL : 0);
            }
            TABLE[b] = (byte) crc;
        }
        for (int i = 256; i < TABLE.length; i++) {
            TABLE[i] = TABLE[TABLE[i - 256] & 0xff];
        }
    }

    private Crc8() {}

    static byte update(byte crc, byte value) {
        return TABLE[(crc ^ value) & 0xff];
    }

    static byte update(byte crc, byte[] buffer, int offset, int length) {
        int end = offset + length;
        int at = offset;
        byte result = crc;
        for (; at <= end - 8; at += 8) {
            result = update(result, PlainBuffer.readLong(buffer, at));
        }
        if (at == end) {
            return result;
        }
        if (end < 8 || end - at < 4) {
            for (; at < end; at++) {
                result = update(result, buffer[at]);
            }
            return result;
        }
        // The last eight bytes, of which those that are done become zeros: with a checksum of zero
        // these change nothing, and the checksum so far belongs to the first byte that is left.
        int done = 8 * (8 - (end - at));
        long rest = PlainBuffer.readLong(buffer, end - 8) & (-1L << done);
        return update((byte) 0, rest ^ (result & 0xffL) << done);
    }

    /** Continues with eight bytes of which the checksum by themselves is known. */
    static byte append(byte crc, byte ofEightBytes) {
        return (byte) (TABLE[7 * 256 + (crc & 0xff)] ^ ofEightBytes);
    }

    /** Continues with the eight bytes of a little-endian number. */
    static byte update(byte crc, long bytes) {
        return (byte)
                (TABLE[7 * 256 + (((int) bytes ^ crc) & 0xff)]
                        ^ TABLE[6 * 256 + ((int) (bytes >>> 8) & 0xff)]
                        ^ TABLE[5 * 256 + ((int) (bytes >>> 16) & 0xff)]
                        ^ TABLE[4 * 256 + ((int) (bytes >>> 24) & 0xff)]
                        ^ TABLE[3 * 256 + ((int) (bytes >>> 32) & 0xff)]
                        ^ TABLE[2 * 256 + ((int) (bytes >>> 40) & 0xff)]
                        ^ TABLE[256 + ((int) (bytes >>> 48) & 0xff)]
                        ^ TABLE[(int) (bytes >>> 56) & 0xff]);
    }
}
