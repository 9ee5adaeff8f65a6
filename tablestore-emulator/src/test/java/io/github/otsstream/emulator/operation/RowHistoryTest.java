/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.OfflineTable.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.protocol.OTSProtocolBuilder;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCodedInputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferInputStream;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.Direction;
import com.alicloud.openservices.tablestore.model.GetRangeRequest;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RangeRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowQueryCriteria;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.TimeRange;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * Rows after any history of writes are what a plain map of maps says they are, read singly and in
 * ranges of both directions, page by page.
 */
class RowHistoryTest {

    private static final int KEYS = 4;

    @Property(tries = 150)
    void rowsAreWhatTheirHistoryMakesThem(
            @ForAll("histories") List<Write> history,
            @ForAll @IntRange(min = 1, max = 4) int maxVersions,
            @ForAll("queries") Query query)
            throws Exception {
        OfflineTable table = new OfflineTable(OtsInternalApi.PrimaryKeyType.INTEGER, maxVersions);
        NavigableMap<Integer, Map<String, NavigableMap<Long, Long>>> model = new TreeMap<>();
        for (Write write : history) {
            write.applyTo(table);
            write.applyTo(model, maxVersions);
        }

        for (int key = 0; key < KEYS; key++) {
            Map<String, NavigableMap<Long, Long>> row = model.get(key);
            List<String> expected = row == null ? null : query.expected(key, row);
            assertThat(get(table, key, query)).as("row %s", key).isEqualTo(expected);
        }
        List<List<String>> expected = new ArrayList<>();
        model.subMap(query.from, query.to)
                .forEach((key, row) -> expected.add(query.expected(key, row)));
        expected.removeIf(Objects::isNull);
        assertThat(range(table, query, Direction.FORWARD)).isEqualTo(expected);

        List<List<String>> backward = new ArrayList<>();
        model.subMap(query.from, false, query.to, true)
                .forEach((key, row) -> backward.add(query.expected(key, row)));
        backward.removeIf(Objects::isNull);
        Collections.reverse(backward);
        assertThat(range(table, query, Direction.BACKWARD)).isEqualTo(backward);
    }

    @Provide
    Arbitrary<List<Write>> histories() {
        Arbitrary<Integer> keys = Arbitraries.integers().between(0, KEYS - 1);
        // Mostly updates, so that rows live long enough to be trimmed and cut.
        Arbitrary<Write.Kind> kinds =
                Arbitraries.frequency(
                        Tuple.of(8, Write.Kind.UPDATE),
                        Tuple.of(2, Write.Kind.PUT),
                        Tuple.of(1, Write.Kind.DELETE));
        Arbitrary<List<CellWrite>> cells =
                Combinators.combine(
                                Arbitraries.of("a", "b"),
                                Arbitraries.longs().between(NOW - 3, NOW + 1),
                                Arbitraries.longs().between(0, 9),
                                Arbitraries.of(CellWrite.Kind.values()))
                        .as(CellWrite::new)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(5);
        return Combinators.combine(keys, kinds, cells)
                .as(Write::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<Query> queries() {
        Arbitrary<Integer> bounds = Arbitraries.integers().between(0, KEYS);
        Arbitrary<Integer> versions = Arbitraries.integers().between(1, 5);
        Arbitrary<Long> times = Arbitraries.longs().between(NOW - 4, NOW + 2);
        Arbitrary<List<String>> columns =
                Arbitraries.of("a", "b", "missing").list().uniqueElements().ofMaxSize(2);
        Arbitrary<Integer> limits = Arbitraries.integers().between(1, 4);
        return Combinators.combine(bounds, bounds, versions, times, times, columns, limits)
                .as(Query::new);
    }

    private static List<String> get(OfflineTable table, int key, Query query) throws Exception {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria("t", primaryKey(key));
        query.describe(criteria);
        ByteString row =
                table.rows()
                        .getRow(OTSProtocolBuilder.buildGetRowRequest(new GetRowRequest(criteria)))
                        .getRow();
        List<List<String>> rows = decode(row);
        return rows.isEmpty() ? null : rows.get(0);
    }

    private static List<List<String>> range(OfflineTable table, Query query, Direction direction)
            throws Exception {
        boolean forward = direction == Direction.FORWARD;
        List<List<String>> rows = new ArrayList<>();
        PrimaryKey next = primaryKey(forward ? query.from : query.to);
        PrimaryKey end = primaryKey(forward ? query.to : query.from);
        while (next != null) {
            RangeRowQueryCriteria criteria = new RangeRowQueryCriteria("t");
            criteria.setDirection(direction);
            criteria.setInclusiveStartPrimaryKey(next);
            criteria.setExclusiveEndPrimaryKey(end);
            criteria.setLimit(query.limit);
            query.describe(criteria);
            OtsInternalApi.GetRangeResponse page =
                    table.rows()
                            .getRange(
                                    OTSProtocolBuilder.buildGetRangeRequest(
                                            new GetRangeRequest(criteria)));
            List<List<String>> decoded = decode(page.getRows());
            assertThat(decoded).hasSizeLessThanOrEqualTo(query.limit);
            rows.addAll(decoded);
            next = page.hasNextStartPrimaryKey() ? key(page.getNextStartPrimaryKey()) : null;
        }
        return rows;
    }

    private static PrimaryKey key(ByteString bytes) throws IOException {
        return primaryKey(
                (int) plainRows(bytes).get(0).getPrimaryKey().get(0).getPkCellValue().asLong());
    }

    private static List<List<String>> decode(ByteString bytes) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (PlainBufferRow row : bytes.isEmpty() ? List.<PlainBufferRow>of() : plainRows(bytes)) {
            List<String> text = new ArrayList<>();
            text.add("row " + row.getPrimaryKey().get(0).getPkCellValue().asLong());
            text.addAll(OfflineTable.text(row.getCells()));
            rows.add(text);
        }
        return rows;
    }

    private static List<PlainBufferRow> plainRows(ByteString bytes) throws IOException {
        return new PlainBufferCodedInputStream(
                        new PlainBufferInputStream(bytes.asReadOnlyByteBuffer()))
                .readRowsWithHeader();
    }

    private static PrimaryKey primaryKey(long key) {
        return Service.key("pk", PrimaryKeyValue.fromLong(key));
    }

    /** What a read asks for: versions of a time range, of some columns. */
    private static final class Query {

        private final int from;
        private final int to;
        private final int maxVersions;
        private final long fromVersion;
        private final long toVersion;
        private final List<String> columns;
        private final int limit;

        Query(
                int one,
                int other,
                int maxVersions,
                long t1,
                long t2,
                List<String> columns,
                int limit) {
            this.from = Math.min(one, other);
            this.to = Math.max(one, other) + 1;
            this.maxVersions = maxVersions;
            this.fromVersion = Math.min(t1, t2);
            this.toVersion = Math.max(t1, t2) + 2;
            this.columns = columns;
            this.limit = limit;
        }

        void describe(RowQueryCriteria criteria) {
            criteria.setMaxVersions(maxVersions);
            criteria.setTimeRange(new TimeRange(fromVersion, toVersion));
            columns.forEach(criteria::addColumnsToGet);
        }

        /** Null if the row is not part of the answer. */
        List<String> expected(int key, Map<String, NavigableMap<Long, Long>> row) {
            List<String> text = new ArrayList<>();
            text.add("row " + key);
            row.forEach(
                    (column, versions) -> {
                        if (columns.isEmpty() || columns.contains(column)) {
                            versions.descendingMap().entrySet().stream()
                                    .filter(e -> e.getKey() >= fromVersion)
                                    .filter(e -> e.getKey() < toVersion)
                                    .limit(maxVersions)
                                    .forEach(
                                            e ->
                                                    text.add(
                                                            column
                                                                    + "="
                                                                    + e.getValue()
                                                                    + "@"
                                                                    + e.getKey()));
                        }
                    });
            return text.size() == 1 && !columns.isEmpty() ? null : text;
        }

        @Override
        public String toString() {
            return "keys ["
                    + from
                    + ", "
                    + to
                    + "), "
                    + maxVersions
                    + " versions of ["
                    + (fromVersion - NOW)
                    + ", "
                    + (toVersion - NOW)
                    + "), columns "
                    + columns
                    + ", limit "
                    + limit;
        }
    }

    private static final class CellWrite {

        enum Kind {
            PUT,
            DELETE_VERSION,
            DELETE_COLUMN
        }

        private final String column;
        private final long version;
        private final long value;
        private final Kind kind;

        CellWrite(String column, long version, long value, Kind kind) {
            this.column = column;
            this.version = version;
            this.value = value;
            this.kind = kind;
        }

        Column toColumn() {
            return new Column(column, ColumnValue.fromLong(value), version);
        }

        @Override
        public String toString() {
            return kind + " " + column + "=" + value + "@" + (version - NOW);
        }
    }

    private static final class Write {

        enum Kind {
            PUT,
            UPDATE,
            DELETE
        }

        private final int key;
        private final Kind kind;
        private final List<CellWrite> cells;

        Write(int key, Kind kind, List<CellWrite> cells) {
            this.key = key;
            this.kind = kind;
            this.cells = cells;
        }

        void applyTo(OfflineTable table) throws ServiceException {
            switch (kind) {
                case PUT:
                    RowPutChange put = new RowPutChange("t", primaryKey(key));
                    cells.forEach(cell -> put.addColumn(cell.toColumn()));
                    table.rows()
                            .putRow(OTSProtocolBuilder.buildPutRowRequest(new PutRowRequest(put)));
                    return;
                case UPDATE:
                    RowUpdateChange update = new RowUpdateChange("t", primaryKey(key));
                    for (CellWrite cell : cells) {
                        switch (cell.kind) {
                            case PUT:
                                update.put(cell.toColumn());
                                break;
                            case DELETE_VERSION:
                                update.deleteColumn(cell.column, cell.version);
                                break;
                            default:
                                update.deleteColumns(cell.column);
                        }
                    }
                    table.rows()
                            .updateRow(
                                    OTSProtocolBuilder.buildUpdateRowRequest(
                                            new UpdateRowRequest(update)));
                    return;
                default:
                    table.rows()
                            .deleteRow(
                                    OTSProtocolBuilder.buildDeleteRowRequest(
                                            new DeleteRowRequest(
                                                    new RowDeleteChange("t", primaryKey(key)))));
            }
        }

        void applyTo(
                NavigableMap<Integer, Map<String, NavigableMap<Long, Long>>> model,
                int maxVersions) {
            if (kind == Kind.DELETE) {
                model.remove(key);
                return;
            }
            boolean puts =
                    kind == Kind.PUT || cells.stream().anyMatch(c -> c.kind == CellWrite.Kind.PUT);
            if (kind == Kind.PUT || !model.containsKey(key)) {
                if (!puts) {
                    return;
                }
                model.put(key, new TreeMap<>());
            }
            Map<String, NavigableMap<Long, Long>> row = model.get(key);
            for (CellWrite cell : cells) {
                CellWrite.Kind what = kind == Kind.PUT ? CellWrite.Kind.PUT : cell.kind;
                NavigableMap<Long, Long> versions =
                        row.computeIfAbsent(cell.column, c -> new TreeMap<>());
                if (what == CellWrite.Kind.PUT) {
                    versions.put(cell.version, cell.value);
                    if (versions.size() > maxVersions) {
                        versions.remove(versions.firstKey());
                    }
                } else if (what == CellWrite.Kind.DELETE_VERSION) {
                    versions.remove(cell.version);
                } else {
                    versions.clear();
                }
            }
        }

        @Override
        public String toString() {
            return kind + " " + key + " " + (kind == Kind.DELETE ? "" : cells);
        }
    }
}
