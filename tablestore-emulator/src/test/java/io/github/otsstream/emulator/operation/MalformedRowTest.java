/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.alicloud.openservices.tablestore.core.protocol.OTSProtocolBuilder;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferBuilder;
import com.alicloud.openservices.tablestore.model.Column;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.GetRowRequest;
import com.alicloud.openservices.tablestore.model.PrimaryKey;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.alicloud.openservices.tablestore.model.PutRowRequest;
import com.alicloud.openservices.tablestore.model.RowPutChange;
import com.alicloud.openservices.tablestore.model.RowUpdateChange;
import com.alicloud.openservices.tablestore.model.SingleRowQueryCriteria;
import com.alicloud.openservices.tablestore.model.filter.SingleColumnValueFilter;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.emulator.ServiceException;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever bytes a request holds where a row or a filter belongs, the answer is a refusal or a
 * success, never an exception of another kind, and never an allocation of what the bytes claim.
 */
class MalformedRowTest {

    private static final PrimaryKey KEY = Service.key("pk", PrimaryKeyValue.fromString("some key"));

    @Property(tries = 1000)
    void mutatedRowsAreRefused(
            @ForAll @IntRange(min = 0, max = 1000) int position, @ForAll byte value)
            throws Exception {
        ByteString row = mutated(updateBytes(), position, value);
        OtsInternalApi.UpdateRowRequest request =
                OtsInternalApi.UpdateRowRequest.newBuilder()
                        .setTableName("t")
                        .setRowChange(row)
                        .setCondition(
                                OtsInternalApi.Condition.newBuilder()
                                        .setRowExistence(
                                                OtsInternalApi.RowExistenceExpectation.IGNORE))
                        .build();
        assertAnswers(() -> table().rows().updateRow(request));
    }

    @Property(tries = 500)
    void arbitraryBytesAreRefused(@ForAll byte[] bytes) throws Exception {
        OtsInternalApi.PutRowRequest put = put(ByteString.copyFrom(bytes));
        assertThat(refusal(() -> table().rows().putRow(put))).isEqualTo("OTSParameterInvalid");
        OtsInternalApi.GetRowRequest get =
                OtsInternalApi.GetRowRequest.newBuilder()
                        .setTableName("t")
                        .setMaxVersions(1)
                        .setPrimaryKey(ByteString.copyFrom(bytes))
                        .build();
        assertThat(refusal(() -> table().rows().getRow(get))).isEqualTo("OTSParameterInvalid");
    }

    @Property(tries = 500)
    void mutatedFiltersAreAnswered(
            @ForAll @IntRange(min = 0, max = 1000) int position, @ForAll byte value)
            throws Exception {
        SingleRowQueryCriteria criteria = new SingleRowQueryCriteria("t", KEY);
        criteria.setMaxVersions(1);
        criteria.setFilter(
                new SingleColumnValueFilter(
                        "c",
                        SingleColumnValueFilter.CompareOperator.EQUAL,
                        ColumnValue.fromString("x")));
        OtsInternalApi.GetRowRequest request =
                OTSProtocolBuilder.buildGetRowRequest(new GetRowRequest(criteria));
        OtsInternalApi.GetRowRequest broken =
                request.toBuilder()
                        .setFilter(mutated(request.getFilter().toByteArray(), position, value))
                        .build();
        OfflineTable table = table();
        table.rows().putRow(put(ByteString.copyFrom(putBytes())));
        assertAnswers(() -> table.rows().getRow(broken));
    }

    private static void assertAnswers(Call call) throws Exception {
        assertThat(refusal(call)).isIn(null, "OTSParameterInvalid", "OTSInvalidPK");
    }

    private static String refusal(Call call) throws Exception {
        try {
            call.run();
            return null;
        } catch (ServiceException e) {
            return e.code();
        }
    }

    private static ByteString mutated(byte[] bytes, int position, byte value) {
        bytes[position % bytes.length] = value;
        return ByteString.copyFrom(bytes);
    }

    private static OfflineTable table() throws ServiceException {
        return new OfflineTable(OtsInternalApi.PrimaryKeyType.STRING, 1);
    }

    private static OtsInternalApi.PutRowRequest put(ByteString row) {
        return OTSProtocolBuilder.buildPutRowRequest(new PutRowRequest(new RowPutChange("t", KEY)))
                .toBuilder()
                .setRow(row)
                .build();
    }

    private static byte[] putBytes() throws IOException {
        RowPutChange change = new RowPutChange("t", KEY);
        change.addColumn("c", ColumnValue.fromString("x"));
        return PlainBufferBuilder.buildRowPutChangeWithHeader(change);
    }

    private static byte[] updateBytes() throws IOException {
        RowUpdateChange change = new RowUpdateChange("t", KEY);
        change.put(new Column("string", ColumnValue.fromString("text")));
        change.put(new Column("binary", ColumnValue.fromBinary(new byte[3])));
        change.put(new Column("double", ColumnValue.fromDouble(1.5)));
        change.put(new Column("boolean", ColumnValue.fromBoolean(true)));
        change.put(new Column("version", ColumnValue.fromLong(1), OfflineTable.NOW));
        change.increment(new Column("counter", ColumnValue.fromLong(1)));
        change.deleteColumns("all");
        change.deleteColumn("one", OfflineTable.NOW);
        return PlainBufferBuilder.buildRowUpdateChangeWithHeader(change);
    }

    private interface Call {
        void run() throws Exception;
    }
}
