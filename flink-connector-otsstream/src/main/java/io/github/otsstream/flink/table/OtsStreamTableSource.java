/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.source.OtsStreamSource;
import io.github.otsstream.flink.source.OtsStreamSourceBuilder;
import io.github.otsstream.flink.source.reader.RowLookup;
import io.github.otsstream.flink.table.row.ChangelogKind;
import io.github.otsstream.flink.table.row.MetadataColumn;
import io.github.otsstream.flink.table.row.PartialUpdate;
import io.github.otsstream.flink.table.row.RecordFilter;
import io.github.otsstream.flink.table.row.RowDataSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.Projection;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table's stream as a table, to the planner. Its rows have the wanted physical columns and then
 * the wanted metadata; what is not wanted is never decoded.
 *
 * <p>Changed by the planner through its abilities, and copied before each change.
 */
@Internal
public final class OtsStreamTableSource
        implements ScanTableSource,
                SupportsProjectionPushDown,
                SupportsReadingMetadata,
                SupportsFilterPushDown,
                SupportsLimitPushDown,
                SupportsWatermarkPushDown,
                SupportsSourceWatermark {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final SourceSettings settings;
    private final RowSettings rows;
    private final DeclaredColumns declared;

    private RowType columns;
    private boolean projected;
    private List<MetadataColumn> metadata = List.of();
    private DataType producedType;
    private boolean sourceWatermarks;
    @Nullable private WatermarkStrategy<RowData> watermarkStrategy;
    private RecordFilter filter = RecordFilter.ALL;

    private long limit = NO_LIMIT;

    /** No record before that time is wanted; {@link Long#MIN_VALUE} if that is not known. */
    private long wantedFromMillis = Long.MIN_VALUE;

    OtsStreamTableSource(SourceSettings settings, RowSettings rows, DeclaredColumns declared) {
        this.settings = settings;
        this.rows = rows;
        this.declared = declared;
        this.columns = declared.type();
        this.producedType = declared.dataType();
    }

    private OtsStreamTableSource(OtsStreamTableSource other) {
        settings = other.settings;
        rows = other.rows;
        declared = other.declared;
        columns = other.columns;
        projected = other.projected;
        metadata = other.metadata;
        producedType = other.producedType;
        sourceWatermarks = other.sourceWatermarks;
        watermarkStrategy = other.watermarkStrategy;
        filter = other.filter;
        limit = other.limit;
        wantedFromMillis = other.wantedFromMillis;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return rows.changelogMode();
    }

    @Override
    public boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        projected = true;
        columns = (RowType) Projection.of(projectedFields).project(declared.type());
        producedType = producedDataType;
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return MetadataColumn.list();
    }

    @Override
    public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
        metadata = metadataKeys.stream().map(MetadataColumn::of).collect(Collectors.toList());
        producedType = producedDataType;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Below watermarks that are made of the rows nothing is left out: time goes on with every
     * record, and would stand still where few of them are wanted.
     *
     * <p>Up to Flink 2.3, the planner can't make a scan anew from a compiled plan whose filter asks
     * for metadata, if it was applied before the projection was. So of such a filter the plan gets
     * no more than a text, and the planner asks it again.
     */
    @Override
    public Result applyFilters(List<ResolvedExpression> filters) {
        if (watermarkStrategy != null) {
            return Result.of(List.of(), filters);
        }
        FilterTranslator translator =
                new FilterTranslator(columns, metadataNames(), declared, !rows.isAppendOnly());
        List<RecordCondition> conditions = new ArrayList<>();
        List<ResolvedExpression> accepted = new ArrayList<>();
        List<ResolvedExpression> remaining = new ArrayList<>();
        for (ResolvedExpression expression : filters) {
            if (FilterText.is(expression)) {
                accepted.add(expression);
                continue;
            }
            FilterTranslator.Translation translation =
                    translator.translate(expression).orElse(null);
            if (translation == null) {
                remaining.add(expression);
                continue;
            }
            conditions.add(translation.condition());
            wantedFromMillis = Math.max(wantedFromMillis, translation.fromMillis());
            boolean onlyText = translation.isOnMetadata() && !projected;
            accepted.add(onlyText ? FilterText.of(expression) : expression);
            if (onlyText || !translation.isExact()) {
                remaining.add(expression);
            }
        }
        if (!conditions.isEmpty()) {
            filter = new ConditionFilter(conditions, translator.keyColumns());
        }
        return Result.of(accepted, remaining);
    }

    @Override
    public void applyLimit(long rows) {
        limit = rows;
    }

    /** What the metadata columns of the scan are called. */
    private Map<String, MetadataColumn> metadataNames() {
        List<String> names = DataType.getFieldNames(producedType);
        Map<String, MetadataColumn> named = new HashMap<>();
        for (int i = 0; i < metadata.size(); i++) {
            named.put(names.get(columns.getFieldCount() + i), metadata.get(i));
        }
        return named;
    }

    @Override
    public void applyWatermark(WatermarkStrategy<RowData> strategy) {
        watermarkStrategy = strategy;
    }

    @Override
    public void applySourceWatermark() {
        sourceWatermarks = true;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        OtsStreamSourceBuilder<RowData> builder = settings.newBuilder();
        builder.deserializer(
                new RowDataSchema(
                        rows.format(columns, metadata, declared),
                        filter,
                        context.createTypeInformation(producedType)));
        if (!settings.hasStatusTable()) {
            // A status table tells other jobs what was read, wanted or not.
            builder.wantedFrom(wantedFromMillis);
        }
        if (!settings.isTimeSeries()) {
            builder.tableCheck(new TableExpectation(declared, rows.changelog(), originColumns()));
        }
        if (rows.changelog() == ChangelogKind.UPSERT
                && rows.partialUpdate() == PartialUpdate.LOOKUP
                && !attributes().isEmpty()) {
            builder.rowLookup(RowLookup.ofColumns(attributes()));
        }
        if (isLimited()) {
            builder.limit(limit);
        }
        if (sourceWatermarks) {
            builder.sourceWatermarks(settings.watermarkClockMargin());
        }
        OtsStreamSource<RowData> source = builder.build();
        Integer parallelism = settings.parallelism().orElse(null);
        boolean keptFromPlanner = parallelism != null && !rows.isAppendOnly() && isKeyMoved();
        return watermarkStrategy == null && !keptFromPlanner
                ? SourceProvider.of(source, parallelism)
                : new DataStreamScan(
                        source,
                        watermarkStrategy == null
                                ? WatermarkStrategy.noWatermarks()
                                : watermarkStrategy,
                        settings.tableName(),
                        parallelism,
                        keptFromPlanner);
    }

    /**
     * Whether reading may end before the end. Rows that change have to be read to know which there
     * are, an unbounded query does not end by itself, and where a status table says that a window
     * was read, it was.
     */
    private boolean isLimited() {
        return limit > 0
                && limit != NO_LIMIT
                && rows.isAppendOnly()
                && settings.isBounded()
                && !settings.hasStatusTable();
    }

    /** The columns of which records have to say what they were before. */
    private List<String> originColumns() {
        switch (rows.changelog()) {
            case UPSERT:
                return rows.partialUpdate() == PartialUpdate.ORIGIN_COLUMNS
                        ? columns.getFieldNames()
                        : List.of();
            case ALL:
                // Whether there was a row is told by any of its columns.
                return declared.type().getFieldNames();
            default:
                return List.of();
        }
    }

    /** The wanted columns that are not of the declared key. */
    private List<String> attributes() {
        List<String> names = new ArrayList<>(columns.getFieldNames());
        names.removeAll(declared.primaryKey());
        return names;
    }

    /**
     * Whether the columns of the primary key have not the places where they are declared. The
     * planner, which keeps changes of a key together where it is told of a parallelism, looks for
     * them there (up to Flink 2.3).
     */
    private boolean isKeyMoved() {
        return declared.primaryKey().stream()
                .anyMatch(key -> columns.getFieldIndex(key) != declared.type().getFieldIndex(key));
    }

    @Override
    public DynamicTableSource copy() {
        return new OtsStreamTableSource(this);
    }

    @Override
    public String asSummaryString() {
        return "Tablestore stream of " + settings.tableName();
    }
}
