/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Serializes splits for checkpoints and for the way to the readers.
 *
 * <p>The serialized form begins with the kind of the split; there is one kind so far.
 */
@Internal
public final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {

    private static final int VERSION = 2;
    private static final int KIND_SHARD = 0;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(ShardSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(KIND_SHARD);
        SplitCodec.writeString(out, split.streamId());
        SplitCodec.writeString(out, split.splitId());
        out.writeLong(split.retention().toMillis());
        SplitCodec.writeWindow(out, split.window());
        SplitCodec.writePosition(out, split.position());
        SplitCodec.writeEnd(out, split.end());
        return SealedState.seal(VERSION, bytes);
    }

    @Override
    public ShardSplit deserialize(int version, byte[] serialized) throws IOException {
        return SealedState.read(
                "The state of a shard", version, VERSION, serialized, ShardSplitSerializer::read);
    }

    private static ShardSplit read(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        if (kind != KIND_SHARD) {
            throw new IOException("it is a split of the unknown kind " + kind);
        }
        return new ShardSplit(
                SplitCodec.readString(in),
                SplitCodec.readString(in),
                SplitCodec.readRetention(in),
                SplitCodec.readWindow(in),
                SplitCodec.readPosition(in),
                SplitCodec.readEnd(in));
    }
}
