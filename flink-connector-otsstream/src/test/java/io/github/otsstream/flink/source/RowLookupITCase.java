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
import io.github.otsstream.emulator.junit.TablestoreEmulatorExtension;
import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.Column;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.source.deserialization.LookupContext;
import io.github.otsstream.flink.source.deserialization.OtsStreamDeserializationSchema;
import io.github.otsstream.flink.source.reader.FetchSettings;
import io.github.otsstream.flink.source.reader.RowLookup;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole jobs that complete partial updates with rows that they read from the table. */
@Timeout(120)
class RowLookupITCase {

    /** What stands for a row that is not there. */
    private static final String NONE = "none";

    private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    private static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
                            .build());

    @RegisterExtension
    private static final TablestoreEmulatorExtension EMULATOR =
            TablestoreEmulatorExtension.create().wipedBetweenTests();

    private final TablestoreEmulator emulator = EMULATOR.emulator();
    private RandomRows table;
    private JobClient job;

    @AfterEach
    void cleanUp() throws Exception {
        TestJobs.cancel(job);
        table.close();
        Materialization.CHANGES.clear();
        Materialization.ROWS.clear();
    }

    @AfterAll
    static void closeReporter() {
        REPORTER.close();
    }

    @Test
    void theLastOfEachRowIsTheRowThroughServiceErrorsAndFailures() throws Exception {
        table = new RandomRows(emulator, "random", 40, 4);
        FaultRule busy = FaultRule.error(503, "OTSServerBusy", "Busy.");
        emulator.control()
                .faults(
                        FaultPlan.of(
                                7,
                                FaultRule.rowError(3, "OTSServerBusy", "Row is busy.")
                                        .withProbability(0.2),
                                busy.onOperation("BatchGetRow").withProbability(0.1),
                                FaultRule.dropAfter()
                                        .onOperation("BatchGetRow")
                                        .withProbability(0.05),
                                FaultRule.latency(0, 20).onOperation("BatchGetRow"),
                                busy.onOperation("GetStreamRecord").withProbability(0.05)));
        FailingMap.failuresLeft.set(2);
        start(
                table.<Tuple2<Long, String>>source()
                        .fetchSettings(FetchSettings.defaults().withRecordsPerRequest(40)),
                true);
        for (int i = 0; i < 30; i++) {
            table.change(50);
            if (i % 5 == 2) {
                table.split();
            }
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () -> assertThat(Materialization.CHANGES).isEqualTo(table.changes()));
        Map<Long, String> rows = new TreeMap<>(Materialization.ROWS);
        rows.values().removeIf(NONE::equals);
        assertThat(rows).isEqualTo(table.rows());
        assertThat(rows).hasSizeBetween(20, 40);
        assertThat(FailingMap.failuresLeft).hasValue(0);
        assertThat(emulator.control().counters("BatchGetRow").errors())
                .containsKey("OTSServerBusy");
    }

    @Test
    void lookupsAreMeasured() throws Exception {
        table = new RandomRows(emulator, "measured", 40, 5);
        table.change(500);
        start(table.source(), false);

        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(() -> Materialization.CHANGES.equals(table.changes()));
        // One page: each row that has been updated is read once.
        assertThat(((Counter) metric("otsstream.lookups")).getCount()).isBetween(30L, 40L);
        assertThat(((Histogram) metric("otsstream.lookupLatency")).getCount()).isPositive();
    }

    @Test
    void aMissingRightFailsTheJobAndIsNamed() throws Exception {
        table = new RandomRows(emulator, "forbidden", 40, 6);
        table.change(50);
        emulator.control()
                .faults(
                        FaultPlan.of(
                                1,
                                FaultRule.error(403, "OTSNoPermissionAccess", "No permission.")
                                        .onOperation("BatchGetRow")));
        start(table.source(), false);

        String shard = emulator.control().openShards("forbidden").get(0).shardId();
        assertThatThrownBy(() -> job.getJobExecutionResult().get(90, TimeUnit.SECONDS))
                .hasStackTraceContaining(
                        "The rows of table forbidden that changes in shard "
                                + shard
                                + " are to be completed with can't be looked up")
                .hasStackTraceContaining("needs the action ots:BatchGetRow on this table");
    }

    private void start(OtsStreamSourceBuilder<Tuple2<Long, String>> source, boolean restarts)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY, restarts ? "fixed-delay" : "none");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(restarts ? 2 : 1);
        env.enableCheckpointing(50);
        env.fromSource(
                        source.rowLookup(RowLookup.ofColumns(RandomRows.COLUMNS))
                                .deserializer(new WholeRows())
                                .build(),
                        WatermarkStrategy.noWatermarks(),
                        "changes")
                .map(new FailingMap())
                .returns(Types.TUPLE(Types.LONG, Types.STRING))
                .keyBy(change -> change.f0)
                .process(new Materialization())
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync();
    }

    private Metric metric(String name) {
        return REPORTER.getMetricsByIdentifiers(job.getJobID()).entrySet().stream()
                .filter(metric -> metric.getKey().endsWith(".Source: changes.0." + name))
                .map(Map.Entry::getValue)
                .findAny()
                .orElseThrow();
    }

    /** Emits for each record the row that it makes: by itself, or as it was looked up. */
    private static final class WholeRows
            implements OtsStreamDeserializationSchema<Tuple2<Long, String>> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(
                ChangeRecord record, Context context, Collector<Tuple2<Long, String>> out) {
            long key = record.getPrimaryKey().get(RandomRows.KEY).asLong();
            out.collect(Tuple2.of(key, row(record, (LookupContext) context)));
        }

        private static String row(ChangeRecord record, LookupContext context) {
            assertThat(context.hasLookedUp())
                    .isEqualTo(record.getOperation() == OperationType.UPDATE);
            if (record.getOperation() == OperationType.DELETE) {
                return NONE;
            }
            if (context.hasLookedUp()) {
                TableRow row = context.currentRow();
                return row == null ? NONE : RandomRows.shown(row.getColumns());
            }
            Map<String, Object> columns = new HashMap<>();
            for (Column column : record.getColumns()) {
                columns.put(column.getName(), column.asLong());
            }
            return RandomRows.shown(columns);
        }

        @Override
        public TypeInformation<Tuple2<Long, String>> getProducedType() {
            return Types.TUPLE(Types.LONG, Types.STRING);
        }
    }

    /** Keeps in keyed state how many changes of a row have come, and the row after the last. */
    private static final class Materialization
            extends KeyedProcessFunction<Long, Tuple2<Long, String>, Long> {
        private static final long serialVersionUID = 1L;
        private static final Map<Long, Integer> CHANGES = new ConcurrentHashMap<>();
        private static final Map<Long, String> ROWS = new ConcurrentHashMap<>();

        private transient ValueState<Integer> changes;

        @Override
        public void open(OpenContext context) {
            changes = getRuntimeContext().getState(new ValueStateDescriptor<>("n", Integer.class));
        }

        @Override
        public void processElement(
                Tuple2<Long, String> change, Context context, Collector<Long> out)
                throws Exception {
            changes.update(changes.value() == null ? 1 : changes.value() + 1);
            ROWS.put(change.f0, change.f1);
            CHANGES.put(change.f0, changes.value());
        }
    }

    /** Fails after some records each time, until it has done so a number of times. */
    private static final class FailingMap
            implements MapFunction<Tuple2<Long, String>, Tuple2<Long, String>> {
        private static final long serialVersionUID = 1L;
        private static final int RECORDS_BETWEEN_FAILURES = 200;

        private static final AtomicInteger failuresLeft = new AtomicInteger();
        private int records;

        @Override
        public Tuple2<Long, String> map(Tuple2<Long, String> change) {
            if (++records == RECORDS_BETWEEN_FAILURES
                    && failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("Failing on purpose");
            }
            return change;
        }
    }
}
