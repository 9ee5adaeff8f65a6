/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.aliyun.ots.thirdparty.com.google.protobuf.CodedInputStream;
import com.aliyun.ots.thirdparty.com.google.protobuf.WireFormat;
import io.github.otsstream.flink.record.ChangeRecord;
import io.github.otsstream.flink.record.OperationType;
import io.github.otsstream.flink.record.PlainBufferDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Reads the answer to GetStreamRecord straight from its bytes. The generated protobuf class would
 * copy every record out of the body first; here the records stay where they are, and become views
 * over the body's array.
 *
 * <p>Refuses what that class refuses, and each operation that it does not know. The consumed
 * capacity is skipped, so what is in it is not looked at.
 *
 * <p>The checksums of PlainBuffer cover a record's columns, but not what is around them. Where that
 * looks as damage could make it look, the body is held against its MD5 sum: where there are less
 * than two records or no next iterator, where fields are not known, where records are out of order
 * or the first or last one is far from its neighbour, and where columns don't go with the
 * operation. So no single wrong bit can lose a record, end a shard, or change an operation. What it
 * can change is the text of the next iterator, and a record's sequence, but not its place among the
 * page's other ones, nor its time by more than a minute or the time to its neighbours.
 *
 * <p>One for each request.
 */
@Internal
final class RecordPageReader implements ServiceCall.AnswerReader<RecordPage> {

    // GetStreamRecordResponse
    private static final int STREAM_RECORDS = lengthDelimited(1);
    private static final int NEXT_SHARD_ITERATOR = lengthDelimited(2);
    private static final int CONSUMED = lengthDelimited(3);
    private static final int MAY_MORE_RECORD = varint(4);

    // StreamRecord
    private static final int ACTION_TYPE = varint(1);
    private static final int RECORD = lengthDelimited(2);
    private static final int ORIGIN_RECORD = lengthDelimited(3);

    /** No consumed capacity is longer, and no record as short. */
    private static final int LONGEST_CONSUMED = 32;

    private static final long NEAR_MICROS = 60_000_000;

    private final String shardId;

    private boolean suspect;

    RecordPageReader(String shardId) {
        this.shardId = shardId;
    }

    @Override
    public RecordPage read(Answer answer) throws IOException {
        CodedInputStream input = CodedInputStream.newInstance(answer.body(), 0, answer.length());
        PlainBufferDecoder decoder = new PlainBufferDecoder(answer.body(), shardId);
        List<ChangeRecord> records = new ArrayList<>();
        String nextIterator = null;
        boolean mayMoreRecord = false;
        suspect = false;
        int tag;
        while ((tag = input.readTag()) != 0) {
            if (tag == STREAM_RECORDS) {
                ChangeRecord record = readRecord(input, decoder);
                suspect |= !records.isEmpty() && !record.isAfter(records.get(records.size() - 1));
                records.add(record);
            } else if (tag == NEXT_SHARD_ITERATOR) {
                suspect |= nextIterator != null;
                nextIterator = input.readString();
            } else if (tag == MAY_MORE_RECORD) {
                mayMoreRecord = input.readBool();
            } else {
                int from = input.getTotalBytesRead();
                skip(input, tag);
                suspect |= tag != CONSUMED || input.getTotalBytesRead() - from > LONGEST_CONSUMED;
            }
        }
        if (suspect || nextIterator == null || areEndsDoubtful(records)) {
            AnswerChecks.checkContentMd5(answer);
        }
        return new RecordPage(
                shardId,
                records.isEmpty() ? Collections.emptyList() : Collections.unmodifiableList(records),
                nextIterator,
                mayMoreRecord,
                answer.body().length,
                answer.serviceTimeMillis());
    }

    /**
     * Whether nothing beside the first and the last record shows that their sequences are right,
     * which decide what belongs to a window. Between them the order does.
     */
    private static boolean areEndsDoubtful(List<ChangeRecord> records) {
        int count = records.size();
        return count < 2
                || areApart(records.get(0), records.get(1))
                || areApart(records.get(count - 2), records.get(count - 1));
    }

    private static boolean areApart(ChangeRecord earlier, ChangeRecord later) {
        return later.getTimestampMicros() - earlier.getTimestampMicros() > NEAR_MICROS
                || later.getSequence().getEpoch() != earlier.getSequence().getEpoch();
    }

    private ChangeRecord readRecord(CodedInputStream input, PlainBufferDecoder decoder)
            throws IOException {
        int outerLimit = input.pushLimit(input.readRawVarint32());
        OperationType operation = null;
        int offset = -1;
        int length = 0;
        int originOffset = 0;
        int originLength = -1;
        int tag;
        while ((tag = input.readTag()) != 0) {
            if (tag == ACTION_TYPE) {
                operation = operationOf(input.readEnum());
            } else if (tag == RECORD) {
                length = input.readRawVarint32();
                offset = input.getTotalBytesRead();
                input.skipRawBytes(length);
            } else if (tag == ORIGIN_RECORD) {
                originLength = input.readRawVarint32();
                originOffset = input.getTotalBytesRead();
                input.skipRawBytes(originLength);
            } else {
                skip(input, tag);
                suspect = true;
            }
        }
        input.checkLastTagWas(0);
        input.popLimit(outerLimit);
        if (operation == null || offset < 0) {
            throw new IOException("a record lacks its operation or its row");
        }
        ChangeRecord record = decoder.decode(operation, offset, length, originOffset, originLength);
        suspect |= record.getColumns().isEmpty() != (operation == OperationType.DELETE);
        return record;
    }

    private static void skip(CodedInputStream input, int tag) throws IOException {
        if (!input.skipField(tag)) {
            throw new IOException("a group ends that has not begun");
        }
    }

    private static OperationType operationOf(int actionType) throws IOException {
        switch (actionType) {
            case 1:
                return OperationType.PUT;
            case 2:
                return OperationType.UPDATE;
            case 3:
                return OperationType.DELETE;
            default:
                throw new IOException("a record has an unknown operation, " + actionType);
        }
    }

    private static int lengthDelimited(int field) {
        return (field << 3) + WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int varint(int field) {
        return (field << 3) + WireFormat.WIRETYPE_VARINT;
    }
}
