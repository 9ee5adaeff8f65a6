/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.storage.KeyOrder;
import java.util.stream.IntStream;

/** A range of partition keys, from inclusive to exclusive; null bounds are open. Immutable. */
final class KeyRange {

    private final PrimaryKeyValue from;
    private final PrimaryKeyValue to;

    KeyRange(PrimaryKeyValue from, PrimaryKeyValue to) {
        this.from = from;
        this.to = to;
    }

    PrimaryKeyValue from() {
        return from;
    }

    PrimaryKeyValue to() {
        return to;
    }

    boolean contains(PrimaryKeyValue key) {
        return (from == null || KeyOrder.compareValues(from, key) <= 0)
                && (to == null || KeyOrder.compareValues(key, to) < 0);
    }

    /** Whether a split at {@code key} leaves two ranges that can hold keys. */
    boolean canSplitAt(PrimaryKeyValue key) {
        return contains(key) && (from == null || KeyOrder.compareValues(from, key) < 0);
    }

    /**
     * A key about in the middle of the range, for when no rows tell a better one; null if the range
     * holds one key at most.
     */
    PrimaryKeyValue middle(PrimaryKeyType type) {
        PrimaryKeyValue middle;
        switch (type) {
            case INTEGER:
                long low = from == null ? Long.MIN_VALUE : from.asLong();
                long high = to == null ? Long.MAX_VALUE : to.asLong();
                middle = PrimaryKeyValue.fromLong((low & high) + ((low ^ high) >> 1));
                break;
            case STRING:
                middle = middleText();
                break;
            default:
                middle = middleBinary();
        }
        return middle != null && canSplitAt(middle) ? middle : null;
    }

    private PrimaryKeyValue middleText() {
        int[] middle =
                middle(
                        from == null ? new int[0] : from.asString().codePoints().toArray(),
                        to == null ? null : to.asString().codePoints().toArray(),
                        Character.MAX_CODE_POINT + 1);
        return middle == null
                ? null
                : PrimaryKeyValue.fromString(new String(middle, 0, middle.length));
    }

    private PrimaryKeyValue middleBinary() {
        int[] middle =
                middle(
                        from == null ? new int[0] : unsigned(from.asBinary()),
                        to == null ? null : unsigned(to.asBinary()),
                        256);
        if (middle == null) {
            return null;
        }
        byte[] bytes = new byte[middle.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) middle[i];
        }
        return PrimaryKeyValue.fromBinary(bytes);
    }

    private static int[] unsigned(byte[] bytes) {
        int[] digits = new int[bytes.length];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return digits;
    }

    /**
     * Digits between two bounds, which are read as fractions.
     *
     * @param high null if there is no bound above
     * @param base one more than the greatest digit
     * @return null if there is nothing between the bounds
     */
    private static int[] middle(int[] low, int[] high, int base) {
        IntStream.Builder digits = IntStream.builder();
        boolean bounded = high != null;
        for (int i = 0; !bounded || i < high.length; i++) {
            int least = i < low.length ? low[i] : 0;
            int most = bounded ? high[i] : base;
            int digit = between(least, most);
            digits.add(digit);
            if (digit > least) {
                return digits.build().toArray();
            }
            bounded &= most == least;
        }
        return null;
    }

    /** A digit above {@code least} and below {@code most} if there is one, else {@code least}. */
    private static int between(int least, int most) {
        // Readable keys where there is a choice.
        int middle = (least + (least < 0x7f ? Math.min(most, 0x80) : most)) / 2;
        boolean surrogate = middle >= Character.MIN_SURROGATE && middle <= Character.MAX_SURROGATE;
        return surrogate ? Math.max(least, Character.MIN_SURROGATE - 1) : middle;
    }

    @Override
    public String toString() {
        return "[" + (from == null ? "" : from) + ", " + (to == null ? "" : to) + ")";
    }
}
