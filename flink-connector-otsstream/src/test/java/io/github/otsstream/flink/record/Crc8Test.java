/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCrc8;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However many bytes are taken at once, the sum is that of the SDK. */
class Crc8Test {

    @Test
    void isThatOfTheSdkForEachLengthAndPlace() {
        Random random = new Random(11);
        for (int length = 0; length < 300; length++) {
            for (int offset : new int[] {0, 1, 7, 8, 100}) {
                byte[] bytes = new byte[offset + length + random.nextInt(3)];
                random.nextBytes(bytes);
                byte begun = (byte) random.nextInt();

                assertThat(Crc8.update(begun, bytes, offset, length))
                        .as("%s bytes at %s", length, offset)
                        .isEqualTo(
                                PlainBufferCrc8.crc8(
                                        begun, Arrays.copyOfRange(bytes, offset, offset + length)));
            }
        }
    }

    /** Each wrong bit is noticed, in whatever part of a long value it is. */
    @Test
    void changesWithEachBit() {
        byte[] bytes = new byte[4_003];
        new Random(12).nextBytes(bytes);
        byte right = Crc8.update((byte) 0, bytes, 0, bytes.length);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Crc8.update((byte) 0, bytes, 0, bytes.length)).isNotEqualTo(right);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }
}
