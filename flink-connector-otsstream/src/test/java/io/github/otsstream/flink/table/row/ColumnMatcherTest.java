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
            matcher.begin();
            for (int i = 0; i < columns.size(); i++) {
                assertThat(matcher.next(columns, i)).isEqualTo(names.indexOf(columns.name(i)));
            }
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
            matcher.begin();
            for (int i = 0; i < 100; i++) {
                assertThat(matcher.next(columns, i)).isEqualTo(ColumnMatcher.NOT_WANTED);
            }
            assertThat(matcher.next(columns, 100)).isEqualTo(0);
            assertThat(matcher.next(columns, 101)).isEqualTo(1);
        }
    }
}
