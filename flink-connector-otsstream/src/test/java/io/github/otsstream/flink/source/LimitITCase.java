/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounded jobs that end before their window does, because they have enough. */
@Timeout(120)
class LimitITCase {

    private static final int KEYS = 100;
    private static final int PAGE = 20;

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    private static TablestoreEmulator emulator;

    private KeyedHistory history;

    @BeforeAll
    static void startEmulator() {
        emulator = TablestoreEmulator.builder().start();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @AfterEach
    void cleanUp() {
        history.close();
    }

    @Test
    void aJobThatHasEnoughDoesNotReadOn() throws Exception {
        history = new KeyedHistory(emulator, "long", KEYS);
        history.write(20);
        emulator.control().resetCounters();
        run(1, 50);

        assertThat(Collected.elements).hasValue(50);
        // Three pages are emitted, and some more may have been asked for ahead.
        assertThat(emulator.control().counters("GetStreamRecord").calls()).isBetween(3L, 12L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 30, 400, 1_000, 100_000})
    void aJobEndsWhereShardsSplitAndMergeAndReadersHaveEnoughAtDifferentTimes(long limit)
            throws Exception {
        history = new KeyedHistory(emulator, "split_" + limit, KEYS);
        for (int i = 0; i < 12; i++) {
            history.write(1);
            if (i % 3 != 2) {
                history.split(7 * i);
            } else {
                history.merge(i);
            }
        }
        run(2, limit);

        assertThat((long) Collected.elements.get())
                .isBetween(Math.min(limit, 12 * KEYS), Math.min(2 * limit, 12 * KEYS));
        if (limit > 12 * KEYS) {
            assertThat(Collected.KEYS_SEEN).hasSize(KEYS);
        }
    }

    private void run(int parallelism, long limit) throws Exception {
        Collected.elements.set(0);
        Collected.KEYS_SEEN.clear();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(parallelism);
        // A child of shards that different readers have read waits for a checkpoint.
        env.enableCheckpointing(50);
        env.fromSource(
                        history.source()
                                .stoppingPosition(StoppingPosition.latest())
                                .fetchSettings(FetchSettings.defaults().withRecordsPerRequest(PAGE))
                                .limit(limit)
                                .build(),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .map(new Collected())
                .sinkTo(new DiscardingSink<>());
        env.executeAsync().getJobExecutionResult().get(90, TimeUnit.SECONDS);
    }

    /** Counts what comes. */
    private static final class Collected implements MapFunction<ChangeRecord, Long> {
        private static final long serialVersionUID = 1L;
        private static final Set<Long> KEYS_SEEN = ConcurrentHashMap.newKeySet();
        private static final AtomicInteger elements = new AtomicInteger();

        @Override
        public Long map(ChangeRecord record) {
            elements.incrementAndGet();
            KEYS_SEEN.add(KeyedHistory.key(record));
            return KeyedHistory.number(record);
        }
    }
}
