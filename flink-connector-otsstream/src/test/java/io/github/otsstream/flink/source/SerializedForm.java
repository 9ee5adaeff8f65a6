/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.otsstream.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.StringUtils;

/**
 * Compares what a serializer writes and reads with the bytes of each version, which are kept as
 * hexadecimal text under {@code src/test/resources/state}, and damages them.
 */
public final class SerializedForm {

    /** A thousand times the size of the largest state here; a length field can ask for more. */
    private static final long MUCH_MEMORY = 1 << 20;

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

    /** Checks that versions that were never written are refused, and how. */
    public static <T> void assertUnknownVersionsRefused(
            SimpleVersionedSerializer<T> serializer, T value) throws IOException {
        byte[] bytes = serializer.serialize(value);
        int newest = serializer.getVersion();
        for (int version : new int[] {newest + 1, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> serializer.deserialize(version, bytes))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has version " + version)
                    .hasMessageContaining("reads up to version " + newest)
                    .hasMessageContaining("restore with that one");
        }
        for (int version = newest - 1; version >= -1; version--) {
            assertRefused(serializer, version, bytes);
        }
    }

    /** Checks that whatever happens to the bytes of a value is noticed. */
    public static <T> void assertDamageRefused(SimpleVersionedSerializer<T> serializer, T value)
            throws IOException {
        byte[] bytes = serializer.serialize(value);
        for (byte[] damaged : damaged(bytes)) {
            assertRefused(serializer, serializer.getVersion(), damaged);
        }
    }

    /**
     * Checks that bytes that nothing protects are read as some value, or refused, and that neither
     * takes much memory, whatever has happened to them.
     */
    public static <T> void assertDamageIsNoTrouble(
            String file, SimpleVersionedSerializer<T> serializer, int version) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        for (byte[] damaged : damaged(bytes(file))) {
            long before = threads.getThreadAllocatedBytes(thread);
            try {
                assertThat(serializer.deserialize(version, damaged)).isNotNull();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("can't be read");
            }
            assertThat(threads.getThreadAllocatedBytes(thread) - before)
                    .as(() -> "bytes allocated for " + StringUtils.byteToHexString(damaged))
                    .isLessThan(MUCH_MEMORY);
        }
    }

    private static void assertRefused(
            SimpleVersionedSerializer<?> serializer, int version, byte[] bytes) {
        assertThatThrownBy(() -> serializer.deserialize(version, bytes))
                .as(() -> "version " + version + ": " + StringUtils.byteToHexString(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can't be read")
                .hasMessageContaining("has version " + version)
                .hasMessageContaining("versions 1 to " + serializer.getVersion())
                .hasMessageContaining("restore from another checkpoint");
    }

    /** Cut at every byte, with bytes too many, every byte changed to every other, and more. */
    private static List<byte[]> damaged(byte[] bytes) {
        List<byte[]> all = new ArrayList<>();
        for (int length = 0; length < bytes.length; length++) {
            all.add(Arrays.copyOf(bytes, length));
        }
        for (int more = 1; more <= 8; more++) {
            all.add(Arrays.copyOf(bytes, bytes.length + more));
        }
        for (int at = 0; at < bytes.length; at++) {
            for (int change = 1; change < 256; change++) {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) change;
                all.add(changed);
            }
        }
        Random random = new Random(bytes.length);
        for (int i = 0; i < 2_000; i++) {
            all.add(damaged(bytes, random));
        }
        return all;
    }

    /** Some bytes are overwritten, left out, or there twice. */
    private static byte[] damaged(byte[] bytes, Random random) {
        int from = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(bytes.length - from);
        byte[] part = new byte[length];
        random.nextBytes(part);
        byte[] damaged =
                random.nextBoolean()
                        ? concat(Arrays.copyOf(bytes, from), part, tail(bytes, from + length))
                        : random.nextBoolean()
                                ? concat(Arrays.copyOf(bytes, from), tail(bytes, from + length))
                                : concat(Arrays.copyOf(bytes, from + length), tail(bytes, from));
        return Arrays.equals(damaged, bytes) ? new byte[0] : damaged;
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
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
