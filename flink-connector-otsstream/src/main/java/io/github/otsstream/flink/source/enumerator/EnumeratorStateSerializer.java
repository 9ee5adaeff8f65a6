/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.enumerator;

import io.github.otsstream.flink.source.split.ReadWindow;
import io.github.otsstream.flink.source.split.SealedState;
import io.github.otsstream.flink.source.split.ShardPosition;
import io.github.otsstream.flink.source.split.SplitCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Serializes the enumerator's state for checkpoints. */
@Internal
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {

    private static final int VERSION = 2;

    /** The serialized form is independent of the order of the enum's constants. */
    private static final ShardGraph.Status[] STATUS_BY_CODE = {
        ShardGraph.Status.WAITING,
        ShardGraph.Status.ASSIGNED,
        ShardGraph.Status.CLOSED,
        ShardGraph.Status.WINDOW_END,
        ShardGraph.Status.EXCLUDED
    };

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 80 * state.shards().size());
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBoolean(state.streamId() != null);
        if (state.streamId() != null) {
            SplitCodec.writeString(out, state.streamId());
        }
        SplitCodec.writeWindow(out, state.window());
        out.writeLong(state.requestedStartMillis());
        out.writeBoolean(state.runVersion() != null);
        if (state.runVersion() != null) {
            SplitCodec.writeString(out, state.runVersion());
        }
        out.writeInt(state.shards().size());
        for (ShardProgress shard : state.shards()) {
            SplitCodec.writeString(out, shard.shardId());
            out.writeByte(code(shard.status()));
            out.writeBoolean(shard.windowEntered());
            if (hasPosition(shard.status())) {
                SplitCodec.writePosition(out, shard.position());
            }
        }
        return SealedState.seal(VERSION, bytes);
    }

    @Override
    public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
        return SealedState.read(
                "The enumerator's state",
                version,
                VERSION,
                serialized,
                EnumeratorStateSerializer::read);
    }

    private static EnumeratorState read(DataInputStream in) throws IOException {
        String streamId = in.readBoolean() ? SplitCodec.readString(in) : null;
        ReadWindow window = SplitCodec.readWindow(in);
        long requestedStartMillis = in.readLong();
        String runVersion = in.readBoolean() ? SplitCodec.readString(in) : null;
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("it has " + count + " shards");
        }
        List<ShardProgress> shards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String shardId = SplitCodec.readString(in);
            ShardGraph.Status status = status(in.readUnsignedByte());
            boolean windowEntered = in.readBoolean();
            ShardPosition position =
                    hasPosition(status) ? SplitCodec.readPosition(in) : ShardPosition.oldest();
            shards.add(new ShardProgress(shardId, status, position, windowEntered));
        }
        return new EnumeratorState(streamId, window, requestedStartMillis, runVersion, shards);
    }

    /** Where to begin, or where reading ended; a reader's state holds what is between. */
    private static boolean hasPosition(ShardGraph.Status status) {
        return status != ShardGraph.Status.ASSIGNED && status != ShardGraph.Status.EXCLUDED;
    }

    private static int code(ShardGraph.Status status) {
        for (int code = 0; code < STATUS_BY_CODE.length; code++) {
            if (STATUS_BY_CODE[code] == status) {
                return code;
            }
        }
        throw new IllegalArgumentException("No code for " + status);
    }

    private static ShardGraph.Status status(int code) throws IOException {
        if (code >= STATUS_BY_CODE.length) {
            throw new IOException("it has a shard of the unknown status " + code);
        }
        return STATUS_BY_CODE[code];
    }
}
