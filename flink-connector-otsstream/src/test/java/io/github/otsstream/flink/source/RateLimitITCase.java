/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.reader.RateLimit;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the job's rates of records and bytes. */
@Timeout(120)
class RateLimitITCase {

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private static final int KEYS = 100;
    private static final int TIMES = 40;

    /** Up to a second's worth of each limit may come at once. */
    private static final int BURST_SECONDS = 1;

    @ParameterizedTest(name = "{0} readers")
    @ValueSource(ints = {1, 4})
    void theJobReadsNoMoreRecordsASecondThanItMay(int readers, TablestoreEmulator emulator)
            throws Exception {
        int records = KEYS * TIMES;
        int perSecond = 1_600;
        Duration took = read(emulator, readers, RateLimit.none().withRecordsPerSecond(perSecond));
        assertThat(took)
                .isGreaterThan(
                        Duration.ofMillis(1_000L * records / perSecond - 1_000L * BURST_SECONDS))
                .isLessThan(Duration.ofMillis(1_000L * records / perSecond).plusSeconds(20));
    }

    @Test
    void theJobReadsNoMoreBytesASecondThanItMay(TablestoreEmulator emulator) throws Exception {
        int leastBytes = KEYS * TIMES * 60;
        int perSecond = 100_000;
        Duration took = read(emulator, 2, RateLimit.none().withBytesPerSecond(perSecond));
        assertThat(took)
                .isGreaterThan(
                        Duration.ofMillis(
                                1_000L * leastBytes / perSecond - 1_000L * BURST_SECONDS));
    }

    private static Duration read(TablestoreEmulator emulator, int readers, RateLimit limit)
            throws Exception {
        try (KeyedHistory history = new KeyedHistory(emulator, "limited", KEYS)) {
            history.split(0);
            history.write(TIMES);
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
            env.setParallelism(readers);
            OtsStreamSource<ChangeRecord> source =
                    history.source()
                            .stoppingPosition(StoppingPosition.latest())
                            .rateLimit(limit)
                            .build();
            DataStream<ChangeRecord> records =
                    env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes");
            HistoryCheck check = new HistoryCheck(1);
            check.attach(records);
            long begin = System.nanoTime();
            env.execute();
            check.assertAll(KEYS, TIMES);
            return Duration.ofNanos(System.nanoTime() - begin);
        }
    }
}
