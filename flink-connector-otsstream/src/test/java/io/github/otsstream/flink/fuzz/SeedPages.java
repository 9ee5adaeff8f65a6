/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.fuzz;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.CapacityUnit;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ConsumedCapacity;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse.StreamRecord;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferCell;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferConsts;
import com.alicloud.openservices.tablestore.core.protocol.PlainBufferRow;
import com.alicloud.openservices.tablestore.model.ColumnValue;
import com.alicloud.openservices.tablestore.model.PrimaryKeyValue;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import io.github.otsstream.flink.record.SdkRows;
import io.github.otsstream.flink.record.SequenceInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small pages as the service sends them, written by the official SDK. */
final class SeedPages {

    private static final int PAGES = 100;

    private final SplittableRandom random;

    private SeedPages(SplittableRandom random) {
        this.random = random;
    }

    static List<byte[]> draw(SplittableRandom random) throws IOException {
        List<byte[]> pages = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            pages.add(new SeedPages(random).page(i % 4 == 3));
        }
        return pages;
    }

    private byte[] page(boolean timeSeries) throws IOException {
        GetStreamRecordResponse.Builder page = GetStreamRecordResponse.newBuilder();
        for (int records = random.nextInt(4); records > 0; records--) {
            page.addStreamRecords(record(timeSeries));
        }
        if (random.nextInt(4) > 0) {
            page.setNextShardIterator("iterator" + random.nextInt(1000));
        }
        if (random.nextInt(3) == 0) {
            page.setMayMoreRecord(random.nextBoolean());
        }
        if (random.nextInt(3) == 0) {
            page.setConsumed(
                    ConsumedCapacity.newBuilder()
                            .setCapacityUnit(CapacityUnit.newBuilder().setRead(random.nextInt(9))));
        }
        return page.build().toByteArray();
    }

    private StreamRecord.Builder record(boolean timeSeries) throws IOException {
        ActionType action = ActionType.forNumber(1 + random.nextInt(3));
        boolean delete = action == ActionType.DELETE_ROW;
        List<PlainBufferCell> key = timeSeries ? timeSeriesKey() : key();
        List<PlainBufferCell> columns = new ArrayList<>();
        for (int i = delete ? 0 : random.nextInt(5); i > 0; i--) {
            columns.add(
                    action == ActionType.UPDATE_ROW && random.nextInt(3) == 0
                            ? deletion(timeSeries)
                            : written(timeSeries));
        }
        SequenceInfo sequence =
                new SequenceInfo(random.nextInt(3), random.nextLong(1L << 50), random.nextInt(9));
        StreamRecord.Builder record =
                StreamRecord.newBuilder()
                        .setActionType(action)
                        .setRecord(
                                ByteString.copyFrom(
                                        SdkRows.encode(
                                                new PlainBufferRow(key, columns, delete),
                                                sequence)));
        if (random.nextInt(3) == 0) {
            List<PlainBufferCell> before = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                before.add(written(timeSeries));
            }
            record.setOriginRecord(
                    ByteString.copyFrom(SdkRows.encode(new PlainBufferRow(key, before, false))));
        }
        return record;
    }

    private List<PlainBufferCell> key() {
        List<PlainBufferCell> key = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            PrimaryKeyValue value;
            switch (random.nextInt(3)) {
                case 0:
                    value = PrimaryKeyValue.fromLong(random.nextLong());
                    break;
                case 1:
                    value = PrimaryKeyValue.fromString("order-" + random.nextInt(1000));
                    break;
                default:
                    value = PrimaryKeyValue.fromBinary(new byte[random.nextInt(12)]);
            }
            key.add(SdkRows.keyCell("k" + i, value));
        }
        return key;
    }

    private List<PlainBufferCell> timeSeriesKey() {
        return List.of(
                SdkRows.keyCell("_#h", PrimaryKeyValue.fromLong(random.nextLong())),
                SdkRows.keyCell("_m_name", PrimaryKeyValue.fromString("cpu")),
                SdkRows.keyCell("_data_source", PrimaryKeyValue.fromString("host")),
                SdkRows.keyCell("_tags", PrimaryKeyValue.fromString("[\"os=linux\"]")),
                SdkRows.keyCell("time", PrimaryKeyValue.fromLong(random.nextInt())));
    }

    private PlainBufferCell written(boolean timeSeries) {
        String name = random.nextInt(6) == 0 ? "\u5217" : "column" + random.nextInt(5);
        long version = 1_700_000_000_000L + random.nextInt(3);
        switch (random.nextInt(5)) {
            case 0:
                return cell(
                        name, timeSeries, ":i", ColumnValue.fromLong(random.nextInt()), version);
            case 1:
                return cell(
                        name,
                        timeSeries,
                        ":d",
                        ColumnValue.fromDouble(random.nextDouble()),
                        version);
            case 2:
                return cell(
                        name,
                        timeSeries,
                        ":b",
                        ColumnValue.fromBoolean(random.nextBoolean()),
                        version);
            case 3:
                return cell(
                        name, timeSeries, ":x", ColumnValue.fromBinary(new byte[] {1, 2}), version);
            default:
                return cell(name, timeSeries, ":s", ColumnValue.fromString("text \u00fc"), version);
        }
    }

    private static PlainBufferCell cell(
            String name, boolean timeSeries, String suffix, ColumnValue value, long version) {
        return SdkRows.cell(timeSeries ? name + suffix : name, value, version);
    }

    private PlainBufferCell deletion(boolean timeSeries) {
        PlainBufferCell cell = new PlainBufferCell();
        cell.setCellName(timeSeries ? "column1:i" : "column1");
        if (random.nextBoolean()) {
            cell.setCellTimestamp(1_700_000_000_000L);
            cell.setCellType(PlainBufferConsts.DELETE_ONE_VERSION);
        } else {
            cell.setCellType(PlainBufferConsts.DELETE_ALL_VERSION);
        }
        return cell;
    }
}
