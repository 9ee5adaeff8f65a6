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
 */
@Internal
final class RecordPageReader implements ServiceCall.AnswerReader<RecordPage> {

    // GetStreamRecordResponse
    private static final int STREAM_RECORDS = lengthDelimited(1);
    private static final int NEXT_SHARD_ITERATOR = lengthDelimited(2);
    private static final int MAY_MORE_RECORD = varint(4);

    // StreamRecord
    private static final int ACTION_TYPE = varint(1);
    private static final int RECORD = lengthDelimited(2);
    private static final int ORIGIN_RECORD = lengthDelimited(3);

    private final String shardId;

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
        int tag;
        while ((tag = input.readTag()) != 0) {
            if (tag == STREAM_RECORDS) {
                records.add(readRecord(input, decoder));
            } else if (tag == NEXT_SHARD_ITERATOR) {
                nextIterator = input.readString();
            } else if (tag == MAY_MORE_RECORD) {
                mayMoreRecord = input.readBool();
            } else {
                input.skipField(tag);
            }
        }
        return new RecordPage(
                shardId,
                records.isEmpty() ? Collections.emptyList() : Collections.unmodifiableList(records),
                nextIterator,
                mayMoreRecord,
                answer.body().length,
                answer.serviceTimeMillis());
    }

    private static ChangeRecord readRecord(CodedInputStream input, PlainBufferDecoder decoder)
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
                input.skipField(tag);
            }
        }
        input.checkLastTagWas(0);
        input.popLimit(outerLimit);
        if (operation == null || offset < 0) {
            throw new IOException("a record lacks its operation or its row");
        }
        return decoder.decode(operation, offset, length, originOffset, originLength);
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
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int varint(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }
}
