/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static io.github.otsstream.emulator.operation.OfflineTable.NOW;
import static io.github.otsstream.emulator.operation.OfflineTable.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alicloud.openservices.tablestore.core.protocol.OTSProtocolBuilder;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
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
import io.github.otsstream.emulator.ServiceException;
import io.github.otsstream.emulator.plainbuffer.RowDecoder;
import io.github.otsstream.emulator.storage.CommittedChange;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What row operations do to rows and tell the stream, without a server. */
class RowOperationsTest {

    private OfflineTable table;

    @BeforeEach
    void createTable() throws ServiceException {
        table = new OfflineTable(OtsInternalApi.PrimaryKeyType.STRING, 2);
    }

    @Test
    void putsAreReadBackAndReachTheStreamWithTheirVersions() throws ServiceException {
        put("a", new Column("c", ColumnValue.fromLong(1)), version("c", 2, NOW - 5));

        assertThat(read("a")).containsExactly("c=1@" + NOW, "c=2@" + (NOW - 5));
        CommittedChange change = table.changes().get(0);
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
        assertThat(text(table.changes().get(1).originCells()))
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

        assertThat(read("a"))
                .containsExactly("c=3@" + (NOW - 1), "c=2@" + (NOW - 2), "n=7@" + (NOW + 1));
        assertThat(text(table.changes().get(1).cells()))
                .containsExactly(
                        "c=2@" + (NOW - 2), "c=3@" + (NOW - 1), "d type 1", "n=7@" + (NOW + 1));
    }

    @Test
    void writesOfOneMillisecondAreVersionsOfTheirOwn() throws ServiceException {
        RowUpdateChange change = new RowUpdateChange("t", key("a"));
        change.increment(new Column("n", ColumnValue.fromLong(1)));
        update(change);
        update(change);
        update(change);

        assertThat(read("a")).containsExactly("n=3@" + (NOW + 2), "n=2@" + (NOW + 1));
    }

    @Test
    void deletesAreTold() throws ServiceException {
        put("a", version("c", 1, NOW));
        table.rows()
                .deleteRow(
                        OTSProtocolBuilder.buildDeleteRowRequest(
                                new DeleteRowRequest(new RowDeleteChange("t", key("a")))));

        assertThat(read("a")).isEmpty();
        assertThat(table.changes().get(1).type()).isEqualTo(CommittedChange.Type.DELETE);
        assertThat(text(table.changes().get(1).originCells())).containsExactly("c=1@" + NOW);
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
            assertThatThrownBy(() -> table.rows().putRow(broken))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo("OTSParameterInvalid"));
        }
    }

    private void put(String key, Column... columns) throws ServiceException {
        RowPutChange change = new RowPutChange("t", key(key));
        change.addColumns(columns);
        table.rows().putRow(OTSProtocolBuilder.buildPutRowRequest(new PutRowRequest(change)));
    }

    private void update(RowUpdateChange change) throws ServiceException {
        table.rows()
                .updateRow(OTSProtocolBuilder.buildUpdateRowRequest(new UpdateRowRequest(change)));
    }

    private List<String> read(String key) throws ServiceException {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria("t", key(key));
        criteria.setMaxVersions(Integer.MAX_VALUE);
        ByteString row =
                table.rows()
                        .getRow(OTSProtocolBuilder.buildGetRowRequest(new GetRowRequest(criteria)))
                        .getRow();
        if (row.isEmpty()) {
            return List.of();
        }
        PlainBufferRow decoded = RowDecoder.decode(row);
        return text(decoded.getCells());
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
}
