/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import io.github.otsstream.flink.record.ColumnList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Tells which of the wanted columns a record's columns are, comparing bytes: no name becomes a
 * String.
 *
 * <p>Records of a table mostly have the same columns in the same order. What was found for one is
 * kept for those that follow with its layout, so that columns that are not wanted cost nothing.
 * Other records mostly have the same order with some columns left out. So the column after one is
 * first compared with the one that came after it the last time; only where that fails is its name
 * looked up by its hash. Names that are not wanted are remembered for that too, up to a number, for
 * rows can have any.
 *
 * <p>One for each list of a record (key, columns, origin columns), used by one thread.
 */
final class ColumnMatcher {

    private static final int NOT_WANTED = -1;

    private static final int MOST_STRANGERS = 1_024;

    private final Name[] slots;
    private final Name beforeFirst = new Name(new byte[0], NOT_WANTED);
    private int strangersLeft = MOST_STRANGERS;
    private Name last;

    @Nullable private Object layout;
    private int[] columns = new int[8];
    private int[] wanted = new int[8];
    private int count;

    /**
     * @param names the wanted columns; no name twice
     */
    ColumnMatcher(List<String> names) {
        slots = new Name[Integer.highestOneBit(names.size() + MOST_STRANGERS) * 4];
        for (int i = 0; i < names.size(); i++) {
            byte[] utf8 = names.get(i).getBytes(StandardCharsets.UTF_8);
            slots[slotOf(utf8, 0, utf8.length)] = new Name(utf8, i);
        }
    }

    /**
     * Finds the wanted columns among those of a record, and returns how many there are. A name that
     * the list has several times is found as often.
     */
    int match(ColumnList list) {
        if (list.layout() == layout) {
            return count;
        }
        layout = list.layout();
        count = 0;
        last = beforeFirst;
        for (int i = 0; i < list.size(); i++) {
            int index = next(list, i);
            if (index != NOT_WANTED) {
                add(i, index);
            }
        }
        return count;
    }

    /** The place in the record's list of one that was found; they are in the list's order. */
    int column(int found) {
        return columns[found];
    }

    /** The place among the wanted columns of one that was found. */
    int wanted(int found) {
        return wanted[found];
    }

    private void add(int column, int index) {
        if (count == columns.length) {
            columns = Arrays.copyOf(columns, 2 * count);
            wanted = Arrays.copyOf(wanted, 2 * count);
        }
        columns[count] = column;
        wanted[count++] = index;
    }

    private int next(ColumnList list, int index) {
        Name guess = last.next;
        if (guess == null || !list.nameEquals(index, guess.utf8)) {
            guess = lookUp(list, index);
            if (guess == null) {
                return NOT_WANTED;
            }
            last.next = guess;
        }
        last = guess;
        return guess.index;
    }

    /** Returns null for a stranger that there is no room for. */
    private Name lookUp(ColumnList list, int index) {
        byte[] buffer = list.buffer();
        int from = list.nameOffset(index);
        int length = list.nameLength(index);
        int slot = slotOf(buffer, from, length);
        if (slots[slot] == null && strangersLeft > 0) {
            strangersLeft--;
            byte[] utf8 = new byte[length];
            System.arraycopy(buffer, from, utf8, 0, length);
            slots[slot] = new Name(utf8, NOT_WANTED);
        }
        return slots[slot];
    }

    /** Returns where a name is, or is to be put. There are always empty slots. */
    private int slotOf(byte[] buffer, int from, int length) {
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + buffer[i];
        }
        int slot = (hash ^ hash >>> 16) & slots.length - 1;
        while (slots[slot] != null && !slots[slot].isAt(buffer, from, length)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private static final class Name {
        private final byte[] utf8;
        private final int index;

        /** The one that came after it the last time. */
        private Name next;

        Name(byte[] utf8, int index) {
            this.utf8 = utf8;
            this.index = index;
        }

        boolean isAt(byte[] buffer, int from, int length) {
            return Arrays.equals(buffer, from, from + length, utf8, 0, utf8.length);
        }
    }
}
