/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import io.github.otsstream.flink.fuzz.PageParts.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes pages: their protobuf frame, the tags, lengths, values and cells of their rows, mostly
 * with the checksums that belong to what has become of them, and bytes and bits of the whole.
 */
final class PageMutator {

    private static final int[] LENGTHS = {
        -1, 0, 1, 2, 7, 8, 127, 128, 255, 65_535, 1 << 24, 1 << 30, Integer.MAX_VALUE, 1 << 31
    };

    private static final String[] NAMES = {
        "_#h", "_m_name", "time", "field:i", "a:b:s", ":", "", "id", "\u00fc", "\ud83d\ude00", "c:"
    };

    private final SplittableRandom random;

    PageMutator(SplittableRandom random) {
        this.random = random;
    }

    /**
     * Returns a changed page.
     *
     * @param other a page to take parts from
     */
    byte[] mutate(byte[] page, byte[] other) {
        byte[] changed = page;
        if (!oneIn(6)) {
            List<Field> fields = PageParts.take(page);
            for (int i = changes(); i > 0; i--) {
                change(fields, other);
            }
            if (!oneIn(8)) {
                PageParts.repairChecksums(fields);
            }
            if (oneIn(6)) {
                damageLength(fields);
            }
            changed = PageParts.put(fields);
        }
        if (changed == page || oneIn(5)) {
            for (int i = changes(); i > 0; i--) {
                changed = changeBytes(changed);
            }
        }
        return changed;
    }

    private int changes() {
        int changes = 1;
        while (changes < 5 && oneIn(3)) {
            changes++;
        }
        return changes;
    }

    private void change(List<Field> page, byte[] other) {
        List<List<byte[]>> rows = rows(page);
        if (rows.isEmpty() || oneIn(5)) {
            changeFields(pick(messages(page)), other);
        } else {
            changeRow(pick(rows), other);
        }
    }

    private static List<List<byte[]>> rows(List<Field> fields) {
        List<List<byte[]>> rows = new ArrayList<>();
        for (Field field : fields) {
            if (field.row != null) {
                rows.add(field.row);
            } else if (field.record != null) {
                rows.addAll(rows(field.record));
            }
        }
        return rows;
    }

    /** The page and its records. */
    private static List<List<Field>> messages(List<Field> page) {
        List<List<Field>> messages = new ArrayList<>();
        messages.add(page);
        for (Field field : page) {
            if (field.record != null) {
                messages.add(field.record);
            }
        }
        return messages;
    }

    private void changeFields(List<Field> fields, byte[] other) {
        if (fields.isEmpty()) {
            fields.add(newField());
            return;
        }
        int at = random.nextInt(fields.size());
        switch (random.nextInt(11)) {
            case 0:
                fields.remove(at);
                break;
            case 1:
                fields.add(random.nextInt(fields.size() + 1), fields.get(at).copy());
                break;
            case 2:
                fields.add(random.nextInt(fields.size()), fields.remove(at));
                break;
            case 3:
                fields.get(at).number = random.nextInt(6);
                break;
            case 4:
                fields.get(at).wireType = random.nextInt(8);
                break;
            case 5:
                fields.get(at).padding = 1 + random.nextInt(10);
                break;
            case 6:
                fields.addAll(at, group());
                break;
            case 7:
                List<Field> taken = pick(messages(PageParts.take(other)));
                if (!taken.isEmpty()) {
                    fields.add(random.nextInt(fields.size() + 1), pick(taken));
                }
                break;
            case 8:
                Field field = fields.get(at);
                if (field.content != null && field.content.length > 0) {
                    field.content = changeBytes(field.content);
                }
                break;
            default:
                fields.add(random.nextInt(fields.size() + 1), newField());
        }
    }

    private Field newField() {
        switch (random.nextInt(4)) {
            case 0:
                return Field.varint(random.nextInt(6), random.nextInt(6));
            case 1:
                return Field.varint(1 + random.nextInt(6), random.nextLong());
            case 2:
                return Field.bytes(random.nextInt(6), pick(NAMES).getBytes(StandardCharsets.UTF_8));
            default:
                return Field.bytes(1 + random.nextInt(6), bytes(random.nextInt(12)));
        }
    }

    /** Groups in groups, some of which are not closed, or not by their own end. */
    private List<Field> group() {
        List<Field> fields = new ArrayList<>();
        int depth = oneIn(50) ? 50 + random.nextInt(2000) : random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            fields.add(new Field(1 + random.nextInt(5), 3));
        }
        int closed = oneIn(3) ? random.nextInt(4) : depth;
        for (int i = 0; i < closed; i++) {
            int number = i < depth ? fields.get(depth - 1 - i).number : 1;
            fields.add(new Field(oneIn(10) ? number + 1 : number, 4));
        }
        return fields;
    }

    private void changeRow(List<byte[]> tokens, byte[] other) {
        int at = random.nextInt(tokens.size());
        int to = Math.min(tokens.size(), at + 1 + (oneIn(2) ? 0 : random.nextInt(6)));
        switch (random.nextInt(13)) {
            case 0:
                tokens.subList(at, to).clear();
                break;
            case 1:
                insert(tokens, new ArrayList<>(tokens.subList(at, to)));
                break;
            case 2:
                List<byte[]> moved = new ArrayList<>(tokens.subList(at, to));
                tokens.subList(at, to).clear();
                insert(tokens, moved);
                break;
            case 3:
                List<List<byte[]>> others = rows(PageParts.take(other));
                if (!others.isEmpty()) {
                    List<byte[]> from = pick(others);
                    int begin = random.nextInt(from.size());
                    int end = Math.min(from.size(), begin + 1 + random.nextInt(8));
                    insert(tokens, from.subList(begin, end));
                }
                break;
            case 4:
                byte[] retagged = tokens.get(at).clone();
                if (retagged.length > 0) {
                    retagged[0] = (byte) (oneIn(10) ? random.nextInt() : random.nextInt(0x12));
                    tokens.set(at, retagged);
                }
                break;
            case 5:
                tokens.set(at, changeBytes(tokens.get(at)));
                break;
            case 6:
                insert(tokens, List.of(newToken()));
                break;
            case 7:
                tokens.set(at, newToken());
                break;
            case 8:
            case 9:
                List<int[]> cells = cells(tokens);
                if (!cells.isEmpty()) {
                    changeCells(tokens, cells);
                }
                break;
            default:
                replaceLike(tokens, at);
        }
        if (tokens.isEmpty()) {
            tokens.add(new byte[4]);
        }
    }

    private void insert(List<byte[]> tokens, List<byte[]> added) {
        tokens.addAll(random.nextInt(tokens.size() + 1), added);
    }

    /** Where the cells begin and end. */
    private static List<int[]> cells(List<byte[]> tokens) {
        List<int[]> cells = new ArrayList<>();
        int begin = -1;
        for (int i = 0; i < tokens.size(); i++) {
            byte tag = tokens.get(i).length == 0 ? 0 : tokens.get(i)[0];
            if (tag == PlainBufferConsts.TAG_CELL) {
                begin = i;
            } else if (tag == PlainBufferConsts.TAG_CELL_CHECKSUM && begin >= 0) {
                cells.add(new int[] {begin, i + 1});
                begin = -1;
            }
        }
        return cells;
    }

    /** Doubles, removes or moves a cell as a whole. */
    private void changeCells(List<byte[]> tokens, List<int[]> cells) {
        int[] cell = pick(cells);
        List<byte[]> content = new ArrayList<>(tokens.subList(cell[0], cell[1]));
        int kind = random.nextInt(3);
        if (kind < 2) {
            tokens.subList(cell[0], cell[1]).clear();
        }
        if (kind > 0) {
            int to = pick(cells)[0];
            tokens.addAll(Math.min(to, tokens.size()), content);
        }
    }

    /** Puts another token of the same kind in the place of one. */
    private void replaceLike(List<byte[]> tokens, int at) {
        byte[] token = tokens.get(at);
        byte[] replacement = newToken(token.length == 0 ? 0 : token[0]);
        if (at > 0 && replacement != null) {
            tokens.set(at, replacement);
        }
    }

    private byte[] newToken() {
        byte[] token = newToken((byte) (1 + random.nextInt(0x0F)));
        return token != null ? token : extension((byte) (0x10 + random.nextInt(200)));
    }

    /** A token with a tag, or null if the tag is unknown. */
    private byte[] newToken(byte tag) {
        ByteBuffer token = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).put(tag);
        switch (tag) {
            case PlainBufferConsts.TAG_ROW_PK:
            case PlainBufferConsts.TAG_ROW_DATA:
            case PlainBufferConsts.TAG_CELL:
            case PlainBufferConsts.TAG_DELETE_ROW_MARKER:
                break;
            case PlainBufferConsts.TAG_CELL_NAME:
                byte[] name = oneIn(4) ? bytes(random.nextInt(6)) : utf8(pick(NAMES));
                token.putInt(name.length).put(name);
                break;
            case PlainBufferConsts.TAG_CELL_VALUE:
                putValue(token);
                break;
            case PlainBufferConsts.TAG_CELL_TYPE:
                token.put((byte) (oneIn(8) ? random.nextInt() : random.nextInt(5)));
                break;
            case PlainBufferConsts.TAG_CELL_CHECKSUM:
            case PlainBufferConsts.TAG_ROW_CHECKSUM:
                token.put((byte) random.nextInt());
                break;
            case PlainBufferConsts.TAG_EXTENSION:
            case PlainBufferConsts.TAG_SEQ_INFO:
            case PlainBufferConsts.TAG_SEQ_INFO_EPOCH:
            case PlainBufferConsts.TAG_SEQ_INFO_ROW_INDEX:
                token.putInt(oneIn(2) ? random.nextInt() : length());
                break;
            case PlainBufferConsts.TAG_CELL_TIMESTAMP:
            case PlainBufferConsts.TAG_SEQ_INFO_TS:
                token.putLong(oneIn(3) ? random.nextLong() : random.nextInt(5) - 1);
                break;
            default:
                return null;
        }
        return Arrays.copyOf(token.array(), token.position());
    }

    private void putValue(ByteBuffer token) {
        byte[] types = {0, 1, 2, 3, 7, 0, 1, 2, 3, 7, 6, 9, 10, 11};
        byte type = types[random.nextInt(types.length)];
        byte[] payload;
        switch (type) {
            case PlainBufferConsts.VT_BOOLEAN:
                payload = bytes(1);
                break;
            case PlainBufferConsts.VT_STRING:
            case PlainBufferConsts.VT_BLOB:
                byte[] bytes = oneIn(2) ? utf8(pick(NAMES)) : bytes(random.nextInt(12));
                payload =
                        ByteBuffer.allocate(4 + bytes.length)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putInt(bytes.length)
                                .put(bytes)
                                .array();
                break;
            default:
                payload = bytes(type < 3 ? 8 : 0);
        }
        token.putInt(oneIn(8) ? random.nextInt() : 1 + payload.length).put(type).put(payload);
    }

    /** A part of an extension that readers don't know. */
    private byte[] extension(byte tag) {
        int length = random.nextInt(6);
        return ByteBuffer.allocate(5 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(tag)
                .putInt(length)
                .put(bytes(length))
                .array();
    }

    /** Makes a length in a row, or in the frame, wrong. */
    private void damageLength(List<Field> page) {
        if (oneIn(3)) {
            List<Field> fields = pick(messages(page));
            if (!fields.isEmpty()) {
                pick(fields).lengthError = oneIn(2) ? random.nextInt(9) - 4 : length();
            }
            return;
        }
        List<List<byte[]>> rows = rows(page);
        if (rows.isEmpty()) {
            return;
        }
        List<byte[]> tokens = pick(rows);
        int at = random.nextInt(tokens.size());
        byte[] token = tokens.get(at).clone();
        // After the tag, or after the tag, a length and a type.
        int place = token.length >= 10 && oneIn(2) ? 6 : 1;
        if (token.length >= place + 4) {
            ByteBuffer.wrap(token).order(ByteOrder.LITTLE_ENDIAN).putInt(place, length());
            tokens.set(at, token);
        }
    }

    private byte[] changeBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes(1 + random.nextInt(3));
        }
        byte[] changed = bytes.clone();
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
        switch (random.nextInt(7)) {
            case 0:
            case 1:
                changed[at] ^= (byte) (1 << random.nextInt(8));
                return changed;
            case 2:
                changed[at] = (byte) random.nextInt();
                return changed;
            case 3:
                return Arrays.copyOf(bytes, at);
            case 4:
                return concat(bytes, at, bytes, to, bytes.length);
            case 5:
                return concat(bytes, to, bytes, at, bytes.length);
            default:
                if (bytes.length >= 4) {
                    ByteBuffer.wrap(changed)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(Math.min(at, bytes.length - 4), length());
                }
                return changed;
        }
    }

    /** The first bytes of one array, and some of another. */
    private static byte[] concat(byte[] first, int length, byte[] second, int from, int to) {
        byte[] both = Arrays.copyOf(first, length + to - from);
        System.arraycopy(second, from, both, length, to - from);
        return both;
    }

    private int length() {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private <T> T pick(T[] array) {
        return array[random.nextInt(array.length)];
    }
}
