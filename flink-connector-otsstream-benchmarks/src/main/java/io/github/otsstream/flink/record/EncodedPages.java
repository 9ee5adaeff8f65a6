/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.ActionType;
import com.alicloud.openservices.tablestore.core.protocol.OtsInternalApi.GetStreamRecordResponse;
import com.aliyun.ots.thirdparty.com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Pages as the service answers them, for benchmarks of what reads them. */
public final class EncodedPages {

    /** The attributes of wide records. */
    public static final int WIDE_COLUMNS = 100;

    private static final String TEXT = "The quick brown fox jumps over the dog. 0123456789";
    private static final long MILLIS = 1_700_000_000_000L;

    private EncodedPages() {}

    /** Records of some 220 bytes, with three attributes. */
    public static byte[] narrow(int records) {
        GetStreamRecordResponse.Builder page = GetStreamRecordResponse.newBuilder();
        for (int i = 0; i < records; i++) {
            add(
                    page,
                    builder(i)
                            .put("amount", (long) i, MILLIS)
                            .put("text", TEXT.substring(0, 37), MILLIS)
                            .put("price", (double) i, MILLIS));
        }
        return page.setNextShardIterator("next").build().toByteArray();
    }

    /** Records with a hundred attributes, of each three an integer, a text and a double. */
    public static byte[] wide(int records) {
        GetStreamRecordResponse.Builder page = GetStreamRecordResponse.newBuilder();
        for (int i = 0; i < records; i++) {
            add(page, wideRecord(i));
        }
        return page.setNextShardIterator("next").build().toByteArray();
    }

    /** The same, as the records of one page that was read. */
    public static List<ChangeRecord> decodedWide(int records) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        int[] ends = new int[records];
        for (int i = 0; i < records; i++) {
            ChangeRecord record = wideRecord(i).build();
            rows.write(record.buffer(), record.offset(), record.length());
            ends[i] = rows.size();
        }
        PlainBufferDecoder decoder = new PlainBufferDecoder(rows.toByteArray(), "shard");
        List<ChangeRecord> decoded = new ArrayList<>();
        int offset = 0;
        for (int end : ends) {
            decoded.add(decoder.decode(OperationType.PUT, offset, end - offset));
            offset = end;
        }
        return decoded;
    }

    private static ChangeRecordBuilder wideRecord(int number) {
        ChangeRecordBuilder record = builder(number);
        for (int column = 0; column < WIDE_COLUMNS; column++) {
            record.put(wideColumn(column), wideValue(column, number), MILLIS);
        }
        return record;
    }

    /** The name of an attribute of wide records. */
    public static String wideColumn(int column) {
        return String.format("column_%02d", column);
    }

    private static Object wideValue(int column, int record) {
        switch (column % 3) {
            case 0:
                return (long) record + column;
            case 1:
                return TEXT.substring(column % 10, column % 10 + 20);
            default:
                return (double) record + column;
        }
    }

    private static ChangeRecordBuilder builder(int number) {
        return ChangeRecord.builder()
                .shardId("shard")
                .operation(OperationType.PUT)
                .sequence(1, MILLIS * 1_000 + number, number)
                .key("id", String.format("key-%010d", number));
    }

    private static void add(GetStreamRecordResponse.Builder page, ChangeRecordBuilder builder) {
        ChangeRecord record = builder.build();
        page.addStreamRecordsBuilder()
                .setActionType(ActionType.PUT_ROW)
                .setRecord(ByteString.copyFrom(record.buffer(), record.offset(), record.length()));
    }
}
