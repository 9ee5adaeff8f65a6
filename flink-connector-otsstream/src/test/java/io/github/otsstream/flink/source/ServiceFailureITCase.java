/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.SyncClientInterface;
import com.alicloud.openservices.tablestore.model.CreateTableRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKeyType;
import com.alicloud.openservices.tablestore.model.TableMeta;
import com.alicloud.openservices.tablestore.model.TableOptions;
import io.github.otsstream.emulator.TablestoreEmulator;
import io.github.otsstream.emulator.client.SyncClients;
import io.github.otsstream.emulator.fault.FaultPlan;
import io.github.otsstream.emulator.fault.FaultRule;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.source.deserialization.ChangeRecordSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                        history.source()
                                .verifyContentMd5(true)
                                .stoppingPosition(StoppingPosition.latest())
                                .build(),
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

    @Test
    void aShardThatCantBeReadHoldsUpNoOther(TestInfo test) throws Exception {
        try (KeyRangeTable table = new KeyRangeTable(emulator, nameOf(test))) {
            int shards = 6;
            table.withUnrelatedShards(shards);
            FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
            emulator.control().faults(FaultPlan.of(1, busy.onShard(table.shard(0).shardId())));
            WatermarkProbe probe = new WatermarkProbe();
            StreamExecutionEnvironment env = environment();
            env.setParallelism(1);
            probe.attach(
                    env.fromSource(
                            table.<ChangeRecord>source()
                                    .deserializer(new ChangeRecordSchema())
                                    .fetchSettings(
                                            FetchSettings.defaults().withMaxRequestsInFlight(1))
                                    .build(),
                            WatermarkStrategy.noWatermarks(),
                            "changes"),
                    1);
            JobClient job = env.executeAsync();
            for (int range = 0; range < shards; range++) {
                table.write(range, "first");
            }
            awaitRecords(probe, shards - 1);
            for (int range = 0; range < shards; range++) {
                table.write(range, "second");
            }
            awaitRecords(probe, 2 * (shards - 1));
            assertThat(probe.values(0)).isEmpty();

            emulator.control().faults(FaultPlan.NONE);
            awaitRecords(probe, 2 * shards);
            assertThat(probe.values(0)).containsExactly("first", "second");
            TestJobs.cancel(job);
        }
    }

    private static void awaitRecords(WatermarkProbe probe, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(probe.arrivals()).hasSize(count));
    }

    @Test
    void aListingThatKeepsFailingFailsTheJobWhenItsRetriesAreUsedUp(TestInfo test)
            throws Exception {
        writeWithSplits(test);
        HistoryCheck check = new HistoryCheck(1);
        StreamExecutionEnvironment env = environment();
        check.attach(
                env.fromSource(
                        history.source()
                                .maxRetries(2)
                                .shardDiscoveryInterval(Duration.ofMillis(100))
                                .build(),
                        WatermarkStrategy.noWatermarks(),
                        "changes"));
        JobClient job = env.executeAsync();
        check.awaitAll(KEYS, 6);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
        emulator.control().faults(FaultPlan.of(1, busy.onOperation("DescribeStream")));

        assertThatThrownBy(() -> job.getJobExecutionResult().get(90, TimeUnit.SECONDS))
                .hasStackTraceContaining("The stream's shards can't be listed")
                .hasStackTraceContaining("DescribeStream of stream")
                .hasStackTraceContaining("failed after 3 attempts in ");
    }

    /** What no retry can heal fails the job at its first request, and says what to do. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "OTSAuthFailed, 403, check the access key id",
        "OTSNoPermissionAccess, 403, the access key needs the actions ots:ListStream",
        "OTSParameterInvalid, 400, ",
        "OTSObjectNotExist, 404, check the instance and the table",
    })
    void aRequestThatIsWrongIsNotMadeAgain(String code, int status, String advice)
            throws Exception {
        for (String operation : List.of("ListStream", "GetStreamRecord")) {
            try (KeyRangeTable table =
                    new KeyRangeTable(emulator, (code + operation).toLowerCase(Locale.ROOT))) {
                table.write(0, "first");
                emulator.control().resetCounters();
                FaultRule wrong = FaultRule.error(status, code, "That is wrong.");
                emulator.control().faults(FaultPlan.of(1, wrong.onOperation(operation)));
                JobClient job =
                        execute(
                                table.<ChangeRecord>source()
                                        .deserializer(new ChangeRecordSchema())
                                        .build());

                assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
                        .hasStackTraceContaining(operation + " of table '")
                        .hasStackTraceContaining(code + ": That is wrong")
                        .hasStackTraceContaining(advice == null ? "" : advice);
                assertThat(emulator.control().counters(operation).calls())
                        .isLessThanOrEqualTo(code.equals("OTSObjectNotExist") ? 11 : 1);
            }
        }
    }

    @Test
    void aTableThatIsNotThereFailsTheJob() throws Exception {
        try (KeyRangeTable table = new KeyRangeTable(emulator, "there")) {
            JobClient job =
                    execute(
                            table.<ChangeRecord>source()
                                    .tableName("not_there")
                                    .deserializer(new ChangeRecordSchema())
                                    .build());
            assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
                    .hasStackTraceContaining("ListStream of table 'not_there'")
                    .hasStackTraceContaining("check the instance and the table");
        }
    }

    @Test
    void aTableWithoutStreamFailsTheJob() throws Exception {
        SyncClientInterface client = SyncClients.of(emulator);
        TableMeta meta = new TableMeta("no_stream");
        meta.addPrimaryKeyColumn("id", PrimaryKeyType.INTEGER);
        client.createTable(new CreateTableRequest(meta, new TableOptions(-1, 1)));
        client.shutdown();
        JobClient job =
                execute(
                        OtsStreamSource.<ChangeRecord>builder()
                                .endpoint(emulator.endpoint())
                                .instanceName(emulator.instanceName())
                                .tableName("no_stream")
                                .credentials(emulator.accessKeyId(), emulator.accessKeySecret())
                                .deserializer(new ChangeRecordSchema())
                                .build());
        assertThatThrownBy(() -> job.getJobExecutionResult().get(60, TimeUnit.SECONDS))
                .hasStackTraceContaining("Table no_stream has no stream. Enable Stream on it");
    }

    private static JobClient execute(OtsStreamSource<ChangeRecord> source) throws Exception {
        StreamExecutionEnvironment env = environment();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync();
    }

    private static String nameOf(TestInfo test) {
        String name = test.getTestMethod().get().getName();
        return name.substring(0, Math.min(40, name.length()));
    }

    /** Every {@code distance}-th request of an operation meets the next fault. */
    private static void plan(
            List<FaultRule> rules, String operation, long distance, FaultRule... faults) {
        for (int i = 0; i < faults.length; i++) {
            rules.add(faults[i].onOperation(operation).afterSkipping(distance * i));
        }
    }

    private void writeWithSplits(TestInfo test) {
        history = new KeyedHistory(emulator, nameOf(test), KEYS);
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
