/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.emulator.operation;

import com.aliyun.ots.thirdparty.com.google.protobuf.MessageLite;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A response message in protobuf form, in one or more buffers. The buffers are shared with the
 * streams' logs: nobody may write to them, and each user takes {@link #parts} of its own.
 */
public final class ResponseBody {

    private final List<ByteBuffer> parts;
    private final int length;

    private ResponseBody(List<ByteBuffer> parts) {
        this.parts = parts;
        this.length = parts.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    public static ResponseBody of(MessageLite message) {
        return of(message.toByteArray());
    }

    public static ResponseBody of(byte[] bytes) {
        return new ResponseBody(List.of(ByteBuffer.wrap(bytes)));
    }

    public static ResponseBody of(List<ByteBuffer> parts) {
        return new ResponseBody(parts);
    }

    /** Bytes in all parts. */
    public int length() {
        return length;
    }

    /** Views of the parts with their own positions. */
    public ByteBuffer[] parts() {
        ByteBuffer[] views = new ByteBuffer[parts.size()];
        for (int i = 0; i < views.length; i++) {
            views[i] = parts.get(i).duplicate();
        }
        return views;
    }

    /** A copy of the whole body. */
    public byte[] toByteArray() {
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (ByteBuffer part : parts()) {
            whole.put(part);
        }
        return whole.array();
    }
}
