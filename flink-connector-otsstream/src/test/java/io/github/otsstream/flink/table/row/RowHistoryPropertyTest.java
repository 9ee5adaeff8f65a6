/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.table.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otsstream.flink.client.TableRow;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.table.row.RowHistory.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** What changelogs make of a row's history, against the row itself. */
class RowHistoryPropertyTest {

    @BeforeContainer
    static void tolerateInSilence() {
        Configurator.setLevel(DirtyRecords.class.getName(), Level.ERROR);
    }

    @AfterContainer
    static void tolerateAloud() {
        Configurator.setLevel(DirtyRecords.class.getName(), (Level) null);
    }

    @Property
    void aChangelogBuildsTheRowOrFailsWhereItCantBeKnown(
            @ForAll("changes") List<Change> changes,
            @ForAll("wanted") List<String> wanted,
            @ForAll @IntRange(min = 1, max = 3) int maxVersions)
            throws IOException {
        Scan scan =
                scan(wanted)
                        .all()
                        .primaryKey("id")
                        .declared("id", "a", "b", "c")
                        .dirty(DirtyRecord.SKIP, 0);
        RowHistory history = new RowHistory(maxVersions);
        RowData built = null;
        for (Change change : changes) {
            ChangeRecord record = history.apply(change);
            List<RowData> rows = rowsUnlessUnknown(scan, record, change);
            if (rows == null) {
                collect(false);
                return;
            }
            for (RowData row : rows) {
                built = applied(built, row);
            }
            assertThat(built)
                    .as("after %s of %s", change, changes)
                    .isEqualTo(expected(history.row(), wanted, true));
        }
        collect(true);
    }

    @Property
    void upsertsWithOriginColumnsBuildTheRowOrFailWhereItCantBeKnown(
            @ForAll("changes") List<Change> changes,
            @ForAll("wanted") List<String> wanted,
            @ForAll @IntRange(min = 1, max = 3) int maxVersions)
            throws IOException {
        Scan scan =
                scan(wanted)
                        .upsert(PartialUpdate.ORIGIN_COLUMNS)
                        .primaryKey("id")
                        .dirty(DirtyRecord.SKIP, 0);
        RowHistory history = new RowHistory(maxVersions);
        RowData built = null;
        for (Change change : changes) {
            ChangeRecord record = history.apply(change);
            long dirty = scan.dirtyRecords();
            List<RowData> rows = rowsUnlessUnknown(scan, record, change);
            if (rows == null) {
                collect(false);
                return;
            }
            if (scan.dirtyRecords() > dirty) {
                assertThat(rows).isEmpty();
                assertThat(expected(history.row(), wanted, false)).isNull();
                continue;
            }
            assertThat(rows).hasSize(1);
            built = upserted(rows.get(0));
            assertThat(built)
                    .as("after %s of %s", change, changes)
                    .isEqualTo(expected(history.row(), wanted, false));
        }
        collect(true);
    }

    @Property
    void upsertsWithLookupsBuildTheRow(
            @ForAll("changes") List<Change> changes,
            @ForAll("wanted") List<String> wanted,
            @ForAll @IntRange(min = 1, max = 3) int maxVersions)
            throws IOException {
        Scan scan =
                scan(wanted)
                        .upsert(PartialUpdate.LOOKUP)
                        .primaryKey("id")
                        .dirty(DirtyRecord.SKIP, 0);
        RowHistory history = new RowHistory(maxVersions);
        for (Change change : changes) {
            ChangeRecord record = history.apply(change);
            List<RowData> rows =
                    change.operation == OperationType.UPDATE
                            ? scan.rowsAfterLookup(record, history.row())
                            : scan.rows(record);
            assertThat(rows.isEmpty() ? null : upserted(rows.get(0)))
                    .as("after %s of %s", change, changes)
                    .isEqualTo(expected(history.row(), wanted, false));
        }
    }

    private static void collect(boolean known) {
        Statistics.collect(known);
        Statistics.coverage(
                coverage -> {
                    coverage.check(true).percentage(percentage -> percentage > 80);
                    coverage.check(false).count(count -> count > 0);
                });
    }

    private static Scan scan(List<String> wanted) {
        Scan scan = new Scan().column("id", DataTypes.BIGINT().notNull());
        wanted.forEach(column -> scan.column(column, DataTypes.INT()));
        return scan;
    }

    /** Returns null where the record leaves open what a column shows. */
    @Nullable
    private static List<RowData> rowsUnlessUnknown(Scan scan, ChangeRecord record, Change change)
            throws IOException {
        try {
            return scan.rows(record);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("older one");
            assertThat(change.deletesAVersion()).as("%s", change).isTrue();
            return null;
        }
    }

    /** What a downstream operator that believes each row has after one more. */
    @Nullable
    private static RowData applied(@Nullable RowData built, RowData row) {
        RowKind kind = row.getRowKind();
        row.setRowKind(RowKind.INSERT);
        switch (kind) {
            case INSERT:
                assertThat(built).as("inserted twice").isNull();
                return row;
            case UPDATE_AFTER:
                assertThat(built).as("not updated before").isNull();
                return row;
            default:
                assertThat(row).as("retracted by %s", kind).isEqualTo(built);
                return null;
        }
    }

    @Nullable
    private static RowData upserted(RowData row) {
        if (row.getRowKind() == RowKind.DELETE) {
            assertThat(row.getLong(0)).isEqualTo(17);
            return null;
        }
        assertThat(row.getRowKind()).isEqualTo(RowKind.UPDATE_AFTER);
        row.setRowKind(RowKind.INSERT);
        return row;
    }

    /** The row as the table shows it; null if there is none, or it can't be converted. */
    @Nullable
    private static RowData expected(
            @Nullable TableRow row, List<String> wanted, boolean onlyWithColumns) {
        if (row == null) {
            return null;
        }
        boolean bare = RowHistory.DECLARED.stream().map(row::get).allMatch(Objects::isNull);
        if (onlyWithColumns && bare) {
            return null;
        }
        List<Object> fields = new ArrayList<>();
        fields.add(17L);
        for (String column : wanted) {
            Object value = row.get(column);
            if (value instanceof String) {
                return null;
            }
            fields.add(value == null ? null : Math.toIntExact((Long) value));
        }
        return GenericRowData.of(fields.toArray());
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return RowHistory.changes();
    }

    @Provide
    Arbitrary<List<String>> wanted() {
        return Arbitraries.of(RowHistory.DECLARED).list().uniqueElements().ofMaxSize(3);
    }
}
