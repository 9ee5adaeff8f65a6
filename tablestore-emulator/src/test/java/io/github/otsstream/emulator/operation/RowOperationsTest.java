/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OTSProtocolBuilder;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.DeleteRowRequest;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyColumn;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowDeleteChange;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.UpdateRowRequest;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.EmulatorClock;
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowDecoder;
import io.github.otsstream.emulator.storage.CommittedChange;
import io.github.otsstream.emulator.storage.Database;
import io.github.otsstream.emulator.storage.Table;
import io.github.otsstream.emulator.storage.TableStreams;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What row operations do to rows and tell the stream, without a server. */
class RowOperationsTest {

    private static final long NOW = 1_700_000_000_000L;

    private final RecordingStreams streams = new RecordingStreams();
    private final Database database =
            new Database(
                    new EmulatorClock(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC)),
                    streams);
    private final RowOperations operations = new RowOperations(database);

    @BeforeEach
    void createTable() throws ServiceException {
        new TableOperations(database)
                .createTable(
                        OtsInternalApi.CreateTableRequest.newBuilder()
                                .setTableMeta(
                                        OtsInternalApi.TableMeta.newBuilder()
                                                .setTableName("t")
                                                .addPrimaryKey(
                                                        OtsInternalApi.PrimaryKeySchema.newBuilder()
                                                                .setName("pk")
                                                                .setType(
                                                                        OtsInternalApi
                                                                                .PrimaryKeyType
                                                                                .STRING)))
                                .setReservedThroughput(
                                        OtsInternalApi.ReservedThroughput.newBuilder()
                                                .setCapacityUnit(
                                                        OtsInternalApi.CapacityUnit.newBuilder()))
                                .setTableOptions(
                                        OtsInternalApi.TableOptions.newBuilder()
                                                .setTimeToLive(-1)
                                                .setMaxVersions(2))
                                .build());
    }

    @Test
    void putsAreReadBackAndReachTheStreamWithTheirVersions() throws ServiceException {
        put("a", new Column("c", ColumnValue.fromLong(1)), version("c", 2, NOW - 5));

        assertThat(read("a")).containsExactly("c=1@" + NOW, "c=2@" + (NOW - 5));
        CommittedChange change = streams.changes.get(0);
        assertThat(change.type()).isEqualTo(CommittedChange.Type.PUT);
        assertThat(change.primaryKey()).isEqualTo(key("a"));
        assertThat(text(change.cells())).containsExactly("c=1@" + NOW, "c=2@" + (NOW - 5));
        assertThat(change.originCells()).isEmpty();
    }

    @Test
    void putReplacesTheWholeRow() throws ServiceException {
        put("a", version("c", 1, NOW - 1), version("d", 1, NOW - 1));
        put("a", version("e", 2, NOW));

        assertThat(read("a")).containsExactly("e=2@" + NOW);
        assertThat(text(streams.changes.get(1).originCells()))
                .containsExactly("c=1@" + (NOW - 1), "d=1@" + (NOW - 1));
    }

    @Test
    void updateKeepsOtherColumnsAndTheNewestVersions() throws ServiceException {
        put("a", version("c", 1, NOW - 3), version("d", 1, NOW - 3));
        RowUpdateChange change = new RowUpdateChange("t", key("a"));
        change.put(version("c", 2, NOW - 2));
        change.put(version("c", 3, NOW - 1));
        change.deleteColumns("d");
        change.increment(new Column("n", ColumnValue.fromLong(7)));
        update(change);

        assertThat(read("a")).containsExactly("c=3@" + (NOW - 1), "c=2@" + (NOW - 2), "n=7@" + NOW);
        assertThat(text(streams.changes.get(1).cells()))
                .containsExactly("c=2@" + (NOW - 2), "c=3@" + (NOW - 1), "d type 1", "n=7@" + NOW);
    }

    @Test
    void deletesAreTold() throws ServiceException {
        put("a", version("c", 1, NOW));
        operations.deleteRow(
                OTSProtocolBuilder.buildDeleteRowRequest(
                        new DeleteRowRequest(new RowDeleteChange("t", key("a")))));

        assertThat(read("a")).isEmpty();
        assertThat(streams.changes.get(1).type()).isEqualTo(CommittedChange.Type.DELETE);
        assertThat(text(streams.changes.get(1).originCells())).containsExactly("c=1@" + NOW);
    }

    @Test
    void everyTruncationOfARowIsRefused() {
        RowPutChange change = new RowPutChange("t", key("a"));
        change.addColumn("c", ColumnValue.fromString("value"));
        OtsInternalApi.PutRowRequest request =
                OTSProtocolBuilder.buildPutRowRequest(new PutRowRequest(change));
        for (int length = 0; length < request.getRow().size(); length++) {
            OtsInternalApi.PutRowRequest broken =
                    request.toBuilder().setRow(request.getRow().substring(0, length)).build();
            assertThatThrownBy(() -> operations.putRow(broken))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo("OTSParameterInvalid"));
        }
    }

    private void put(String key, Column... columns) throws ServiceException {
        RowPutChange change = new RowPutChange("t", key(key));
        change.addColumns(columns);
        operations.putRow(OTSProtocolBuilder.buildPutRowRequest(new PutRowRequest(change)));
    }

    private void update(RowUpdateChange change) throws ServiceException {
        operations.updateRow(
                OTSProtocolBuilder.buildUpdateRowRequest(new UpdateRowRequest(change)));
    }

    private List<String> read(String key) throws ServiceException {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria("t", key(key));
        criteria.setMaxVersions(Integer.MAX_VALUE);
        ByteString row =
                operations
                        .getRow(OTSProtocolBuilder.buildGetRowRequest(new GetRowRequest(criteria)))
                        .getRow();
        if (row.isEmpty()) {
            return List.of();
        }
        PlainBufferRow decoded = RowDecoder.decode(row);
        return text(decoded.getCells());
    }

    private static List<String> text(List<PlainBufferCell> cells) {
        List<String> text = new ArrayList<>();
        for (PlainBufferCell cell : cells) {
            text.add(
                    cell.getCellName()
                            + (cell.hasCellValue() ? "=" + cell.getCellValue() : "")
                            + (cell.hasCellType() ? " type " + cell.getCellType() : "")
                            + (cell.hasCellTimestamp() ? "@" + cell.getCellTimestamp() : ""));
        }
        return text;
    }

    private static Column version(String name, long value, long version) {
        return new Column(name, ColumnValue.fromLong(value), version);
    }

    private static PrimaryKey key(String value) {
        return new PrimaryKey(
                new PrimaryKeyColumn[] {
                    new PrimaryKeyColumn("pk", PrimaryKeyValue.fromString(value))
                });
    }

    private static final class RecordingStreams implements TableStreams {

        private final List<CommittedChange> changes = new ArrayList<>();

        @Override
        public void tableCreated(Table table) {}

        @Override
        public void tableDeleted(Table table) {}

        @Override
        public void enable(Table table, OtsInternalApi.StreamSpecification specification) {}

        @Override
        public void disable(Table table) {}

        @Override
        public OtsInternalApi.StreamDetails details(Table table) {
            return OtsInternalApi.StreamDetails.newBuilder().setEnableStream(false).build();
        }

        @Override
        public void append(Table table, CommittedChange change) {
            changes.add(change);
        }
    }
}
