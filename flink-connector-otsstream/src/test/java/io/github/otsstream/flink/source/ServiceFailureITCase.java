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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole jobs, without restarts, while the service fails. */
@Timeout(120)
class ServiceFailureITCase {

    private static final int KEYS = 100;

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
        emulator.control().faults(FaultPlan.NONE);
        emulator.control().resetCounters();
        if (history != null) {
            history.close();
        }
    }

    @Test
    void readsEveryRecordOnceThroughEveryKindOfPassingFailure(TestInfo test) throws Exception {
        writeWithSplits(test);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.").times(1);
        FaultRule broken = FaultRule.error(500, "OTSInternalServerError", "Oops.").times(1);
        FaultRule throttled = FaultRule.error(429, "OTSFlowControl", "Slow down.").times(1);
        FaultRule unanswered = FaultRule.dropAfter().times(1);
        FaultRule unheard = FaultRule.dropBefore().times(1);
        FaultRule truncated = FaultRule.truncateBody().times(1);
        FaultRule corrupt = FaultRule.corruptBody().times(1);
        List<FaultRule> rules = new ArrayList<>();
        plan(rules, "ListStream", 1, unheard, broken);
        plan(rules, "DescribeStream", 1, throttled, truncated);
        plan(rules, "GetShardIterator", 1, corrupt, unanswered);
        plan(
                rules,
                "GetStreamRecord",
                2,
                throttled,
                busy,
                broken,
                unanswered,
                unheard,
                truncated,
                corrupt);
        emulator.control().faults(FaultPlan.of(1, rules.toArray(new FaultRule[0])));
        HistoryCheck check = new HistoryCheck(1);
        StreamExecutionEnvironment env = environment();
        check.attach(
                env.fromSource(
                        history.source().stoppingPosition(StoppingPosition.latest()).build(),
                        WatermarkStrategy.noWatermarks(),
                        "changes"));

        env.executeAsync().getJobExecutionResult().get(90, TimeUnit.SECONDS);

        check.assertAll(KEYS, 6);
        assertThat(emulator.control().counters("GetStreamRecord").errors())
                .containsKeys("OTSFlowControl", "OTSServerBusy", "OTSInternalServerError");
        assertThat(emulator.control().counters("GetStreamRecord").calls())
                .as("requests, of which every second of the first 13 failed")
                .isGreaterThan(13);
    }

    @Test
    void saysWhatWasTriedAndHowOftenWhenTheRetriesAreUsedUp(TestInfo test) throws Exception {
        writeWithSplits(test);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(503, "OTSServerBusy", "Busy.")
                                        .onOperation("GetStreamRecord")));
        StreamExecutionEnvironment env = environment();
        OtsStreamSource<ChangeRecord> source = history.source().maxRetries(2).build();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes").print();
        JobClient job = env.executeAsync();

        assertThatThrownBy(() -> job.getJobExecutionResult().get(90, TimeUnit.SECONDS))
                .hasStackTraceContaining(
                        "GetStreamRecord of table '" + history.table() + "', shard '")
                .hasStackTraceContaining("failed after 3 attempts in ")
                .hasStackTraceContaining("OTSServerBusy: Busy. (HTTP 503, request id ");
        assertThat(emulator.control().counters("GetStreamRecord").calls())
                .isGreaterThanOrEqualTo(3);
    }

    /** Every {@code distance}-th request of an operation meets the next fault. */
    private static void plan(
            List<FaultRule> rules, String operation, long distance, FaultRule... faults) {
        for (int i = 0; i < faults.length; i++) {
            rules.add(faults[i].onOperation(operation).afterSkipping(distance * i));
        }
    }

    private void writeWithSplits(TestInfo test) {
        String name = test.getTestMethod().get().getName();
        history = new KeyedHistory(emulator, name.substring(0, 40), KEYS);
        for (int i = 0; i < 3; i++) {
            history.write(2);
            history.split(i);
        }
    }

    private static StreamExecutionEnvironment environment() {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        env.setParallelism(2);
        return env;
    }
}
