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
        for (; at <= end - 8; at += 8) {
            crc = update(crc, PlainBuffer.readLong(buffer, at));
        }
        for (; at < end; at++) {
            crc = TABLE[(crc ^ buffer[at]) & 0xff];
        }
        return crc;
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
