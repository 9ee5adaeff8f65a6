/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import io.github.otsstream.emulator.storage.KeyOrder;
import java.math.BigInteger;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;

/** Where ranges are split of which no rows are known. */
class KeyRangeTest {

    @Property
    void aMiddleLiesStrictlyBetweenTheBounds(
            @ForAll PrimaryKeyType type, @ForAll @Size(2) @UniqueElements byte[][] keys) {
        PrimaryKeyValue one = key(type, keys[0]);
        PrimaryKeyValue other = key(type, keys[1]);
        Assume.that(KeyOrder.compareValues(one, other) != 0);
        boolean ordered = KeyOrder.compareValues(one, other) < 0;
        KeyRange range = ordered ? new KeyRange(one, other) : new KeyRange(other, one);

        PrimaryKeyValue middle = range.middle(type);

        if (middle != null) {
            assertThat(KeyOrder.compareValues(range.from(), middle)).isNegative();
            assertThat(KeyOrder.compareValues(middle, range.to())).isNegative();
        }
    }

    private static PrimaryKeyValue key(PrimaryKeyType type, byte[] bytes) {
        switch (type) {
            case INTEGER:
                return PrimaryKeyValue.fromLong(new BigInteger(1, bytes).longValue());
            case STRING:
                StringBuilder text = new StringBuilder();
                for (byte each : bytes) {
                    int unsigned = Byte.toUnsignedInt(each);
                    text.appendCodePoint(unsigned < 128 ? unsigned : 0xD7F0 + unsigned * 32);
                }
                return PrimaryKeyValue.fromString(text.toString());
            default:
                return PrimaryKeyValue.fromBinary(bytes);
        }
    }

    @Property(tries = 50)
    void aRangeSplitsManyTimesAtEitherEnd(
            @ForAll PrimaryKeyType type, @ForAll @Size(60) boolean[] takeLeft) {
        KeyRange range = new KeyRange(null, null);
        for (boolean left : takeLeft) {
            PrimaryKeyValue middle = range.middle(type);
            assertThat(middle).isNotNull();
            assertThat(range.canSplitAt(middle)).isTrue();
            range = left ? new KeyRange(range.from(), middle) : new KeyRange(middle, range.to());
        }
    }

    @Example
    void thereIsNothingBetweenNeighbours() {
        assertThat(
                        new KeyRange(PrimaryKeyValue.fromLong(5), PrimaryKeyValue.fromLong(6))
                                .middle(PrimaryKeyType.INTEGER))
                .isNull();
        assertThat(
                        new KeyRange(
                                        PrimaryKeyValue.fromString("a"),
                                        PrimaryKeyValue.fromString("a\u0000"))
                                .middle(PrimaryKeyType.STRING))
                .isNull();
    }
}
