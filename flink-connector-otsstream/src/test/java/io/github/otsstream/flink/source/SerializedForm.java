/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.StringUtils;

/**
 * Compares what a serializer writes and reads with the bytes of a released version, which are kept
 * as hexadecimal text under {@code src/test/resources/state}.
 */
public final class SerializedForm {

    private SerializedForm() {}

    /** Checks that a value is written as in a file, and read back from it. */
    public static <T> void assertWrittenAs(
            String file, SimpleVersionedSerializer<T> serializer, T value) throws IOException {
        assertThat(StringUtils.byteToHexString(serializer.serialize(value))).isEqualTo(hex(file));
        assertRead(file, serializer, serializer.getVersion(), value);
    }

    /** Checks that the bytes of a version are read as a value. */
    public static <T> void assertRead(
            String file, SimpleVersionedSerializer<T> serializer, int version, T value)
            throws IOException {
        assertThat(serializer.deserialize(version, bytes(file))).isEqualTo(value);
    }

    /** The bytes in a file. */
    public static byte[] bytes(String file) {
        return StringUtils.hexStringToByte(hex(file));
    }

    private static String hex(String file) {
        try (InputStream in = SerializedForm.class.getResourceAsStream("/state/" + file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
