/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

/**
 * The CRC-8 that PlainBuffer protects cells and rows with: polynomial x^8 + x^2 + x + 1, begun at
 * zero, not reflected.
 *
 * <p>Eight bytes are taken at once, each through a table that knows how many bytes follow it.
 * Longer values are brought down to eight bytes first. Modulo the polynomial x^128 is x, so sixteen
 * bytes that are followed by sixteen others count as much as themselves, moved by one bit, in the
 * place of these.
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
        if (length >= 16) {
            long high = 0;
            long low = (result & 0xffL) << 56 ^ bits(buffer, at);
            for (at += 8; at <= end - 16; at += 16) {
                long over = high >>> 63;
                high = (high << 1 | low >>> 63) ^ bits(buffer, at);
                low = low << 1 ^ over << 1 ^ bits(buffer, at + 8);
            }
            low ^= timesX64(high);
            if (at <= end - 8) {
                low = timesX64(low) ^ bits(buffer, at);
                at += 8;
            }
            result = update((byte) 0, Long.reverseBytes(low));
        } else if (length >= 8) {
            result = update(result, PlainBuffer.readLong(buffer, at));
            at += 8;
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

    /** Eight bytes as a polynomial: the first bit of the first byte has the highest power. */
    private static long bits(byte[] buffer, int offset) {
        return Long.reverseBytes(PlainBuffer.readLong(buffer, offset));
    }

    /** Multiplies with x^64, which is x^4 + x + 1; what gets too high does so again. */
    private static long timesX64(long bits) {
        long over = bits >>> 63 ^ bits >>> 60;
        return bits ^ bits << 1 ^ bits << 4 ^ over ^ over << 1 ^ over << 4;
    }
}
