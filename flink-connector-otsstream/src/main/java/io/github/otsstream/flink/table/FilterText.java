/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;

/**
 * The text of a filter as an expression that is always true: a plan that has it in the filter's
 * place shows the filter and differs from plans with other filters, but asks for no column.
 */
final class FilterText {

    private FilterText() {}

    static ResolvedExpression of(ResolvedExpression filter) {
        ResolvedExpression text = literal(filter.asSummaryString());
        return CallExpression.permanent(
                BuiltInFunctionDefinitions.EQUALS, List.of(text, text), DataTypes.BOOLEAN());
    }

    private static ResolvedExpression literal(String text) {
        return new ValueLiteralExpression(text, DataTypes.STRING().notNull());
    }

    /** Whether the expression is one that {@link #of} has made. */
    static boolean is(ResolvedExpression expression) {
        if (!(expression instanceof CallExpression)
                || ((CallExpression) expression).getFunctionDefinition()
                        != BuiltInFunctionDefinitions.EQUALS) {
            return false;
        }
        List<ResolvedExpression> sides = expression.getResolvedChildren();
        Optional<String> left = text(sides.get(0));
        return left.isPresent() && left.equals(text(sides.get(1)));
    }

    private static Optional<String> text(ResolvedExpression expression) {
        return expression instanceof ValueLiteralExpression
                ? ((ValueLiteralExpression) expression).getValueAs(String.class)
                : Optional.empty();
    }
}
