/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.table.api.DataTypes;
import org.junit.jupiter.api.Test;

class RowFormatTest {

    @Test
    void refusesTypesThatNothingBecomes() {
        assertThatThrownBy(
                        () ->
                                new Scan()
                                        .column("ok", DataTypes.INT())
                                        .column("for", DataTypes.INTERVAL(DataTypes.DAY()))
                                        .format())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'for'", "INTERVAL");
    }

    @Test
    void refusesChangelogsOfWhatIsOnlyInserted() {
        for (ReadMode mode :
                new ReadMode[] {ReadMode.MULTI_VERSION, ReadMode.SINGLE_VERSION_AND_UPDATE_ONLY}) {
            assertThatThrownBy(() -> new Scan().mode(mode).upsert(PartialUpdate.NULL).format())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("'" + mode + "'", "'upsert'");
            assertThatThrownBy(() -> new Scan().mode(mode).all().format())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("'" + mode + "'", "'all'");
        }
    }

    @Test
    void refusesAChangelogThatCantTellWhetherRowsExist() {
        assertThatThrownBy(
                        () ->
                                new Scan()
                                        .column("id", DataTypes.BIGINT())
                                        .primaryKey("id")
                                        .all()
                                        .format())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'all'", "primary key");
        assertThat(
                        new Scan()
                                .column("id", DataTypes.BIGINT())
                                .primaryKey("id")
                                .declared("id", "note")
                                .all()
                                .format()
                                .declaredColumns())
                .containsExactly("id", "note");
    }

    @Test
    void refusesOtherTypesInTheMultiVersionLayout() {
        for (String column : new String[] {"colname", "colvalue", "optype", "sequenceinfo"}) {
            assertThatThrownBy(
                            () ->
                                    new Scan()
                                            .mode(ReadMode.MULTI_VERSION)
                                            .column(column, DataTypes.BIGINT())
                                            .format())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("'" + column + "'", "STRING", "BIGINT");
        }
        assertThatThrownBy(
                        () ->
                                new Scan()
                                        .mode(ReadMode.MULTI_VERSION)
                                        .column("version", DataTypes.STRING())
                                        .format())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'version'", "BIGINT", "STRING");
    }
}
