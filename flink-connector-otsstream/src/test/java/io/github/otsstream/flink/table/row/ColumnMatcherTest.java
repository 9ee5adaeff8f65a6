/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.ChangeRecordBuilder;
import io.github.otsstream.flink.record.ColumnList;
import io.github.otsstream.flink.record.OperationType;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;

class ColumnMatcherTest {

    private static ColumnList columns(List<Integer> names) {
        ChangeRecordBuilder record =
                ChangeRecord.builder().operation(OperationType.UPDATE).key("id", 1L);
        names.forEach(name -> record.put(nameOf(name), 1L, 1));
        return record.build().getColumns();
    }

    /** Some of equal hashes, for "Aa" and "BB" have one. */
    private static String nameOf(int number) {
        StringBuilder name = new StringBuilder();
        for (int rest = number; rest > 0; rest /= 2) {
            name.append(rest % 2 == 0 ? "Aa" : "BB");
        }
        return name + (number % 3 == 0 ? "é" : "_");
    }

    /** The wanted columns' places among the wanted, in the record's order. */
    private static List<Integer> found(ColumnMatcher matcher, ColumnList columns) {
        List<Integer> found = new ArrayList<>();
        int count = matcher.match(columns);
        int next = 0;
        for (int n = 0; n < count; n++) {
            for (; next < matcher.column(n); next++) {
                found.add(-1);
            }
            found.add(matcher.wanted(n));
            next++;
        }
        for (; next < columns.size(); next++) {
            found.add(-1);
        }
        return found;
    }

    @Property
    void findsWhatAPlainSearchFinds(
            @ForAll @UniqueElements List<@IntRange(max = 60) Integer> wanted,
            @ForAll @Size(max = 8)
                    List<@Size(max = 20) List<@IntRange(max = 60) Integer>> records) {
        List<String> names = new ArrayList<>();
        wanted.forEach(name -> names.add(nameOf(name)));
        ColumnMatcher matcher = new ColumnMatcher(names);
        for (List<Integer> record : records) {
            ColumnList columns = columns(record);
            List<Integer> expected = new ArrayList<>();
            columns.forEach(column -> expected.add(names.indexOf(column.getName())));
            assertThat(found(matcher, columns)).isEqualTo(expected);
            assertThat(found(matcher, columns)).isEqualTo(expected);
        }
    }

    @Example
    void findsThemAmongMoreStrangersThanItRemembers() {
        ColumnMatcher matcher = new ColumnMatcher(List.of("wanted", "too"));
        for (int record = 0; record < 50; record++) {
            ChangeRecordBuilder builder =
                    ChangeRecord.builder().operation(OperationType.UPDATE).key("id", 1L);
            for (int i = 0; i < 100; i++) {
                builder.put("stranger-" + record + "-" + i, 1L, 1);
            }
            ColumnList columns =
                    builder.put("wanted", 1L, 1).put("too", 1L, 1).build().getColumns();
            assertThat(matcher.match(columns)).isEqualTo(2);
            assertThat(found(matcher, columns)).endsWith(-1, 0, 1);
        }
    }
}
