/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Compares values, in the form in which Flink's rows hold them, with a constant as Flink does it.
 * Immutable; used by one thread.
 */
final class ValueComparison implements Serializable {

    private static final long serialVersionUID = 1L;

    /** How the value and the constant have to be related. */
    enum Operator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        /** The same relation, with its sides changed. */
        Operator flipped() {
            switch (this) {
                case LESS:
                    return GREATER;
                case LESS_OR_EQUAL:
                    return GREATER_OR_EQUAL;
                case GREATER:
                    return LESS;
                case GREATER_OR_EQUAL:
                    return LESS_OR_EQUAL;
                default:
                    return this;
            }
        }

        /**
         * @param order negative, zero or positive as the value is less than, equal to, or greater
         *     than the constant
         */
        boolean holds(int order) {
            switch (this) {
                case EQUAL:
                    return order == 0;
                case NOT_EQUAL:
                    return order != 0;
                case LESS:
                    return order < 0;
                case LESS_OR_EQUAL:
                    return order <= 0;
                case GREATER:
                    return order > 0;
                default:
                    return order >= 0;
            }
        }
    }

    private final Operator operator;
    private final Serializable constant;

    /** The constant as Flink's rows hold it, which can't be serialized. */
    private transient Object internal;

    private ValueComparison(Operator operator, Serializable constant) {
        this.operator = operator;
        this.constant = constant;
    }

    /**
     * @param type of the values
     * @return empty where the constant is of another kind than the values, or where it is not known
     *     that Flink compares them as this class does
     */
    static Optional<ValueComparison> of(
            LogicalType type, Operator operator, ValueLiteralExpression literal) {
        if (literal.isNull()) {
            return Optional.empty();
        }
        LogicalType literalType = literal.getOutputDataType().getLogicalType();
        return constant(type, literalType, literal)
                .filter(value -> !(value instanceof byte[]) || isEquality(operator))
                .map(value -> new ValueComparison(operator, value));
    }

    private static boolean isEquality(Operator operator) {
        return operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
    }

    private static Optional<? extends Serializable> constant(
            LogicalType type, LogicalType literalType, ValueLiteralExpression literal) {
        switch (type.getTypeRoot()) {
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case BIGINT:
                return integral(literalType, literal);
            case VARCHAR:
                return literal.getValueAs(String.class);
            case DECIMAL:
                return literal.getValueAs(BigDecimal.class);
            case VARBINARY:
                return literal.getValueAs(byte[].class);
            case DATE:
                return literal.getValueAs(LocalDate.class);
            case TIME_WITHOUT_TIME_ZONE:
                return literal.getValueAs(LocalTime.class);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return literal.getValueAs(LocalDateTime.class);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return literal.getValueAs(Instant.class);
            default:
                return Optional.empty();
        }
    }

    private static Optional<Long> integral(
            LogicalType literalType, ValueLiteralExpression literal) {
        switch (literalType.getTypeRoot()) {
            case TINYINT:
                return literal.getValueAs(Byte.class).map(Byte::longValue);
            case SMALLINT:
                return literal.getValueAs(Short.class).map(Short::longValue);
            case INTEGER:
                return literal.getValueAs(Integer.class).map(Integer::longValue);
            case BIGINT:
                return literal.getValueAs(Long.class);
            default:
                return Optional.empty();
        }
    }

    /** The constant, as an object that can be serialized. */
    Serializable constant() {
        return constant;
    }

    Operator operator() {
        return operator;
    }

    /**
     * @param value as Flink's rows hold it; not null
     */
    boolean test(Object value) {
        if (constant instanceof Long) {
            return operator.holds(Long.compare(((Number) value).longValue(), (Long) constant));
        }
        if (internal == null) {
            internal = internal(constant);
        }
        if (value instanceof byte[]) {
            return Arrays.equals((byte[]) value, (byte[]) internal) == (operator == Operator.EQUAL);
        }
        @SuppressWarnings("unchecked")
        Comparable<Object> comparable = (Comparable<Object>) value;
        return operator.holds(comparable.compareTo(internal));
    }

    private static Object internal(Serializable constant) {
        if (constant instanceof String) {
            return StringData.fromString((String) constant);
        } else if (constant instanceof BigDecimal) {
            BigDecimal decimal = (BigDecimal) constant;
            return DecimalData.fromBigDecimal(
                    decimal, Math.max(decimal.precision(), decimal.scale()), decimal.scale());
        } else if (constant instanceof LocalDate) {
            return (int) ((LocalDate) constant).toEpochDay();
        } else if (constant instanceof LocalTime) {
            return (int) (((LocalTime) constant).toNanoOfDay() / 1_000_000);
        } else if (constant instanceof LocalDateTime) {
            return TimestampData.fromLocalDateTime((LocalDateTime) constant);
        } else if (constant instanceof Instant) {
            return TimestampData.fromInstant((Instant) constant);
        }
        return constant;
    }
}
