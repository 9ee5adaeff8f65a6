/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.Service.assertConditionFails;
import static io.github.otsstream.emulator.operation.Service.assertInvalid;
import static io.github.otsstream.emulator.operation.Service.column;
import static io.github.otsstream.emulator.operation.Service.key;
import static io.github.otsstream.emulator.operation.Service.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.Condition;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.Row;
import com.alicloud.openservices.tablestore.model.RowExistenceExpectation;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.condition.ColumnCondition;
import com.alicloud.openservices.tablestore.model.condition.CompositeColumnValueCondition;
import com.alicloud.openservices.tablestore.model.condition.SingleColumnValueCondition;
import com.alicloud.openservices.tablestore.model.filter.ColumnPaginationFilter;
import com.alicloud.openservices.tablestore.model.filter.ColumnValueFilter;
import com.alicloud.openservices.tablestore.model.filter.CompositeColumnValueFilter;
import com.alicloud.openservices.tablestore.model.filter.Filter;
import com.alicloud.openservices.tablestore.model.filter.RegexRule;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter.CompareOperator;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueRegexFilter;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters of reads and column conditions of writes, through the official client. */
class FilterTest {

    private static Service service;
    private static String table;

    @BeforeAll
    static void start() {
        service = new Service();
        table = service.table(10);
        long now = service.now();
        service.put(
                table,
                key("row"),
                column("n", 5),
                column("s", "text"),
                new Column("d", ColumnValue.fromDouble(1.5)),
                new Column("bool", ColumnValue.fromBoolean(true)),
                new Column("b", ColumnValue.fromBinary(new byte[] {(byte) 0x80})),
                column("v", 1, now),
                column("v", 2, now + 1),
                column("mixed", "order-42-final"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "EQUAL, 5, true",
        "EQUAL, 4, false",
        "NOT_EQUAL, 4, true",
        "NOT_EQUAL, 5, false",
        "GREATER_THAN, 4, true",
        "GREATER_THAN, 5, false",
        "GREATER_EQUAL, 5, true",
        "GREATER_EQUAL, 6, false",
        "LESS_THAN, 6, true",
        "LESS_THAN, 5, false",
        "LESS_EQUAL, 5, true",
        "LESS_EQUAL, 4, false"
    })
    void comparesIntegers(CompareOperator operator, long constant, boolean passes) {
        assertThat(passes(filter("n", operator, ColumnValue.fromLong(constant)))).isEqualTo(passes);
    }

    @Test
    void comparesValuesOfEveryType() {
        assertThat(passes(filter("s", CompareOperator.LESS_THAN, ColumnValue.fromString("textx"))))
                .isTrue();
        assertThat(passes(filter("d", CompareOperator.GREATER_THAN, ColumnValue.fromDouble(1.25))))
                .isTrue();
        assertThat(passes(filter("bool", CompareOperator.EQUAL, ColumnValue.fromBoolean(true))))
                .isTrue();
        assertThat(
                        passes(
                                filter(
                                        "b",
                                        CompareOperator.GREATER_THAN,
                                        ColumnValue.fromBinary(new byte[] {0x7f}))))
                .isTrue();
        assertThat(passes(filter("pk", CompareOperator.EQUAL, ColumnValue.fromString("row"))))
                .isTrue();
    }

    @Test
    void valuesOfAnotherTypeOnlyDiffer() {
        assertThat(passes(filter("n", CompareOperator.EQUAL, ColumnValue.fromString("5"))))
                .isFalse();
        assertThat(passes(filter("n", CompareOperator.LESS_EQUAL, ColumnValue.fromDouble(9))))
                .isFalse();
        assertThat(passes(filter("n", CompareOperator.NOT_EQUAL, ColumnValue.fromString("5"))))
                .isTrue();
    }

    @Test
    void aMissingColumnPassesOnDemand() {
        SingleColumnValueFilter filter =
                filter("missing", CompareOperator.EQUAL, ColumnValue.fromLong(1));
        filter.setPassIfMissing(true);
        assertThat(passes(filter)).isTrue();
        filter.setPassIfMissing(false);
        assertThat(passes(filter)).isFalse();
    }

    @Test
    void comparesTheLatestVersionOrAll() {
        SingleColumnValueFilter filter =
                filter("v", CompareOperator.EQUAL, ColumnValue.fromLong(1));
        filter.setLatestVersionsOnly(true);
        assertThat(passes(filter)).isFalse();
        filter.setLatestVersionsOnly(false);
        assertThat(passes(filter)).isTrue();
    }

    @Test
    void seesOnlyTheColumnsThatAreRead() {
        SingleColumnValueFilter filter =
                filter("n", CompareOperator.EQUAL, ColumnValue.fromLong(5));
        filter.setPassIfMissing(false);
        assertThat(read(filter, criteria -> criteria.addColumnsToGet("s"))).isNull();
        filter.setPassIfMissing(true);
        assertThat(values(read(filter, criteria -> criteria.addColumnsToGet("s"))))
                .containsExactly("s=text");
    }

    @Test
    void combinesFilters() {
        Filter yes = filter("n", CompareOperator.EQUAL, ColumnValue.fromLong(5));
        Filter no = filter("n", CompareOperator.EQUAL, ColumnValue.fromLong(6));
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.AND, yes, yes)))
                .isTrue();
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.AND, yes, no)))
                .isFalse();
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.OR, no, yes, no)))
                .isTrue();
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.OR, no, no))).isFalse();
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.NOT, no))).isTrue();
        Filter both = combine(CompositeColumnValueFilter.LogicOperator.AND, yes, no);
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.NOT, both))).isTrue();
        assertThat(passes(combine(CompositeColumnValueFilter.LogicOperator.OR, both, yes)))
                .isTrue();
    }

    @Test
    void refusesCombinationsOfTheWrongSize() {
        Filter single = filter("n", CompareOperator.EQUAL, ColumnValue.fromLong(5));
        assertInvalid(
                () -> passes(combine(CompositeColumnValueFilter.LogicOperator.NOT, single, single)),
                "Invalid NOT operator: the number of sub-filters must be 1.");
        assertInvalid(
                () -> passes(combine(CompositeColumnValueFilter.LogicOperator.AND, single)),
                "Invalid AND/OR operator: the number of sub-filters must be 2.");
    }

    @Test
    void takesUpTo32FiltersInOne() {
        assertThat(passes(orOf(31))).isTrue();
        assertInvalid(() -> passes(orOf(32)), "The count of filter exceeds the max:32.");
    }

    @Test
    void refusesColumnNamesInFilters() {
        assertInvalid(
                () -> passes(filter("#", CompareOperator.EQUAL, ColumnValue.fromLong(5))),
                "Invalid column name: '#'.");
    }

    @Test
    void comparesWhatARegularExpressionFinds() {
        RegexRule number = new RegexRule("order-([0-9]+)-", RegexRule.CastType.VT_INTEGER);
        assertThat(passes(regex("mixed", number, ColumnValue.fromLong(42)))).isTrue();
        assertThat(passes(regex("mixed", number, ColumnValue.fromLong(43)))).isFalse();
        RegexRule word = new RegexRule("-([a-z]+)$", RegexRule.CastType.VT_STRING);
        assertThat(passes(regex("mixed", word, ColumnValue.fromString("final")))).isTrue();
        RegexRule real = new RegexRule("([0-9]+)", RegexRule.CastType.VT_DOUBLE);
        assertThat(passes(regex("mixed", real, ColumnValue.fromDouble(42)))).isTrue();
        assertThat(passes(regex("s", number, ColumnValue.fromLong(42)))).isFalse();
        RegexRule broken = new RegexRule("(", RegexRule.CastType.VT_STRING);
        assertInvalid(
                () -> passes(regex("mixed", broken, ColumnValue.fromString(""))),
                "Invalid regex: '('.");
    }

    @Test
    void pagesThroughColumns() {
        assertThat(values(read(new ColumnPaginationFilter(2, 0), criteria -> {})))
                .containsExactly("b=[-128]", "bool=true");
        assertThat(values(read(new ColumnPaginationFilter(2, 2), criteria -> {})))
                .containsExactly("d=1.5", "mixed=order-42-final");
        assertThat(values(read(new ColumnPaginationFilter(9, 6), criteria -> {})))
                .containsExactly("v=2", "v=1");
        assertThat(read(new ColumnPaginationFilter(1, 99), criteria -> {}).isEmpty()).isTrue();
    }

    @Test
    void refusesPagesThatMakeNoSense() {
        assertInvalid(
                () -> read(new ColumnPaginationFilter(0, 0), criteria -> {}),
                "Limit in ColumnPaginationFilter must be greater than 0.");
        assertInvalid(
                () -> read(new ColumnPaginationFilter(1, -1), criteria -> {}),
                "Offset in ColumnPaginationFilter must be greater than or equal to 0.");
    }

    @Test
    void writesUnderColumnConditions() {
        String conditional = service.table(1);
        service.put(conditional, key("a"), column("n", 1));
        ColumnCondition one = condition("n", ColumnValue.fromLong(1));
        putIf(conditional, one, column("n", 2));
        assertConditionFails(() -> putIf(conditional, one, column("n", 3)));
        assertThat(values(service.read(conditional, key("a")))).containsExactly("n=2");

        CompositeColumnValueCondition either =
                new CompositeColumnValueCondition(CompositeColumnValueCondition.LogicOperator.OR);
        either.addCondition(one).addCondition(condition("n", ColumnValue.fromLong(2)));
        RowUpdateChange change = new RowUpdateChange(conditional, key("a"));
        change.put(column("m", 1));
        change.setCondition(new Condition(RowExistenceExpectation.EXPECT_EXIST));
        change.getCondition().setColumnCondition(either);
        service.update(change);
        assertThat(values(service.read(conditional, key("a")))).containsExactly("m=1", "n=2");
    }

    @Test
    void aConditionOnNoRowIsOneOnMissingColumns() {
        String conditional = service.table(1);
        SingleColumnValueCondition condition = condition("n", ColumnValue.fromLong(1));
        condition.setPassIfMissing(false);
        assertConditionFails(() -> putIf(conditional, condition, column("n", 1)));
        condition.setPassIfMissing(true);
        putIf(conditional, condition, column("n", 1));
    }

    private static boolean passes(Filter filter) {
        return read(filter, criteria -> {}) != null;
    }

    private static Row read(Filter filter, Consumer<SingleRowQueryCriteria> query) {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria(table, key("row"));
        criteria.setMaxVersions(10);
        criteria.setFilter(filter);
        query.accept(criteria);
        return service.read(criteria);
    }

    private static SingleColumnValueFilter filter(
            String column, CompareOperator operator, ColumnValue constant) {
        return new SingleColumnValueFilter(column, operator, constant);
    }

    private static Filter regex(String column, RegexRule rule, ColumnValue constant) {
        return new SingleColumnValueRegexFilter(
                column, rule, SingleColumnValueRegexFilter.CompareOperator.EQUAL, constant);
    }

    private static CompositeColumnValueFilter combine(
            CompositeColumnValueFilter.LogicOperator operator, Filter... parts) {
        CompositeColumnValueFilter composite = new CompositeColumnValueFilter(operator);
        for (Filter part : parts) {
            composite.addFilter((ColumnValueFilter) part);
        }
        return composite;
    }

    private static Filter orOf(int count) {
        Filter[] parts = new Filter[count];
        for (int i = 0; i < count; i++) {
            parts[i] = filter("n", CompareOperator.EQUAL, ColumnValue.fromLong(i));
        }
        return combine(CompositeColumnValueFilter.LogicOperator.OR, parts);
    }

    private static SingleColumnValueCondition condition(String column, ColumnValue constant) {
        return new SingleColumnValueCondition(
                column, SingleColumnValueCondition.CompareOperator.EQUAL, constant);
    }

    private static void putIf(String name, ColumnCondition condition, Column column) {
        RowPutChange change = new RowPutChange(name, key("a"));
        change.addColumn(column);
        change.setCondition(new Condition(RowExistenceExpectation.IGNORE));
        change.getCondition().setColumnCondition(condition);
        service.client().putRow(new PutRowRequest(change));
    }
}
