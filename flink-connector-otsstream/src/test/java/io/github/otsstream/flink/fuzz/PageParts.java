/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCrc8;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The body of an answer to GetStreamRecord taken apart, so that parts can be changed and the whole
 * be put together again with right lengths and checksums. What can't be taken apart stays as it is.
 */
final class PageParts {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED32 = 5;

    private static final int STREAM_RECORDS = 1;
    private static final int RECORD = 2;
    private static final int ORIGIN_RECORD = 3;

    private PageParts() {}

    /** Takes a body apart into its fields. */
    static List<Field> take(byte[] body) {
        return takeFields(body, 0, body.length, true);
    }

    private static List<Field> takeFields(byte[] bytes, int from, int to, boolean isPage) {
        List<Field> fields = new ArrayList<>();
        int at = from;
        while (at < to) {
            int begin = at;
            int[] next = new int[1];
            int tag = (int) varint(bytes, at, to, next);
            at = next[0];
            int type = tag & 7;
            int size;
            if (at < 0) {
                size = -1;
            } else if (type == VARINT) {
                varint(bytes, at, to, next);
                size = next[0] - at;
            } else if (type == LENGTH_DELIMITED) {
                int length = (int) varint(bytes, at, to, next);
                at = next[0];
                size = at < 0 || length < 0 || length > to - at ? -1 : length;
            } else if (type == START_GROUP || type == END_GROUP) {
                size = 0;
            } else {
                size = type == FIXED64 ? 8 : type == FIXED32 ? 4 : -1;
            }
            if (size < 0 || size > to - at) {
                fields.add(Field.raw(Arrays.copyOfRange(bytes, begin, to)));
                break;
            }
            Field field = new Field(tag >>> 3, type);
            if (type == LENGTH_DELIMITED && isPage && field.number == STREAM_RECORDS) {
                field.record = takeFields(bytes, at, at + size, false);
            } else if (type == LENGTH_DELIMITED
                    && !isPage
                    && (field.number == RECORD || field.number == ORIGIN_RECORD)) {
                field.row = takeRow(bytes, at, at + size);
            } else {
                field.content = Arrays.copyOfRange(bytes, at, at + size);
            }
            fields.add(field);
            at += size;
        }
        return fields;
    }

    /** Returns a varint and sets where it ends, or -1 if it does not. */
    private static long varint(byte[] bytes, int from, int to, int[] next) {
        long value = 0;
        for (int i = 0; i < 10 && from + i < to; i++) {
            value |= (long) (bytes[from + i] & 0x7f) << 7 * i;
            if (bytes[from + i] >= 0) {
                next[0] = from + i + 1;
                return value;
            }
        }
        next[0] = -1;
        return 0;
    }

    /** Takes a row apart: the header, and a tag with what belongs to it each. */
    private static List<byte[]> takeRow(byte[] bytes, int from, int to) {
        List<byte[]> tokens = new ArrayList<>();
        int at = Math.min(to, from + 4);
        tokens.add(Arrays.copyOfRange(bytes, from, at));
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (at < to) {
            long size = sizeOfToken(buffer, at, to);
            int end = size < 1 || size > to - at ? to : at + (int) size;
            tokens.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return tokens;
    }

    private static long sizeOfToken(ByteBuffer bytes, int at, int to) {
        switch (bytes.get(at)) {
            case PlainBufferConsts.TAG_ROW_PK:
            case PlainBufferConsts.TAG_ROW_DATA:
            case PlainBufferConsts.TAG_CELL:
            case PlainBufferConsts.TAG_DELETE_ROW_MARKER:
                return 1;
            case PlainBufferConsts.TAG_CELL_TYPE:
            case PlainBufferConsts.TAG_CELL_CHECKSUM:
            case PlainBufferConsts.TAG_ROW_CHECKSUM:
                return 2;
            case PlainBufferConsts.TAG_EXTENSION:
            case PlainBufferConsts.TAG_SEQ_INFO:
            case PlainBufferConsts.TAG_SEQ_INFO_EPOCH:
            case PlainBufferConsts.TAG_SEQ_INFO_ROW_INDEX:
                return 5;
            case PlainBufferConsts.TAG_CELL_TIMESTAMP:
            case PlainBufferConsts.TAG_SEQ_INFO_TS:
                return 9;
            case PlainBufferConsts.TAG_CELL_VALUE:
                return sizeOfValue(bytes, at, to);
            default:
                return to - at < 5 ? -1 : 5L + bytes.getInt(at + 1);
        }
    }

    private static long sizeOfValue(ByteBuffer bytes, int at, int to) {
        if (to - at < 10) {
            return to - at < 7 || bytes.get(at + 5) != PlainBufferConsts.VT_BOOLEAN ? -1 : 7;
        }
        switch (bytes.get(at + 5)) {
            case PlainBufferConsts.VT_INTEGER:
            case PlainBufferConsts.VT_DOUBLE:
                return 14;
            case PlainBufferConsts.VT_BOOLEAN:
                return 7;
            case PlainBufferConsts.VT_STRING:
            case PlainBufferConsts.VT_BLOB:
                return 10L + bytes.getInt(at + 6);
            default:
                return 6;
        }
    }

    /** Puts fields together. */
    static byte[] put(List<Field> fields) {
        ByteArrayOutputStream output = new ByteArrayOutputStream(512);
        for (Field field : fields) {
            field.write(output);
        }
        return output.toByteArray();
    }

    /** Gives all rows the checksums that belong to what they hold now. */
    static void repairChecksums(List<Field> fields) {
        for (Field field : fields) {
            if (field.row != null) {
                repairRow(field.row);
            } else if (field.record != null) {
                repairChecksums(field.record);
            }
        }
    }

    private static void repairRow(List<byte[]> tokens) {
        byte rowCrc = 0;
        byte crc = 0;
        byte[] operation = null;
        boolean deleted = false;
        for (int i = 1; i < tokens.size(); i++) {
            byte[] token = tokens.get(i);
            switch (token.length == 0 ? 0 : token[0]) {
                case PlainBufferConsts.TAG_CELL:
                    crc = 0;
                    operation = null;
                    break;
                case PlainBufferConsts.TAG_CELL_NAME:
                case PlainBufferConsts.TAG_CELL_VALUE:
                    crc = crcOf(crc, token);
                    break;
                case PlainBufferConsts.TAG_CELL_TYPE:
                    operation = token;
                    break;
                case PlainBufferConsts.TAG_CELL_TIMESTAMP:
                    crc = crcFrom(crc, token, 1);
                    break;
                case PlainBufferConsts.TAG_CELL_CHECKSUM:
                    if (token.length == 2) {
                        crc = operation == null ? crc : crcFrom(crc, operation, 1);
                        tokens.set(i, new byte[] {token[0], crc});
                        rowCrc = PlainBufferCrc8.crc8(rowCrc, crc);
                    }
                    break;
                case PlainBufferConsts.TAG_DELETE_ROW_MARKER:
                    deleted = true;
                    break;
                case PlainBufferConsts.TAG_ROW_CHECKSUM:
                    if (token.length == 2) {
                        byte marker = deleted ? (byte) 1 : (byte) 0;
                        tokens.set(i, new byte[] {token[0], PlainBufferCrc8.crc8(rowCrc, marker)});
                    }
                    break;
                default:
            }
        }
    }

    /** The checksum after a name, or after a value, of which a boolean counts as 0 or 1. */
    private static byte crcOf(byte crc, byte[] token) {
        if (token[0] == PlainBufferConsts.TAG_CELL_VALUE
                && token.length == 7
                && token[5] == PlainBufferConsts.VT_BOOLEAN) {
            byte value = token[6] == 0 ? (byte) 0 : (byte) 1;
            return PlainBufferCrc8.crc8(PlainBufferCrc8.crc8(crc, token[5]), value);
        }
        return crcFrom(crc, token, 5);
    }

    private static byte crcFrom(byte crc, byte[] token, int from) {
        byte result = crc;
        for (int i = from; i < token.length; i++) {
            result = PlainBufferCrc8.crc8(result, token[i]);
        }
        return result;
    }

    /** A field of a protobuf message, or bytes that are none. */
    static final class Field {

        int number;
        int wireType;

        /** What follows the tag, and the length where there is one; null if it is taken apart. */
        byte[] content = {};

        /** The fields of a record. */
        List<Field> record;

        /** A row's header and tokens. */
        List<byte[]> row;

        /** Needless bytes in the varints of tag and length. */
        int padding;

        /** Added to the length that is written. */
        int lengthError;

        private boolean raw;

        Field(int number, int wireType) {
            this.number = number;
            this.wireType = wireType;
        }

        static Field raw(byte[] bytes) {
            Field field = new Field(0, 0);
            field.content = bytes;
            field.raw = true;
            return field;
        }

        static Field varint(int number, long value) {
            Field field = new Field(number, VARINT);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writeVarint(bytes, value, 0);
            field.content = bytes.toByteArray();
            return field;
        }

        static Field bytes(int number, byte[] content) {
            Field field = new Field(number, LENGTH_DELIMITED);
            field.content = content;
            return field;
        }

        Field copy() {
            Field copy = new Field(number, wireType);
            copy.content = content;
            copy.padding = padding;
            copy.lengthError = lengthError;
            copy.raw = raw;
            if (row != null) {
                copy.row = new ArrayList<>(row);
            }
            if (record != null) {
                copy.record = new ArrayList<>();
                record.forEach(field -> copy.record.add(field.copy()));
            }
            return copy;
        }

        private void write(ByteArrayOutputStream output) {
            byte[] bytes = bytes();
            if (!raw) {
                writeVarint(output, (long) number << 3 | wireType, padding);
                if (wireType == LENGTH_DELIMITED) {
                    writeVarint(output, bytes.length + lengthError, padding);
                }
            }
            output.writeBytes(bytes);
        }

        private byte[] bytes() {
            if (record != null) {
                return put(record);
            }
            if (row == null) {
                return content;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            row.forEach(bytes::writeBytes);
            return bytes.toByteArray();
        }

        private static void writeVarint(ByteArrayOutputStream output, long value, int padding) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                output.write((int) rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            if (padding == 0) {
                output.write((int) rest);
                return;
            }
            output.write((int) rest | 0x80);
            for (int i = 1; i < padding; i++) {
                output.write(0x80);
            }
            output.write(0);
        }
    }
}
