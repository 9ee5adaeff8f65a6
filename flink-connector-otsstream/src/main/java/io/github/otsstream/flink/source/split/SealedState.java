/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source.split;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.apache.flink.annotation.Internal;

/**
 * The outer form of what the source leaves in checkpoints: a body, and behind it a CRC-32C of the
 * version and the body. Damage is refused and never taken for another state. Version 1 had no
 * checksum.
 */
@Internal
public final class SealedState {

    private static final int FIRST_SEALED_VERSION = 2;

    /** Reads a body of one version, all of it. */
    public interface BodyReader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private SealedState() {}

    /**
     * @param version 2 or later
     */
    public static byte[] seal(int version, ByteArrayOutputStream body) {
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(bytes.length + Integer.BYTES)
                .put(bytes)
                .putInt(checksum(version, bytes, bytes.length))
                .array();
    }

    /**
     * Reads a state of any version that is known.
     *
     * @param what whose state it is, as the subject of a sentence
     * @throws IOException saying what to do, if the state is damaged or a newer connector wrote it
     */
    public static <T> T read(
            String what, int version, int newestKnown, byte[] serialized, BodyReader<T> reader)
            throws IOException {
        if (version > newestKnown) {
            throw new IOException(
                    what
                            + " has version "
                            + version
                            + ", and this connector reads up to version "
                            + newestKnown
                            + ". It was written by a newer connector: restore with that one.");
        }
        try {
            int length = bodyLength(version, serialized);
            DataInputStream in =
                    new DataInputStream(new ByteArrayInputStream(serialized, 0, length));
            T state = reader.read(in);
            if (in.available() > 0) {
                throw new IOException("it has " + in.available() + " bytes too many");
            }
            return state;
        } catch (EOFException e) {
            throw unreadable(what, version, newestKnown, serialized, "it ends too early", e);
        } catch (IOException e) {
            throw unreadable(what, version, newestKnown, serialized, e.getMessage(), e);
        }
    }

    private static int bodyLength(int version, byte[] serialized) throws IOException {
        if (version < 1) {
            throw new IOException("there is no such version");
        }
        if (version < FIRST_SEALED_VERSION) {
            return serialized.length;
        }
        int length = serialized.length - Integer.BYTES;
        if (length < 0) {
            throw new EOFException();
        }
        int expected = ByteBuffer.wrap(serialized).getInt(length);
        int found = checksum(version, serialized, length);
        if (found != expected) {
            throw new IOException(
                    String.format("its checksum is %08x instead of %08x", found, expected));
        }
        return length;
    }

    private static int checksum(int version, byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(version);
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    private static IOException unreadable(
            String what,
            int version,
            int newestKnown,
            byte[] serialized,
            String reason,
            IOException cause) {
        return new IOException(
                what
                        + " can't be read: "
                        + reason
                        + ". It has version "
                        + version
                        + " and "
                        + serialized.length
                        + " bytes, and this connector reads versions 1 to "
                        + newestKnown
                        + ". It was damaged after it was written: restore from another checkpoint or"
                        + " savepoint.",
                cause);
    }
}
