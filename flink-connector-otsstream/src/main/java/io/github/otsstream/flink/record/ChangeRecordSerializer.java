/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.record;

import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
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
 * <p>Form 2, numbers big-endian:
 *
 * <pre>
 * 1 byte   the form's number, 2
 * 4 bytes  CRC-32C of all that follows; PlainBuffer's own checksums leave out the sequence
 * 1 byte   operation: 1 = PUT, 2 = UPDATE, 3 = DELETE
 * 2 bytes  length of the shard id, unsigned
 * 4 bytes  length of the row
 * 4 bytes  length of the origin row, -1 = none
 * n bytes  shard id in UTF-8
 * n bytes  row in PlainBuffer, sequence included
 * n bytes  origin row in PlainBuffer
 * </pre>
 *
 * <p>Form 1 had no checksum:
 *
 * <pre>
 * 1 byte   the form's number, 1
 * 1 byte   operation
 * n bytes  shard id as {@code DataOutput.writeUTF} writes it
 * 4 bytes  length of the row
 * 4 bytes  length of the origin row, -1 = none
 * n bytes  row
 * n bytes  origin row
 * </pre>
 *
 * <p>A later form gets the next number, and this class goes on reading the older ones. The same
 * class file works on Flink 1.20 to 2.3.
 */
@Internal
public final class ChangeRecordSerializer extends TypeSerializerSingleton<ChangeRecord> {

    private static final long serialVersionUID = 1L;

    public static final ChangeRecordSerializer INSTANCE = new ChangeRecordSerializer();

    private static final byte FORM = 2;
    private static final byte FORM_WITHOUT_CHECKSUM = 1;
    private static final int LONGEST_SHARD_ID = 0xffff;

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

    /**
     * Returns the record itself: it is immutable. Flink asks for a copy of each element between
     * operators of a chain, and most elements are gone soon. So what keeps records for long without
     * serializing them, holds their pages unless it {@linkplain ChangeRecord#compact() compacts}
     * them; one that was serialized, as behind a {@code keyBy}, holds no page.
     */
    @Override
    public ChangeRecord copy(ChangeRecord from) {
        return from;
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
        byte operation = codeOf(record.getOperation());
        byte[] shardId = record.getShardId().getBytes(StandardCharsets.UTF_8);
        if (shardId.length > LONGEST_SHARD_ID) {
            throw new IOException(
                    "A record's shard id has " + shardId.length + " bytes, which is too long.");
        }
        CRC32C checksum = new CRC32C();
        updateHeader(checksum, operation, shardId.length, record.length(), record.originLength());
        checksum.update(shardId);
        checksum.update(record.buffer(), record.offset(), record.length());
        if (record.originLength() > 0) {
            checksum.update(record.buffer(), record.originOffset(), record.originLength());
        }

        target.writeByte(FORM);
        target.writeInt((int) checksum.getValue());
        target.writeByte(operation);
        target.writeShort(shardId.length);
        target.writeInt(record.length());
        target.writeInt(record.originLength());
        target.write(shardId);
        target.write(record.buffer(), record.offset(), record.length());
        if (record.originLength() > 0) {
            target.write(record.buffer(), record.originOffset(), record.originLength());
        }
    }

    private static void updateHeader(
            CRC32C checksum, byte operation, int shardIdLength, int length, int originLength) {
        checksum.update(operation);
        checksum.update(shardIdLength >> 8);
        checksum.update(shardIdLength);
        updateInt(checksum, length);
        updateInt(checksum, originLength);
    }

    private static void updateInt(CRC32C checksum, int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            checksum.update(value >> shift);
        }
    }

    @Override
    public ChangeRecord deserialize(DataInputView source) throws IOException {
        byte form = readForm(source);
        try {
            return form == FORM ? readChecked(source) : readUnchecked(source);
        } catch (EOFException e) {
            throw new IOException("A serialized record is corrupt: it ends too early.", e);
        } catch (UTFDataFormatException e) {
            throw new IOException("A serialized record is corrupt: " + e.getMessage() + ".", e);
        }
    }

    private static ChangeRecord readChecked(DataInputView source) throws IOException {
        int expected = source.readInt();
        byte operation = source.readByte();
        int shardIdLength = source.readUnsignedShort();
        int length = source.readInt();
        int originLength = source.readInt();
        int size = checkedSize(length, originLength);
        byte[] shardId = new byte[shardIdLength];
        source.readFully(shardId);
        byte[] buffer = readBytes(source, size);

        CRC32C checksum = new CRC32C();
        updateHeader(checksum, operation, shardIdLength, length, originLength);
        checksum.update(shardId);
        checksum.update(buffer);
        int found = (int) checksum.getValue();
        if (found != expected) {
            throw new IOException(
                    String.format(
                            "A serialized record is corrupt: its checksum is %08x instead of %08x.",
                            found, expected));
        }
        return decode(
                buffer,
                operation,
                new String(shardId, StandardCharsets.UTF_8),
                length,
                originLength);
    }

    private static ChangeRecord readUnchecked(DataInputView source) throws IOException {
        byte operation = source.readByte();
        String shardId = source.readUTF();
        int length = source.readInt();
        int originLength = source.readInt();
        byte[] buffer = readBytes(source, checkedSize(length, originLength));
        return decode(buffer, operation, shardId, length, originLength);
    }

    private static ChangeRecord decode(
            byte[] buffer, byte operation, String shardId, int length, int originLength)
            throws IOException {
        try {
            return new PlainBufferDecoder(buffer, shardId)
                    .decode(operationOf(operation), 0, length, length, originLength);
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
        byte form = readForm(source);
        target.writeByte(form);
        if (form == FORM_WITHOUT_CHECKSUM) {
            target.writeByte(source.readByte());
            target.writeUTF(source.readUTF());
            target.write(source, copyLengths(source, target));
        } else {
            target.writeInt(source.readInt());
            target.writeByte(source.readByte());
            int shardIdLength = source.readUnsignedShort();
            target.writeShort(shardIdLength);
            int size = copyLengths(source, target);
            target.write(source, shardIdLength);
            target.write(source, size);
        }
    }

    /** Returns the length of the row and the origin row together. */
    private static int copyLengths(DataInputView source, DataOutputView target) throws IOException {
        int length = source.readInt();
        int originLength = source.readInt();
        target.writeInt(length);
        target.writeInt(originLength);
        return checkedSize(length, originLength);
    }

    @Override
    public TypeSerializerSnapshot<ChangeRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    private static byte readForm(DataInputView source) throws IOException {
        byte form = source.readByte();
        if (form != FORM && form != FORM_WITHOUT_CHECKSUM) {
            throw new IOException(
                    "A serialized record is of form "
                            + form
                            + ", but this version of the connector reads forms 1 to "
                            + FORM
                            + " only. A newer version wrote it, or it is corrupt.");
        }
        return form;
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
