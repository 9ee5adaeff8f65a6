/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.table.ValueComparison.Operator;
import io.github.otsstream.flink.table.row.MetadataColumn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import javax.annotation.Nullable;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * Translates the planner's filters to conditions on records, as far as a record's key, operation
 * and time tell. One for each time that filters are applied.
 *
 * <p>Where rows change and go, only filters on the key may take records away: all changes of a row
 * have the same key, but any other value may differ, and a row that was wanted before would stay.
 */
final class FilterTranslator {

    private static final Map<FunctionDefinition, Operator> COMPARISONS =
            Map.of(
                    BuiltInFunctionDefinitions.EQUALS, Operator.EQUAL,
                    BuiltInFunctionDefinitions.NOT_EQUALS, Operator.NOT_EQUAL,
                    BuiltInFunctionDefinitions.LESS_THAN, Operator.LESS,
                    BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL, Operator.LESS_OR_EQUAL,
                    BuiltInFunctionDefinitions.GREATER_THAN, Operator.GREATER,
                    BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL, Operator.GREATER_OR_EQUAL);

    /** A filter as a condition. */
    static final class Translation {
        private final RecordCondition condition;
        private final boolean exact;
        private final boolean onMetadata;
        private final long fromMillis;

        private Translation(
                RecordCondition condition, boolean exact, boolean onMetadata, long fromMillis) {
            this.condition = condition;
            this.exact = exact;
            this.onMetadata = onMetadata;
            this.fromMillis = fromMillis;
        }

        private static Translation onKey(RecordCondition condition, boolean exact) {
            return new Translation(condition, exact, false, Long.MIN_VALUE);
        }

        private static Translation onMetadata(RecordCondition condition, long fromMillis) {
            return new Translation(condition, true, true, fromMillis);
        }

        private Translation negated() {
            return new Translation(condition.not(), exact, onMetadata, Long.MIN_VALUE);
        }

        private Translation and(Translation other) {
            return new Translation(
                    condition.and(other.condition),
                    exact && other.exact,
                    onMetadata || other.onMetadata,
                    Math.max(fromMillis, other.fromMillis));
        }

        private Translation or(Translation other) {
            return new Translation(
                    condition.or(other.condition),
                    exact && other.exact,
                    onMetadata || other.onMetadata,
                    Math.min(fromMillis, other.fromMillis));
        }

        RecordCondition condition() {
            return condition;
        }

        /** Whether each record tells, so that the filter need not be asked again. */
        boolean isExact() {
            return exact;
        }

        /** Whether the filter asks for more than columns of the key. */
        boolean isOnMetadata() {
            return onMetadata;
        }

        /**
         * No record before that time is wanted; milliseconds since 1970, {@link Long#MIN_VALUE}
         * where this is not known.
         */
        long fromMillis() {
            return fromMillis;
        }
    }

    private final Map<String, MetadataColumn> metadata = new HashMap<>();
    private final RowType columns;
    private final DeclaredColumns declared;
    private final boolean onlyKey;

    private final List<RowType.RowField> keyColumns = new ArrayList<>();

    /**
     * @param columns the physical columns of the scan as it is
     * @param metadataColumns the metadata of the scan, by the names of the columns
     * @param onlyKey whether only filters on the declared key may take records away
     */
    FilterTranslator(
            RowType columns,
            Map<String, MetadataColumn> metadataColumns,
            DeclaredColumns declared,
            boolean onlyKey) {
        this.columns = columns;
        this.metadata.putAll(metadataColumns);
        this.declared = declared;
        this.onlyKey = onlyKey;
    }

    /** The columns that the translated conditions need of a record's key. */
    RowType keyColumns() {
        return new RowType(false, keyColumns);
    }

    /** Returns empty where a record does not tell. */
    Optional<Translation> translate(ResolvedExpression filter) {
        return Optional.ofNullable(translation(filter));
    }

    @Nullable
    private Translation translation(ResolvedExpression filter) {
        if (!(filter instanceof CallExpression)) {
            return null;
        }
        CallExpression call = (CallExpression) filter;
        FunctionDefinition function = call.getFunctionDefinition();
        if (COMPARISONS.containsKey(function)) {
            return comparison(COMPARISONS.get(function), call.getResolvedChildren());
        }
        if (function == BuiltInFunctionDefinitions.AND) {
            return all(call.getResolvedChildren(), Translation::and);
        }
        if (function == BuiltInFunctionDefinitions.OR) {
            return all(call.getResolvedChildren(), Translation::or);
        }
        if (function == BuiltInFunctionDefinitions.NOT) {
            Translation child = translation(call.getResolvedChildren().get(0));
            return child == null ? null : child.negated();
        }
        return null;
    }

    @Nullable
    private Translation all(List<ResolvedExpression> parts, BinaryOperator<Translation> joined) {
        Translation whole = null;
        for (ResolvedExpression part : parts) {
            Translation next = translation(part);
            if (next == null) {
                return null;
            }
            whole = whole == null ? next : joined.apply(whole, next);
        }
        return whole;
    }

    @Nullable
    private Translation comparison(Operator operator, List<ResolvedExpression> sides) {
        ResolvedExpression left = sides.get(0);
        ResolvedExpression right = sides.get(1);
        if (right instanceof ValueLiteralExpression) {
            return comparison(left, operator, (ValueLiteralExpression) right);
        }
        return left instanceof ValueLiteralExpression
                ? comparison(right, operator.flipped(), (ValueLiteralExpression) left)
                : null;
    }

    @Nullable
    private Translation comparison(
            ResolvedExpression side, Operator operator, ValueLiteralExpression literal) {
        if (side instanceof FieldReferenceExpression) {
            String name = ((FieldReferenceExpression) side).getName();
            return metadata.containsKey(name)
                    ? onMetadata(metadata.get(name), operator, literal)
                    : onColumn(name, operator, literal);
        }
        boolean isCast =
                side instanceof CallExpression
                        && ((CallExpression) side).getFunctionDefinition()
                                == BuiltInFunctionDefinitions.CAST;
        return isCast ? onCast(side, operator, literal) : null;
    }

    /**
     * A column is cast where metadata is declared as nullable, and {@code row-timestamp} to the
     * three digits that a column for watermarks has.
     */
    @Nullable
    private Translation onCast(
            ResolvedExpression cast, Operator operator, ValueLiteralExpression literal) {
        ResolvedExpression field = cast.getResolvedChildren().get(0);
        if (!(field instanceof FieldReferenceExpression)) {
            return null;
        }
        LogicalType from = field.getOutputDataType().getLogicalType();
        LogicalType to = cast.getOutputDataType().getLogicalType();
        if (from.copy(true).equals(to.copy(true))) {
            return comparison(field, operator, literal);
        }
        boolean isTime =
                metadata.get(((FieldReferenceExpression) field).getName())
                                == MetadataColumn.ROW_TIMESTAMP
                        && to.is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);
        return isTime
                ? onTime(((LocalZonedTimestampType) to).getPrecision(), operator, literal)
                : null;
    }

    @Nullable
    private Translation onMetadata(
            MetadataColumn column, Operator operator, ValueLiteralExpression literal) {
        if (onlyKey) {
            return null;
        }
        LogicalType type = column.dataType().getLogicalType();
        switch (column) {
            case OP_TYPE:
            case TYPE:
                return ValueComparison.of(type, operator, literal)
                        .map(FilterTranslator::onOperation)
                        .orElse(null);
            case ROW_TIMESTAMP:
                return onTime(((LocalZonedTimestampType) type).getPrecision(), operator, literal);
            case TIMESTAMP:
                return ValueComparison.of(type, operator, literal)
                        .map(FilterTranslator::onMicros)
                        .orElse(null);
            default:
                return null;
        }
    }

    private static Translation onOperation(ValueComparison comparison) {
        return Translation.onMetadata(
                (record, key) ->
                        result(
                                comparison.test(
                                        StringData.fromString(record.getOperation().name()))),
                Long.MIN_VALUE);
    }

    private static Translation onMicros(ValueComparison comparison) {
        return Translation.onMetadata(
                (record, key) -> result(comparison.test(record.getTimestampMicros())),
                isLowerBound(comparison.operator())
                        ? Math.floorDiv((Long) comparison.constant(), 1_000L)
                        : Long.MIN_VALUE);
    }

    @Nullable
    private Translation onTime(int precision, Operator operator, ValueLiteralExpression literal) {
        LogicalType type = new LocalZonedTimestampType(precision);
        ValueComparison comparison =
                onlyKey ? null : ValueComparison.of(type, operator, literal).orElse(null);
        if (comparison == null) {
            return null;
        }
        long unit = 1;
        for (int digits = precision; digits < 6; digits++) {
            unit *= 10;
        }
        long micros = unit;
        return Translation.onMetadata(
                (record, key) -> result(comparison.test(time(record, micros))),
                isLowerBound(operator)
                        ? ((Instant) comparison.constant()).toEpochMilli()
                        : Long.MIN_VALUE);
    }

    /** The time of the record, cut to a number of microseconds. */
    private static TimestampData time(ChangeRecord record, long unit) {
        long micros = record.getTimestampMicros();
        long cut = micros - Math.floorMod(micros, unit);
        return TimestampData.fromEpochMillis(
                Math.floorDiv(cut, 1_000L), (int) Math.floorMod(cut, 1_000L) * 1_000);
    }

    private static boolean isLowerBound(Operator operator) {
        return operator == Operator.EQUAL
                || operator == Operator.GREATER
                || operator == Operator.GREATER_OR_EQUAL;
    }

    @Nullable
    private Translation onColumn(String name, Operator operator, ValueLiteralExpression literal) {
        boolean isKey = declared.keyColumns().contains(name);
        if (!isKey && (onlyKey || !declared.keyMayHaveMore())) {
            return null;
        }
        LogicalType type = columns.getTypeAt(columns.getFieldIndex(name));
        ValueComparison comparison = ValueComparison.of(type, operator, literal).orElse(null);
        if (comparison == null) {
            return null;
        }
        int field = keyColumn(name, type);
        return Translation.onKey((record, key) -> test(comparison, key.value(field)), isKey);
    }

    private int keyColumn(String name, LogicalType type) {
        for (int i = 0; i < keyColumns.size(); i++) {
            if (keyColumns.get(i).getName().equals(name)) {
                return i;
            }
        }
        keyColumns.add(new RowType.RowField(name, type));
        return keyColumns.size() - 1;
    }

    private static int test(ValueComparison comparison, @Nullable Object value) {
        return value == null ? RecordCondition.OPEN : result(comparison.test(value));
    }

    private static int result(boolean holds) {
        return holds ? RecordCondition.TRUE : RecordCondition.FALSE;
    }
}
