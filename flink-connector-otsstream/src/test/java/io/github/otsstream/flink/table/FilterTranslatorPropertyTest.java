/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.table.FilterTranslator.Translation;
import io.github.otsstream.flink.table.row.MetadataColumn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinition;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.util.InstantiationUtil;

/**
 * A translated filter wants the same records that the filter says of their values, where the values
 * are compared as what they were before they came into a record.
 */
class FilterTranslatorPropertyTest {

    private static final BuiltInFunctionDefinition[] COMPARISONS = {
        BuiltInFunctionDefinitions.EQUALS,
        BuiltInFunctionDefinitions.NOT_EQUALS,
        BuiltInFunctionDefinitions.LESS_THAN,
        BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL,
        BuiltInFunctionDefinitions.GREATER_THAN,
        BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL
    };

    private static final DataType[] INTEGER_TYPES = {
        DataTypes.BIGINT(),
        DataTypes.INT(),
        DataTypes.SMALLINT(),
        DataTypes.TINYINT(),
        DataTypes.DECIMAL(20, 0),
        DataTypes.TIMESTAMP(3),
        DataTypes.TIMESTAMP_LTZ(3)
    };

    private static final long[] NUMBERS = {-1, 0, 1, 2, 127, 128, 40_000, 1L << 31, 1L << 40};
    private static final String[] TEXTS = {"", "a", "A", "ab", "b", "ä", "\uD83D\uDE00", "\uFFFD"};

    /** Around a second, with and without digits behind the milliseconds. */
    private static final long[] MICROS = {
        1_700_000_000_000_000L,
        1_700_000_000_000_001L,
        1_700_000_000_000_999L,
        1_700_000_000_001_000L,
        1_700_000_001_000_000L
    };

    /** What is true, false or open of a record, and the same as an expression. */
    private static final class Filter {
        private final ResolvedExpression expression;
        private final ToIntFunction<Values> truth;

        Filter(ResolvedExpression expression, ToIntFunction<Values> truth) {
            this.expression = expression;
            this.truth = truth;
        }
    }

    /** What a record is made of. */
    private static final class Values {
        private long id;
        private String name;
        private OperationType operation;
        private long micros;

        ChangeRecord record() {
            return ChangeRecord.builder()
                    .operation(operation)
                    .sequence(1, micros, 0)
                    .key("id", id)
                    .key("name", name)
                    .build();
        }
    }

    private Random random;
    private DataType idType;

    @Property(tries = 500)
    void aTranslatedFilterWantsWhatTheFilterSays(@ForAll long seed) throws Exception {
        random = new Random(seed);
        idType = oneOf(INTEGER_TYPES);
        FilterTranslator translator = translator(false);
        Filter first = filter(3);
        Filter second = filter(2);
        List<RecordCondition> conditions = new ArrayList<>();
        for (Filter filter : List.of(first, second)) {
            Translation translation = translator.translate(filter.expression).orElseThrow();
            assertThat(translation.isExact()).isTrue();
            conditions.add(translation.condition());
        }
        ConditionFilter translated =
                InstantiationUtil.clone(new ConditionFilter(conditions, translator.keyColumns()));

        for (int i = 0; i < 50; i++) {
            Values values = values();
            boolean wanted =
                    first.truth.applyAsInt(values) >= 0 && second.truth.applyAsInt(values) >= 0;
            assertThat(translated.test(values.record()))
                    .as(
                            "%s and %s of %s",
                            first.expression, second.expression, values.record().describe())
                    .isEqualTo(wanted);
        }
    }

    /** No record that a filter wants is before the time that is said to be the first. */
    @Property(tries = 500)
    void nothingThatIsWantedIsBeforeTheFirstTime(@ForAll long seed) {
        random = new Random(seed);
        idType = DataTypes.BIGINT();
        Filter filter = filter(3);
        long fromMillis = translator(false).translate(filter.expression).orElseThrow().fromMillis();

        for (int i = 0; i < 50; i++) {
            Values values = values();
            if (filter.truth.applyAsInt(values) >= 0) {
                assertThat(Math.floorDiv(values.micros, 1_000L))
                        .as("%s", filter.expression)
                        .isGreaterThanOrEqualTo(fromMillis);
            }
        }
    }

    /** Where rows change, no filter is taken that asks for more than the key. */
    @Property(tries = 200)
    void ofChangingRowsOnlyTheKeyIsAskedFor(@ForAll long seed) {
        random = new Random(seed);
        idType = DataTypes.BIGINT();
        Filter filter = filter(3);

        assertThat(translator(true).translate(filter.expression).isPresent())
                .as("%s", filter.expression)
                .isEqualTo(
                        !names(filter.expression).contains("op")
                                && !names(filter.expression).contains("ts"));
    }

    private static List<String> names(ResolvedExpression expression) {
        if (expression instanceof FieldReferenceExpression) {
            return List.of(((FieldReferenceExpression) expression).getName());
        }
        List<String> names = new ArrayList<>();
        expression.getResolvedChildren().forEach(child -> names.addAll(names(child)));
        return names;
    }

    private FilterTranslator translator(boolean onlyKey) {
        ResolvedSchema schema =
                new ResolvedSchema(
                        List.of(
                                Column.physical("note", DataTypes.STRING()),
                                Column.physical("name", DataTypes.STRING().notNull()),
                                Column.physical("id", idType.notNull())),
                        List.of(),
                        UniqueConstraint.primaryKey("pk", List.of("id", "name")));
        List<ConfigOption<?>> known =
                new ArrayList<>(new OtsStreamTableFactory().optionalOptions());
        GivenOptions options =
                GivenOptions.of(
                        known, Map.of("changelog-mode", "upsert", "partial-update", "null"));
        DeclaredColumns declared = DeclaredColumns.of(schema, RowSettings.of(options), options);
        return new FilterTranslator(
                declared.type(),
                Map.of("op", MetadataColumn.OP_TYPE, "ts", MetadataColumn.ROW_TIMESTAMP),
                declared,
                onlyKey);
    }

    private Filter filter(int depth) {
        int kind = depth == 0 ? 3 : random.nextInt(6);
        switch (kind) {
            case 0:
            case 1:
                return combined(depth, kind == 0);
            case 2:
                Filter negated = filter(depth - 1);
                return new Filter(
                        call(BuiltInFunctionDefinitions.NOT, negated.expression),
                        values -> -negated.truth.applyAsInt(values));
            default:
                return comparison();
        }
    }

    private Filter combined(int depth, boolean and) {
        List<Filter> parts = new ArrayList<>();
        for (int i = 0; i <= 1 + random.nextInt(2); i++) {
            parts.add(filter(depth - 1));
        }
        return new Filter(
                call(
                        and ? BuiltInFunctionDefinitions.AND : BuiltInFunctionDefinitions.OR,
                        parts.stream()
                                .map(part -> part.expression)
                                .toArray(ResolvedExpression[]::new)),
                values ->
                        and
                                ? parts.stream()
                                        .mapToInt(part -> part.truth.applyAsInt(values))
                                        .min()
                                        .getAsInt()
                                : parts.stream()
                                        .mapToInt(part -> part.truth.applyAsInt(values))
                                        .max()
                                        .getAsInt());
    }

    private Filter comparison() {
        switch (random.nextInt(4)) {
            case 0:
                return onId();
            case 1:
                String text = oneOf(TEXTS);
                return compared(
                        field("name", DataTypes.STRING().notNull()),
                        literal(text, DataTypes.STRING()),
                        values -> signum(Arrays.compareUnsigned(utf8(values.name), utf8(text))),
                        values -> true);
            case 2:
                String operation = random.nextBoolean() ? "UPDATE" : "PUT";
                return compared(
                        field("op", MetadataColumn.OP_TYPE.dataType()),
                        literal(operation, DataTypes.STRING()),
                        values -> signum(values.operation.name().compareTo(operation)),
                        values -> true);
            default:
                return onTime();
        }
    }

    private Filter onId() {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        LogicalType type = idType.getLogicalType();
        long constant = fits(type, number) ? number : 1;
        return compared(
                field("id", idType.notNull()),
                literal(asLiteral(type, constant), idType),
                values -> Long.compare(values.id, constant),
                values -> fits(type, values.id));
    }

    private static Object asLiteral(LogicalType type, long number) {
        switch (type.getTypeRoot()) {
            case TINYINT:
                return (byte) number;
            case SMALLINT:
                return (short) number;
            case INTEGER:
                return (int) number;
            case BIGINT:
                return number;
            case DECIMAL:
                return BigDecimal.valueOf(number);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return LocalDateTime.ofInstant(Instant.ofEpochMilli(number), ZoneOffset.UTC);
            default:
                return Instant.ofEpochMilli(number);
        }
    }

    private static boolean fits(LogicalType type, long number) {
        switch (type.getTypeRoot()) {
            case TINYINT:
                return number == (byte) number;
            case SMALLINT:
                return number == (short) number;
            case INTEGER:
                return number == (int) number;
            default:
                return true;
        }
    }

    private Filter onTime() {
        boolean cut = random.nextBoolean();
        long micros = MICROS[random.nextInt(MICROS.length)];
        Instant constant =
                Instant.EPOCH
                        .plus(micros, ChronoUnit.MICROS)
                        .plusNanos(cut ? 0 : random.nextInt(2));
        ResolvedExpression field = field("ts", MetadataColumn.ROW_TIMESTAMP.dataType());
        ResolvedExpression side =
                cut
                        ? CallExpression.permanent(
                                BuiltInFunctionDefinitions.CAST,
                                List.of(field),
                                DataTypes.TIMESTAMP_LTZ(3))
                        : field;
        return compared(
                side,
                literal(constant, DataTypes.TIMESTAMP_LTZ(9)),
                values ->
                        Instant.EPOCH
                                .plus(
                                        cut ? values.micros / 1_000 * 1_000 : values.micros,
                                        ChronoUnit.MICROS)
                                .compareTo(constant),
                values -> true);
    }

    /** With its sides in either order. */
    private Filter compared(
            ResolvedExpression side,
            ResolvedExpression constant,
            ToIntFunction<Values> order,
            Predicate<Values> known) {
        BuiltInFunctionDefinition function = oneOf(COMPARISONS);
        boolean flipped = random.nextBoolean();
        return new Filter(
                flipped ? call(function, constant, side) : call(function, side, constant),
                values -> {
                    if (!known.test(values)) {
                        return 0;
                    }
                    int sign = signum(order.applyAsInt(values));
                    return holds(function, flipped ? -sign : sign) ? 1 : -1;
                });
    }

    private static boolean holds(BuiltInFunctionDefinition function, int sign) {
        if (function == BuiltInFunctionDefinitions.EQUALS) {
            return sign == 0;
        } else if (function == BuiltInFunctionDefinitions.NOT_EQUALS) {
            return sign != 0;
        } else if (function == BuiltInFunctionDefinitions.LESS_THAN) {
            return sign < 0;
        } else if (function == BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL) {
            return sign <= 0;
        } else if (function == BuiltInFunctionDefinitions.GREATER_THAN) {
            return sign > 0;
        }
        return sign >= 0;
    }

    private Values values() {
        Values values = new Values();
        values.id = NUMBERS[random.nextInt(NUMBERS.length)];
        values.name = oneOf(TEXTS);
        values.operation = oneOf(OperationType.values());
        values.micros = MICROS[random.nextInt(MICROS.length)];
        return values;
    }

    private static ResolvedExpression field(String name, DataType type) {
        return new FieldReferenceExpression(name, type, 0, 0);
    }

    private static ResolvedExpression literal(Object value, DataType type) {
        return new ValueLiteralExpression(value, type.notNull());
    }

    private static ResolvedExpression call(
            BuiltInFunctionDefinition function, ResolvedExpression... arguments) {
        return CallExpression.permanent(function, List.of(arguments), DataTypes.BOOLEAN());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int signum(int order) {
        return Integer.signum(order);
    }

    private <T> T oneOf(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
