/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.storage.KeyOrder;
import java.util.Arrays;

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
     * A key that splits the range when no rows tell a better one, or null if none was found: the
     * arithmetic middle of integers, a short text or binary between the bounds.
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
        return canSplitAt(middle) ? middle : null;
    }

    private PrimaryKeyValue middleText() {
        String low = from == null ? "" : from.asString();
        for (char next = 'm'; next > 1; next /= 2) {
            PrimaryKeyValue candidate = PrimaryKeyValue.fromString(low + next);
            if (to == null || KeyOrder.compareValues(candidate, to) < 0) {
                return candidate;
            }
        }
        return PrimaryKeyValue.fromString(low + '\u0001');
    }

    private PrimaryKeyValue middleBinary() {
        byte[] low = from == null ? new byte[0] : from.asBinary();
        byte[] candidate = Arrays.copyOf(low, low.length + 1);
        for (int next = 0x80; next > 1; next /= 2) {
            candidate[low.length] = (byte) next;
            PrimaryKeyValue value = PrimaryKeyValue.fromBinary(candidate.clone());
            if (to == null || KeyOrder.compareValues(value, to) < 0) {
                return value;
            }
        }
        candidate[low.length] = 1;
        return PrimaryKeyValue.fromBinary(candidate);
    }

    @Override
    public String toString() {
        return "[" + (from == null ? "" : from) + ", " + (to == null ? "" : to) + ")";
    }
}
