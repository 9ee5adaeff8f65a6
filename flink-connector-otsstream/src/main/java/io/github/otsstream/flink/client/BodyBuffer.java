/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.client;

import com.aliyun.ots.thirdparty.org.apache.http.ContentTooLongException;
import com.aliyun.ots.thirdparty.org.apache.http.nio.ContentDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.flink.annotation.Internal;

/**
 * Collects a body in one array. The array has the announced size from the start, unless that is
 * large: then it grows with what has really come.
 */
@Internal
final class BodyBuffer {

    /** No answer of the service is nearly as large. */
    static final int MAX_SIZE = 128 << 20;

    private static final int UNKNOWN_SIZE = 16 << 10;
    private static final int TRUSTED_SIZE = 8 << 20;

    private byte[] bytes;
    private int length;

    /**
     * @param announced the body's size, negative if it is not known
     */
    BodyBuffer(long announced) throws ContentTooLongException {
        if (announced > MAX_SIZE) {
            throw new ContentTooLongException("An answer of " + announced + " bytes is too long.");
        }
        bytes = new byte[announced < 0 ? UNKNOWN_SIZE : (int) Math.min(announced, TRUSTED_SIZE)];
    }

    /** Takes what the decoder has at hand. */
    void consume(ContentDecoder decoder) throws IOException {
        while (!decoder.isCompleted()) {
            makeRoom();
            int read = decoder.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
            if (read <= 0) {
                return;
            }
            length += read;
        }
    }

    /** Returns a buffer with the inflated content of the bytes so far. */
    BodyBuffer inflate(long announced) throws IOException {
        BodyBuffer inflated = new BodyBuffer(announced);
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, 0, length);
            while (!inflater.finished()) {
                inflated.makeRoom();
                int read =
                        inflater.inflate(
                                inflated.bytes,
                                inflated.length,
                                inflated.bytes.length - inflated.length);
                inflated.length += read;
                if (read == 0 && !inflater.finished()) {
                    throw new IOException("The compressed body is incomplete.");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("The compressed body is damaged.", e);
        } finally {
            inflater.end();
        }
        if (inflated.length != announced) {
            throw new IOException(
                    "The uncompressed body has "
                            + inflated.length
                            + " bytes, not the announced "
                            + announced
                            + ".");
        }
        return inflated;
    }

    /** The body is the first {@link #length()} bytes. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void makeRoom() throws ContentTooLongException {
        if (length < bytes.length) {
            return;
        }
        if (bytes.length >= MAX_SIZE) {
            throw new ContentTooLongException(
                    "An answer of more than " + MAX_SIZE + " bytes is too long.");
        }
        bytes =
                Arrays.copyOf(
                        bytes, (int) Math.min(MAX_SIZE, Math.max(UNKNOWN_SIZE, 2L * bytes.length)));
    }
}
