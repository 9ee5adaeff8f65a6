/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A shard's log against a plain list of records. */
class ShardLogTest {

    /** What the log should hold: every record ever appended, with the greatest time up to it. */
    private static final class Model {
        final List<byte[]> records = new ArrayList<>();
        final List<Long> times = new ArrayList<>();
        int first;

        void append(byte[] record, long micros) {
            long greatest = times.isEmpty() ? micros : times.get(times.size() - 1);
            records.add(record);
            times.add(Math.max(micros, greatest));
        }

        int seek(long micros) {
            int ordinal = first;
            while (ordinal < times.size() && times.get(ordinal) < micros) {
                ordinal++;
            }
            return ordinal;
        }
    }

    @Property(tries = 60)
    void behavesLikeAList(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 400) int steps,
            @ForAll @IntRange(min = 1, max = 60_000) int maxLength) {
        Random random = new Random(seed);
        ShardLog log = new ShardLog();
        Model model = new Model();
        long now = 1_000;
        for (int i = 0; i < steps; i++) {
            now += random.nextInt(50) - 5;
            byte[] record = new byte[1 + random.nextInt(maxLength)];
            random.nextBytes(record);
            log.append(record, record.length, now);
            model.append(record, now);
            if (random.nextInt(10) == 0) {
                long before = now - random.nextInt(500);
                log.trimBefore(before);
                model.first = model.seek(before);
            }
            check(log, model, random, now);
        }
    }

    private static void check(ShardLog log, Model model, Random random, long now) {
        assertThat(log.firstOrdinal()).isEqualTo(model.first);
        assertThat(log.endOrdinal()).isEqualTo(model.records.size());
        long wanted = now - random.nextInt(1_000) + 100;
        assertThat(log.seek(wanted)).isEqualTo(model.seek(wanted));

        int from = model.first + random.nextInt(model.records.size() - model.first + 1);
        int maxRecords = 1 + random.nextInt(50);
        int maxBytes = 1 + random.nextInt(200_000);
        ShardLog.Page page = log.read(from, maxRecords, maxBytes);

        int to = from;
        int bytes = 0;
        while (to < model.records.size()
                && to - from < maxRecords
                && (to == from || bytes + model.records.get(to).length <= maxBytes)) {
            bytes += model.records.get(to).length;
            to++;
        }
        assertThat(page.nextOrdinal).isEqualTo(to);
        assertThat(page.records).isEqualTo(to - from);
        assertThat(page.bytes).isEqualTo(bytes);
        assertThat(page.moreFollow).isEqualTo(to < model.records.size());
        assertThat(page.ended).isFalse();
        if (to > from) {
            assertThat(page.lastMicros).isEqualTo(model.times.get(to - 1));
        }
        ByteBuffer expected = ByteBuffer.allocate(bytes);
        model.records.subList(from, to).forEach(expected::put);
        ByteBuffer actual = ByteBuffer.allocate(bytes);
        page.slices.forEach(actual::put);
        assertThat(actual.array()).isEqualTo(expected.array());
    }

    @Test
    void endsOnceItIsClosedAndRead() {
        ShardLog log = new ShardLog();
        log.append(new byte[] {1}, 1, 10);
        log.append(new byte[] {2}, 1, 20);
        assertThat(log.read(2, 10, 10).ended).isFalse();

        log.close();

        assertThat(log.read(0, 1, 10).ended).isFalse();
        assertThat(log.read(0, 2, 10).ended).isTrue();
        assertThat(log.read(2, 1, 10).ended).isTrue();
    }

    @Test
    void keepsAPagesBytesWhileItIsTrimmed() {
        ShardLog log = new ShardLog();
        log.append(new byte[] {7}, 1, 10);
        ShardLog.Page page = log.read(0, 1, 10);
        log.trimBefore(100);
        log.append(new byte[] {8}, 1, 200);

        assertThat(page.slices.get(0).get(page.slices.get(0).position())).isEqualTo((byte) 7);
        assertThat(log.read(1, 1, 10).slices.get(0).get()).isEqualTo((byte) 8);
    }
}
