/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.connector.ParallelismProvider;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.ScanTableSource.ScanRuntimeProvider;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.connector.source.ScanRuntimeProviderContext;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

/** What the planner is told by a table, and given to read it. */
class OtsStreamTableSourceTest {

    private final Configuration session = new Configuration();
    private final Map<String, String> catalogOptions = new HashMap<>();

    @Test
    void rowsChangeAsTheModeSays() {
        assertThat(kinds()).containsExactly(RowKind.INSERT);
        assertThat(kinds("changelog-mode", "upsert"))
                .contains(RowKind.UPDATE_AFTER, RowKind.DELETE)
                .doesNotContain(RowKind.UPDATE_BEFORE);
        assertThat(kinds("changelog-mode", "upsert", "ignore-delete", "true"))
                .contains(RowKind.UPDATE_AFTER)
                .doesNotContain(RowKind.UPDATE_BEFORE, RowKind.DELETE);
        assertThat(kinds("changelog-mode", "all")).containsExactlyInAnyOrder(RowKind.values());
        assertThat(kinds("changelog-mode", "all", "ignore-delete", "true"))
                .containsExactlyInAnyOrder(
                        RowKind.INSERT, RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER);
    }

    private Iterable<RowKind> kinds(String... options) {
        return source(options).getChangelogMode().getContainedKinds();
    }

    @Test
    void aScanIsBoundedIfItHasAnEnd() {
        assertThat(scan(source()).isBounded()).isFalse();
        assertThat(scan(source("scan.bounded.mode", "latest")).isBounded()).isTrue();
        OtsStreamTableSource watermarked = source("scan.date", "20260301");
        watermarked.applyWatermark(WatermarkStrategy.noWatermarks());
        assertThat(scan(watermarked).isBounded()).isTrue();
    }

    @Test
    void theSourceTellsWhereItsDataComesFrom() {
        SourceProvider scan = (SourceProvider) scan(source());
        LineageVertexProvider source = (LineageVertexProvider) scan.createSource();
        assertThat(source.getLineageVertex().datasets())
                .singleElement()
                .satisfies(
                        table -> {
                            assertThat(table.name()).isEqualTo("orders");
                            assertThat(table.namespace())
                                    .isEqualTo(
                                            "tablestore://shop.cn-hangzhou.ots.aliyuncs.com/shop");
                        });
    }

    @Test
    void thePlannerIsToldOfAParallelismWhereItCanKeepKeysTogether() {
        assertThat(parallelism(scan(source("scan.parallelism", "3")))).contains(3);
        OtsStreamTableSource upsert = source("scan.parallelism", "3", "changelog-mode", "upsert");
        assertThat(parallelism(scan(upsert))).contains(3);

        // The key is where it is declared in the first projection, but not in the second.
        upsert.applyProjection(new int[][] {{0}, {1}}, DataTypes.ROW());
        assertThat(parallelism(scan(upsert))).contains(3);
        upsert.applyProjection(new int[][] {{1}, {0}}, DataTypes.ROW());
        ScanRuntimeProvider scan = scan(upsert);
        assertThat(parallelism(scan)).isEmpty();
        assertThat(produce(scan, Optional.empty()).getParallelism()).isEqualTo(3);
    }

    private static Optional<Integer> parallelism(ScanRuntimeProvider scan) {
        return ((ParallelismProvider) scan).getParallelism();
    }

    @Test
    void aScanWithWatermarksHasTheIdThatThePlannerGivesToSources() {
        OtsStreamTableSource source = source();
        source.applyWatermark(WatermarkStrategy.noWatermarks());
        ScanRuntimeProvider scan = scan(source);
        assertThat(produce(scan, Optional.of("7_")).getTransformation().getUid())
                .isEqualTo("7_source");
        assertThat(produce(scan, Optional.empty()).getTransformation().getUid()).isNull();
    }

    private static DataStream<RowData> produce(
            ScanRuntimeProvider scan, Optional<String> idPrefix) {
        return ((DataStreamScanProvider) scan)
                .produceDataStream(
                        name -> idPrefix.map(prefix -> prefix + name),
                        StreamExecutionEnvironment.getExecutionEnvironment());
    }

    @Test
    void aCopyIsChangedByItself() {
        OtsStreamTableSource source = source();
        OtsStreamTableSource copy = (OtsStreamTableSource) source.copy();
        copy.applyWatermark(WatermarkStrategy.noWatermarks());
        assertThat(scan(source)).isInstanceOf(SourceProvider.class);
        assertThat(scan(copy)).isInstanceOf(DataStreamScanProvider.class);
        assertThat(scan((OtsStreamTableSource) copy.copy()))
                .isInstanceOf(DataStreamScanProvider.class);
        assertThat(source.asSummaryString()).isEqualTo("Tablestore stream of orders");
    }

    @Test
    void timesAreThoseOfTheSession() {
        session.set(TableConfigOptions.LOCAL_TIME_ZONE, "Asia/Shanghai");
        assertThat(described(source("scan.startup.time", "20260301200000")))
                .contains("from timestamp 2026-03-01T12:00:00Z, to never");
        session.set(TableConfigOptions.LOCAL_TIME_ZONE, "UTC");
        assertThat(described(source("scan.startup.time", "20260301200000")))
                .contains("from timestamp 2026-03-01T20:00:00Z, to never");
    }

    /** The options of the catalog's table win over those in a compiled plan, where it may be. */
    @Test
    void aPlanTakesFromTheCatalogWhatChangesNothingOfIt() {
        catalogOptions.put("startTimestampMillis", "1000");
        catalogOptions.put("changelog-mode", "upsert");
        OtsStreamTableSource source = source("scan.startup.timestamp-millis", "2000");
        assertThat(described(source)).contains("from timestamp 1970-01-01T00:00:01Z");
        assertThat(source.getChangelogMode().containsOnly(RowKind.INSERT)).isTrue();

        catalogOptions.put("max-retries", "-1");
        assertThatThrownBy(this::source).hasStackTraceContaining("'max-retries' = '-1'");
    }

    private static String described(OtsStreamTableSource source) {
        return ((SourceProvider) scan(source)).createSource().toString();
    }

    private static ScanRuntimeProvider scan(OtsStreamTableSource source) {
        return source.getScanRuntimeProvider(ScanRuntimeProviderContext.INSTANCE);
    }

    private OtsStreamTableSource source(String... options) {
        Map<String, String> all = Planning.options(options);
        boolean keyed = all.getOrDefault("changelog-mode", "append").equals("append");
        ResolvedSchema schema =
                new ResolvedSchema(
                        List.of(
                                Column.physical("id", DataTypes.BIGINT().notNull()),
                                Column.physical("note", DataTypes.STRING())),
                        List.of(),
                        keyed ? null : UniqueConstraint.primaryKey("pk", List.of("id")));
        return (OtsStreamTableSource)
                FactoryUtil.createDynamicTableSource(
                        new OtsStreamTableFactory(),
                        ObjectIdentifier.of("catalog", "database", "t"),
                        new ResolvedCatalogTable(
                                CatalogTable.newBuilder()
                                        .schema(
                                                Schema.newBuilder()
                                                        .fromResolvedSchema(schema)
                                                        .build())
                                        .options(all)
                                        .build(),
                                schema),
                        catalogOptions,
                        session,
                        getClass().getClassLoader(),
                        false);
    }
}
