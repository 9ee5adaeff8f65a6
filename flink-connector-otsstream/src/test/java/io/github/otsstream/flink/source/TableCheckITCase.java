/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.enumerator.TableCheck;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that have their table checked, against the emulator. */
@Timeout(120)
class TableCheckITCase {

    private static final int KEYS = 20;

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    private static TablestoreEmulator emulator;

    @TempDir private Path savepoints;

    private final HistoryCheck check = new HistoryCheck(1);
    private KeyedHistory history;
    private JobClient job;

    @BeforeAll
    static void startEmulator() {
        emulator = TablestoreEmulator.builder().start();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @AfterEach
    void cleanUp() throws Exception {
        TestJobs.cancel(job);
        emulator.control().faults(FaultPlan.NONE);
        emulator.control().resetCounters();
        history.close();
    }

    @Test
    void aJobWhoseTableDoesNotPassFailsWithTheChecksMessage() throws Exception {
        history = new KeyedHistory(emulator, "refused", KEYS);
        start(
                table -> {
                    throw new FlinkException(
                            "The key is " + table.getSchema().describeKey() + ", not text");
                },
                null);

        assertThatThrownBy(() -> job.getJobExecutionResult().get(90, TimeUnit.SECONDS))
                .hasStackTraceContaining("The key is (id INTEGER), not text");
        assertThat(calls("GetStreamRecord")).isZero();
    }

    @Test
    void aMissingRightIsNamed() throws Exception {
        history = new KeyedHistory(emulator, "forbidden", KEYS);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(403, "OTSNoPermissionAccess", "No permission.")
                                        .onOperation("DescribeTable")));
        start(table -> {}, null);

        assertThatThrownBy(() -> job.getJobExecutionResult().get(90, TimeUnit.SECONDS))
                .hasStackTraceContaining("Table forbidden can't be held against what")
                .hasStackTraceContaining("needs the action ots:DescribeTable on this table");
    }

    @Test
    void aTableIsDescribedOnceInAJobsLife() throws Exception {
        history = new KeyedHistory(emulator, "restored", KEYS);
        history.write(1);
        start(table -> {}, null);
        awaitRead(1);
        String savepoint = TestJobs.stop(job, savepoints);
        assertThat(calls("DescribeTable")).isOne();

        history.write(1);
        start(table -> {}, savepoint);
        awaitRead(2);

        assertThat(calls("DescribeTable")).isOne();
    }

    @Test
    void noCallIsMadeWhereNothingIsToBeChecked() throws Exception {
        history = new KeyedHistory(emulator, "unchecked", KEYS);
        history.write(1);
        start(null, null);
        awaitRead(1);

        assertThat(calls("DescribeTable")).isZero();
    }

    private void awaitRead(int times) {
        check.awaitAll(KEYS, times);
    }

    private void start(TableCheck tableCheck, String savepoint) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        OtsStreamSourceBuilder<ChangeRecord> source = history.source();
        if (tableCheck != null) {
            source.tableCheck(tableCheck);
        }
        check.attach(
                env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "changes")
                        .uid("source"));
        job = env.executeAsync();
    }

    private static long calls(String operation) {
        return emulator.control().counters(operation).calls();
    }
}
