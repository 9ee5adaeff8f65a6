/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the watermark that the source itself emits. */
@Timeout(120)
class SourceWatermarkITCase {

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

    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final WatermarkProbe probe = new WatermarkProbe();
    private TablestoreEmulator emulator;
    private KeyRangeTable table;
    private JobClient job;

    @BeforeEach
    void createTable(TablestoreEmulator running) {
        emulator = running;
        table = new KeyRangeTable(emulator, "events");
    }

    @AfterEach
    void stop() throws Exception {
        TestJobs.cancel(job);
        table.close();
    }

    @Test
    void aQuietTableHasAWatermarkThatFollowsTheServicesClock() throws Exception {
        table.withUnrelatedShards(3);
        start(2);
        awaitWatermarkOfNow();

        emulator.clock().advance(Duration.ofHours(2));
        awaitWatermarkOfNow();
        assertThat(probe.arrivals()).isEmpty();
    }

    @Test
    void moreReadersThanShardsDontHoldItBack() throws Exception {
        table.write(0, "only");
        start(4);
        awaitWatermarkOfNow();
        assertThat(probe.arrivals()).hasSize(1);
    }

    @Test
    void noRecordIsLateThroughSplitsAndMergesAcrossReaders() throws Exception {
        start(3);
        for (int round = 0; round < 30; round++) {
            for (int range = 0; range < 4; range++) {
                table.write(range, "round " + round);
            }
            if (round % 5 == 2 && round < 20) {
                table.splitBefore(1 + round / 5);
            }
            if (round % 5 == 4 && round >= 20) {
                emulator.control().merge("events", shard(0), shard(1 + round / 5 - 4));
            }
            if (round % 10 == 9) {
                awaitWatermarkOfNow();
            }
            emulator.clock().advance(Duration.ofMinutes(1));
        }
        await().untilAsserted(() -> assertThat(probe.arrivals()).hasSize(120));
        awaitWatermarkOfNow();
        assertThat(probe.arrivals()).noneMatch(WatermarkProbe.Arrival::isLate);
    }

    private String shard(int range) {
        return table.shard(range).shardId();
    }

    /** No later than now less the margin, and not much earlier. */
    private void awaitWatermarkOfNow() {
        long now = emulator.clock().millis();
        await().untilAsserted(
                        () ->
                                assertThat(probe.watermark())
                                        .isGreaterThan(now - MARGIN.toMillis() - 1_000));
        assertThat(probe.watermark()).isLessThan(emulator.clock().millis() - MARGIN.toMillis());
    }

    private static ConditionFactory await() {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(30));
    }

    private void start(int readers) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(100);
        OtsStreamSource<ChangeRecord> source =
                table.<ChangeRecord>source()
                        .deserializer(new ChangeRecordSchema())
                        .fetchSettings(
                                FetchSettings.defaults()
                                        .withIdleInterval(
                                                Duration.ofMillis(20), Duration.ofMillis(50)))
                        .shardDiscoveryInterval(Duration.ofMillis(500))
                        .sourceWatermarks(MARGIN)
                        .build();
        probe.attach(
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                        .setParallelism(readers),
                1);
        job = env.executeAsync();
    }
}
