/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import java.util.Arrays;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * Makes CHAR, VARCHAR and STRING of text. The bytes stay where they are, in the page that the
 * record came in, until Flink copies the row. A CHAR is filled with spaces to its length, as Flink
 * does when it casts to one. Lengths are counted in code points.
 */
final class TextConverter extends ValueConverter {

    private final int minLength;
    private final int maxLength;

    /** The records of a page have one buffer. */
    private byte[] lastBuffer;

    private MemorySegment[] lastSegments;

    TextConverter(int minLength, int maxLength) {
        this.minLength = minLength;
        this.maxLength = maxLength;
    }

    @Override
    Object fromText(byte[] buffer, int offset, int length) {
        // No character has less than one byte.
        if (length > maxLength || minLength > 0) {
            int characters = codePoints(buffer, offset, length);
            if (characters > maxLength) {
                return Misfit.LENGTH;
            }
            if (characters < minLength) {
                return filled(buffer, offset, length, minLength - characters);
            }
        }
        if (buffer != lastBuffer) {
            lastSegments = new MemorySegment[] {MemorySegmentFactory.wrap(buffer)};
            lastBuffer = buffer;
        }
        return BinaryStringData.fromAddress(lastSegments, offset, length);
    }

    private static BinaryStringData filled(byte[] buffer, int offset, int length, int spaces) {
        byte[] text = new byte[length + spaces];
        System.arraycopy(buffer, offset, text, 0, length);
        Arrays.fill(text, length, text.length, (byte) ' ');
        return BinaryStringData.fromBytes(text);
    }

    private static int codePoints(byte[] utf8, int offset, int length) {
        int count = 0;
        for (int i = offset; i < offset + length; i++) {
            // All bytes of a character but its first begin with the bits 10.
            if ((utf8[i] & 0xc0) != 0x80) {
                count++;
            }
        }
        return count;
    }
}
