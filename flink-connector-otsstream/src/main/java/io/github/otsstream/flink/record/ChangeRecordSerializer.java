/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a {@link ChangeRecord} as the service sent it, and checks it again, checksums included,
 * when it is read.
 *
 * <p>Form 1, numbers big-endian:
 *
 * <pre>
 * 1 byte   the form's number, 1
 * 1 byte   operation: 1 = PUT, 2 = UPDATE, 3 = DELETE
 * n bytes  shard id as {@code DataOutput.writeUTF} writes it
 * 4 bytes  length of the row
 * 4 bytes  length of the origin row, -1 = none
 * n bytes  row in PlainBuffer, sequence included
 * n bytes  origin row in PlainBuffer
 * </pre>
 *
 * <p>A later form gets the next number, and this class goes on reading the older ones. The same
 * class file works on Flink 1.20 to 2.3.
 */
@Internal
public final class ChangeRecordSerializer extends TypeSerializerSingleton<ChangeRecord> {

    private static final long serialVersionUID = 1L;

    public static final ChangeRecordSerializer INSTANCE = new ChangeRecordSerializer();

    private static final byte FORM = 1;

    private static final byte PUT = 1;
    private static final byte UPDATE = 2;
    private static final byte DELETE = 3;

    /**
     * What is allocated before the bytes have been seen to be there: a corrupt length must not cost
     * the heap.
     */
    private static final int FIRST_ALLOCATION = 1 << 20;

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public ChangeRecord createInstance() {
        return ChangeRecord.builder().operation(OperationType.PUT).key("key", "").build();
    }

    /** Returns an equal record that does not hold the page that the original came in. */
    @Override
    public ChangeRecord copy(ChangeRecord from) {
        return from.compact();
    }

    @Override
    public ChangeRecord copy(ChangeRecord from, ChangeRecord reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(ChangeRecord record, DataOutputView target) throws IOException {
        target.writeByte(FORM);
        target.writeByte(codeOf(record.getOperation()));
        target.writeUTF(record.getShardId());
        target.writeInt(record.length());
        target.writeInt(record.originLength());
        target.write(record.buffer(), record.offset(), record.length());
        if (record.originLength() > 0) {
            target.write(record.buffer(), record.originOffset(), record.originLength());
        }
    }

    @Override
    public ChangeRecord deserialize(DataInputView source) throws IOException {
        readForm(source);
        OperationType operation = operationOf(source.readByte());
        String shardId = source.readUTF();
        int length = source.readInt();
        int originLength = source.readInt();
        byte[] buffer = readBytes(source, checkedSize(length, originLength));
        try {
            return new PlainBufferDecoder(buffer, shardId)
                    .decode(operation, 0, length, length, originLength);
        } catch (PlainBufferFormatException e) {
            throw new IOException(
                    "A serialized record of shard " + shardId + " is corrupt: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public ChangeRecord deserialize(ChangeRecord reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        readForm(source);
        target.writeByte(FORM);
        target.writeByte(source.readByte());
        target.writeUTF(source.readUTF());
        int length = source.readInt();
        int originLength = source.readInt();
        target.writeInt(length);
        target.writeInt(originLength);
        target.write(source, checkedSize(length, originLength));
    }

    @Override
    public TypeSerializerSnapshot<ChangeRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    private static void readForm(DataInputView source) throws IOException {
        byte form = source.readByte();
        if (form != FORM) {
            throw new IOException(
                    "A serialized record is of form "
                            + form
                            + ", but this version of the connector reads form "
                            + FORM
                            + " only. Was it written by a newer version?");
        }
    }

    private static int checkedSize(int length, int originLength) throws IOException {
        int size = length + Math.max(0, originLength);
        if (length < 0 || originLength < ChangeRecord.NO_ORIGIN || size < 0) {
            throw new IOException(
                    "A serialized record is corrupt: its lengths are "
                            + length
                            + " and "
                            + originLength
                            + ".");
        }
        return size;
    }

    private static byte[] readBytes(DataInputView source, int size) throws IOException {
        byte[] bytes = new byte[Math.min(size, FIRST_ALLOCATION)];
        source.readFully(bytes);
        while (bytes.length < size) {
            int read = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * read));
            source.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    private static byte codeOf(OperationType operation) {
        switch (operation) {
            case PUT:
                return PUT;
            case UPDATE:
                return UPDATE;
            default:
                return DELETE;
        }
    }

    private static OperationType operationOf(byte code) throws IOException {
        switch (code) {
            case PUT:
                return OperationType.PUT;
            case UPDATE:
                return OperationType.UPDATE;
            case DELETE:
                return OperationType.DELETE;
            default:
                throw new IOException(
                        "A serialized record is corrupt: its operation is " + code + ".");
        }
    }

    /**
     * What Flink keeps of the serializer in a savepoint: its name only, for a record says its own
     * form.
     */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ChangeRecord> {

        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
